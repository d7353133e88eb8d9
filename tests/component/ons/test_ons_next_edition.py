"""The edition after the last one described: its drift report pasted as the report says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from assets.archive import intake
from assets.archive.dataset import Dataset
from assets.archive.vintage import Origin
from assets.producers.ons.area_registrations import layouts as area_registrations_layouts
from assets.producers.ons.area_registrations.read import parse_deaths_by_area
from assets.producers.ons.birth_registrations import layouts as birth_registrations_layouts
from assets.producers.ons.birth_registrations.read import parse_birth_registrations
from assets.producers.ons.catalogue import BIRTH_REGISTRATIONS, CHILD_MORTALITY, DEATHS_BY_AREA
from assets.producers.ons.child_mortality import layouts as child_mortality_layouts
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.producers.ons.workbooks.workbook import Workbook
from assets.state.home import Home
from tools.samples.ons.generate import FILES

ORIGIN = Origin("file:test", "2026-01-01T00:00:00+00:00", "none")
Sheets = dict[str, list[list[object]]]
TABLES = (
    "1", "3", "4", *map(str, range(9, 13)), *map(str, range(17, 25)), "26", "27",
)  # fmt: skip
"""Tables of the sample of child mortality."""
HEADER = 9
"""Index of the header row of Table 3 in the 2022 edition."""


def next_edition(sample: str, path: Path, change: Callable[[Sheets], None]) -> Path:
    workbook = Workbook(FILES / sample)
    sheets: Sheets = {n: [list(row) for row in workbook.grid(n).rows] for n in workbook.sheets}
    change(sheets)
    if path.suffix == ".xls":
        _write_xls(path, sheets)
        return path
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(path, {"default_date_format": "d mmmm yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                write = sheet.write_string if isinstance(cell, str) else sheet.write
                write(number, column, cell)
    book.close()
    return path


def _write_xls(path: Path, sheets: Sheets) -> None:
    """Write ragged rows, as the producer's .xls files have them."""
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    dated = xlwt.easyxf(num_format_str="DD MMMM YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    style = [dated] if isinstance(cell, date) else []
                    sheet.write(number, column, cell, *style)
    book.save(str(path))


def _dated(sheets: Sheets, names: tuple[str, ...], old: str, new: str) -> None:
    for name in names:
        for row in sheets[name][:6]:
            row[:] = [cell.replace(old, new) if isinstance(cell, str) else cell for cell in row]


def _pasted(report: Path, module: ModuleType, name: str) -> tuple[object, ...]:
    """Do what the report says: put its last part first into the list of descriptions."""
    told = report.with_name("report.txt").read_text(encoding="utf-8")
    assert f"first into {name} of {module.__name__.replace('.', '/')}.py" in told
    description = told[told.index("EditionLayout(") :]
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    start = f"{name}: tuple[EditionLayout, ...] = (\n"
    assert source.count(start) == 1
    namespace: dict[str, object] = {"__name__": module.__name__}
    exec(  # noqa: S102 - the text is our own
        compile(source.replace(start, start + description), str(module.__file__), "exec"), namespace
    )
    layouts = namespace[name]
    assert isinstance(layouts, tuple)
    assert len(layouts) == len(getattr(module, name)) + 1
    return layouts


def _refused(home: Home, dataset: Dataset, path: Path) -> intake.IntakeOutcome:
    outcome = intake.take_in(home, dataset, path, ORIGIN)
    assert outcome.status == intake.QUARANTINED
    assert outcome.report is not None
    return outcome


def test_a_new_layout_of_child_mortality_is_read_with_the_pasted_description(
    tmp_path: Path,
) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, TABLES, "2022", "2024")
        areas = sheets["3"]
        areas[HEADER][8] = "Deaths of infants"
        for number, row in enumerate(areas[HEADER:], HEADER):
            filled = number > HEADER and row[0] != ""
            row.insert(4, row.pop(3))  # live births change places with stillbirths
            row.insert(9, "Births before 24 weeks" if number == HEADER else 4.0 if filled else "")
            row.insert(10, "Remarks" if number == HEADER else "see note 3" if filled else "")
        renamed = {"1": "Table 1 series"}
        moved = {renamed.get(name, name): rows for name, rows in sheets.items()}
        sheets.clear()
        sheets.update(moved)
        # Without rows of years that the title promises, the series would be refused.
        sheets["Table 1 series"][10:10] = [
            [year, *sheets["Table 1 series"][10][1:]] for year in (2024, 2023)
        ]

    path = next_edition("cim2022deathcohortworkbook.xlsx", tmp_path / "cim2024.xlsx", change)
    outcome = _refused(Home(tmp_path / "home"), CHILD_MORTALITY, path)
    (error,) = outcome.errors
    assert error.rule == "ONS-LAYOUT-SHEET"
    assert "table 1 stands on 'Table 1 series'" in error.seen
    assert "{'from': 'Infant deaths', 'to': 'Deaths of infants'}" in error.seen
    assert "Births before 24 weeks" in error.seen

    assert outcome.report is not None
    layouts = _pasted(outcome.report, child_mortality_layouts, "LAYOUTS")
    dataset = replace(
        CHILD_MORTALITY,
        parse=lambda file: parse_child_mortality(file, layouts),  # type: ignore[arg-type]
    )
    taken = intake.take_in(Home(tmp_path / "home"), dataset, path, ORIGIN)
    assert taken.errors == ()
    assert taken.status == intake.NEW
    assert taken.metadata["layout"] == "child mortality 2024"
    assert taken.metadata["tables"] == ", ".join(TABLES)
    assert taken.parsed is not None
    areas = taken.parsed.frame[taken.parsed.frame["table_number"] == "3"]
    england = areas[areas["area_code"] == "E92000001"].set_index("source_column")["value"]
    assert (england["Live births"], england["Infant deaths"]) == (577046, 2240)
    assert set(areas["year"]) == {"2024"}


def test_marks_without_a_header_keep_their_place_in_a_pasted_description(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, ("Table 1", "Table 3"), "2018", "2019")
        sheets["Table 3"][5][9] = "Infants"
        series = sheets["Table 1"]
        last = next(i for i, row in enumerate(series) if row and row[0] == 2018.0)
        series.insert(last, [2019.0, *series[last][1:]])

    path = next_edition("cms2018workbook.xls", tmp_path / "cms2019workbook.xls", change)
    outcome = _refused(Home(tmp_path / "home"), CHILD_MORTALITY, path)
    assert outcome.report is not None
    layouts = _pasted(outcome.report, child_mortality_layouts, "LAYOUTS")
    frame = parse_child_mortality(path, layouts).frame  # type: ignore[arg-type]
    darlington = frame[frame["area_code"] == "E06000005"].set_index("source_column")["raw_text"]
    assert darlington["Rates | Neonatal | reliability"] == "u"
    assert "Rates | Infant | reliability" in darlington.index


def test_a_new_layout_of_birth_registrations(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, ("Table_1", "Table_2"), "2023", "2024")
        sheets["Registrations"] = sheets.pop("Table_2")
        sheets["Registrations"][5][5] = "Number of still births"

    path = next_edition("2023birthregistrations.xlsx", tmp_path / "2024.xlsx", change)
    outcome = _refused(Home(tmp_path / "home"), BIRTH_REGISTRATIONS, path)
    assert outcome.report is not None
    layouts = _pasted(outcome.report, birth_registrations_layouts, "LAYOUTS")
    parsed = parse_birth_registrations(path, layouts)  # type: ignore[arg-type]
    assert parsed.metadata["layout"] == "birth registrations 2024"
    errors, _ = intake.judge(BIRTH_REGISTRATIONS, parsed, path.name)
    assert errors == []


def test_a_new_layout_of_deaths_by_area(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, ("Table 1a",), "2014", "2019")
        for row in sheets["Table 1a"]:
            row[:] = ["Babies" if cell == "Infant " else cell for cell in row]

    path = next_edition("deathsarea2014.xls", tmp_path / "deathsarea2019.xlsx", change)
    outcome = _refused(Home(tmp_path / "home"), DEATHS_BY_AREA, path)
    assert outcome.report is not None
    layouts = _pasted(outcome.report, area_registrations_layouts, "DEATHS")
    parsed = parse_deaths_by_area(path, layouts)  # type: ignore[arg-type]
    errors, _ = intake.judge(DEATHS_BY_AREA, parsed, path.name)
    assert errors == []
    assert parsed.metadata["edition"] == "2019"


def test_an_edition_that_looks_the_same_needs_nothing(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, TABLES, "2022", "2024")
        sheets["1"][10:10] = [[year, *sheets["1"][10][1:]] for year in (2024, 2023)]

    path = next_edition("cim2022deathcohortworkbook.xlsx", tmp_path / "cim2024.xlsx", change)
    taken = intake.take_in(Home(tmp_path / "home"), CHILD_MORTALITY, path, ORIGIN)
    assert taken.status == intake.NEW
    assert (taken.metadata["edition"], taken.metadata["layout_verified"]) == ("2024", "false")


def test_a_table_that_nothing_resembles_is_named_beside_the_others(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, TABLES, "2022", "2024")
        del sheets["3"]

    path = next_edition("cim2022deathcohortworkbook.xlsx", tmp_path / "cim2024.xlsx", change)
    (error,) = _refused(Home(tmp_path / "home"), CHILD_MORTALITY, path).errors
    assert error.sheet == "3"
    assert "# Nothing resembles table 3: is it left out?" in str(error.details["paste"])
    assert 'number="1"' in str(error.details["paste"])
    assert "No sheet resembles table 3" in error.remedy


def test_a_description_without_a_main_count_is_not_enough(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        _dated(sheets, TABLES, "2022", "2024")
        for row in sheets["3"][HEADER:]:
            del row[8]

    path = next_edition("cim2022deathcohortworkbook.xlsx", tmp_path / "cim2024.xlsx", change)
    outcome = _refused(Home(tmp_path / "home"), CHILD_MORTALITY, path)
    assert outcome.report is not None
    layouts = _pasted(outcome.report, child_mortality_layouts, "LAYOUTS")
    parsed = parse_child_mortality(path, layouts)  # type: ignore[arg-type]
    assert "3: no column of infant deaths of sheet '3'" in parsed.metadata["tables_not_read"]
    assert "3" not in set(parsed.frame["table_number"])
