"""Birth registrations workbooks read into ``staging.ons_birth_registrations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.ons import birth_registrations_layouts, text
from assets.ons.birth_registrations_layouts import REGISTRATION_TYPE
from assets.ons.layout import LABEL, EditionLayout
from assets.ons.locate import place
from assets.ons.rows import checked_name, keyed_rows, measured_columns
from assets.ons.staged import StagedCells
from assets.ons.workbook import Workbook
from assets.schema.tables.staging import ONS_BIRTH_REGISTRATIONS

ALL_TYPES = "All registration types"


def parse_birth_registrations(
    path: Path, layouts: Sequence[EditionLayout] = birth_registrations_layouts.LAYOUTS
) -> ParsedExtract:
    """Read Tables 1 and 2 of 'Births in England and Wales: birth registrations'.

    Table 1 is read for all registration types together, by sex; Table 2 for every age of mother.

    Raises:
        ExtractError: No description fits, or a cell or row is not what the edition prints.
    """
    placed = place(Workbook(path), layouts)
    staged = StagedCells(ONS_BIRTH_REGISTRATIONS)
    left_out = 0
    for table in placed.tables:
        positions = {c.name: i for i, c in enumerate(table.layout.columns) if c.role == LABEL}
        sheet = staged.add_rows_of(
            path.name, table.grid.sheet, measured_columns(table), placed.layout.symbols
        )
        for number, cells, code in keyed_rows(table, "area_code", text.area_code):
            printed = {name: text.clean(cells[index]) for name, index in positions.items()}
            if printed.pop(REGISTRATION_TYPE, ALL_TYPES) != ALL_TYPES:
                left_out += 1
                continue
            labels: dict[str, object] = {
                **printed,
                "table_number": table.layout.number,
                "year": str(placed.edition),
                "area_code": code,
                "area_name": checked_name(table, number, printed["area_name"], "area_name"),
            }
            sheet.add(number, cells, labels)
    return ParsedExtract(
        staged.frame(),
        {
            "edition": str(placed.edition),
            "layout": placed.layout.name,
            "layout_verified": str(placed.layout.verified).lower(),
            "rows_of_single_registration_types_left_out": str(left_out),
            **{f"title_{t.layout.number}": t.title for t in placed.tables},
        },
    )
