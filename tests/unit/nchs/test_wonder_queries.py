"""What a query of CDC WONDER asked for, in forms that genuine exports of others have."""

from __future__ import annotations

from assets.archive.acceptance import slot_of
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.wanted.asked import asked
from assets.producers.nchs.wonder.ages import LATER_AGES
from assets.producers.nchs.wonder.read import parse_linked, parse_mortality
from assets.producers.nchs.wonder.unused_rows import unused_rows
from assets.producers.nchs.wonder.use import what_is_made_of
from tests.unit.nchs.exports import HEADER, ROWS
from tests.unit.nchs.test_wonder_rules import MORTALITY, MORTALITY_HEADER, MORTALITY_ROWS, broken

AGE_HEADER = (
    '"Notes"\t"Year"\t"Year Code"\t"Five-Year Age Groups"\t"Five-Year Age Groups Code"\tDeaths'
)


def test_of_a_mortality_export_by_age_the_infants_are_used(wonder_file):
    """As "Underlying Cause of Death, 1999-2020" is grouped by year and age, of those under 25."""
    by_age = (
        *MORTALITY[:1],
        ("Group By: State; Year", "Group By: Year; Five-Year Age Groups"),
        ("States: Maine (23); Vermont (50)", "Five-Year Age Groups: < 1 year; 1-4 years"),
        ("Year: 2001", "Year/Month: 2001; 2002"),
    )
    rows = (
        '\t"2001"\t"2001"\t"< 1 year"\t"1"\t20',
        '\t"2001"\t"2001"\t"1-4 years"\t"1-4"\t4',
        '\t"2002"\t"2002"\t"< 1 year"\t"1"\t30',
        '\t"2002"\t"2002"\t"Not Stated"\t"NS"\t1',
    )
    parsed = parse_mortality(wonder_file(header=AGE_HEADER, rows=rows, replace=by_age))
    assert set(broken(parsed)) == {"INTAKE-WONDER-ASKED"}  # not stated was not asked for
    use = what_is_made_of(parsed)
    assert (use.rows_used, use.rows_left_out) == (2, ((LATER_AGES, 2),))
    assert unused_rows(parsed, "export.txt") == []


def test_a_query_for_the_neonatal_ages_is_one_of_neonatal_deaths(wonder_file):
    """As "Underlying Cause of Death, 1999-2020" is asked by state and year for days 0 to 27."""
    days = "< 1 day; 1-6 days; 7-27 days"
    neonatal = (*MORTALITY, ("Five-Year Age Groups: < 1 year", f"Infant Age Groups: {days}"))
    export = wonder_file(header=MORTALITY_HEADER, rows=MORTALITY_ROWS, replace=neonatal)
    parsed = parse_mortality(export)
    assert broken(parsed) == {}
    assert set(parsed.frame["age_of_infant"]) == {days}
    assert asked(export) is None, "an answer to the question for infant deaths"
    gap = (*MORTALITY, ("Five-Year Age Groups: < 1 year", "Infant Age Groups: < 1 day; 7-27 days"))
    path = wonder_file(header=MORTALITY_HEADER, rows=MORTALITY_ROWS, replace=gap)
    assert set(broken(parse_mortality(path))) == {"INTAKE-WONDER-QUERY"}


def test_a_footer_that_lists_every_box_restricts_nothing(wonder_file):
    """As footers of 2015 to 2017 do: "Natality, 2003-2006" with "Year: All, 2003 to 2006"."""
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Gender"\t"Gender Code"\tDeaths\tBirths',
            rows=('\t"Male"\t"M"\t50\t7000',),
            replace=(
                ("Group By: State; Year", "Group By: Gender"),
                ("States: Maine (23); Vermont (50)", "States: All"),
                ("Year: 2001", "Year: All, 1999 to 2002"),
            ),
        )
    )
    assert broken(parsed) == {}
    years = parsed.frame[["first_year", "last_year"]].drop_duplicates()
    assert years.values.tolist() == [[1999, 2002]]


def test_an_export_that_shows_less_is_not_one_that_lost_rows(wonder_file):
    """Births with populations and rates, then births alone with Totals: nothing has gone."""
    dataset = next(each for each in DATASETS if each.dataset_id == "nchs_wonder_linked")
    full = slot_of(dataset, parse_linked(wonder_file(name="full.txt")))
    rows = tuple(row.rpartition("\t")[0] for row in ROWS)
    header = HEADER.rpartition("\t")[0]
    fewer = slot_of(dataset, parse_linked(wonder_file(rows=rows, header=header, name="fewer.txt")))
    hidden = (("Show Suppressed: True", "Show Suppressed: False"),)
    shorter = slot_of(dataset, parse_linked(wonder_file(replace=hidden, name="shorter.txt")))
    assert len({full, fewer, shorter}) == 3
    assert slot_of(dataset, parse_linked(wonder_file(name="again.txt"))) == full
