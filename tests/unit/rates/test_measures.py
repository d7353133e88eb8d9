"""Declared measures and policies."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assets.rates.measures import MethodError, measures, policies
from assets.rates.targets import share_achieved, targets
from assets.schema.codes import SOURCE_FAMILIES

RULE = {
    "policy": "rule",
    "source_families": list(SOURCE_FAMILIES),
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


def test_every_series_has_a_policy(tmp_path: Path) -> None:
    rule = {**RULE, "source_families": ["nchs_linked"]}
    with pytest.raises(MethodError, match="nchs_mortality has no policy"):
        policies(written(tmp_path, [rule]))


def test_two_policies_at_a_time_are_refused(tmp_path: Path) -> None:
    later = {**RULE, "policy": "later", "effective_from": "2020-01-01"}
    with pytest.raises(MethodError, match="rule .*and later .*at the same time"):
        policies(written(tmp_path, [RULE, later]))


def test_policies_that_follow_each_other_are_taken(tmp_path: Path) -> None:
    first = {**RULE, "effective_to": "2019-12-31"}
    later = {**RULE, "policy": "later", "effective_from": "2020-01-01"}
    assert [p.name for p in policies(written(tmp_path, [first, later]))] == ["rule", "later"]


def test_unknown_limits_are_named(tmp_path: Path) -> None:
    rule = {**RULE, "interval": "wald"}
    with pytest.raises(MethodError, match=r"'rule' has interval 'wald'.*nchs_fixed"):
        policies(written(tmp_path, [rule]))


@pytest.mark.parametrize(
    ("recent", "baseline", "target", "expected"),
    [(6.3, 6.7, 6.0, 57.142857), (5.6, 5.8, 5.0, 25.0)],
)
def test_share_achieved(recent: float, baseline: float, target: float, expected: float) -> None:
    assert share_achieved(recent, baseline, target) == pytest.approx(expected, abs=5e-7)


def test_targets_have_values_baselines_and_sources() -> None:
    declared = {t.target_id: (t.value, t.baseline) for t in targets()}
    assert declared["healthy_people_2020"] == (6.0, 6.7)
    assert declared["healthy_people_2030"] == (5.0, 5.8)
    assert all(t.source for t in targets())
