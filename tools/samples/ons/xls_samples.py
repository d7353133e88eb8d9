"""Samples in .xls: the 2018 child mortality workbook and the by-area workbooks 2011 to 2014."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from tools.samples.ons.figure_tables import as_cell, printed_texts, rows_of, text_rows
from tools.samples.ons.xlsx_samples import SAMPLE_NOTE

Cells = dict[int, float | str]

_SERIES_2018: Mapping[int, str] = {
    1: "Live births",
    2: "Stillbirths",
    3: "Early neonatal Under 7 days",
    5: "Neonatal under 28 days",
    7: "Postneonatal 28 days or over",
    9: "Infant under 1 year",
    11: "Childhood deaths 1–4 years",
    12: "Childhood deaths 5–9 years",
    13: "Childhood deaths 10–14 years",
    14: "Childhood deaths 1–15 years",
    15: "Stillbirth rate per 1,000 births",
    16: "Early neonatal under 7 days mortality rate",
    18: "Neonatal under 28 days mortality rate",
    20: "Postneonatal 28 days or over mortality rate",
    22: "Infant Under 1 year mortality rate",
    24: "Childhood mortality rate 1–4 years",
    25: "Childhood mortality rate 5–9 years",
    26: "Childhood mortality rate 10–14 years",
    27: "Childhood mortality rate 1–15 years",
}
_LINKED_2018 = (4, 6, 8, 10, 17, 19, 21, 23)
_AREAS_2018: Mapping[int, str] = {
    3: "live_births",
    4: "stillbirths",
    6: "perinatal_deaths",
    7: "neonatal_deaths",
    8: "postneonatal_deaths",
    9: "infant_deaths",
    11: "stillbirth_rate",
    12: "stillbirth_flag",
    13: "perinatal_rate",
    14: "perinatal_flag",
    15: "neonatal_rate",
    16: "neonatal_flag",
    17: "postneonatal_rate",
    18: "postneonatal_flag",
    19: "infant_rate",
    20: "infant_flag",
}
_DEATHS: Mapping[int, str] = {
    7: "infant_deaths",
    8: "neonatal_deaths",
    9: "perinatal_deaths",
    14: "infant_rate",
    15: "neonatal_rate",
    16: "perinatal_rate",
}
_DEATHS_UNKNOWN = (*range(1, 7), *range(10, 14))
_BIRTHS: Mapping[int, str] = {5: "live_births"}
_BIRTHS_UNKNOWN = (*range(2, 5), *range(6, 20))
_FIRST_EDITION_WITH_COLON = 2013
_SERIES_FROM, _EDITION_2018 = 1980, 2018
_GLUED = {"K04000001, J99000001": "K04000001, J990000014"}
_GLUED_NAMES = {"E06000052, E06000053": "5"}


def write_child_mortality_2018(path: Path) -> None:
    """Write Tables 1 and 3 of the 2018 edition, with footnote digits glued to the texts."""
    texts = printed_texts("cms2018")
    series: list[Cells] = []
    for row in rows_of("national_series.csv"):
        if _SERIES_FROM <= int(row["Year"]) <= _EDITION_2018:
            cells: Cells = {0: float(row["Year"])}
            cells |= {c: _colon(as_cell(row[name])) for c, name in _SERIES_2018.items()}
            series.append(cells | dict.fromkeys(_LINKED_2018, ":"))
    areas: list[Cells] = []
    for row in rows_of("area_occurrences.csv"):
        if row["year"] == str(_EDITION_2018):
            code = row["area_code"]
            printed: Cells = {
                0: _GLUED.get(code, code),
                1: row["area_name"] + _GLUED_NAMES.get(code, ""),
                2: row["geography"],
            }
            areas.append(printed | {c: as_cell(row[name]) for c, name in _AREAS_2018.items()})
    book = _Book()
    book.sheet("Contents", 1, [["Contents"], [SAMPLE_NOTE]])
    for name, rows in (("Table 1", series), ("Table 3", areas)):
        head = text_rows(texts, name)
        book.sheet(name, 1, head)
        book.cells(name, {len(head) + 1 + i: row for i, row in enumerate(rows)})
        book.sheet(name, len(head) + 1 + len(rows), text_rows(texts, f"{name} below"))
    book.save(path)


def write_deaths_by_area(path: Path, year: int) -> None:
    """Write Table 1a of the deaths workbook of one year."""
    _write_by_area(path, year, "deaths", "Table 1a", 0, _death_cells)


def write_births_by_area(path: Path, year: int) -> None:
    """Write the table of administrative areas of the births workbook of one year."""
    sheet = "Table 1" if year >= _FIRST_EDITION_WITH_COLON else "Table 1a"
    _write_by_area(path, year, "births", sheet, 1, _birth_cells)


def _write_by_area(
    path: Path,
    year: int,
    subject: str,
    sheet: str,
    name_column: int,
    cells_of: Callable[[dict[str, str], str], Cells],
) -> None:
    texts = printed_texts(f"{subject}{year}")
    unknown = ":" if year >= _FIRST_EDITION_WITH_COLON else ".."
    rows: dict[int, Cells] = {}
    for row in rows_of(f"{subject}_by_area.csv"):
        if row["year"] == str(year):
            name: Cells = {name_column: row["printed"]}
            rows[int(row["row"])] = name | cells_of(row, unknown)
    below = cast("dict[str, Any]", texts[f"{sheet} below"])
    book = _Book()
    book.sheet("Contents", 1, [["Contents"], [SAMPLE_NOTE]])
    book.sheet(sheet, 1, text_rows(texts, sheet))
    book.cells(sheet, rows)
    book.sheet(sheet, below["row"], below["rows"])
    book.save(path)


def _death_cells(row: dict[str, str], unknown: str) -> Cells:
    if not row["infant_deaths"]:
        return {}
    return {c: as_cell(row[name]) for c, name in _DEATHS.items()} | dict.fromkeys(
        _DEATHS_UNKNOWN, unknown
    )


def _birth_cells(row: dict[str, str], unknown: str) -> Cells:
    if not row["live_births"]:
        return {}
    return {c: as_cell(row[name]) for c, name in _BIRTHS.items()} | dict.fromkeys(
        _BIRTHS_UNKNOWN, unknown
    )


def _colon(cell: float | str) -> float | str:
    """Return the 2018 symbol of what the 2022 edition marks as not available."""
    return ":" if cell == "[x]" else cell


class _Book:
    """A workbook written with xlwt; rows are counted from 1."""

    def __init__(self) -> None:
        import xlwt

        self._xlwt: Any = xlwt
        self._book: Any = xlwt.Workbook(encoding="utf-8")
        self._sheets: dict[str, Any] = {}

    def sheet(self, name: str, first_row: int, rows: Sequence[Sequence[str]]) -> None:
        """Write rows of texts from a row on."""
        self.cells(
            name,
            {
                first_row + i: {c: _typed(text) for c, text in enumerate(row)}
                for i, row in enumerate(rows)
            },
        )

    def cells(self, name: str, rows: Mapping[int, Mapping[int, float | str | date]]) -> None:
        """Write cells at their rows and columns; blank texts are left out."""
        sheet = self._sheets.get(name)
        if sheet is None:
            sheet = self._sheets[name] = self._book.add_sheet(name)
        dated = self._xlwt.easyxf(num_format_str="DD MMMM YYYY")
        for number, row in rows.items():
            for column, cell in row.items():
                if isinstance(cell, date):
                    sheet.write(number - 1, column, cell, dated)
                elif cell != "":
                    sheet.write(number - 1, column, cell)

    def save(self, path: Path) -> None:
        """Write the file."""
        self._book.save(str(path))


def _typed(text: str) -> float | str | date:
    """Return a date for the release date of a footer, else the text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
