"""A policy file that leaves a series without a rule stops everything, with a clear error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assets.disclosure.disclosure_policies import (
    _FILE,
    DisclosurePolicyError,
    disclosure_policies,
    in_force,
)
from assets.schema.codes import SOURCE_FAMILIES
from assets.schema.producers import public_series

DAY = date(2026, 6, 1)


def written(folder: Path, families: list[str], extra: str = "", since: str = "2000-01-01") -> Path:
    file = folder / "disclosure_policies.yaml"
    listed = ", ".join(families)
    file.write_text(
        f"policies:\n  - name: p\n    effective_from: {since}\n    applies_to: [{listed}]\n"
        f"    reason: r\n{extra}"
    )
    return file


def test_a_series_without_policy(tmp_path: Path) -> None:
    file = written(tmp_path, list(SOURCE_FAMILIES[1:]))
    with pytest.raises(
        DisclosurePolicyError, match=f"no policy is in force on 2026-06-01 for {SOURCE_FAMILIES[0]}"
    ):
        disclosure_policies(DAY, file)


def test_a_policy_that_is_not_in_force_yet(tmp_path: Path) -> None:
    file = written(tmp_path, list(SOURCE_FAMILIES), since="2027-01-01")
    with pytest.raises(DisclosurePolicyError, match="no policy is in force"):
        disclosure_policies(DAY, file)


def test_an_unknown_series(tmp_path: Path) -> None:
    with pytest.raises(DisclosurePolicyError, match="unknown series 'nchs_linkd'"):
        disclosure_policies(DAY, written(tmp_path, [*SOURCE_FAMILIES, "nchs_linkd"]))


@pytest.mark.parametrize("limits", [(9, 1), (-1, 9)])
def test_limits_the_wrong_way_round(tmp_path: Path, limits: tuple[int, int]) -> None:
    low, high = limits
    extra = f"    primary: {{lowest: {low}, highest: {high}}}\n"
    with pytest.raises(DisclosurePolicyError, match="expected 0 ≤ lowest ≤ highest"):
        disclosure_policies(DAY, written(tmp_path, list(SOURCE_FAMILIES), extra))


def test_a_date_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(DisclosurePolicyError, match="is not a date"):
        disclosure_policies(DAY, written(tmp_path, list(SOURCE_FAMILIES), since="'soon'"))


def test_the_newest_policy_in_force_applies(tmp_path: Path) -> None:
    file = written(tmp_path, list(SOURCE_FAMILIES))
    later = written(tmp_path, list(SOURCE_FAMILIES), "    primary: {lowest: 1, highest: 4}\n",
                    since="2026-01-01").read_text()  # fmt: skip
    file.write_text(later + written(tmp_path, list(SOURCE_FAMILIES)).read_text().split("\n", 1)[1])
    assert disclosure_policies(DAY, file)["nchs_linked"].highest == 4
    assert disclosure_policies(date(2025, 6, 1), file)["nchs_linked"].highest is None


def test_the_bundled_policy_says_what_the_producers_say() -> None:
    found = disclosure_policies(DAY)
    assert {f for f, p in found.items() if p.withholds} == {"state_extract", *public_series()}
    # CDC WONDER: nothing on 1 to 9 events is shown below the nation, zero is.
    for guarded in (found["state_extract"], found["nchs_linked_restricted"]):
        assert [n for n in range(12) if guarded.covers(n, "29510")] == list(range(1, 10))
        assert not any(guarded.covers(n, "US") for n in range(12))
    below_five = found["ons_occurrence_restricted"]
    assert [n for n in range(12) if below_five.covers(n, "E06000001")] == [1, 2, 3, 4]
    assert not found["ons_occurrence"].covers(1)
    assert (found["ons_occurrence"].name, found["nchs_linked"].name) == ("ons", "as_published")


def test_what_to_do_where_nothing_helps_is_one_of_two_words(tmp_path: Path) -> None:
    families = list(SOURCE_FAMILIES)
    file = written(tmp_path, families, "    on_infeasible: drop\n")
    assert disclosure_policies(DAY, file)[families[0]].gives_up
    written(tmp_path, families, "    on_infeasible: everything\n")
    with pytest.raises(DisclosurePolicyError, match="expected 'stop'"):
        disclosure_policies(date(2026, 6, 2), file)


def own(folder: Path, text: str) -> Path:
    file = folder / "policies.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_home_chooses_a_stricter_policy(tmp_path: Path) -> None:
    text = "series:\n  nchs_linked: nchs\n  ons_registration: nice\nnice:\n  below: 7\n"
    found = disclosure_policies(DAY, own=own(tmp_path, text))
    assert (found["nchs_linked"].name, found["nchs_linked"].highest) == ("nchs", 9)
    assert (found["ons_registration"].name, found["ons_registration"].highest) == ("nice", 6)
    # Extracts that were handed in as restricted are under the raised threshold, too.
    assert found["ons_registration_restricted"].highest == 6


@pytest.mark.parametrize("policy", ["as_published", "ons", "nice"])
def test_a_home_cannot_choose_a_looser_one(tmp_path: Path, policy: str) -> None:
    text = f"series:\n  state_extract: {policy}\n  nchs_linked_restricted: {policy}\n"
    found = in_force(DAY, own=own(tmp_path, text))
    for series in ("state_extract", "nchs_linked_restricted"):
        assert found.of_series[series].name == "nchs"
        assert (
            f"asks for policy {policy} for {series}, which is looser than nchs"
            in (found.looser[series])
        )


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("series: {nchs_linkd: nchs}", "unknown series 'nchs_linkd'; there are nchs_linked"),
        ("series: {nchs_linked: rounding_5}", "which does not exist; there are as_published, nchs"),
        ("series: [nchs]", "series is no list of series"),
        ("nice: {below: 3}", "at least 5, since the policy can be made stricter here"),
        ("nice: {below: '7'}", "expected below: with a whole number"),
        ("policies: {}", "expected the parts series and nice"),
        ("[nchs", "cannot be read"),
    ],
)
def test_a_file_of_the_home_that_is_wrong(tmp_path: Path, text: str, seen: str) -> None:
    with pytest.raises(DisclosurePolicyError, match="Nothing is published until it is mended") as e:
        disclosure_policies(DAY, own=own(tmp_path, text))
    assert seen in str(e.value)


def test_a_series_whose_policy_does_not_exist(tmp_path: Path) -> None:
    shipped = _FILE.read_text(encoding="utf-8").replace("name: nice", "name: nise")
    file = tmp_path / "disclosure_policies.yaml"
    file.write_text(shipped, encoding="utf-8")
    with pytest.raises(DisclosurePolicyError, match="There are as_published, nchs, nise, ons"):
        disclosure_policies(DAY, file)
