"""Every quirk of the CDC WONDER grammar, on exports written by hand."""

from __future__ import annotations

import pytest

from assets.archive.errors import ExtractError
from assets.producers.nchs.wonder.read import (
    parse_linked,
    parse_mortality,
    parse_natality,
    parse_wonder,
)
from tests.unit.nchs.exports import FOOTER, HEADER, ROWS


def cells(parsed, column):
    rows = parsed.frame[parsed.frame["source_column"] == column]
    return list(rows["value"])


def refused(path, parse=parse_linked, **options):
    with pytest.raises(ExtractError) as caught:
        parse(path, **options)
    assert caught.value.file == path.name
    return caught.value


def test_rows_labels_and_marks(wonder_file):
    parsed = parse_linked(wonder_file())
    assert cells(parsed, "Deaths") == [84, 16]
    assert cells(parsed, "Births") == [13759, 6366]
    vermont = parsed.frame[parsed.frame["state_code"] == "50"].set_index("source_column")
    assert vermont.loc["Death Rate", "value"] == 2.51
    assert vermont.loc["Death Rate", "raw_text"] == "2.51 (Unreliable)"
    assert vermont["raw_text"].isna().tolist() == [True, True, False]
    assert set(vermont["source_row"]) == {3}
    assert set(parsed.frame["rates_per"]) == {1000}
    assert set(parsed.frame["database_kind"]) == {"linked"}
    assert set(parsed.frame["row_type"]) == {"data"}
    assert set(parsed.frame["source_sheet"]) == {""}


@pytest.mark.parametrize(
    "header",
    [
        '"Notes"\t"State"\t"StateCode"\t"Year"\t"YearCode"\tDeaths\tBirths\tDeathRate',
        '"Notes"\t"State"\t"State.Code"\t"Year"\t"Year.Code"\tDeaths\tBirths\tDeath.Rate',
        '"notes"\t"state"\t"state_code"\t"year"\t"year_code"\tdeaths\tbirths\tdeath_rate',
    ],
)
def test_names_of_columns_without_their_blanks_are_restored_and_told(wonder_file, header):
    parsed = parse_linked(wonder_file(header=header))
    assert parsed.frame.equals(parse_linked(wonder_file()).frame)
    assert "is 'State Code'" in parse_linked(wonder_file(header=header)).metadata["Restored Codes"]


def test_two_versions_in_one_file_are_called_by_their_name(wonder_file):
    date = '"Query Date: Jan 5, 2010 1:02:03 PM"'
    both = f"<<<<<<< HEAD\n{date}\n=======\n{date}\n>>>>>>> 1a2b3c4d"
    error = refused(wonder_file(replace=((date, both),)))
    assert (error.rule, error.row) == ("WONDER-LINE", 17)
    assert "two versions of a file" in error.seen


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_line_ends_do_not_matter(wonder_file, line_end):
    parsed = parse_linked(wonder_file(line_end=line_end))
    assert cells(parsed, "Deaths") == [84, 16]
    assert list(parsed.frame["source_row"].unique()) == [2, 3]


def test_doubled_line_ends_leave_the_row_numbers_of_the_file(wonder_file):
    parsed = parse_linked(wonder_file(line_end="\r\r\n"))
    assert list(parsed.frame["source_row"].unique()) == [3, 5]


def test_byte_order_mark_is_not_part_of_the_first_header(wonder_file):
    assert cells(parse_linked(wonder_file(encoding="utf-8-sig")), "Deaths") == [84, 16]


def test_csv_syntax_with_commas_inside_labels(wonder_file):
    parsed = parse_natality(
        wonder_file(
            header='"Notes","County of Residence","County of Residence Code",'
            '"Sex of Infant","Sex of Infant Code",Births',
            rows=(
                ',"St. Louis city, MO","29510","Male","M",1664',
                ',"Unidentified Counties, MO","29999","Male","M",14724',
            ),
            replace=(
                ("Linked Birth / Infant Death Records, 1999-2002", "Natality, 2016-2024 expanded"),
                ("Group By: State; Year", "Group By: County of Residence; Sex of Infant"),
            ),
        )
    )
    assert parsed.frame["county"].tolist() == ["St. Louis city, MO", "Unidentified Counties, MO"]
    assert parsed.frame["county_code"].tolist() == ["29510", "29999"]
    assert parsed.frame["sex_code"].tolist() == ["M", "M"]
    assert parsed.metadata["Syntax"] == "csv"


def test_a_year_that_no_column_shows_comes_from_the_query(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"State"\t"State Code"\tDeaths\tBirths\tDeath Rate',
            rows=('\t"Maine"\t"23"\t84\t13759\t6.11',),
            replace=(("Group By: State; Year", "Group By: State"),),
        )
    )
    assert set(parsed.frame["year_code"]) == {"2001"}


def test_a_state_that_no_column_shows_comes_from_the_query(wonder_file):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Year"\t"Year Code"\tDeaths\tBirths\tDeath Rate',
            rows=('\t"2001"\t"2001"\t84\t13759\t6.11',),
            replace=(
                ("Group By: State; Year", "Group By: Year"),
                ("States: Maine (23); Vermont (50)", "States: Maine (23)"),
            ),
        )
    )
    assert set(parsed.frame["state"]) == {"Maine"}
    assert set(parsed.frame["state_code"]) == {"23"}


def test_subtotals_and_grand_total_are_marked(wonder_file):
    parsed = parse_linked(
        wonder_file(
            rows=(
                '\t"Maine"\t"23"\t"2001"\t"2001"\t84\t13759\t6.11',
                '"Total"\t"Maine"\t"23"\t\t\t84\t13759\t6.11',
                '"Total"\t\t\t\t\t84\t13759\t6.11',
            )
        )
    )
    deaths = parsed.frame[parsed.frame["source_column"] == "Deaths"]
    assert deaths["row_type"].tolist() == ["data", "subtotal", "total"]
    assert deaths["state"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("word", ["Suppressed", "Not Available", "Not Applicable", "Missing"])
def test_words_are_neither_zero_nor_lost(wonder_file, word):
    parsed = parse_linked(
        wonder_file(rows=(f'\t"Maine"\t"23"\t"2001"\t"2001"\t{word}\t{word}\t{word}',))
    )
    assert parsed.frame["value"].isna().all()
    assert set(parsed.frame["raw_text"]) == {word}


def test_zero_is_a_number(wonder_file):
    parsed = parse_linked(wonder_file(rows=('\t"Maine"\t"23"\t"2001"\t"2001"\t0\t13759\t0.00',)))
    assert cells(parsed, "Deaths") == [0]
    assert parsed.frame["raw_text"].isna().all()


def test_provisional_year_keeps_its_label(wonder_file):
    parsed = parse_mortality(
        wonder_file(
            header='"Notes"\t"Year"\t"Year Code"\tDeaths\tPopulation\tCrude Rate',
            rows=('\t"2022 (provisional)"\t"2022"\t20516\t3564493\t575.6',),
            replace=(
                (
                    "Linked Birth / Infant Death Records, 1999-2002",
                    "Provisional Mortality Statistics, 2018 through Last Week",
                ),
                ("Group By: State; Year", "Group By: Year"),
                ("Per: 1,000", "Per: 100,000"),
            ),
        )
    )
    assert set(parsed.frame["year"]) == {"2022 (provisional)"}
    assert set(parsed.frame["year_code"]) == {"2022"}
    assert set(parsed.frame["rates_per"]) == {100000}


@pytest.mark.parametrize(
    ("header", "dimension"),
    [
        ("State of Residence", "state"),
        ("Residence State", "state"),
        ("Year of Death", "year"),
        ("Gender", "sex"),
        ("Sex of Infant", "sex"),
        ("Race", "race"),
        ("Bridged Race", "race"),
        ("Mother's Single Race 6", "race"),
        ("Mother's Bridged Race", "race"),
        ("Mother's Hispanic Origin", "hispanic_origin"),
        ("Age of Infant at Death in days", "age_of_infant"),
        ("Five-Year Age Groups", "age_of_infant"),
        ("Age of Mother 9", "age_of_mother"),
        ("Age of Mother Year", "age_of_mother"),
        ("UCD - ICD-10 130 Cause List (Infants)", "cause"),
    ],
)
def test_headers_that_drift_between_databases(wonder_file, header, dimension):
    code = {"state": "23", "year": "2001"}.get(dimension, "X")
    label = {"year": "2001"}.get(dimension, "Any label")
    parsed = parse_linked(
        wonder_file(
            header=f'"Notes"\t"{header}"\t"{header} Code"\tDeaths\tBirths\tDeath Rate',
            rows=(f'\t"{label}"\t"{code}"\t84\t13759\t6.11',),
            replace=(("Group By: State; Year", f"Group By: {header}"),),
        )
    )
    assert set(parsed.frame[dimension]) == {label}
    assert set(parsed.frame[f"{dimension}_code"]) == {code}
    assert set(parsed.frame["grouped_by"]) == {header}


def test_footer_values_that_wrap_and_old_separators(wonder_file):
    parsed = parse_linked(
        wonder_file(
            footer=(
                '"---"',
                '"Dataset: Linked Birth / Infant Death Records, 1999-2002"',
                '"Query Parameters:"',
                '"Mother\'s Single Race 6: Asian; Native Hawaiian or Other Pacific"',
                '"Islander; White; More than one race"',
                '"States: All"',
                '"Year: 2001, 2002"',
                '"Group By: State, Year"',
                '"Calculate Rates Per: 1,000"',
                '"---"',
                '"Query Date: Jan 5, 2010 1:02:03 PM"',
                '"---"',
                '"Suggested Citation: Centers for Disease Control and Prevention, National Vital"',
                '"Statistics System."',
                '"---"',
                "Messages:",
                '"1. Rows with zero Deaths are hidden."',
                '"---"',
                "Caveats:",
                '"1. Labels such as ""Unidentified Counties."""',
            )
        )
    )
    meta = parsed.metadata
    assert meta["Parameter: Mother's Single Race 6"].endswith(
        "Other Pacific Islander; White; More than one race"
    )
    assert meta["Group By"] == "State, Year"
    assert meta["Suggested Citation"].endswith("Vital Statistics System.")
    assert meta["Messages"] == "1. Rows with zero Deaths are hidden."
    assert meta["Caveats"] == '1. Labels such as "Unidentified Counties."'
    assert meta["Rates Per"] == "1000"
    assert "States" not in meta


def test_metadata_lists_the_states_asked_for(wonder_file):
    meta = parse_linked(wonder_file()).metadata
    assert meta["States"] == "Maine; Vermont"
    assert meta["Dataset"] == "Linked Birth / Infant Death Records, 1999-2002"
    assert meta["Query Date"] == "Jan 5, 2010 1:02:03 PM"
    assert meta["Decimals: Death Rate"] == "2"
    assert "Year: 2001" in meta["Query Parameters"]


@pytest.mark.parametrize(
    ("label", "kind", "dataset"),
    [
        ("Natality, 2016-2024 expanded", "natality", "nchs_wonder_natality"),
        ("Natality, 2003-2006", "natality", "nchs_wonder_natality"),
        ("Provisional Natality, 2023 through Last Month", "natality", "nchs_wonder_natality"),
        ("Multiple Cause of Death, 1999-2020", "mortality", "nchs_wonder_mortality"),
        ("Underlying Cause of Death, 1999-2017", "mortality", "nchs_wonder_mortality"),
    ],
)
def test_an_export_of_another_database_names_the_dataset_that_fits(
    wonder_file, label, kind, dataset
):
    path = wonder_file(replace=(("Linked Birth / Infant Death Records, 1999-2002", label),))
    assert set(parse_wonder(path).frame["database_kind"]) == {kind}
    error = refused(path)
    assert error.rule == "WONDER-DATASET"
    assert f"--dataset {dataset}" in str(error)


def test_an_unknown_database_is_refused(wonder_file):
    error = refused(wonder_file(replace=(("Linked Birth / Infant Death", "Bridged Population"),)))
    assert "Bridged Population" in error.seen


@pytest.mark.parametrize("lost", ["Dataset", "Group By", "Query Date"])
def test_a_footer_that_was_cut_is_refused(wonder_file, lost):
    kept = tuple(line for line in FOOTER if not line.startswith(f'"{lost}'))
    error = refused(wonder_file(footer=kept))
    assert (error.rule, error.row) == ("WONDER-FOOTER", 3)
    assert f"'{lost}:'" in error.seen


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ('\t"Maine"\t"23"\t"2001"\t"2001"\t84\t13759', "WONDER-WIDTH", ""),
        ('\t"Maine"\t"23"\t"2001"\t"2001"\t84\t13759\t6.11\t1', "WONDER-WIDTH", ""),
        ('\t"Maine"\t"23"\t"2001"\t"2001"\t\t13759\t6.11', "CELL-NUMBER", "Deaths"),
        ('\t"Maine"\t"23"\t"2001"\t"2001"\t8,400\t13759\t6.11', "CELL-NUMBER", "Deaths"),
        ('\t"Maine"\t"23"\t"2001"\t"2002"\t84\t13759\t6.11', "WONDER-LABELS", "Year Code"),
        ('\t"Alabama"\t"2"\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LABELS", "State Code"),
        ('\t"Maine"\t\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LABELS", "State Code"),
        ('\t\t\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LABELS", "Notes"),
        ('"Total"\t"Maine"\t"23"\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LABELS", "Notes"),
        ('"See note"\t"Maine"\t"23"\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LABELS", "Notes"),
        ('\t"Maine"x\t"23"\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LINE", ""),
        ('\t"Maine\t"23"\t"2001"\t"2001"\t84\t13759\t6.11', "WONDER-LINE", ""),
    ],
)
def test_a_row_outside_the_grammar_is_refused_with_its_line(wonder_file, row, rule, column):
    error = refused(wonder_file(rows=(ROWS[0], row)))
    assert (error.rule, error.row, error.column) == (rule, 3, column)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("Deaths\t", "Dead\t", "Deaths"),
        ("Deaths\t", "Births\t", "Births"),
        ('"Notes"\t', "", "State"),
        ('"State"\t"State Code"\t', "", "State"),
        ('"Year"\t"Year Code"', '"Weekday"\t"Weekday Code"', "Year"),
        ("Deaths\tBirths\tDeath Rate", "Births", "Deaths"),
    ],
)
def test_a_header_that_drifted_is_refused_with_the_column(wonder_file, old, new, column):
    error = refused(wonder_file(header=HEADER.replace(old, new)))
    assert (error.rule, error.row, error.column) == ("WONDER-HEADER", 1, column)


def test_a_header_without_rows_is_refused(wonder_file):
    assert refused(wonder_file(rows=())).rule == "WONDER-EMPTY"


def test_a_footer_without_a_table_is_refused(wonder_file):
    assert refused(wonder_file(header="", rows=())).rule == "WONDER-EMPTY"


@pytest.mark.parametrize("value", ["", "1,005", "thousand", "0"])
def test_rates_without_a_readable_multiplier_are_refused(wonder_file, value):
    error = refused(wonder_file(replace=(("Rates Per: 1,000", f"Rates Per: {value}"),)))
    assert (error.rule, error.column) == ("WONDER-FOOTER", "Death Rate")


def test_rows_below_the_table_are_refused(wonder_file):
    rows = (ROWS[0], '"---"', ROWS[1])
    error = refused(wonder_file(rows=rows))
    assert (error.rule, error.row) == ("WONDER-FOOTER", 4)


def test_ages_in_days_agree_with_their_codes(wonder_file):
    header = "Age of Infant at Death in days"
    error = refused(
        wonder_file(
            header=f'"Notes"\t"{header}"\t"{header} Code"\tDeaths\tBirths',
            rows=('\t"0 days"\t"0"\t84\t13759', '\t"2 days"\t"3"\t84\t13759'),
            replace=(("Group By: State; Year", f"Group By: {header}"),),
        )
    )
    assert (error.rule, error.row) == ("WONDER-LABELS", 3)


def test_blanks_that_do_not_break_a_line_are_blanks(wonder_file):
    copied = [row.replace(" ", "\u00a0") for row in ROWS]
    assert copied != list(ROWS)
    header = HEADER.replace(" ", "\u00a0")
    parsed = parse_linked(wonder_file(header=header, rows=copied, encoding="utf-8"))
    assert parsed.frame.equals(parse_linked(wonder_file()).frame)


def test_a_line_above_the_header_is_named_as_such(wonder_file):
    error = refused(wonder_file(header=f"Infant deaths, by state\n{HEADER}"))
    assert (error.rule, error.row) == ("WONDER-HEADER", 1)
    assert "Infant deaths" in error.seen
