"""A policy file that leaves a series without a rule stops everything, with a clear error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assets.disclosure.disclosure_policies import DisclosurePolicyError, disclosure_policies
from assets.schema.codes import SOURCE_FAMILIES

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
    assert {f for f, p in found.items() if p.withholds} == {"state_extract"}
    guarded = found["state_extract"]
    # CDC WONDER: nothing on 1 to 9 events is shown, zero is.
    assert [n for n in range(12) if guarded.covers(n)] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert not found["ons_occurrence"].covers(1)


def test_what_to_do_where_nothing_helps_is_one_of_two_words(tmp_path: Path) -> None:
    families = list(SOURCE_FAMILIES)
    file = written(tmp_path, families, "    on_infeasible: drop\n")
    assert disclosure_policies(DAY, file)[families[0]].gives_up
    written(tmp_path, families, "    on_infeasible: everything\n")
    with pytest.raises(DisclosurePolicyError, match="expected 'stop'"):
        disclosure_policies(date(2026, 6, 2), file)
