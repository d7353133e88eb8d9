"""By-area workbooks of births and deaths read into ``staging.ons_area_registrations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.ons import text
from assets.ons.area_registrations_layouts import BIRTHS, CONTINUED_NAMES, DEATHS
from assets.ons.layout import LABEL, EditionLayout
from assets.ons.locate import PlacedTable, place
from assets.ons.rows import checked_name, measured_columns, named_rows
from assets.ons.staged import StagedCells
from assets.ons.workbook import Workbook
from assets.schema.tables.staging import ONS_AREA_REGISTRATIONS


def parse_deaths_by_area(path: Path, layouts: Sequence[EditionLayout] = DEATHS) -> ParsedExtract:
    """Read Table 1a of 'Deaths registered by area of usual residence'.

    Raises:
        ExtractError: No description fits, or a cell or row is not what the edition prints.
    """
    return _parse(path, layouts, "deaths")


def parse_births_by_area(path: Path, layouts: Sequence[EditionLayout] = BIRTHS) -> ParsedExtract:
    """Read the table of administrative areas of 'Births by area of usual residence of mother'.

    Raises:
        ExtractError: No description fits, or a cell or row is not what the edition prints.
    """
    return _parse(path, layouts, "births")


def _parse(path: Path, layouts: Sequence[EditionLayout], subject: str) -> ParsedExtract:
    placed = place(Workbook(path), layouts)
    staged = StagedCells(ONS_AREA_REGISTRATIONS)
    for table in placed.tables:
        sheet = staged.add_rows_of(
            path.name, table.grid.sheet, measured_columns(table), placed.layout.symbols
        )
        for number, cells, whole, printed in named_rows(table, "area_name", CONTINUED_NAMES):
            sheet.add(
                number,
                cells,
                {
                    "subject": subject,
                    "year": str(placed.edition),
                    "area_code": _code(table, number, cells),
                    "area_name": checked_name(table, number, whole, "area_name"),
                    "area_text": printed,
                },
            )
    return ParsedExtract(
        staged.frame(),
        {
            "edition": str(placed.edition),
            "layout": placed.layout.name,
            "layout_verified": str(placed.layout.verified).lower(),
            **{f"title_{t.layout.number}": t.title for t in placed.tables},
        },
    )


def _code(table: PlacedTable, number: int, cells: Sequence[object]) -> str | None:
    for index, column in enumerate(table.layout.columns):
        if column.role == LABEL and column.name == "area_code":
            printed = text.clean(cells[index])
            code = text.area_code(printed) if printed else None
            if printed and code is None:
                raise ExtractError(
                    "ONS-KEY",
                    f"{printed!r}",
                    "a GSS code of nine characters, a list of them or a blank cell",
                    "Fetch the workbook again and compare it with the producer's page.",
                    table.grid.file,
                    table.grid.sheet,
                    number,
                    column.printed,
                )
            return code
    return None
