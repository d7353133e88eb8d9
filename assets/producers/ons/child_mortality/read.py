"""Child mortality (death cohort) workbooks read into ``staging.ons_child_mortality``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.producers.ons.child_mortality.labels import (
    CHARACTERISTICS,
    DECILES,
    data_rows,
    groups_of,
    is_known,
    label_of,
)
from assets.producers.ons.child_mortality.layouts import KEPT_IN, LAYOUTS
from assets.producers.ons.child_mortality.set_aside import FEW, without_contradictions
from assets.producers.ons.child_mortality.trusted import (
    Figures,
    Labels,
    beyond_total,
    distrust,
    does_not_add_up,
    more_deaths_than_births,
)
from assets.producers.ons.child_mortality.whole_labels import with_whole_labels
from assets.producers.ons.tables import ONS_CHILD_MORTALITY
from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.layout import LABEL, EditionLayout
from assets.producers.ons.workbooks.locate import LocatedTable, locate
from assets.producers.ons.workbooks.rows import (
    DataRows,
    names_beside_codes,
    unknown_keys,
    unread_names,
)
from assets.producers.ons.workbooks.staged_cells import StagedCells, Subject, by_subject
from assets.producers.ons.workbooks.tables_not_read import cannot_be_read, named
from assets.producers.ons.workbooks.unused_sheets import sheets_not_read
from assets.producers.ons.workbooks.workbook import Workbook

_LISTED = {"sex": ("All", "Male", "Female"), "imd_decile": DECILES}
"""Groups that make a whole: a table with another one is not read."""
UNKNOWN, FRACTIONS = "labels_not_known", "counts_not_whole"
_NAMES = ("area_name", "area_geography")
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
    fractions: list[str] = field(default_factory=list)


def parse_child_mortality(path: Path, layouts: Sequence[EditionLayout] = LAYOUTS) -> ParsedExtract:
    """Read a child mortality (death cohort) workbook: the tables that its edition describes.

    Args:
        path: The workbook, .xlsx or .xls.
        layouts: Descriptions of the editions, the newest first.

    Raises:
        ExtractError: No description fits (``details`` hold the drift), or neither Table 1 nor
            Table 3 can be read or trusted; names file, sheet, row and column.
    """
    return without_contradictions(read_tables(path, layouts))


def read_tables(path: Path, layouts: Sequence[EditionLayout] = LAYOUTS) -> ParsedExtract:
    """Read the tables that can be read, whether or not they contradict each other.

    Args:
        path: The workbook.
        layouts: Descriptions of the editions, the newest first.

    Raises:
        ExtractError: No description fits, or neither Table 1 nor Table 3 can be read.
    """
    workbook = Workbook(path)
    located = locate(workbook, layouts, KEPT_IN)
    read = _Read(StagedCells(ONS_CHILD_MORTALITY))
    if located.not_read:
        read.not_read.append(located.not_read)
    unread: list[ExtractError] = []
    for table in located.tables:
        try:
            _add(read, table, located.edition)
        except ExtractError as error:
            unread += [error] if table.layout.required else []
            read.not_read.append(cannot_be_read(table.layout.number, error))
    if len(unread) == sum(table.layout.required for table in located.tables):
        raise unread[0]
    return ParsedExtract(
        read.staged.frame(),
        {
            **located.described,
            **sheets_not_read(workbook, located),
            "tables": ", ".join(read.tables),
            **named(read.not_read),
            **unknown_keys(read.keys),
            **unread_names(read.names),
            **({UNKNOWN: "; ".join(read.labels)} if read.labels else {}),
            **({FRACTIONS: "; ".join(read.fractions)} if read.fractions else {}),
        },
    )


def _add(read: _Read, table: LocatedTable, edition: int) -> None:
    """Add the cells of a table, those of columns that are about one thing together."""
    number = table.layout.number
    if table.layout.continued:
        table = with_whole_labels(table)
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
    cells = StagedCells(ONS_CHILD_MORTALITY, whole_counts=not table.layout.required)
    fixed: _Labels = {"table_number": number, "edition": str(edition)}
    figures = {
        about: cells.add(rows, {**fixed, **labels, **groups, **dict(about)}, positions)
        for about, positions in by_subject(table).items()
    }
    if not table.layout.required:
        by_row = {name: v for name, v in labels.items() if not isinstance(v, str)}
        if _is_set_aside(read, table, rows, edition, cells, figures, {**by_row, **groups}):
            return
    read.staged.extend(cells)
    read.tables.append(number)
    read.keys += [f"{text} in sheet {table.grid.sheet!r}" for text in rows.left_out]
    read.names += damaged
    read.labels += _unknown(table, groups, rows)
    read.fractions += [f"{number}: {told} of sheet {table.grid.sheet!r}" for told in cells.told]


def _is_set_aside(
    read: _Read,
    table: LocatedTable,
    rows: DataRows,
    edition: int,
    cells: StagedCells,
    figures: Mapping[Subject, Figures],
    labels: Labels,
) -> bool:
    """Set a table aside, or the rows of a series, that contradict themselves, and name them."""
    named = f"of sheet {table.grid.sheet!r}"
    number = table.layout.number
    if len(cells.fractions) > len(rows.numbers) * FEW:
        told = f"{len(cells.fractions)} counts that are no whole numbers, first {cells.told[0]}"
        read.not_read.append(f"{number}: {told} {named}")
        return True
    known = {name: label for name, label in labels.items() if name not in _NAMES}
    beside = {
        about: {name.split(", ")[0]: values for name, values in added.items()}
        for about, added in figures.items()
    }
    for said, wrong in _wrong_rows(beside, labels):
        if 0 < wrong.sum() <= max(1, len(wrong) * FEW):
            listed = ", ".join(str(n) for n, w in zip(rows.numbers, wrong, strict=True) if w)
            read.not_read.append(f"{number}: {said} in row {listed} {named}")
            _add(read, _without(table, rows, ~wrong), edition)
            return True
    for measures in beside.values():
        doubt = distrust(measures, known, rows.numbers)
        if not doubt:
            continue
        read.not_read.append(f"{number}: {doubt} {named}")
        return True
    return False


def _wrong_rows(
    beside: Mapping[Subject, Figures], labels: Labels
) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Yield what a few rows say that cannot be, and which; the other rows stand for themselves."""
    yield "more in single columns than in their total", beyond_total(beside)
    for measures in beside.values():
        yield from _wrong_in_columns(measures, labels)


def _wrong_in_columns(
    measures: Figures, labels: Labels
) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    if list(labels) == ["year"]:
        yield "deaths by age that do not add up", does_not_add_up(measures)
    if "ns_sec" not in labels:  # Births of classes are a sample.
        # So are printed a few births of whom a characteristic is not stated.
        yield "more deaths than live births", more_deaths_than_births(measures)


def _without(table: LocatedTable, rows: DataRows, kept: npt.NDArray[np.bool_]) -> LocatedTable:
    """Return a table without the rows that are not kept."""
    left_out = {n for n, keep in zip(rows.numbers, kept, strict=True) if not keep}
    grid = table.grid
    cells = [[] if i + 1 in left_out else row for i, row in enumerate(grid.rows)]
    return replace(table, grid=replace(grid, rows=cells))


def _listed(name: str, cell: object) -> str:
    return text.clean(cell) if name == "imd_decile" else label_of(name, cell)


def _geographies(rows: DataRows) -> list[str | None]:
    kinds = rows.label("area_geography")
    cleaned = {kind: text.clean(kind) or None for kind in set(kinds)}
    return [cleaned[kind] for kind in kinds]


def _unknown(table: LocatedTable, groups: Mapping[str, Sequence[str]], rows: DataRows) -> list[str]:
    """Return in words which labels are no known group, and how many rows have each."""
    return [
        f"{table.layout.number}: {label!r} ({count} row{'s' * (count > 1)} of sheet "
        f"{table.grid.sheet!r}, from row {rows.numbers[labels.index(label)]})"
        for name, labels in groups.items()
        for label, count in Counter(labels).items()
        if not is_known(name, label)
    ]
