"""By-area workbooks of births and deaths read into ``staging.ons_area_registrations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.producers.ons.area_registrations.layouts import (
    BIRTHS,
    BIRTHS_KEPT_IN,
    CONTINUED_NAMES,
    DEATHS,
    DEATHS_KEPT_IN,
)
from assets.producers.ons.area_registrations.sections import rows_left_out, told
from assets.producers.ons.tables import ONS_AREA_REGISTRATIONS
from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.layout import EditionLayout
from assets.producers.ons.workbooks.locate import locate
from assets.producers.ons.workbooks.rows import DataRows, checked_names, named_rows
from assets.producers.ons.workbooks.staged_cells import StagedCells
from assets.producers.ons.workbooks.unused_sheets import sheets_not_read
from assets.producers.ons.workbooks.workbook import Workbook


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
    workbook = Workbook(path)
    located = locate(workbook, layouts, kept_in)
    staged = StagedCells(ONS_AREA_REGISTRATIONS)
    left_out: dict[str, str] = {}
    for table in located.tables:
        reasons = rows_left_out(table)
        left_out.update(told(reasons))
        rows = named_rows(table, "area_name", CONTINUED_NAMES, reasons)
        staged.add(
            rows,
            {
                "subject": subject,
                "year": str(located.edition),
                "area_code": _codes(rows) if rows.has("area_code") else None,
                "area_name": checked_names(rows, rows.keys, "area_name"),
                "area_text": [str(cell) for cell in rows.label("area_name")],
            },
        )
    return ParsedExtract(
        staged.frame(), {**located.described, **sheets_not_read(workbook, located), **left_out}
    )


def _codes(rows: DataRows) -> list[str | None]:
    """Return the GSS codes printed; a row with a code from before 2011 is known by its name."""
    return [text.area_code(cell) if text.clean(cell) else None for cell in rows.label("area_code")]
