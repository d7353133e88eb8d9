"""Intake rules of CDC WONDER exports: each passes on a good export and names what breaks it."""

from __future__ import annotations

import pytest

from assets.producers.nchs.wonder.outnumbered import OUTNUMBERED
from assets.producers.nchs.wonder.read import parse_linked, parse_mortality, parse_natality
from assets.producers.nchs.wonder.rules import RULES
from assets.producers.nchs.wonder.use import what_is_made_of
from tests.unit.nchs.exports import ROWS

MAINE = ROWS[0]
MORTALITY = (
    (
        "Linked Birth / Infant Death Records, 1999-2002",
        "Provisional Mortality Statistics, 2018 through Last Week",
    ),
    ("Group By: State; Year", "Group By: Year"),
    ("States: Maine (23); Vermont (50)", "Five-Year Age Groups: < 1 year"),
    ("Year: 2001", "Year/Month: 2001; 2002"),
)
MORTALITY_HEADER = '"Notes"\t"Year"\t"Year Code"\tDeaths\tPopulation\tCrude Rate'
MORTALITY_ROWS = (
    '\t"2001"\t"2001"\t20\t1000\t20.0',
    '\t"2002"\t"2002"\t30\t1000\t30.0',
)


def broken(parsed):
    """Return the offending rows of every rule that an export breaks."""
    found = {rule.rule_id: rule.offending(parsed) for rule in RULES}
    return {rule_id: rows for rule_id, rows in found.items() if len(rows)}


def test_a_good_export_breaks_no_rule(wonder_file):
    assert broken(parse_linked(wonder_file())) == {}


def test_a_repeated_row_names_both_lines(wonder_file):
    parsed = parse_linked(wonder_file(rows=(*ROWS, MAINE.replace("\t84\t", "\t85\t"))))
    rows = broken(parsed)["INTAKE-WONDER-KEYS"]
    assert set(rows["source_row"]) == {2, 4}


def test_a_negative_count_names_its_cell(wonder_file):
    parsed = parse_linked(wonder_file(rows=(MAINE.replace("\t84\t", "\t-84\t"), ROWS[1])))
    rows = broken(parsed)["INTAKE-WONDER-SIGN"]
    assert rows[["source_row", "source_column"]].values.tolist() == [[2, "Deaths"]]


def test_more_deaths_than_births(wonder_file):
    parsed = parse_linked(wonder_file(rows=(MAINE.replace("\t84\t", "\t13760\t"), ROWS[1])))
    rows = broken(parsed)["INTAKE-WONDER-DEATHS"]
    assert rows["source_row"].tolist() == [2]
    assert rows["problem"].tolist() == ["births in the same row: 13759"]


def test_more_deaths_than_births_pass_where_the_printed_rate_says_so(wonder_file):
    """A row of "Linked … 2017-2023 Expanded", by month, weight, BMI and prenatal care."""
    row = '\t"Maine"\t"23"\t"2001"\t"2001"\t14\t12\t1166.67 (Unreliable)'
    parsed = parse_linked(wonder_file(rows=(row, ROWS[1])))
    assert broken(parsed) == {}
    use = what_is_made_of(parsed)
    assert (use.rows_used, use.rows_left_out) == (1, ((OUTNUMBERED, 1),))


def test_as_many_deaths_as_births_pass(wonder_file):
    row = '\t"Maine"\t"23"\t"2001"\t"2001"\t20\t20\t1000.00'
    assert broken(parse_linked(wonder_file(rows=(row, ROWS[1])))) == {}


def test_a_state_that_the_query_names_is_missed(wonder_file):
    rows = broken(parse_linked(wonder_file(rows=(MAINE,))))["INTAKE-WONDER-STATES"]
    assert rows[["state", "year_code"]].values.tolist() == [["Vermont", "2001"]]


def test_without_named_states_all_fifty_one_are_expected(wonder_file):
    parsed = parse_linked(wonder_file(replace=(('"States: Maine (23); Vermont (50)"\n', ""),)))
    rows = broken(parsed)["INTAKE-WONDER-STATES"]
    assert len(rows) == 49
    assert "District of Columbia" in set(rows["state"])
    assert "Maine" not in set(rows["state"])


def test_hidden_suppressed_rows_excuse_an_absent_state_only_in_small_groups(wonder_file):
    by_sex = {
        "header": '"Notes"\t"State"\t"State Code"\t"Gender"\t"Gender Code"\tDeaths\tBirths',
        "rows": ('\t"Maine"\t"23"\t"Male"\t"M"\t50\t7000',),
    }
    hidden = (
        ("Show Suppressed: True", "Show Suppressed: False"),
        ("Group By: State; Year", "Group By: State; Gender"),
    )
    assert broken(parse_linked(wonder_file(**by_sex, replace=hidden))) == {}
    assert "INTAKE-WONDER-STATES" in broken(parse_linked(wonder_file(**by_sex, replace=hidden[1:])))


def test_a_year_that_the_query_names_is_missed(wonder_file):
    parsed = parse_linked(wonder_file(replace=(('"Year: 2001"', '"Year: 2001; 2002"'),)))
    rows = broken(parsed)["INTAKE-WONDER-YEARS"]
    assert rows["year_code"].tolist() == ["2002"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"Maine"', '"Vermont"', "the code is of Maine"),
        ('"Maine"\t"23"', '"Maine"\t"66"', "the code is of no state"),
    ],
)
def test_names_that_do_not_belong_to_their_code(wonder_file, old, new, problem):
    parsed = parse_linked(wonder_file(rows=(MAINE.replace(old, new), ROWS[1])))
    rows = broken(parsed)["INTAKE-WONDER-AREAS"]
    assert set(rows["problem"]) == {problem}
    assert set(rows["source_row"]) == {2}


def test_an_area_that_is_no_state_is_named_and_the_rest_is_kept(wonder_file):
    named = (("Maine (23); Vermont (50)", "Guam (66); Vermont (50)"),)
    rows = (MAINE.replace('"Maine"\t"23"', '"Guam"\t"66"'), ROWS[1])
    found = broken(parse_linked(wonder_file(rows=rows, replace=named)))
    assert found["INTAKE-WONDER-LABELS"]["problem"].tolist() == [
        "1 rows with the label 'Guam', code '66'"
    ]
    assert not any(rule.required for rule in RULES if rule.rule_id in found)


def test_a_county_in_another_state(wonder_file):
    parsed = parse_natality(
        wonder_file(
            header='"Notes"\t"County"\t"County Code"\tBirths',
            rows=('\t"St. Louis city, IL"\t"29510"\t1664',),
            replace=(
                ("Linked Birth / Infant Death Records, 1999-2002", "Natality, 2007-2022"),
                ("Group By: State; Year", "Group By: County"),
            ),
        )
    )
    assert broken(parsed)["INTAKE-WONDER-AREAS"]["problem"].tolist() == [
        "the code is of a county in MO"
    ]


def test_a_label_with_two_codes(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Gender"\t"Gender Code"\tDeaths\tBirths',
            rows=('\t"Male"\t"M"\t50\t7000', '\t"Male"\t"F"\t50\t7000'),
            replace=(
                ("Group By: State; Year", "Group By: Gender"),
                ('"States: Maine (23); Vermont (50)"\n', ""),
            ),
        )
    )
    assert set(broken(parsed)["INTAKE-WONDER-CODES"]["source_row"]) == {3}


def test_a_label_that_is_not_listed_is_counted_and_named(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Race"\t"Race Code"\tDeaths\tBirths',
            rows=('\t"White"\t"2106-3"\t50\t7000', '\t"Martian"\t"9999-9"\t50\t7000'),
            replace=(
                ("Group By: State; Year", "Group By: Race"),
                ('"States: Maine (23); Vermont (50)"\n', ""),
            ),
        )
    )
    found = broken(parsed)
    assert set(found) == {"INTAKE-WONDER-LABELS"}
    (problem,) = found["INTAKE-WONDER-LABELS"]["problem"]
    assert problem == "1 rows with the label 'Martian', code '9999-9'"
    (rule,) = (rule for rule in RULES if rule.rule_id == "INTAKE-WONDER-LABELS")
    assert not rule.required


def test_one_label_of_several_causes_is_no_contradiction(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Cause of death"\t"Cause of death Code"\tDeaths\tBirths',
            rows=('\t"By parent"\t"Y06.1"\t3\t7000', '\t"By parent"\t"Y07.1"\t2\t7000'),
            replace=(
                ("Group By: State; Year", "Group By: Cause of death"),
                ('"States: Maine (23); Vermont (50)"\n', ""),
            ),
        )
    )
    assert broken(parsed) == {}


def test_totals_are_shown_says_the_footer_but_none_is_there(wonder_file):
    parsed = parse_linked(wonder_file(replace=(("Show Totals: False", "Show Totals: True"),)))
    assert len(broken(parsed)["INTAKE-WONDER-TOTALS"]) == 1


def test_births_repeated_by_age_of_infant_are_not_summed(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Age of Infant"\t"Age of Infant Code"\tDeaths\tBirths',
            rows=('\t"0 days"\t"0"\t30\t9000', '\t"1 day"\t"1"\t20\t9000', '"Total"\t\t\t50\t9000'),
            replace=(
                ("Group By: State; Year", "Group By: Age of Infant"),
                ('"States: Maine (23); Vermont (50)"\n', ""),
            ),
        )
    )
    assert broken(parsed) == {}


@pytest.mark.parametrize(("rate", "passes"), [("6.11", True), ("6.10", False), ("6.105", True)])
def test_a_printed_rate_is_the_quotient_of_its_row(wonder_file, rate, passes):
    # 84 / 13,759 * 1,000 = 6.10510
    parsed = parse_linked(wonder_file(rows=(MAINE.replace("6.11", rate), ROWS[1])))
    rows = broken(parsed).get("INTAKE-WONDER-RATES")
    if rate == "6.105":  # three decimals printed once tighten the tolerance for the other row
        assert rows["source_row"].tolist() == [3]
    else:
        assert (rows is None) is passes


def test_a_rate_marked_unreliable_is_recomputed_too(wonder_file):
    parsed = parse_linked(wonder_file(rows=(MAINE, ROWS[1].replace("2.51", "2.61"))))
    assert broken(parsed)["INTAKE-WONDER-RATES"]["source_row"].tolist() == [3]


def test_reliability_marks_are_advisory(wonder_file):
    parsed = parse_linked(wonder_file(rows=(MAINE, ROWS[1].replace(" (Unreliable)", ""))))
    assert set(broken(parsed)) == {"INTAKE-WONDER-RELIABILITY"}
    advisory = [rule.rule_id for rule in RULES if not rule.required]
    assert advisory == [
        "INTAKE-WONDER-FOOTER",
        "INTAKE-WONDER-LABELS",
        "INTAKE-WONDER-COLUMNS",
        "INTAKE-WONDER-RESTORED",
        "INTAKE-WONDER-RELIABILITY",
    ]


@pytest.mark.parametrize(
    "parameter",
    [
        "Gender: Male",
        "Mother's Single Race 6: White",
        "Hispanic Origin: Non-Hispanic White, Non-Hispanic Black",
        "Month: January; February",
        "Birth Weight 12: 499 grams or less",
        "County: Cumberland County, ME (23005)",
        "Year: 2001/Jan; 2001/Feb",
    ],
)
def test_a_restriction_that_no_column_shows_is_refused(wonder_file, parameter):
    parsed = parse_linked(wonder_file(replace=(('"Year: 2001"', f'"{parameter}"'),)))
    rows = broken(parsed)["INTAKE-WONDER-QUERY"]
    assert rows["problem"].tolist() == [f"restricted to {parameter}"]


@pytest.mark.parametrize("parameter", ["Gender: All", "Title: My export", "Rate Options: Default"])
def test_what_restricts_nothing_passes(wonder_file, parameter):
    parsed = parse_linked(wonder_file(replace=(('"Year: 2001"', f'"{parameter}"'),)))
    assert broken(parsed) == {}


def test_several_states_or_years_in_one_figure_are_refused(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Gender"\t"Gender Code"\tDeaths\tBirths',
            rows=('\t"Male"\t"M"\t50\t7000',),
            replace=(
                ("Group By: State; Year", "Group By: Gender"),
                ('"Year: 2001"', '"Year: 1999; 2002"'),
            ),
        )
    )
    problems = broken(parsed)["INTAKE-WONDER-QUERY"]["problem"].tolist()
    assert problems == [
        "restricted to States: Maine (23); Vermont (50)",
        "several years in one figure, with gaps or from a database whose last year is open",
    ]


def test_mortality_exports_of_infants_pass(wonder_file):
    path = wonder_file(header=MORTALITY_HEADER, rows=MORTALITY_ROWS, replace=MORTALITY)
    assert broken(parse_mortality(path)) == {}


def test_the_multiplier_of_the_footer_counts(wonder_file):
    other = (*MORTALITY, ("Per: 1,000", "Per: 100,000"))
    path = wonder_file(header=MORTALITY_HEADER, rows=MORTALITY_ROWS, replace=other)
    assert set(broken(parse_mortality(path))) == {"INTAKE-WONDER-RATES"}


@pytest.mark.parametrize("ages", ["Gender: All", "Five-Year Age Groups: < 1 year; 1-4 years"])
def test_deaths_of_all_ages_are_refused(wonder_file, ages):
    swapped = (*MORTALITY, ("Five-Year Age Groups: < 1 year", ages))
    path = wonder_file(header=MORTALITY_HEADER, rows=MORTALITY_ROWS, replace=swapped)
    problems = broken(parse_mortality(path))["INTAKE-WONDER-QUERY"]["problem"].tolist()
    assert problems[-1].startswith("deaths of all ages")


@pytest.mark.parametrize(
    ("old", "new", "labels"),
    [
        ('"Year: 2001"', '"Year: 2002"', {"2001"}),
        ('"Year: 2001"', '"Gender: Female; Unknown"\n"Year: 2001"', set()),
    ],
)
def test_labels_that_the_query_did_not_ask_for(wonder_file, old, new, labels):
    found = broken(parse_linked(wonder_file(replace=((old, new),))))
    rows = found.get("INTAKE-WONDER-ASKED")
    assert (set() if rows is None else set(rows["year"])) == labels


def test_a_mangled_label_of_a_listed_dimension(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Race"\t"Race Code"\tDeaths\tBirths',
            rows=('\t"White"\t"2106-3"\t50\t7000', '\t"A-PI"\t"Asian"\t50\t7000'),
            replace=(
                ("Group By: State; Year", "Group By: Race"),
                ('"States: Maine (23); Vermont (50)"', '"Race: White; Asian"'),
            ),
        )
    )
    rows = broken(parsed)["INTAKE-WONDER-ASKED"]
    assert set(rows["source_row"]) == {3}


def test_a_combination_without_a_row_where_all_rows_are_shown(wonder_file):
    years = (("Year: 2001", "Year: 2001; 2002"),)
    shown = (*years, ("Show Zero Values: False", "Show Zero Values: True"))
    later = MAINE.replace("2001", "2002")
    two_states = (*ROWS, later, ROWS[1].replace("2001", "2002"))
    assert broken(parse_linked(wonder_file(rows=two_states, replace=shown))) == {}
    rows = broken(parse_linked(wonder_file(rows=two_states[:-1], replace=shown)))
    absent = rows["INTAKE-WONDER-GRID"]
    assert absent[["state_code", "year_code"]].values.tolist() == [["50", "2002"]]
    hidden = broken(parse_linked(wonder_file(rows=two_states[:-1], replace=years)))
    assert "INTAKE-WONDER-GRID" not in hidden


def test_deaths_that_are_not_available_do_not_excuse_a_total(wonder_file):
    rows = (
        '\t"2001"\t"2001"\tNot Available\t20\tNot Available',
        '\t"2002"\t"2002"\t30\tNot Available\tNot Available',
        '"Total"\t\t\t50\tNot Available\tNot Available',
    )
    path = wonder_file(header=MORTALITY_HEADER, rows=rows, replace=MORTALITY)
    assert broken(parse_mortality(path))["INTAKE-WONDER-TOTALS"]["source_row"].tolist() == [4]


def test_a_footer_whose_parameter_heading_is_damaged_hides_no_restriction(wonder_file):
    damaged = (("Query Parameters:", "Query Para:"), ('"Year: 2001"', '"Gender: Male"'))
    problems = broken(parse_linked(wonder_file(replace=damaged)))["INTAKE-WONDER-QUERY"]["problem"]
    assert "restricted to Gender: Male" in problems.tolist()


def test_a_label_of_an_item_that_is_not_listed_is_counted_and_named(wonder_file):
    header, grouped = "Tobacco Use", "Group By: Tobacco Use; Occurrence State"
    path = wonder_file(
        header=f'"Notes"\t"{header}"\t"{header} Code"\t"Occurrence State"\t"Occurrence State Code"'
        "\tDeaths\tBirths",
        rows=(
            '\t"Yes"\t"1"\t"Maine"\t"23"\t84\t13759',
            '\t"Sometimes"\t"4"\t"Maine"\t"23"\t16\t6366',
        ),
        replace=(("Group By: State; Year", grouped),),
    )
    found = broken(parse_linked(path))
    assert found["INTAKE-WONDER-LABELS"]["problem"].tolist() == [
        "1 rows with the label 'Sometimes', code '4', under 'Tobacco Use'"
    ]
    assert found["INTAKE-WONDER-COLUMNS"]["problem"].tolist() == [
        "no characteristic for Occurrence State"
    ]
