"""data.cdc.gov extracts: JSON, zipped pages and both CSV forms give the same staging rows."""

from __future__ import annotations

import json
import zipfile

import pytest

from assets.archive.errors import ExtractError
from assets.producers.nchs.soda.layouts import (
    LAYOUTS,
    QUARTERLY_BIRTHS,
    RATES_BY_RACE_1915,
    VSRR_COUNTS,
    VSRR_QUARTERLY,
    fitting_layout,
)
from assets.producers.nchs.soda.read import parse_soda, parser_of
from assets.producers.nchs.tables import NCHS_SERIES, NCHS_VSRR
from tests.unit.nchs.exports import RECORD

parse_vsrr = parser_of(VSRR_COUNTS)


def refused(path, parse=parse_vsrr):
    with pytest.raises(ExtractError) as caught:
        parse(path)
    assert caught.value.file == path.name
    return caught.value


def test_json_and_both_csv_forms_agree(extract):
    api = "state,year,month,period,indicator,data_value\n"
    display = "State,Year,Month,Period,Indicator,Data Value\n"
    line = ",".join(RECORD.values()) + "\n"
    frames = [
        parse_vsrr(extract([RECORD])).frame,
        parse_vsrr(extract(api + line)).frame,
        parse_vsrr(extract((display + line).replace("\n", "\r\n"))).frame,
    ]
    for frame in frames:
        row = frame.iloc[0]
        assert row["value"] == 1644
        assert row["state"] == "PUERTO RICO"
        assert row["source_column"] == "Data Value"
    assert [frame.iloc[0]["source_row"] for frame in frames] == [1, 2, 2]
    expected = [c for c in NCHS_VSRR.column_names if c not in ("dataset_id", "vintage_id")]
    assert list(frames[0].columns) == expected


def test_numbers_that_are_not_strings_are_read_the_same(extract):
    assert parse_vsrr(extract([{**RECORD, "data_value": 1644}])).frame.iloc[0]["value"] == 1644


def test_a_null_value_that_was_left_out_is_empty_not_zero(extract):
    for record in (
        {k: v for k, v in RECORD.items() if k != "data_value"},
        {**RECORD, "data_value": None},
    ):
        parsed = parse_vsrr(extract([RECORD, {**record, "month": "April"}]))
        assert parsed.frame["value"].isna().tolist() == [False, True]
        assert parsed.frame.iloc[1]["raw_text"] == ""


def test_pages_in_a_zip_keep_their_names(tmp_path):
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("page-0002.json", json.dumps([{**RECORD, "month": "April"}]))
        archive.writestr("page-0001.json", json.dumps([RECORD]))
    frame = parse_vsrr(path).frame
    assert frame[["source_sheet", "source_row", "month"]].values.tolist() == [
        ["page-0001.json", 1, "March"],
        ["page-0002.json", 1, "April"],
    ]


@pytest.mark.parametrize("name", ["../page.json", "/page.json", "page.csv", "a/page.json"])
def test_a_zip_with_other_members_is_refused(tmp_path, name):
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, json.dumps([RECORD]))
    assert refused(path).rule == "SODA-PAGES"


def test_computed_columns_of_the_portal_are_ignored(extract):
    parsed = parse_vsrr(extract([{**RECORD, ":id": "row-1", ":@computed_region_x": "3"}]))
    assert "Added Columns" not in parsed.metadata


def test_an_added_column_is_noted(extract):
    parsed = parse_vsrr(extract([{**RECORD, "footnote": "x"}]))
    assert parsed.metadata["Added Columns"] == "footnote"


def test_marks_and_optional_measures_give_rows_where_they_are_not_empty(extract):
    base = {
        "year_and_quarter": "2018 Q3",
        "topic": "Rates by Age",
        "indicator": "Infant mortality",
        "time_period": "12 Month-ending",
        "rate": "5.7",
        "unit": "per 1,000 births",
    }
    marked = {**base, "year_and_quarter": "2018 Q4", "significant": "*", "standard_error": "0.04"}
    frame = parser_of(VSRR_QUARTERLY)(extract([base, marked])).frame
    assert frame[["source_row", "source_column"]].values.tolist() == [
        [1, "Rate"],
        [2, "Rate"],
        [2, "Significant"],
        [2, "Standard Error"],
    ]
    assert frame["raw_text"].isna().tolist() == [True, True, False, True]
    assert frame.iloc[0]["value"] == 5.7
    expected = [c for c in NCHS_SERIES.column_names if c not in ("dataset_id", "vintage_id")]
    assert list(frame.columns) == expected


def test_topic_subgroup_is_kept_as_text(extract):
    text = (
        "Year and Quarter,Topic,Topic Subgroup,Indicator,Time Period,Rate,Unit,Significant\n"
        '2017 Q1,Birth Rates,Teen Birth Rates,15-17 years,Quarterly,19.90,"per 1,000 births",\n'
    )
    frame = parser_of(QUARTERLY_BIRTHS)(extract(text)).frame
    assert frame["raw_text"].iloc[0] == "Teen Birth Rates"
    assert frame["value"].tolist()[1] == 19.9


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        ("[]", "SODA-EMPTY", 1),
        ('{"code": "query.soql.no-such-column", "error": true, "message": "x"}', "SODA-ERROR", 1),
        ('{"rows": 3}', "SODA-JSON", 1),
        ('[{"state": "MAINE"', "SODA-JSON", 1),
        ("[3]", "SODA-RECORD", 1),
        ('[{"state": "MAINE", "state": "IOWA"}]', "SODA-RECORD", 1),
        ('[{"state": {"name": "MAINE"}}]', "SODA-RECORD", 1),
        ('[{"state": NaN}]', "SODA-JSON", 1),
        ("[" * 100_000, "SODA-JSON", 1),
        ("State,Year\nMAINE,2019\n", "SODA-COLUMNS", 1),
        ("State,State,Year\n", "SODA-COLUMNS", 1),
        ("State,Year,Month,Period,Indicator,Data Value\nMAINE,2019\n", "SODA-WIDTH", 2),
        ("State,Year,Month,Period,Indicator,Data Value\n", "SODA-EMPTY", 1),
    ],
)
def test_what_is_not_an_extract_is_refused(extract, content, rule, row):
    error = refused(extract(content))
    assert (error.rule, error.row) == (rule, row)


def test_a_renamed_column_names_the_old_and_the_new(extract):
    record = {("state_name" if k == "state" else k): v for k, v in RECORD.items()}
    error = refused(extract([record]))
    assert (error.rule, error.column) == ("SODA-COLUMNS", "state_name")
    assert error.details["removed"] == ["state"]
    assert error.details["added"] == ["state_name"]


def test_a_renamed_optional_column_is_drift_too(extract):
    record = {
        "year_and_quarter": "2018 Q3",
        "topic": "Rates by Age",
        "indicator": "Infant mortality",
        "time_period": "12 Month-ending",
        "rate": "5.7",
        "unit": "per 1,000 births",
        "significance": "*",
    }
    assert refused(extract([record]), parser_of(VSRR_QUARTERLY)).column == "significance"


def test_another_dataset_is_named(extract):
    record = {
        "year": "1995",
        "birth_number": "3899589",
        "general_fertility_rate": "64.6",
        "crude_birth_rate": "14.6",
    }
    assert "--dataset nchs_births_1909" in str(refused(extract([record])))


def test_layouts_are_told_apart_by_their_columns():
    for layout in LAYOUTS:
        assert fitting_layout(f.api for f in layout.fields) is layout
        assert fitting_layout(f.display for f in layout.fields) is layout
        assert fitting_layout(f.api for f in layout.fields if not f.optional) is layout


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"year": "19"}, "Year"),
        ({"year": "2019.0"}, "Year"),
        ({"indicator": ""}, "Indicator"),
        ({"data_value": "1,644"}, "Data Value"),
        ({"data_value": "16.5"}, "Data Value"),
    ],
)
def test_a_bad_value_names_record_and_column(extract, change, column):
    error = refused(extract([RECORD, {**RECORD, **change}]))
    assert (error.row, error.column) == (2, column)


def test_a_record_with_a_mangled_key_is_not_a_missing_value(extract):
    mangled = {("dat-a_value" if k == "data_value" else k): v for k, v in RECORD.items()}
    error = refused(extract([RECORD, {**mangled, "month": "April"}]))
    assert (error.rule, error.row, error.column) == ("SODA-RECORD", 2, "dat-a_value")


def test_a_csv_cut_off_in_its_last_line(extract):
    text = "State,Year,Month,Period,Indicator,Data Value\n" + ",".join(RECORD.values())
    error = refused(extract(text))
    assert (error.rule, error.row) == ("SODA-LINE", 2)


@pytest.mark.parametrize(
    ("column", "value"),
    [("unit", "per 1,005 births"), ("time_period", "Monthly"), ("year_and_quarter", "2018")],
)
def test_words_of_the_quarterly_series_are_fixed(extract, column, value):
    record = {
        "year_and_quarter": "2018 Q3",
        "topic": "Rates by Age",
        "indicator": "Infant mortality",
        "time_period": "12 Month-ending",
        "rate": "5.7",
        "unit": "per 1,000 births",
    }
    error = refused(extract([record, {**record, column: value}]), parser_of(VSRR_QUARTERLY))
    assert (error.rule, error.row) == ("SODA-LABEL", 2)


def test_blanks_and_capitals_of_a_label_make_no_other_series(tmp_path):
    # data.cdc.gov prints 'Black ' in the last record of ddsk-zebd.
    file = tmp_path / "ddsk.csv"
    labels = ("Black", "Black", " Black  ", "black")
    lines = [f"{label},{2010 + n},10.8" for n, label in enumerate(labels)]
    file.write_text("Race,Year,Infant Mortality Rate\n" + "\n".join(lines) + "\n")
    parsed = parse_soda(file, RATES_BY_RACE_1915, NCHS_SERIES)
    assert set(parsed.frame["indicator"]) == {"Black"}
    assert parsed.metadata["Respelled Labels"] == "'black' as 'Black' (1)"
