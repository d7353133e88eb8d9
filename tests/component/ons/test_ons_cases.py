"""ONS, Nomis and Fingertips files of others: what is read, left out, refused, and why.

Expected figures are those that the producer prints in the files themselves.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assets.archive import intake
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from assets.producers.identify import describe_unknown, identify
from assets.producers.ons.area_registrations.read import parse_births_by_area, parse_deaths_by_area
from assets.state.home import Home

ORIGIN = Origin("file:test", "2026-01-01T00:00:00+00:00", "none")
BIRTHS, INFANT = "Live Births | All | Total", "Deaths (numbers) | Infant (under 1 year)"


@pytest.fixture
def cases(shared_data: Path) -> Path:
    """Folder of small inputs that show a real trouble."""
    folder = shared_data.parent / "cases"
    if not folder.is_dir():
        pytest.skip("the cases are not on this machine")
    return folder


def _taken(home: Path, path: Path) -> intake.IntakeOutcome:
    name = identify(path)
    assert name is not None
    return intake.take_in(Home(home), dataset(name), path, ORIGIN, judges=(judge_areas,))


def _figures(frame: pd.DataFrame, column: str) -> dict[str, float]:
    cells = frame[frame["source_column"] == column]
    return dict(zip(cells["area_name"], cells["value"], strict=True))


@pytest.mark.parametrize(
    ("year", "whole", "figures", "left_out"),
    [
        (2010, "ENGLAND AND WALES", (723165, 687007, 35952), {37, 60, 65, 433}),
        (2015, "ENGLAND, WALES AND ELSEWHERE", (697852, 664399, 33279), {7, 61, 404}),
    ],
)
def test_births_of_editions_that_nobody_had_described(
    year: int,
    whole: str,
    figures: tuple[int, ...],
    left_out: set[int],
    shared_data: Path,
    tmp_path: Path,
) -> None:
    path = shared_data / f"ons/area_workbooks/births_{year}.xls"
    outcome = _taken(tmp_path, path)
    assert (outcome.status, outcome.errors, outcome.warnings) == (intake.NEW, (), ())
    found = _figures(parse_births_by_area(path).frame, BIRTHS)
    assert tuple(found[name] for name in (whole, "ENGLAND", "WALES")) == figures
    assert not {"SCOTLAND", "NORTHERN IRELAND", "Antrim", "Aberdeen City"} & set(found)
    births = dataset("ons_births_by_area")
    assert births.use is not None
    assert outcome.parsed is not None
    use = births.use(outcome.parsed)
    assert {number for _, number in use.rows_left_out} == left_out
    assert f"Deaths of infants in {year}" in use.still_needed[0]


def test_deaths_of_2010_with_districts_that_were_abolished(
    shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "ons/area_workbooks/deaths_2010.xls"
    outcome = _taken(tmp_path, path)
    assert (outcome.status, outcome.errors, outcome.warnings) == (intake.NEW, (), ())
    found = _figures(parse_deaths_by_area(path).frame, INFANT)
    assert (found["ENGLAND AND WALES"], found["ENGLAND"], found["WALES"]) == (3140, 2966, 144)
    assert "Chester-le-Street" not in found


def _with_title(path: Path, copy: Path, title: str) -> Path:
    """Write a copy of an .xls workbook with a title above the header of Table 1a."""
    xlrd: Any = pytest.importorskip("xlrd")
    xlwt: Any = pytest.importorskip("xlwt")
    source = xlrd.open_workbook(path, ragged_rows=True)
    book = xlwt.Workbook(encoding="utf-8")
    for sheet in source.sheets():
        target = book.add_sheet(sheet.name)
        for row in range(sheet.nrows):
            for column, value in enumerate(sheet.row_values(row)):
                target.write(row, column, value)
        if sheet.name == "Table 1a":
            target.write(1, 0, title)
    book.save(str(copy))
    return copy


def test_deaths_of_2015_are_refused_for_the_title_that_a_copy_lost_and_nothing_else(
    shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "ons/area_workbooks/deaths_2015.xls"
    refused = _taken(tmp_path / "a", path)
    assert [error.rule for error in refused.errors] == ["ONS-TITLE"]
    title = "Table 1a: Deaths (numbers and rates) by area of usual residence, 2015 registrations"
    whole = _with_title(path, tmp_path / "deaths_2015.xls", title)
    outcome = _taken(tmp_path / "b", whole)
    assert (outcome.status, outcome.errors, outcome.warnings) == (intake.NEW, (), ())
    found = _figures(parse_deaths_by_area(whole).frame, INFANT)
    assert (found["ENGLAND, WALES AND ELSEWHERE"], found["ENGLAND"]) == (2721, 2575)


def test_marks_in_columns_without_header(cases: Path, tmp_path: Path) -> None:
    path = cases / "deaths2014_flags.xlsx"
    outcome = _taken(tmp_path, path)
    assert (outcome.status, outcome.errors, outcome.warnings) == (intake.NEW, (), ())
    frame = parse_deaths_by_area(path).frame
    marks = frame[frame["source_column"].str.endswith(" | reliability")]
    assert set(marks["raw_text"].dropna()) == {"u"}
    durham = marks[marks["area_name"] == "County Durham"].set_index("source_column")["raw_text"]
    assert durham.dropna().to_dict() == {"Rates | Neonatal mortality rate | reliability": "u"}


def test_child_mortality_2020_is_used_without_what_its_carrier_changed(
    shared_data: Path, tmp_path: Path
) -> None:
    name = "cim2020deathcohortworkbook_tables1-2_perturbed.xlsx"
    outcome = _taken(tmp_path, shared_data / "ons/workbooks" / name)
    assert (outcome.status, outcome.errors) == (intake.NEW, ())
    parsed = outcome.parsed
    assert parsed is not None
    assert parsed.metadata["tables"] == ", ".join(map(str, range(3, 28)))
    told = parsed.metadata["tables_not_read"]
    assert "2: 105 counts that are no whole numbers" in told
    assert "1: a count that is no whole number in row 7, 8, 9" in told
    assert told.endswith("of sheet 'Table_1', so that no row of it is used")
    areas = parsed.frame[parsed.frame["table_number"] == "3"]
    england = areas[areas["area_code"] == "E92000001"].set_index("source_column")["value"]
    assert (england["Live births"], england["Infant deaths"]) == (585195, 2100)


def test_a_nomis_figure_whose_status_says_missing(cases: Path, tmp_path: Path) -> None:
    outcome = _taken(tmp_path, cases / "nomis_value_0_status_missing.csv")
    assert (outcome.status, outcome.errors) == (intake.NEW, ())
    assert [advice.rule for advice in outcome.warnings] == ["INTAKE-NOMIS-BIRTHS-007"]
    assert outcome.parsed is not None
    frame = outcome.parsed.frame.set_index("geography_code")
    assert pd.isna(frame.loc["E08000021", "value"])
    assert frame["value"].notna().sum() == 327


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("fingertipsR.csv", "Fingertips, indicator 92196, with renamed columns"),
        ("fingertips_92705.csv", "Fingertips, indicator 92705"),
    ],
)
def test_what_is_not_taken_of_fingertips_is_called_by_its_name(
    name: str, told: str, cases: Path
) -> None:
    assert identify(cases / name) is None
    seen, remedy = describe_unknown(cases / name)
    assert told in seen
    assert "indicator_ids=92196" in remedy
    assert "nchs" not in remedy


def test_another_dataset_of_nomis_is_called_by_its_name(tmp_path: Path, repository: Path) -> None:
    sample = repository / "assets/producers/ons/samples/files/nomis_live_births_2023.csv"
    path = tmp_path / "rates.csv"
    path.write_text(sample.read_text(encoding="utf-8").replace("Nm-205d1", "Nm-207d1"))
    seen, remedy = describe_unknown(path)
    assert "NM_207_1 (birth rates; the counts are in NM_205_1)" in seen
    assert "NM_205_1, NM_203_1, NM_161_1 and NM_2002_1" in remedy


def test_a_nomis_answer_without_urn_is_known_by_its_dimensions(
    tmp_path: Path, repository: Path
) -> None:
    sample = repository / "assets/producers/ons/samples/files/nomis_live_births_2023.csv"
    frame = pd.read_csv(sample, dtype="str", keep_default_na=False)
    path = tmp_path / "selected.csv"
    frame.drop(columns="URN").to_csv(path, index=False)
    assert identify(path) == "nomis_live_births"


def test_a_file_name_says_nothing(shared_data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "births_2015.xls"
    shutil.copy(shared_data / "ons/area_workbooks/deaths_2012.xls", copy)
    assert identify(copy) == "ons_deaths_by_area"
