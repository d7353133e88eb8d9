"""Tables and rows that contradict themselves or others are set aside alone, and named."""

from __future__ import annotations

from functools import cache

import pytest

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.producers.ons.child_mortality.set_aside import without_contradictions
from tools.samples.ons.generate import FILES

NAN = float("nan")
DURHAM, ENGLAND = 15, 13
"""Rows of Table 3: County Durham has 4,505 live births and 16 infant deaths."""
Edit = tuple[str, int, str, float]
"""Table, row and column of a cell, and what is added to it."""


@cache
def sample() -> ParsedExtract:
    return parse_child_mortality(FILES / "cim2022deathcohortworkbook.xlsx")


def edited(*edits: Edit) -> ParsedExtract:
    frame = sample().frame.copy()
    for number, row, column, more in edits:
        cell = frame["table_number"].eq(number) & frame["source_row"].eq(row)
        cell &= frame["source_column"].eq(column)
        assert cell.sum() >= 1, (number, row, column)
        frame.loc[frame.index[cell][0], "value"] += more
    return ParsedExtract(frame, dict(sample().metadata))


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("3", DURHAM, "Infant deaths", -32), "a negative figure in row 15"),
        (("3", DURHAM, "Live births", 0.5), "a count that is no whole number in row 15"),
        (("3", DURHAM, "Live births", NAN), "a count that is not printed in row 15"),
        (("3", DURHAM, "Live births", -4490), "more infant deaths than live births in row 15"),
        (
            ("3", DURHAM, "Neonatal deaths", 1),
            "neonatal deaths and postneonatal deaths that do not add up to infant deaths in row 15",
        ),
        (
            ("3", DURHAM, "Live births", 1000),
            "a rate of stillbirths that is not that of the counts in row 15",
        ),
        (
            ("1", 12, "Late neonatal 1 week and under 4 weeks", 1),
            "early neonatal deaths and late neonatal deaths that do not add up to neonatal deaths "
            "in row 12",
        ),
    ],
)
def test_a_row_that_contradicts_itself_is_set_aside_alone(edit: Edit, told: str) -> None:
    left = without_contradictions(edited(edit))
    number, row = edit[:2]
    assert left.metadata["tables_not_read"] == f"{number}: {told} of sheet '{number}'"
    before = sample().frame
    gone = before["table_number"].eq(number) & before["source_row"].eq(row)
    assert left.frame.equals(before[~gone].reset_index(drop=True))


def test_one_row_in_all_sums_that_do_not_hold_is_the_wrong_one() -> None:
    left = without_contradictions(edited(("3", ENGLAND, "Stillbirths", 1)))
    told = left.metadata["tables_not_read"]
    assert told.startswith("3: nations with ")
    assert told.endswith(" in row 12, in row 13 of sheet '3'")
    areas = left.frame[left.frame["table_number"] == "3"]
    assert ENGLAND not in set(areas["source_row"])
    assert areas["source_row"].nunique() == 375


def test_where_no_row_can_be_told_all_that_nothing_else_holds_are_set_aside() -> None:
    """Durham or one of six others is wrong; the region, and Tyne and Wear, are held by sums."""
    left = without_contradictions(edited(("3", DURHAM, "Live births", 1)))
    assert left.metadata["tables_not_read"] == (
        "3: local authorities printed below the region with 24,702 live births of the 24,701 in "
        "row 14, in row 15, 16, 17, 18, 19, 20, 21 of sheet '3'"
    )


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            ("21", 10, "Live births", 1),
            "21: groups by imd decile of 2022 with 576,590 live births of the 576,589 in row 9 of "
            "sheet '21', so that no row of it is used",
        ),
        (
            ("10", 11, "Infant deaths", 1),
            "10: groups by age of mother of 2022 with 2,349 infant deaths of the 2,350 in row 11 "
            "of sheet '10', so that no row of it is used",
        ),
    ],
)
def test_a_table_that_does_not_add_up_is_set_aside(edit: Edit, told: str) -> None:
    left = without_contradictions(edited(edit))
    assert left.metadata["tables_not_read"] == told
    before = sample().frame
    kept = before[before["table_number"] != edit[0]].reset_index(drop=True)
    assert left.frame.equals(kept)
    assert edit[0] not in left.metadata["tables"].split(", ")


def test_the_last_year_of_the_series_is_held_to_the_areas() -> None:
    """605,479 live births of 2022 in both tables, and in Table 10."""
    left = without_contradictions(edited(("1", 11, "Live births", 1)))
    assert left.metadata["tables_not_read"] == (
        "1: 605,480 live births, 605,479 in Table 3, in row 11 of sheet '1'"
    )


def test_a_total_that_table_1_does_not_state_sets_its_table_aside() -> None:
    """A group and the total of Table 10 have one live birth more than Tables 1 and 3."""
    left = without_contradictions(
        edited(("10", 11, "Live births", 1), ("10", 12, "Live births", 1))
    )
    assert left.metadata["tables_not_read"] == (
        "10: 605,480 live births, 605,479 in Table 1, in row 11 of sheet '10', so that no row of "
        "it is used"
    )


def test_a_table_with_many_wrong_rows_is_set_aside_whole() -> None:
    edits = [("1", row, "Live births", 0.5) for row in range(11, 21)]
    left = without_contradictions(edited(*edits))
    assert left.metadata["tables_not_read"] == (
        "1: a count that is no whole number in row 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 of sheet "
        "'1', so that no row of it is used"
    )
    assert not (left.frame["table_number"] == "1").any()


def test_a_dash_is_a_count_of_zero() -> None:
    dashes = edited()
    frame = dashes.frame
    zero = frame["table_number"].eq("3") & frame["value"].eq(0)
    zero &= frame["source_column"].isin(["Stillbirths", "Infant deaths", "Neonatal deaths"])
    assert zero.sum() > 10
    frame.loc[zero, ["value", "raw_text"]] = [NAN, "-"]
    assert "tables_not_read" not in without_contradictions(dashes).metadata


def test_without_both_main_tables_nothing_is_used() -> None:
    edits = [(table, row, "Live births", 0.5) for table in ("1", "3") for row in range(11, 54)]
    with pytest.raises(ExtractError) as caught:
        without_contradictions(edited(*edits))
    assert caught.value.rule == "ONS-CONTRADICTORY"
    assert "1: a count that is no whole number in row 11" in caught.value.seen
    assert "3: a count that is no whole number in row 11" in caught.value.seen
