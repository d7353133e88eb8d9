"""Birth registrations workbooks read into ``staging.ons_birth_registrations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.ons import birth_registrations_layouts, text
from assets.ons.birth_registrations_layouts import KEPT_IN, REGISTRATION_TYPE
from assets.ons.layout import EditionLayout
from assets.ons.locate import place
from assets.ons.rows import checked_names, keyed_rows
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
    placed = place(Workbook(path), layouts, KEPT_IN)
    staged = StagedCells(ONS_BIRTH_REGISTRATIONS)
    left_out = 0
    for table in placed.tables:
        rows = keyed_rows(table, "area_code", text.area_code)
        if rows.has(REGISTRATION_TYPE):
            kept = [text.clean(cell) == ALL_TYPES for cell in rows.label(REGISTRATION_TYPE)]
            left_out += kept.count(False)
            rows = rows.where(kept)
        printed = {
            name: [text.clean(cell) for cell in rows.label(name)]
            for name in ("area_geography", "sex", "age_of_mother")
            if rows.has(name)
        }
        staged.add(
            rows,
            placed.layout.symbols,
            {
                **printed,
                "table_number": table.layout.number,
                "year": str(placed.edition),
                "area_code": rows.keys,
                "area_name": checked_names(rows, rows.label("area_name"), "area_name"),
            },
        )
    return ParsedExtract(
        staged.frame(),
        {
            **placed.described,
            "rows_of_single_registration_types_left_out": str(left_out),
        },
    )
