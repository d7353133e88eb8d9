"""The grammar of Fingertips exports: parents, categories, periods, missing figures."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from assets.archive.errors import ExtractError
from assets.producers.ohid.fingertips.read import parse_infant_mortality
from assets.producers.ohid.identify import identify

# Columns as the producer's own writer names them; the last was added in 2022.
HEADER = [
    *("Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name"),
    *("Area Type", "Sex", "Age", "Category Type", "Category", "Time period", "Value"),
    *("Lower CI 95.0 limit", "Upper CI 95.0 limit", "Lower CI 99.8 limit", "Upper CI 99.8 limit"),
    *("Count", "Denominator", "Value note", "Recent Trend"),
    *("Compared to England value or percentiles", "Compared to percentiles"),
    *("Time period Sortable", "New data", "Compared to goal", "Time period range"),
]
Record = dict[str, str]


def record(**values: str) -> Record:
    return {
        "Indicator ID": "92196",
        "Indicator Name": "Infant mortality rate",
        "Parent Code": "E92000001",
        "Area Code": "E07000223",
        "Area Name": "Adur",
        "Area Type": "District & UA (pre 4/19)",
        "Sex": "Persons",
        "Age": "<1 yr",
        "Time period": "2016 - 18",
        "Value": "1.0137",
        "Lower CI 95.0 limit": "0.1228",
        "Upper CI 95.0 limit": "3.6618",
        "Count": "2",
        "Denominator": "1973",
        "Time period Sortable": "20160000",
        **{name.replace("_", " "): value for name, value in values.items()},
    }


def export(folder: Path, records: Sequence[Record], header: Sequence[str] = HEADER) -> Path:
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(records)
    return path


def figures(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["source_column"], frame["value"], strict=True))


def refused(path: Path) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        parse_infant_mortality(path)
    assert caught.value.file == path.name
    assert caught.value.remedy
    return caught.value


def test_an_area_is_read_once_however_many_parents_repeat_it(tmp_path: Path) -> None:
    records = [record(), record(Parent_Code="E12000008"), record(Parent_Code="E10000032")]
    parsed = parse_infant_mortality(export(tmp_path, records))
    assert set(parsed.frame["source_row"]) == {2}
    assert parsed.metadata["rows_repeated_by_parent"] == "2"
    found = figures(parsed.frame)
    assert (found["Count"], found["Denominator"], found["Value"]) == (2, 1973, 1.0137)


@pytest.mark.parametrize(
    ("column", "value"), [("Count", "3"), ("Value", "1.0138"), ("Denominator", "")]
)
def test_parents_that_contradict_each_other_are_refused(
    tmp_path: Path, column: str, value: str
) -> None:
    error = refused(export(tmp_path, [record(), record(**{column: value, "Parent_Code": "x"})]))
    assert (error.rule, error.row, error.column) == ("FINGERTIPS-PARENTS", 3, column)


def test_rows_by_category_are_left_out_and_counted(tmp_path: Path) -> None:
    decile = record(Category_Type="District & UA deprivation deciles", Category="Most deprived")
    parsed = parse_infant_mortality(export(tmp_path, [record(), decile]))
    assert set(parsed.frame["source_row"]) == {2}
    assert parsed.metadata["left_out of a category, such as a deprivation decile"] == "1"
    assert refused(export(tmp_path, [decile])).rule == "FINGERTIPS-EMPTY"


def test_missing_is_blank_or_minus_one_and_zero_is_a_figure(tmp_path: Path) -> None:
    note = "Value suppressed for disclosure control due to small count"
    changed = {"Value": "-1", "Count": "-1.0", "Denominator": "", "Lower_CI_95.0_limit": "0"}
    frame = parse_infant_mortality(
        export(tmp_path, [record(**changed, Value_note=note)])
    ).frame.set_index("source_column")
    assert frame.loc[["Value", "Count", "Denominator"], "value"].isna().all()
    assert list(frame.loc[["Value", "Count"], "raw_text"]) == ["-1", "-1.0"]
    assert pd.isna(frame.loc["Denominator", "raw_text"])
    assert frame.loc["Lower CI 95.0 limit", "value"] == 0
    assert set(frame["value_note"]) == {note}


@pytest.mark.parametrize(
    ("values", "rule", "column"),
    [
        ({"Time_period_Sortable": "20150000"}, "FINGERTIPS-PERIOD", "Time period Sortable"),
        ({"Count": "two"}, "FINGERTIPS-CELL", "Count"),
        ({"Value": "1,013"}, "FINGERTIPS-CELL", "Value"),
        ({"Value": "-2x"}, "FINGERTIPS-CELL", "Value"),
    ],
)
def test_a_faulty_cell_is_named(tmp_path: Path, values: Record, rule: str, column: str) -> None:
    error = refused(export(tmp_path, [record(Time_period="2015 - 17", Time_period_Sortable=""),
                                      record(**values)]))  # fmt: skip
    assert (error.rule, error.row, error.column) == (rule, 3, column)


@pytest.mark.parametrize(
    "values",
    [
        {"Time_period": "2016-18"},
        {"Time_period": "2018"},
        {"Time_period": "2016 - 19"},
        {"Indicator_ID": "90731"},
        {"Area_Code": "nE38000001"},
        {"Sex": "Male"},
        {"Age": "<28 days"},
    ],
)
def test_a_row_that_is_not_used_refuses_nothing(tmp_path: Path, values: Record) -> None:
    parsed = parse_infant_mortality(export(tmp_path, [record(), record(**values)]))
    assert set(parsed.frame["source_row"]) == {2}
    assert sum(int(n) for name, n in parsed.metadata.items() if name.startswith("left_out ")) == 1
    rule = "FINGERTIPS-INDICATOR" if "Indicator_ID" in values else "FINGERTIPS-EMPTY"
    assert refused(export(tmp_path, [record(**values)])).rule == rule


def test_a_column_that_nobody_asked_for_refuses_nothing(tmp_path: Path) -> None:
    parsed = parse_infant_mortality(export(tmp_path, [record()], [*HEADER, "Standardised value"]))
    assert parsed.metadata["columns_not_read"] == "Standardised value"


@pytest.mark.parametrize("change", [("", ""), (".", ""), ("_", "")])
def test_renamed_columns_are_called_so(tmp_path: Path, change: tuple[str, str]) -> None:
    header = ["", *(name.replace(" ", change[0]) for name in HEADER)]
    error = refused(export(tmp_path, [], header))
    assert error.rule == "FINGERTIPS-RENAMED"
    assert "Fingertips export with renamed columns" in error.seen


def test_a_turn_of_the_century_is_a_period(tmp_path: Path) -> None:
    row = record(Time_period="1998 - 00", Time_period_Sortable="19980000")
    assert set(parse_infant_mortality(export(tmp_path, [row])).frame["period"]) == {"1998 - 00"}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ([name for name in HEADER if name != "Denominator"], "Denominator"),
        ([*HEADER, "Value"], "Value"),
    ],
)
def test_another_header_is_refused(tmp_path: Path, header: list[str], column: str) -> None:
    error = refused(export(tmp_path, [record()], header))
    assert (error.rule, error.row, error.column) == ("FINGERTIPS-HEADER", 1, column)


def test_the_comparison_is_named_after_the_parent_and_targets_are_older(tmp_path: Path) -> None:
    header = ["Compared to Region value or percentiles" if "Compared to p" in n else n
              for n in HEADER[:-2]]  # fmt: skip
    parsed = parse_infant_mortality(export(tmp_path, [record()], [*header, "Target data"]))
    assert figures(parsed.frame)["Upper CI 95.0 limit"] == 3.6618


def test_a_cut_off_row_is_refused(tmp_path: Path) -> None:
    path = export(tmp_path, [record(), record(Area_Code="E07000224")])
    path.write_text(path.read_text(encoding="utf-8")[:-60], encoding="utf-8")
    error = refused(path)
    assert (error.rule, error.row) == ("FINGERTIPS-ROW", 3)


def test_other_indicators_are_not_identified(tmp_path: Path) -> None:
    assert identify(export(tmp_path, [record()])) == "fingertips_infant_mortality"
    assert identify(export(tmp_path, [record(Indicator_ID="90731")])) is None
    assert identify(export(tmp_path, [record(Indicator_ID="192196")])) is None
