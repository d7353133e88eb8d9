"""Samples in .xlsx: the 2022 child mortality and the 2023 birth registrations workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tools.samples.ons.figure_tables import as_cell, cells_of, printed_texts, rows_of, text_rows

SAMPLE_NOTE = (
    "Sample: figures published by the Office for National Statistics, written again in the layout "
    "of its workbook. It is not the producer's file."
)
_NAME_WIDTH = 36
_BLANK_COLUMNS, _BLANK_ROWS = 4, 3
_AREA_FIGURES = (
    *("live_births", "stillbirths", "perinatal_deaths", "neonatal_deaths"),
    *("postneonatal_deaths", "infant_deaths"),
    *("stillbirth_rate", "stillbirth_flag", "perinatal_rate", "perinatal_flag"),
    *("neonatal_rate", "neonatal_flag", "postneonatal_rate", "postneonatal_flag"),
    *("infant_rate", "infant_flag"),
)


def write_child_mortality_2022(path: Path) -> None:
    """Write Tables 1, 3 and 21 of the 2022 edition, and those by a characteristic."""
    texts = printed_texts("cim2022")
    groups = {
        source.rpartition("-")[2]: rows for source, rows in cells_of("groups_2022.csv").items()
    }
    numbers = sorted({"1", "3", "21", *groups}, key=int)
    book = _Book(path, datetime(2024, 5, 31), "Child mortality (death cohort) tables")
    book.sheet("Cover_sheet", [*text_rows(texts, "Cover_sheet"), [SAMPLE_NOTE]])
    book.sheet(
        "Contents",
        [
            ["Contents "],
            ["This worksheet displays one table."],
            ["Worksheet title", "Worksheet description"],
            *(_listed(number, text_rows(texts, number)[0][0]) for number in numbers),
        ],
    )
    book.sheet("Notes", text_rows(texts, "Notes"))
    book.sheet("Country_code_listings", text_rows(texts, "Country_code_listings"))
    series = rows_of("national_series.csv")
    areas = [row for row in rows_of("area_occurrences.csv") if row["year"] == "2022"]
    rows = {
        "1": [_figures(row) for row in series],
        "3": [_area(row) for row in areas],
        "21": [_figures(row) for row in rows_of("deprivation.csv")],
        **{number: [list(map(as_cell, row)) for row in found] for number, found in groups.items()},
    }
    for number in numbers:
        book.table(number, text_rows(texts, number), rows[number])
    book.close()


def write_birth_registrations_2023(path: Path) -> None:
    """Write Tables 1 and 2 of the 2023 edition: all births, all ages of mother."""
    texts = printed_texts("births2023")
    areas = rows_of("area_births_2023.csv")
    book = _Book(path, datetime(2024, 10, 28), "Births in England and Wales: birth registrations")
    book.sheet("Cover_sheet", [*text_rows(texts, "Cover_sheet"), [SAMPLE_NOTE]])
    book.sheet(
        "Contents",
        [["Contents"], *([name, text_rows(texts, name)[0][0]] for name in ("Table_1", "Table_2"))],
    )
    labels = [[row["area_code"], row["area_name"], row["geography"]] for row in areas]
    book.table(
        "Table_1",
        text_rows(texts, "Table_1"),
        [
            [*label, "All births", "All registration types", as_cell(row["live_births"])]
            + ["[x]"] * 3
            for label, row in zip(labels, areas, strict=True)
        ],
    )
    book.table(
        "Table_2",
        text_rows(texts, "Table_2"),
        [
            [*label, "All ages"]
            + [as_cell(row[name]) for name in ("live_births", "stillbirths", "stillbirth_rate")]
            + [row["flag"]]
            for label, row in zip(labels, areas, strict=True)
        ],
    )
    book.close()


def _listed(number: str, title: str) -> list[float | str]:
    return [float(number), title]


def _figures(row: dict[str, str]) -> list[float | str]:
    return [as_cell(text) for name, text in row.items() if name != "source"]


def _area(row: dict[str, str]) -> list[float | str]:
    """Return a row of Table 3; names below the regions are padded as the producer pads them."""
    name = row["area_name"]
    if row["geography"] not in ("Country", "Region"):
        name = name.ljust(_NAME_WIDTH)
    return [row["area_code"], name, row["geography"]] + [
        as_cell(row[figure]) for figure in _AREA_FIGURES
    ]


class _Book:
    """A workbook written with XlsxWriter, the same bytes every time."""

    def __init__(self, path: Path, created: datetime, title: str) -> None:
        import xlsxwriter

        self._book: Any = xlsxwriter.Workbook(path)
        self._book.set_properties({"created": created, "title": title, "comments": SAMPLE_NOTE})
        self._plain: Any = self._book.add_format({"font_name": "Arial", "font_size": 12})

    def sheet(self, name: str, rows: Sequence[Sequence[float | str]]) -> None:
        """Write rows of texts and numbers."""
        sheet = self._book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell, self._plain)
                else:
                    sheet.write_number(number, column, cell, self._plain)

    def table(
        self,
        name: str,
        head: Sequence[Sequence[str]],
        rows: Sequence[Sequence[float | str]],
    ) -> None:
        """Write title, notes, header and figures, and the formatted blank cells around them."""
        self.sheet(name, [*head, *rows])
        sheet = self._book.get_worksheet_by_name(name)
        width, height = len(head[-1]), len(head) + len(rows)
        for number in range(len(head), height + _BLANK_ROWS):
            first = 0 if number >= height else width
            for column in range(first, width + _BLANK_COLUMNS):
                sheet.write_blank(number, column, None, self._plain)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()
