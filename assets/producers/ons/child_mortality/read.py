"""Child mortality (death cohort) workbooks read into ``staging.ons_child_mortality``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.producers.ons.child_mortality.labels import (
    CHARACTERISTICS,
    data_rows,
    groups_of,
    is_known,
    label_of,
)
from assets.producers.ons.child_mortality.layouts import KEPT_IN, LAYOUTS
from assets.producers.ons.tables import ONS_CHILD_MORTALITY
from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.layout import LABEL, MEASURED, EditionLayout
from assets.producers.ons.workbooks.locate import LocatedTable, locate
from assets.producers.ons.workbooks.rows import (
    DataRows,
    names_beside_codes,
    unknown_keys,
    unread_names,
)
from assets.producers.ons.workbooks.staged_cells import StagedCells
from assets.producers.ons.workbooks.workbook import Workbook

_DECILES = ("Total", *map(str, range(1, 11)))
_LISTED = {"sex": ("All", "Male", "Female"), "imd_decile": _DECILES}
"""Groups that make a whole: a table with another one is not read."""
UNKNOWN = "labels_not_known"
_Labels = dict[str, str | Sequence[str | None]]


@dataclass
class _Read:
    """What was read, and what could not be told."""

    staged: StagedCells
    tables: list[str] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


def parse_child_mortality(path: Path, layouts: Sequence[EditionLayout] = LAYOUTS) -> ParsedExtract:
    """Read a child mortality (death cohort) workbook: the tables that its edition describes.

    Args:
        path: The workbook, .xlsx or .xls.
        layouts: Descriptions of the editions, the newest first.

    Raises:
        ExtractError: No description fits (``details`` hold the drift), or a cell or row of a table
            that is needed is not what the edition prints; names file, sheet, row and column.
    """
    located = locate(Workbook(path), layouts, KEPT_IN)
    read = _Read(StagedCells(ONS_CHILD_MORTALITY))
    if located.not_read:
        read.not_read.append(located.not_read)
    for table in located.tables:
        try:
            _add(read, table, located.edition)
        except ExtractError as error:
            if table.layout.required:
                raise
            read.not_read.append(f"{table.layout.number}: {error.seen} in row {error.row}")
    return ParsedExtract(
        read.staged.frame(),
        {
            **located.described,
            "tables": ", ".join(read.tables),
            **({"tables_not_read": "; ".join(read.not_read)} if read.not_read else {}),
            **unknown_keys(read.keys),
            **unread_names(read.names),
            **({UNKNOWN: "; ".join(read.labels)} if read.labels else {}),
        },
    )


def _add(read: _Read, table: LocatedTable, edition: int) -> None:
    """Add the cells of a table, those of columns that are about one thing together."""
    number = table.layout.number
    names = [column.name for column in table.layout.columns if column.role == LABEL]
    rows = data_rows(table, names[0], edition)
    labels: _Labels = {"year": str(edition)}
    if names[0] in ("year", "area_code"):
        labels[names[0]] = rows.keys
    damaged: list[str] = []
    if rows.has("area_name"):
        labels["area_name"], damaged = names_beside_codes(rows)
    if rows.has("area_geography"):
        labels["area_geography"] = _geographies(rows)
    for name, known in _LISTED.items():
        if rows.has(name):
            printed = [_listed(name, cell) for cell in rows.label(name)]
            strange = sorted({label for label in printed if label not in known})
            if strange:
                # A group that cannot be told would be lacking in the sums over its table.
                read.not_read.append(f"{number}: unknown labels {strange}")
                return
            labels[name] = printed
    others = [name for name in names if name in CHARACTERISTICS and name not in labels]
    groups = groups_of(rows, others, names[0])
    cells = StagedCells(ONS_CHILD_MORTALITY)
    for about, positions in _by_subject(table).items():
        cells.add(
            rows,
            {
                "table_number": number,
                "edition": str(edition),
                **labels,
                **groups,
                **dict(about),
            },
            positions,
        )
    read.staged.extend(cells)
    read.tables.append(number)
    read.keys += rows.left_out
    read.names += damaged
    read.labels += _unknown(number, groups)


def _listed(name: str, cell: object) -> str:
    return text.clean(cell) if name == "imd_decile" else label_of(name, cell)


def _geographies(rows: DataRows) -> list[str | None]:
    kinds = rows.label("area_geography")
    cleaned = {kind: text.clean(kind) or None for kind in set(kinds)}
    return [cleaned[kind] for kind in kinds]


def _by_subject(table: LocatedTable) -> Mapping[tuple[tuple[str, str], ...], Collection[int]]:
    """Return the positions of the measured columns by the thing that they are about."""
    subjects: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for position, column in enumerate(table.layout.columns):
        if column.role in MEASURED:
            subjects.setdefault(column.about, []).append(position)
    return subjects


def _unknown(number: str, groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return in words which labels are no known group, and how many rows have each."""
    return [
        f"{number}: {label!r} ({rows} row{'s' * (rows > 1)})"
        for name, labels in groups.items()
        for label, rows in Counter(labels).items()
        if not is_known(name, label)
    ]
