"""Birth registrations workbooks read into ``staging.ons_birth_registrations``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.producers.ons.birth_registrations.layouts import KEPT_IN, LAYOUTS, REGISTRATION_TYPE
from assets.producers.ons.tables import ONS_BIRTH_REGISTRATIONS
from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.layout import EditionLayout
from assets.producers.ons.workbooks.locate import locate
from assets.producers.ons.workbooks.rows import (
    keyed_rows,
    names_beside_codes,
    unknown_keys,
    unread_names,
)
from assets.producers.ons.workbooks.staged_cells import StagedCells
from assets.producers.ons.workbooks.workbook import Workbook

ALL_TYPES = "All registration types"
_ALL = {"sex": "All births", "age_of_mother": "All ages", REGISTRATION_TYPE: ALL_TYPES}
_OTHER_WORDS = ("all", "total", "persons")
"""Words of other editions, in lower case, for all of them together."""
_NATIONS = {"england": "E92000001", "wales": "W92000004"}
"""Codes of the nations that a table names without their code."""


def parse_birth_registrations(
    path: Path, layouts: Sequence[EditionLayout] = LAYOUTS
) -> ParsedExtract:
    """Read Tables 1, 2 and 9 of 'Births in England and Wales: birth registrations'.

    Table 1 is read for all registration types together, by sex; Table 2 for every age of mother,
    Table 9 for every decile of deprivation.

    Raises:
        ExtractError: No description fits, or a cell or row is not what the edition prints.
    """
    located = locate(Workbook(path), layouts, KEPT_IN)
    staged = StagedCells(ONS_BIRTH_REGISTRATIONS)
    left_out = 0
    unknown: list[str] = []
    unnamed: list[str] = []
    for table in located.tables:
        coded = any(column.name == "area_code" for column in table.layout.columns)
        rows = (
            keyed_rows(table, "area_code", text.area_code)
            if coded
            else keyed_rows(table, "area_name", _nation)
        )
        unknown += rows.left_out
        if rows.has(REGISTRATION_TYPE):
            kept = [
                _label(REGISTRATION_TYPE, cell) == ALL_TYPES
                for cell in rows.label(REGISTRATION_TYPE)
            ]
            left_out += kept.count(False)
            rows = rows.where(kept)
        names: Sequence[str | None] = [text.clean(cell) for cell in rows.label("area_name")]
        if coded:
            names, strange = names_beside_codes(rows)
            unnamed += strange
        printed = {
            name: [_label(name, cell) for cell in rows.label(name)]
            for name in ("area_geography", "sex", "age_of_mother", "imd_decile")
            if rows.has(name)
        }
        staged.add(
            rows,
            {
                **printed,
                "table_number": table.layout.number,
                "year": str(located.edition),
                "area_code": rows.keys,
                "area_name": names,
            },
        )
    return ParsedExtract(
        staged.frame(),
        {
            **located.described,
            "left_out of single registration types": str(left_out),
            **unknown_keys(unknown),
            **unread_names(unnamed),
        },
    )


def _nation(cell: object) -> str | None:
    return _NATIONS.get(text.clean(cell).casefold())


def _label(name: str, cell: object) -> str:
    """Return a label, with one wording of the total in all editions."""
    label = text.clean(cell)
    return _ALL.get(name, label) if label.casefold() in _OTHER_WORDS else label
