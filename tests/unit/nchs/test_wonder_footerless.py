"""Exports whose footer was removed: read for a named dataset, and only where they prove whole."""

from __future__ import annotations

import pytest

from assets.archive.errors import ExtractError
from assets.producers.nchs.identify import identify
from assets.producers.nchs.wonder.read import (
    parse_linked,
    parse_mortality,
    parse_natality,
    parse_wonder,
)
from assets.producers.nchs.wonder.rules import RULES

HEADER = '"Notes"\t"Year"\t"Year Code"\t"Sex"\t"Sex Code"\tDeaths\tBirths\tDeath Rate'
# Deaths and births are invented; the rates are their quotients per 1,000.
GRID = (
    '\t"2001"\t"2001"\t"Female"\t"F"\t30\t5000\t6.00',
    '\t"2001"\t"2001"\t"Male"\t"M"\t37\t5300\t6.98',
    '\t"2002"\t"2002"\t"Female"\t"F"\t31\t4900\t6.33',
    '\t"2002"\t"2002"\t"Male"\t"M"\t35\t5200\t6.73',
)


@pytest.fixture
def trimmed(wonder_file):
    """Write an export without footer; its last line has an end."""

    def write(rows=GRID, header=HEADER, end=("",)):
        return wonder_file(rows=(*rows, *end), header=header, footer=())

    return write


def broken(parsed):
    found = {rule.rule_id: rule.offending(parsed) for rule in RULES}
    return {rule_id: rows for rule_id, rows in found.items() if len(rows)}


def refused(parse, path):
    with pytest.raises(ExtractError) as caught:
        parse(path)
    return caught.value


def test_a_whole_grid_is_read_with_advice(trimmed):
    parsed = parse_linked(trimmed())
    deaths = parsed.frame[parsed.frame["source_column"] == "Deaths"]
    assert deaths["value"].tolist() == [30, 37, 31, 35]
    assert set(parsed.frame["rates_per"]) == {1000}
    assert set(parsed.frame["database_label"]) == {"(footer removed)"}
    assert parsed.metadata["Group By"] == "Year; Sex"
    assert "Query Date" not in parsed.metadata
    assert set(broken(parsed)) == {"INTAKE-WONDER-FOOTER"}


def test_nothing_recognises_it_by_itself(trimmed):
    path = trimmed()
    assert identify(path) is None
    assert refused(parse_wonder, path).rule == "WONDER-FOOTER"


@pytest.mark.parametrize("lost", range(4))
def test_a_grid_with_a_hole_is_not_shown_to_be_whole(trimmed, lost):
    parsed = parse_linked(trimmed(tuple(r for i, r in enumerate(GRID) if i != lost)))
    (finding,) = broken(parsed)["INTAKE-WONDER-WHOLE"]["problem"]
    code = ("2001 F", "2001 M", "2002 F", "2002 M")[lost]
    assert finding.startswith(f"no row for {code} and 0 other")


NATIONAL = '"Notes"\t"Year"\t"Year Code"\tBirths'
YEARS = ('\t"2001"\t"2001"\t4025933', '\t"2002"\t"2002"\t4021726')


def test_years_alone_need_their_total(trimmed):
    parsed = parse_natality(trimmed(YEARS, NATIONAL))
    assert "INTAKE-WONDER-WHOLE" in broken(parsed)
    total = '"Total"\t\t\t8047659'  # births of 2001 and 2002
    parsed = parse_natality(trimmed((*YEARS, total), NATIONAL))
    assert set(broken(parsed)) == {"INTAKE-WONDER-FOOTER"}
    assert parsed.frame["rates_per"].isna().all()
    parsed = parse_natality(trimmed((YEARS[0], total), NATIONAL))
    assert "INTAKE-WONDER-TOTALS" in broken(parsed)


def test_counties_need_their_total(trimmed):
    header = '"Notes"\t"County"\t"County Code"\t"Year"\t"Year Code"\tBirths'
    rows = ('\t"Boone County, MO"\t"29019"\t"2001"\t"2001"\t1800',)
    assert "INTAKE-WONDER-WHOLE" in broken(parse_natality(trimmed(rows, header)))


def test_causes_are_no_grid_and_have_no_sum(trimmed):
    header = '"Notes"\t"Year"\t"Year Code"\t"Cause of death"\t"Cause of death Code"\tDeaths\tBirths'
    rows = (
        '\t"2001"\t"2001"\t"Certain conditions"\t"P00-P96"\t40\t5000',
        '"Total"\t"2001"\t"2001"\t\t\t40\t5000',
        '"Total"\t\t\t\t\t40\t5000',
    )
    assert "INTAKE-WONDER-WHOLE" in broken(parse_linked(trimmed(rows, header)))


def test_a_figure_that_may_have_been_cut_is_refused(trimmed):
    error = refused(parse_natality, trimmed(YEARS, NATIONAL, end=()))
    assert (error.rule, error.row) == ("WONDER-FOOTER", 3)
    assert "4021726" in error.seen
    word = ('\t"2001"\t"2001"\t4025933', '\t"2002"\t"2002"\tSuppressed')
    assert len(parse_natality(trimmed(word, NATIONAL, end=())).frame) == 2


@pytest.mark.parametrize("per", [1_000, 100_000])
def test_the_counts_tell_what_rates_are_per(trimmed, per):
    rows = tuple(
        f'\t"2001"\t"2001"\t"{sex}"\t"{sex[0]}"\t{deaths}\t{births}\t{deaths / births * per:.2f}'
        for sex, deaths, births in (("Female", 30, 5000), ("Male", 37, 5300))
    )
    assert set(parse_linked(trimmed(rows)).frame["rates_per"]) == {per}


@pytest.mark.parametrize("rate", ["6.50", "0.02"])
def test_rates_that_the_counts_do_not_explain_are_refused(trimmed, rate):
    error = refused(parse_linked, trimmed((*GRID[:3], GRID[3].replace("6.73", rate))))
    assert (error.rule, error.column) == ("WONDER-FOOTER", "Death Rate")


def test_rates_that_any_multiplier_explains_are_refused(trimmed):
    row = '\t"2001"\t"2001"\t"Female"\t"F"\t0\t5000\t0.00'
    assert refused(parse_linked, trimmed((row,))).column == "Death Rate"


@pytest.mark.parametrize("parse", [parse_natality, parse_mortality])
def test_the_columns_decide_between_databases(trimmed, parse):
    error = refused(parse, trimmed())
    assert error.rule == "WONDER-DATASET"
    assert "--dataset nchs_wonder_linked" in error.remedy


def test_of_deaths_of_unknown_ages_nothing_is_said_that_nobody_knows(trimmed):
    """Whether they are of infants, and of all, the figures must prove (test_part_never_whole)."""
    header = '"Notes"\t"Year"\t"Year Code"\t"Sex"\t"Sex Code"\tDeaths\tPopulation\tCrude Rate'
    rows = tuple(row.replace("6.", "600.").replace("600.00", "600.0") for row in GRID[:1])
    parsed = parse_mortality(trimmed(rows, header))
    assert "INTAKE-WONDER-QUERY" not in broken(parsed)


def test_figures_of_unknown_years_are_refused(trimmed):
    header = '"Notes"\t"Sex"\t"Sex Code"\t"Race"\t"Race Code"\tBirths'
    rows = ('\t"Female"\t"F"\t"White"\t"2106-3"\t5000',)
    parsed = parse_natality(trimmed(rows, header))
    problems = broken(parsed)["INTAKE-WONDER-QUERY"]["problem"].tolist()
    assert any("several years" in problem for problem in problems)
