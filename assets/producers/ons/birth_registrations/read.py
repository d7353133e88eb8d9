"""Birth registrations workbooks read into ``staging.ons_birth_registrations``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.rules.rows_used import LEFT_OUT
from assets.producers.ons.birth_registrations.layouts import (
    FATHERS_AGE,
    KEPT_IN,
    LAYOUTS,
    REGISTRATION_TYPE,
    STILLBIRTHS,
)
from assets.producers.ons.birth_registrations.trusted import without_contradictions
from assets.producers.ons.tables import ONS_BIRTH_REGISTRATIONS
from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.layout import EditionLayout
from assets.producers.ons.workbooks.locate import LocatedTable, locate
from assets.producers.ons.workbooks.rows import (
    DataRows,
    keyed_rows,
    names_beside_codes,
    unknown_keys,
    unread_names,
)
from assets.producers.ons.workbooks.staged_cells import StagedCells, by_subject
from assets.producers.ons.workbooks.tables_not_read import cannot_be_read, named
from assets.producers.ons.workbooks.unused_sheets import sheets_not_read
from assets.producers.ons.workbooks.workbook import Workbook

ALL_TYPES = "All registration types"
_ALL = {"sex": "All births", "age_of_mother": "All ages", REGISTRATION_TYPE: ALL_TYPES}
_OTHER_WORDS = ("all", "total", "persons")
"""Words of other editions, in lower case, for all of them together."""
_BOTH = "K04000001, J99000001"
_NATIONS = {"england": "E92000001", "wales": "W92000004", "england, wales and elsewhere": _BOTH}
"""Codes of the nations that a table names without their code."""
_LABELS = (
    "area_geography",
    "sex",
    "age_of_mother",
    "imd_decile",
    REGISTRATION_TYPE,
    "plurality",
    "previous_children",
)
_SINGLE_TYPES = f"{LEFT_OUT}of single registration types"
_FATHERS = f"{LEFT_OUT}by the age of fathers"
_LIVE_ALONE = f"{LEFT_OUT}of live births by registration without stillbirths (before 2018)"


def parse_birth_registrations(
    path: Path, layouts: Sequence[EditionLayout] = LAYOUTS
) -> ParsedExtract:
    """Read Tables 1, 2, 6, 7 and 9 of 'Births in England and Wales: birth registrations'.

    Table 1 is read for all registration types together, by sex; Table 2 for every age of mother,
    Table 6 by registration and age of mother where stillbirths are printed, Table 7 by
    multiplicity, age of mother and previous children, Table 9 for every decile of deprivation.

    Raises:
        ExtractError: No description fits, or a cell or row of Tables 1 or 2 is not what the edition
            prints.
    """
    workbook = Workbook(path)
    located = locate(workbook, layouts, KEPT_IN)
    staged = StagedCells(ONS_BIRTH_REGISTRATIONS)
    left_out: Counter[str] = Counter({_SINGLE_TYPES: 0})
    unknown: list[str] = []
    unnamed: list[str] = []
    not_read = [located.not_read] if located.not_read else []
    for table in located.tables:
        try:
            rows = _used(_rows(table), left_out)
            about, strange = _labels(rows, located.edition)
            cells = StagedCells(ONS_BIRTH_REGISTRATIONS)
            for subject, positions in by_subject(table).items():
                cells.add(rows, {**about, **dict(subject)}, positions)
        except ExtractError as error:
            if table.layout.required:
                raise
            not_read.append(cannot_be_read(table.layout.number, error))
            continue
        staged.extend(cells)
        unknown += rows.left_out
        unnamed += strange
    return without_contradictions(
        ParsedExtract(
            staged.frame(),
            {
                **located.described,
                **sheets_not_read(workbook, located),
                **{why: str(count) for why, count in left_out.items()},
                **named(not_read),
                **unknown_keys(unknown),
                **unread_names(unnamed),
            },
        )
    )


def _rows(table: LocatedTable) -> DataRows:
    names = {column.name for column in table.layout.columns}
    if "area_code" in names:
        return keyed_rows(table, "area_code", text.area_code)
    if "area_name" in names:
        return keyed_rows(table, "area_name", _nation)
    return keyed_rows(table, "plurality", lambda cell: text.clean(cell) or None)


def _used(rows: DataRows, left_out: Counter[str]) -> DataRows:
    """Return the rows that are used; counts the others by reason."""
    if rows.has(FATHERS_AGE):
        rows = _without(
            rows,
            [text.clean(cell) == _ALL["age_of_mother"] for cell in rows.label(FATHERS_AGE)],
            _FATHERS,
            left_out,
        )
        names = [column.name for column in rows.table.layout.columns]
        still = rows.columns[names.index(STILLBIRTHS)]
        return _without(rows, [type(cell) is float for cell in still], _LIVE_ALONE, left_out)
    if rows.has(REGISTRATION_TYPE):
        kept = [
            _label(REGISTRATION_TYPE, cell) == ALL_TYPES for cell in rows.label(REGISTRATION_TYPE)
        ]
        return _without(rows, kept, _SINGLE_TYPES, left_out)
    return rows


def _without(rows: DataRows, kept: Sequence[bool], why: str, left_out: Counter[str]) -> DataRows:
    left_out[why] += list(kept).count(False)
    return rows.where(kept)


def _labels(
    rows: DataRows, edition: int
) -> tuple[Mapping[str, str | Sequence[str | None]], list[str]]:
    """Return what the rows are about, and the names that are none."""
    names: Sequence[str | None] | None = None
    strange: list[str] = []
    codes: str | Sequence[str | None] = _BOTH
    if rows.has("area_code"):
        codes = rows.keys
        names, strange = names_beside_codes(rows)
    elif rows.has("area_name"):
        codes = rows.keys
        names = [text.clean(cell) for cell in rows.label("area_name")]
    about: dict[str, str | Sequence[str | None]] = {
        name: [_label(name, cell) for cell in rows.label(name)]
        for name in _LABELS
        if rows.has(name)
    }
    years: str | Sequence[str | None] = str(edition)
    if rows.has("year"):
        years = [text.year_label(cell, edition) for cell in rows.label("year")]
    about |= {"table_number": rows.table.layout.number, "year": years, "area_code": codes}
    return (about if names is None else {**about, "area_name": names}), strange


def _nation(cell: object) -> str | None:
    return _NATIONS.get(text.clean(cell).casefold())


def _label(name: str, cell: object) -> str:
    """Return a label, with one wording of the total in all editions."""
    label = text.clean(cell)
    return _ALL.get(name, label) if label.casefold() in _OTHER_WORDS else label
