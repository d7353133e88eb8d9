"""Total rows of CDC WONDER exports against the rows that they sum up."""

from __future__ import annotations

import pytest

from assets.producers.nchs.wonder.read import parse_linked, parse_natality
from assets.producers.nchs.wonder.rules import RULES
from tests.unit.nchs.exports import ROWS

MAINE = ROWS[0]


def broken(parsed):
    found = {rule.rule_id: rule.offending(parsed) for rule in RULES}
    return {rule_id: rows for rule_id, rows in found.items() if len(rows)}


TOTAL = '"Total"\t\t\t\t\t{deaths}\t{births}\t4.97'


@pytest.mark.parametrize(
    ("deaths", "births", "columns"),
    [
        (100, 20125, []),
        (110, 20125, []),
        (90, 20125, []),
        (111, 20125, ["Deaths"]),
        (89, 20125, ["Deaths"]),
        (100, 20126, ["Births"]),
        (100, 20124, ["Births"]),
    ],
)
def test_totals_of_weighted_deaths_may_be_ten_apart_births_may_not(
    wonder_file, deaths, births, columns
):
    parsed = parse_linked(wonder_file(rows=(*ROWS, TOTAL.format(deaths=deaths, births=births))))
    rows = broken(parsed).get("INTAKE-WONDER-TOTALS")
    assert ([] if rows is None else rows["source_column"].tolist()) == columns


def test_a_subtotal_is_held_against_its_own_rows(wonder_file):
    parsed = parse_linked(
        wonder_file(rows=(MAINE, '"Total"\t"Maine"\t"23"\t\t\t84\t13760\t6.11', ROWS[1]))
    )
    rows = broken(parsed)["INTAKE-WONDER-TOTALS"]
    assert rows["source_row"].tolist() == [3]
    assert rows["problem"].tolist() == ["the sum of its rows is 13759"]


HIDDEN = (
    "Caveats:",
    'Messages:\n"1. Rows with suppressed Deaths are hidden, but the values in those rows are '
    'included in the totals."\n"---"\nCaveats:',
)


def test_hidden_rows_may_only_make_the_total_larger(wonder_file):
    larger = wonder_file(rows=(*ROWS, TOTAL.format(deaths=500, births=90000)), replace=(HIDDEN,))
    assert "INTAKE-WONDER-TOTALS" not in broken(parse_linked(larger))
    smaller = wonder_file(rows=(*ROWS, TOTAL.format(deaths=80, births=20000)), replace=(HIDDEN,))
    rows = broken(parse_linked(smaller))["INTAKE-WONDER-TOTALS"]
    assert rows["source_column"].tolist() == ["Deaths", "Births"]


@pytest.mark.parametrize(("deaths", "passes"), [(93, True), (75, True), (104, False), (74, False)])
def test_a_suppressed_row_adds_one_to_nine_to_a_total(wonder_file, deaths, passes):
    vermont = '\t"Vermont"\t"50"\t"2001"\t"2001"\tSuppressed\tSuppressed\tSuppressed'
    total = f'"Total"\t\t\t\t\t{deaths}\t20125\tNot Available'
    parsed = parse_linked(wonder_file(rows=(MAINE, vermont, total)))
    assert ("INTAKE-WONDER-TOTALS" not in broken(parsed)) is passes


@pytest.mark.parametrize(
    ("births", "passes"), [(1051, True), (1052, True), (1060, True), (1061, False), (1050, False)]
)
def test_withheld_births_may_be_none(wonder_file, births, passes):
    """Natality 2016-2019 expanded, Delaware County: 1,051 births by race and withheld ones."""
    rows = (
        '\t"Indiana"\t"18"\t"Asian"\t"A"\t1051',
        '\t"Indiana"\t"18"\t"White"\t"2106-3"\tSuppressed',
        f'"Total"\t"Indiana"\t"18"\t\t\t{births}',
    )
    footer = (
        '"---"',
        '"Dataset: Natality, 2016-2019 expanded"',
        '"Query Parameters:"',
        '"Year: 2019"',
        '"Group By: State; Mother\'s Single Race"',
        '"Show Totals: False"',
        '"---"',
        '"Query Date: Jan 5, 2021 1:02:03 PM"',
    )
    header = '"Notes"\t"State"\t"State Code"\t"Mother\'s Single Race"\t"Mother\'s Single Race Code"'
    parsed = parse_natality(wonder_file(rows=rows, header=f"{header}\tBirths", footer=footer))
    assert ("INTAKE-WONDER-TOTALS" not in broken(parsed)) is passes


@pytest.mark.parametrize(("births", "passes"), [(20126, True), (20124, False)])
def test_one_withheld_cell_leaves_the_other_births_comparable(wonder_file, births, passes):
    """Deaths of 1 to 9 hide the births beside them, which can be any number but a negative one."""
    withheld = '\t"Utah"\t"49"\t"2001"\t"2001"\tSuppressed\tSuppressed\tSuppressed'
    total = f'"Total"\t\t\t\t\t101\t{births}\tNot Available'
    named = (("Maine (23); Vermont (50)", "Maine (23); Vermont (50); Utah (49)"),)
    parsed = parse_linked(wonder_file(rows=(*ROWS, withheld, total), replace=named))
    assert ("INTAKE-WONDER-TOTALS" not in broken(parsed)) is passes


def test_a_subtotal_stands_for_its_rows_in_the_total_above(wonder_file):
    """The withheld cell of Maine is bounded by the Total of Maine, and with it the grand Total."""
    rows = (
        MAINE,
        '\t"Maine"\t"23"\t"2002"\t"2002"\tSuppressed\tSuppressed\tSuppressed',
        '"Total"\t"Maine"\t"23"\t\t\t90\t27000\t3.33',
        ROWS[1],
        '"Total"\t"Vermont"\t"50"\t\t\t16\t6366\t2.51 (Unreliable)',
    )
    years = (("Year: 2001", "Year: 2001; 2002"),)
    for births, passes in ((33366, True), (33367, False), (50000, False)):
        total = f'"Total"\t\t\t\t\t106\t{births}\t{106000 / births:.2f}'
        parsed = parse_linked(wonder_file(rows=(*rows, total), replace=years))
        assert ("INTAKE-WONDER-TOTALS" not in broken(parsed)) is passes


ZERO_HIDDEN = (
    "Caveats:",
    'Messages:\n"1. Rows with zero Deaths are hidden, but the Births values in those rows are '
    'included in the totals."\n"---"\nCaveats:',
)


def test_a_group_without_deaths_has_no_row_and_its_births_stand_in_the_total(wonder_file):
    """Every row of New Hampshire is hidden, and so is its Total; its 312 births are counted."""
    rows = (
        MAINE,
        '"Total"\t"Maine"\t"23"\t\t\t84\t13759\t6.11',
        ROWS[1],
        '"Total"\t"Vermont"\t"50"\t\t\t16\t6366\t2.51 (Unreliable)',
    )
    for births, passes in ((20125 + 312, True), (20125 - 1, False)):
        total = f'"Total"\t\t\t\t\t100\t{births}\t{100000 / births:.2f}'
        parsed = parse_linked(wonder_file(rows=(*rows, total), replace=(ZERO_HIDDEN,)))
        assert ("INTAKE-WONDER-TOTALS" not in broken(parsed)) is passes


@pytest.mark.parametrize(("births", "columns"), [(20125, []), (20124, ["Births"])])
@pytest.mark.parametrize("header", ["Tobacco Use", "Occurrence State"])
def test_items_of_a_certificate_add_up_to_the_total(wonder_file, header, births, columns):
    """What no characteristic is known of may overlap, so that its Total shows nothing."""
    parsed = parse_linked(
        wonder_file(
            header=f'"Notes"\t"{header}"\t"{header} Code"\tDeaths\tBirths',
            rows=(
                '\t"Yes"\t"1"\t84\t13759',
                '\t"No"\t"2"\t16\t6366',
                f'"Total"\t\t\t100\t{births}',
            ),
            replace=(("Group By: State; Year", f"Group By: {header}"),),
        )
    )
    rows = broken(parsed).get("INTAKE-WONDER-TOTALS")
    known = columns if header == "Tobacco Use" else []
    assert ([] if rows is None else rows["source_column"].tolist()) == known
