"""Child mortality (death cohort) workbooks read into ``staging.ons_child_mortality``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.ons import child_mortality_layouts, text
from assets.ons.layout import LABEL, EditionLayout
from assets.ons.locate import PlacedTable, place
from assets.ons.rows import checked_name, keyed_rows, measured_columns
from assets.ons.staged import StagedCells
from assets.ons.workbook import Workbook
from assets.schema.tables.staging import ONS_CHILD_MORTALITY

_DECILES = ("Total", *map(str, range(1, 11)))


def parse_child_mortality(
    path: Path, layouts: Sequence[EditionLayout] = child_mortality_layouts.LAYOUTS
) -> ParsedExtract:
    """Read Tables 1, 3 and 21 of a child mortality (death cohort) workbook.

    Args:
        path: The workbook, .xlsx or .xls.
        layouts: Descriptions of the editions, the newest first.

    Raises:
        ExtractError: No description fits (``details`` hold the drift), or a cell or row is not
            what the edition prints; names file, sheet, row and column.
    """
    placed = place(Workbook(path), layouts)
    staged = StagedCells(ONS_CHILD_MORTALITY)
    for table in placed.tables:
        columns = table.layout.columns
        positions = {c.name: i for i, c in enumerate(columns) if c.role == LABEL}
        sheet = staged.add_rows_of(
            path.name, table.grid.sheet, measured_columns(table), placed.layout.symbols
        )
        key = "area_code" if "area_code" in positions else "year"
        for number, cells, value in keyed_rows(table, key, _key_reader(key, placed.edition)):
            labels: dict[str, object] = {
                "table_number": table.layout.number,
                "edition": str(placed.edition),
                "year": str(placed.edition),
                key: value,
            }
            if "area_name" in positions:
                labels["area_name"] = checked_name(
                    table, number, cells[positions["area_name"]], "area_name"
                )
                labels["area_geography"] = text.clean(cells[positions["area_geography"]]) or None
            if "imd_decile" in positions:
                labels["imd_decile"] = _decile(table, number, cells[positions["imd_decile"]])
            sheet.add(number, cells, labels)
    return ParsedExtract(
        staged.frame(),
        {
            "edition": str(placed.edition),
            "layout": placed.layout.name,
            "layout_verified": str(placed.layout.verified).lower(),
            "tables": ", ".join(table.layout.number for table in placed.tables),
            **{f"title_{t.layout.number}": t.title for t in placed.tables},
        },
    )


def _key_reader(key: str, edition: int) -> Callable[[object], str | None]:
    if key == "area_code":
        return text.area_code
    return lambda cell: text.year_label(cell, edition)


def _decile(table: PlacedTable, number: int, cell: object) -> str:
    decile = text.clean(cell)
    if decile not in _DECILES:
        raise ExtractError(
            "ONS-KEY",
            f"{cell!r}",
            "'Total' or a decile from 1 to 10",
            "Fetch the workbook again and compare it with the producer's page.",
            table.grid.file,
            table.grid.sheet,
            number,
            "IMD",
        )
    return decile
