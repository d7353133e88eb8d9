"""By-area workbooks of births and deaths read into ``staging.ons_area_registrations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.ons import text
from assets.ons.area_registrations_layouts import (
    BIRTHS,
    BIRTHS_KEPT_IN,
    CONTINUED_NAMES,
    DEATHS,
    DEATHS_KEPT_IN,
)
from assets.ons.layout import EditionLayout
from assets.ons.locate import place
from assets.ons.rows import DataRows, checked_names, named_rows
from assets.ons.staged import StagedCells
from assets.ons.workbook import Workbook
from assets.schema.tables.staging import ONS_AREA_REGISTRATIONS


def parse_deaths_by_area(path: Path, layouts: Sequence[EditionLayout] = DEATHS) -> ParsedExtract:
    """Read Table 1a of 'Deaths registered by area of usual residence'.

    Raises:
        ExtractError: No description fits, or a cell or row is not what the edition prints.
    """
    return _parse(path, layouts, "deaths", DEATHS_KEPT_IN)


def parse_births_by_area(path: Path, layouts: Sequence[EditionLayout] = BIRTHS) -> ParsedExtract:
    """Read the table of administrative areas of 'Births by area of usual residence of mother'.

    Raises:
        ExtractError: No description fits, or a cell or row is not what the edition prints.
    """
    return _parse(path, layouts, "births", BIRTHS_KEPT_IN)


def _parse(
    path: Path, layouts: Sequence[EditionLayout], subject: str, kept_in: str
) -> ParsedExtract:
    placed = place(Workbook(path), layouts, kept_in)
    staged = StagedCells(ONS_AREA_REGISTRATIONS)
    for table in placed.tables:
        rows = named_rows(table, "area_name", CONTINUED_NAMES)
        staged.add(
            rows,
            placed.layout.symbols,
            {
                "subject": subject,
                "year": str(placed.edition),
                "area_code": _codes(rows) if rows.has("area_code") else None,
                "area_name": checked_names(rows, rows.keys, "area_name"),
                "area_text": [str(cell) for cell in rows.label("area_name")],
            },
        )
    return ParsedExtract(staged.frame(), placed.described)


def _codes(rows: DataRows) -> list[str | None]:
    codes: list[str | None] = []
    for index, cell in enumerate(rows.label("area_code")):
        printed = text.clean(cell)
        code = text.area_code(printed) if printed else None
        if printed and code is None:
            raise ExtractError(
                "ONS-KEY",
                f"{printed!r}",
                "a GSS code of nine characters, a list of them or a blank cell",
                "Fetch the workbook again and compare it with the producer's page.",
                rows.table.grid.file,
                rows.table.grid.sheet,
                rows.numbers[index],
                "area_code",
            )
        codes.append(code)
    return codes
