"""Audit of release folders alone: which withheld counts their readers can compute.

Nobody who reads a release knows the withheld counts, so neither does this audit: a count is given
away where everything published leaves it no room and what it must be is one that is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np

from assets.disclosure.audit import MANY, NARROW, PROTECTION, Attacker, ContradictionError
from assets.disclosure.beside import public_rows, seen_together
from assets.disclosure.cells import Cell, areas_apart, counts_of
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.guarded import groups_in
from assets.disclosure.history import View, joint_system
from assets.disclosure.released_counts import areas_of_release, published_rows

_VERY_MANY = 5_000
"""Withheld counts that share sums, from which on no range is followed further than it must be."""


def determined_cells(
    con: duckdb.DuckDBPyConnection, folders: Sequence[Path]
) -> Iterator[tuple[str, bool]]:
    """Yield every withheld count of the guarded series, and whether the last release gives it away.

    What the releases before it give away without it is a fault of theirs, and is not repeated.

    Args:
        con: Open connection.
        folders: Release folders from the oldest to the one that is audited; an unchanged figure
            that any of them shows is public.

    Raises:
        AuditError: The published figures contradict each other.
        DamagedReleaseError: One of the releases cannot be read.
    """
    found = {cell: _is_computed(cell, ranges) for cell, ranges in _ranges(con, folders).items()}
    before: set[Cell] = set()
    if any(found.values()) and len(folders) > 1:
        earlier = _ranges(con, folders[:-1])
        before = {cell for cell, ranges in earlier.items() if _is_computed(cell, ranges)}
    for cell, computed in found.items():
        yield _named(cell), computed and cell not in before


def _is_computed(cell: Cell, ranges: Sequence[tuple[float, float]]) -> bool:
    policy = disclosure_policies()[cell.source_family]
    return any(high - low < 1 and policy.covers(round(low), cell.area_code) for low, high in ranges)


def readers_ranges(
    con: duckdb.DuckDBPyConnection, folders: Sequence[Path]
) -> Iterator[tuple[Cell, float, float]]:
    """Yield every withheld count of the guarded series with what readers can narrow it to.

    Args:
        con: Open connection.
        folders: Release folders from the oldest to the one that is audited.

    Raises:
        AuditError: The published figures contradict each other.
        DamagedReleaseError: One of the releases cannot be read.
    """
    for cell, ranges in _ranges(con, folders).items():
        yield cell, *min(ranges, key=lambda ends: ends[1] - ends[0], default=(0.0, np.inf))


def _ranges(
    con: duckdb.DuckDBPyConnection, folders: Sequence[Path]
) -> dict[Cell, list[tuple[float, float]]]:
    families = sorted(f for f, p in disclosure_policies().items() if p.withholds)
    *before, last = folders
    newest_rows = published_rows(con, last, families)
    if all(value is not None for _, *values in newest_rows for value in values):
        return {}
    rows = {last: newest_rows}
    rows |= {folder: published_rows(con, folder, families) for folder in reversed(before)}
    public = {folder: public_rows(con, rows[folders[-1]], folder) for folder in rows}
    apart = areas_apart([*rows.values(), *public.values()])
    stated = set(counts_of(public[folders[-1]], apart))
    newest = counts_of(rows[folders[-1]], apart)
    withheld = sorted(c for c, value in newest.items() if np.isnan(value) and c not in stated)
    if not withheld:
        return {}
    views: list[View] = []
    for folder, shown in rows.items():
        groups = groups_in(con, *areas_of_release(con, folder), apart)
        views += [View(seen, *groups) for seen in seen_together(shown, public[folder], apart)]
    # A count that an earlier release shows may have been restated since, and a reader cannot
    # tell; so both are tried, the old counts taken as they are and left aside.
    of_newest = 2 if public[folders[-1]] else 1
    tried = [_bounds(views[:of_newest], withheld)]
    if len(views) > of_newest:
        tried.append(_bounds(views, withheld))
    return {cell: [found[cell] for found in tried if cell in found] for cell in withheld}


def _bounds(views: Sequence[View], withheld: Sequence[Cell]) -> dict[Cell, tuple[float, float]]:
    """Return the smallest and largest count that each withheld cell can have.

    Of many counts that share sums the range is one that was found possible, where it is more than 6
    wide; of very many where it has four whole numbers.

    Where counts of the past contradict the others the past was restated: a revised value is a new
    unknown (methods 7.6, point 5), so around such a cell they say nothing.

    Args:
        views: What releases show, the newest first.
        withheld: Cells to judge.

    Raises:
        AuditError: The counts contradict each other, and none of them is of the past.
    """
    system = joint_system(views).system
    attacker = Attacker(system, np.isnan(system.values))
    position = {cell: i for i, cell in enumerate(system.names)}
    found = {
        cell: (float(v), float(v)) for cell in withheld for v in (system.values[position[cell]],)
    }
    unknown = [position[cell] for cell, (value, _) in found.items() if np.isnan(value)]
    for together in attacker.by_block(unknown):
        # Of many counts that share sums those are solved to the end that can be too narrow.
        is_enough = (
            _is_protected
            if len(together) > _VERY_MANY
            else _is_wide
            if len(together) > MANY
            else _never
        )
        try:
            for at, low, high in attacker.ranges(together, is_enough):
                found[system.names[at]] = low, high
        except ContradictionError:
            if len(views) == 1:
                raise
            for at in together:
                del found[system.names[at]]
    return found


def _is_protected(_: int, low: float, high: float) -> bool:
    return high - low >= PROTECTION


def _is_wide(_: int, low: float, high: float) -> bool:
    return high - low > NARROW


def _never(_: int, low: float, high: float) -> bool:
    return False


def _named(cell: Cell) -> str:
    return f"{cell.area_code} {cell.quantity} {cell.start} {cell.end}"
