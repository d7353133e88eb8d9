"""Words of the producer, and what a spreadsheet makes of them, on exports written by hand."""

from __future__ import annotations

import csv
import io

import pytest

from assets.archive.errors import ExtractError
from assets.producers.nchs.wonder.read import parse_linked, parse_wonder
from tests.unit.nchs.exports import HEADER, ROWS


def cells(parsed, column):
    rows = parsed.frame[parsed.frame["source_column"] == column]
    return list(rows["value"])


def refused(path):
    with pytest.raises(ExtractError) as caught:
        parse_linked(path)
    return caught.value


@pytest.mark.parametrize("header", ["Occurrence State", "Weekday", "Father's Education"])
def test_a_grouping_without_a_column_is_kept_under_its_own_name(wonder_file, header):
    parsed = parse_linked(
        wonder_file(
            replace=(
                ('"State"\t"State Code"', f'"{header}"\t"{header} Code"'),
                ("Group By: State; Year", f"Group By: {header}; Year"),
            )
        )
    )
    assert parsed.frame["state"].isna().all()
    assert set(parsed.frame["other"]) == {f"{header}: Maine", f"{header}: Vermont"}
    assert set(parsed.frame["other_code"]) == {"23", "50"}


def test_a_second_grouping_of_one_kind_is_kept_beside_the_first(wonder_file):
    first, second = "Age of Mother 9", "Age of Mother 13"
    parsed = parse_linked(
        wonder_file(
            header=f'"Notes"\t"{first}"\t"{first} Code"\t"{second}"\t"{second} Code"\t'
            "Deaths\tBirths",
            rows=('\t"15-19 years"\t"15-19"\t"16 years"\t"16"\t84\t13759',),
            replace=(("Group By: State; Year", f"Group By: {first}; {second}"),),
        )
    )
    assert set(parsed.frame["age_of_mother_code"]) == {"15-19"}
    assert set(parsed.frame["other"]) == {"Age of Mother 13: 16 years"}


def test_a_measured_column_that_is_not_known_is_kept(wonder_file):
    header = HEADER.replace("Death Rate", "Preterm Share")
    rows = tuple(row.replace(" (Unreliable)", "%") for row in ROWS)
    parsed = parse_linked(wonder_file(header=header, rows=rows))
    assert cells(parsed, "Preterm Share") == [6.11, 2.51]
    error = refused(wonder_file(header=header, rows=(ROWS[0].replace("6.11", '"six"'),)))
    assert (error.rule, error.column) == ("CELL-NUMBER", "Preterm Share")


LINKED_COUNTIES = (
    '"Notes"\t"State"\t"State Code"\t"County"\t"County Code"\tDeaths\tBirths',
    ("Group By: State; Year", "Group By: State; County"),
)


def test_leading_zeros_that_a_spreadsheet_dropped_are_restored_by_the_name(wonder_file):
    header, grouped = LINKED_COUNTIES
    parsed = parse_linked(
        wonder_file(
            header=header,
            rows=('\t"Alabama"\t"1"\t"Jefferson County, AL"\t"1073"\t69\t7751',),
            replace=(grouped,),
        )
    )
    assert set(parsed.frame["state_code"]) == {"01"}
    assert set(parsed.frame["county_code"]) == {"01073"}
    assert "State Code '1' of 'Alabama' is '01' (1 rows)" in parsed.metadata["Restored Codes"]


@pytest.mark.parametrize(
    ("state", "county"),
    [
        ('"Alabama"\t"2"', '"Jefferson County, AL"\t"1073"'),
        ('"Alabama"\t"1"', '"Jefferson County, AZ"\t"1073"'),
        ('"Alabama"\t"1"', '"Jefferson County, AL"\t"173"'),
        ('"Alabama"\t"1"', '"Jefferson County"\t"1073"'),
    ],
)
def test_lost_zeros_that_the_name_does_not_explain_are_refused(wonder_file, state, county):
    header, grouped = LINKED_COUNTIES
    path = wonder_file(header=header, rows=(f"\t{state}\t{county}\t69\t7751",), replace=(grouped,))
    error = refused(path)
    assert error.rule == "WONDER-LABELS"
    assert "leading zeros" in error.remedy


@pytest.mark.parametrize(
    ("header", "label", "shown", "code"),
    [
        ("Race", "White", "Mar-06", "2106-3"),
        ("Race", "Black or African American", "May-54", "2054-5"),
        ("Birth Weight", "499 grams or less", "1", "01"),
        ("Month Prenatal Care Began", "No prenatal care", "0", "00"),
        ("Mother's Hispanic Origin", "Hispanic or Latino", "Feb-35", "2135-2"),
    ],
)
def test_codes_that_a_spreadsheet_made_dates_and_numbers_of(
    wonder_file, header, label, shown, code
):
    parsed = parse_linked(
        wonder_file(
            header=f'"Notes"\t"{header}"\t"{header} Code"\tDeaths\tBirths',
            rows=(f'\t"{label}"\t"{shown}"\t84\t13759',),
            replace=(("Group By: State; Year", f"Group By: {header}"),),
        )
    )
    codes = {parsed.frame[c].iloc[0] for c in parsed.frame if c.endswith("_code")}
    assert code in codes
    assert shown not in codes


@pytest.mark.parametrize(
    ("label", "code", "month", "year"),
    [
        ("January", "1", "1", None),
        ("Jan., 2021", "2021/01", "1", "2021"),
        ("May, 2025 (provisional and partial)", "2025/05", "5", "2025"),
        ("Dec., 2024 (provisional)", "Dec-24", "12", "2024"),
    ],
)
def test_months_with_and_without_their_year(wonder_file, label, code, month, year):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"Month"\t"Month Code"\tDeaths\tBirths',
            rows=(f'\t"{label}"\t"{code}"\t84\t13759',),
            replace=(
                ("Group By: State; Year", "Group By: Month"),
                ('"Year: 2001"\n', ""),
            ),
        )
    )
    assert set(parsed.frame["month_code"]) == {month}
    assert set(parsed.frame["month"]) == {label}
    years = set(parsed.frame["first_year"])
    assert years == {int(year) if year else 1999}  # the first year of the database


def test_a_month_that_its_code_contradicts_is_refused(wonder_file):
    error = refused(
        wonder_file(
            header='"Notes"\t"Month"\t"Month Code"\tDeaths\tBirths',
            rows=('\t"January"\t"2"\t84\t13759',),
            replace=(("Group By: State; Year", "Group By: Month"),),
        )
    )
    assert (error.rule, error.column) == ("WONDER-LABELS", "Month Code")


@pytest.mark.parametrize(
    ("parameter", "dataset", "years"),
    [
        ("Year: 2007; 2008; 2009", "2007-2016", (2007, 2009)),
        ("Year: 2007, 2008", "2007-2016", (2007, 2008)),
        ("Year: 2007; 2009", "2007-2016", None),
        ("Gender: All", "2007-2016", (2007, 2016)),
        ("Gender: All", "2017-2022 Expanded", (2017, 2022)),
    ],
)
def test_years_of_one_figure_are_those_of_the_query(wonder_file, parameter, dataset, years):
    parsed = parse_linked(
        wonder_file(
            header='"Notes"\t"State"\t"State Code"\tDeaths\tBirths\tDeath Rate',
            rows=('\t"Maine"\t"23"\t84\t13759\t6.11',),
            replace=(
                ("Group By: State; Year", "Group By: State"),
                ("Year: 2001", parameter),
                ("Records, 1999-2002", f"Records, {dataset}"),
            ),
        )
    )
    if years is None:
        assert parsed.frame["first_year"].isna().all()
    else:
        assert set(parsed.frame["first_year"]) == {years[0]}
        assert set(parsed.frame["last_year"]) == {years[1]}
    assert parsed.frame["year_code"].isna().all()


def _saved_by_a_spreadsheet(text, delimiter, width):
    """Return an export as a spreadsheet saves it: other delimiter, every line filled up."""
    table = []
    for line in csv.reader(io.StringIO(text), delimiter="\t"):
        table.append(line + [""] * (width - len(line)))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(table)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("width", [8, 11])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_footer_that_a_spreadsheet_filled_up(wonder_file, delimiter, width, encoding):
    path = wonder_file()
    original = parse_linked(path)
    saved = _saved_by_a_spreadsheet(path.read_text(), delimiter, width)
    path.write_bytes(saved.encode(encoding))
    again = parse_linked(path)
    assert again.frame.equals(original.frame)
    told = {k: v for k, v in again.metadata.items() if k != "Syntax"}
    assert told == {k: v for k, v in original.metadata.items() if k != "Syntax"}


@pytest.mark.parametrize("line", ['"--- "', "--- ", '"---",,,', "---\t\t", '"---" '])
def test_separators_with_blanks_and_padding(wonder_file, line):
    parsed = parse_linked(wonder_file(replace=(('"---"', line),)))
    assert parsed.metadata["Query Date"] == "Jan 5, 2010 1:02:03 PM"


@pytest.mark.parametrize("count", ["84.0", "84"])
def test_a_count_may_be_printed_with_a_decimal_zero(wonder_file, count):
    parsed = parse_linked(wonder_file(rows=(ROWS[0].replace("\t84\t", f"\t{count}\t"), ROWS[1])))
    assert cells(parsed, "Deaths") == [84, 16]


def test_fetal_deaths_are_a_database(wonder_file):
    path = wonder_file(
        header='"Notes"\t"Year"\t"Year Code"\tFetal Deaths',
        rows=('\t"2005"\t"2005"\t25894', '"Total"\t\t\t25894'),
        replace=(
            ("Linked Birth / Infant Death Records, 1999-2002", "Fetal Deaths, 2005-2022"),
            ("Group By: State; Year", "Group By: Year"),
        ),
    )
    parsed = parse_wonder(path)
    assert set(parsed.frame["database_kind"]) == {"fetal"}
    assert cells(parsed, "Fetal Deaths") == [25894, 25894]
