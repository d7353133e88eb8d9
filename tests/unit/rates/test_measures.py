"""Declared measures and policies."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assets.rates.definitions import FILE, count_definitions, require_definitions
from assets.rates.measures import MethodError, measures, rate_policies
from assets.rates.targets import targets
from assets.schema.codes import COUNTRIES, SOURCE_FAMILIES
from assets.text.yaml_file import read_yaml

RULE = {
    "policy": "rule",
    "source_families": list(SOURCE_FAMILIES),
    "countries": list(COUNTRIES),
    "effective_from": "1900-01-01",
    "effective_to": None,
    "interval": "nchs",
    "decimals": 2,
    "unreliable_below": 20,
    "reason": "few",
}


def written(folder: Path, content: object) -> Path:
    path = folder / "declared.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_births_of_both_kinds_are_the_denominator_around_birth() -> None:
    parts = {m.name: (m.numerator, m.denominators) for m in measures()}
    assert parts["perinatal_mortality"] == ("perinatal_deaths", ("live_births", "stillbirths"))
    assert parts["stillbirth"] == ("stillbirths", ("live_births", "stillbirths"))
    assert parts["neonatal_mortality"] == ("neonatal_deaths", ("live_births",))
    assert parts["maternal_mortality"] == ("maternal_deaths", ("live_births",))


def test_only_infant_mortality_has_bands() -> None:
    assert [m.name for m in measures() if m.banded] == ["infant_mortality"]


def test_an_unknown_count_is_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        [{"measure": "infant_mortality", "numerator": "deaths", "denominator": ["live_births"],
          "rate_per": 1000}],
    )  # fmt: skip
    with pytest.raises(MethodError, match=r"declared\.yaml.*infant_mortality.*deaths"):
        measures(path)


INFANT = {"measure": "infant_mortality", "numerator": "infant_deaths", "rate_per": 1000,
          "denominator": ["live_births"], "ages": "days 0 to 364"}  # fmt: skip


@pytest.mark.parametrize(
    ("numerator", "ages"),
    [
        ("neonatal_deaths", "days 0 to 0"),
        ("neonatal_deaths", None),
        ("neonatal_deaths", "a month"),
        ("maternal_deaths", "days 0 to 27"),
    ],
)
def test_a_rate_on_the_deaths_of_other_ages_is_refused(
    tmp_path: Path, numerator: str, ages: str | None
) -> None:
    entry = {**INFANT, "measure": "neonatal_mortality", "numerator": numerator, "ages": ages or ""}
    with pytest.raises(MethodError, match=rf"neonatal_mortality.*ages.*{numerator}"):
        measures(written(tmp_path, [entry]))


def test_one_fraction_under_two_names_is_refused(tmp_path: Path) -> None:
    again = {**INFANT, "measure": "neonatal_mortality"}
    with pytest.raises(
        MethodError, match="'neonatal_mortality' and 'infant_mortality' are the same"
    ):
        measures(written(tmp_path, [INFANT, again]))


def test_a_measure_without_definition_is_refused(tmp_path: Path) -> None:
    declared = read_yaml(FILE)
    declared["counted_alike"].remove("infant_mortality")
    path = written(tmp_path, declared)
    with pytest.raises(MethodError, match=r"no definition of infant_mortality"):
        require_definitions([m.name for m in measures()], path)
    with pytest.raises(MethodError, match=r"infant_mortality is defined here and made nowhere"):
        require_definitions([m.name for m in measures() if m.name != "infant_mortality"])


def test_notes_follow_the_country_of_the_area_and_not_the_series() -> None:
    notes = {key: d.text for key, d in count_definitions().items()}
    assert "24 completed weeks" in notes["state_extract", "EW", "stillbirth"]
    assert "20 weeks" in notes["state_extract", "US", "stillbirth"]
    assert ("nchs_linked", "EW", "stillbirth") not in notes
    limits = {series: p.interval for p in rate_policies() for series in p.series}
    assert limits["state_extract", "EW"] == limits["ons_occurrence", "EW"] == "ohid"
    assert limits["state_extract", "US"] == limits["nchs_linked", "US"] == "nchs"


def test_every_series_has_a_policy(tmp_path: Path) -> None:
    rule = {**RULE, "source_families": ["nchs_linked"]}
    with pytest.raises(MethodError, match="nchs_linked_restricted in US has no policy"):
        rate_policies(written(tmp_path, [rule]))


def test_two_policies_at_a_time_are_refused(tmp_path: Path) -> None:
    later = {**RULE, "policy": "later", "effective_from": "2020-01-01"}
    with pytest.raises(MethodError, match="rule .*and later .*at the same time"):
        rate_policies(written(tmp_path, [RULE, later]))


def test_policies_that_follow_each_other_are_taken(tmp_path: Path) -> None:
    first = {**RULE, "effective_to": "2019-12-31"}
    later = {**RULE, "policy": "later", "effective_from": "2020-01-01"}
    assert [p.name for p in rate_policies(written(tmp_path, [first, later]))] == ["rule", "later"]


def test_unknown_limits_are_named(tmp_path: Path) -> None:
    rule = {**RULE, "interval": "wald"}
    with pytest.raises(MethodError, match=r"'rule' has interval 'wald'.*nchs_fixed"):
        rate_policies(written(tmp_path, [rule]))


def test_targets_have_values_baselines_and_sources() -> None:
    declared = {t.target_id: (t.value, t.baseline) for t in targets()}
    assert declared["healthy_people_2020"] == (6.0, 6.7)
    assert declared["healthy_people_2030"] == (5.0, 5.8)
    assert all(t.source for t in targets())
