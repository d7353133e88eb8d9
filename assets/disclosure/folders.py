"""Audit of release folders alone: which withheld counts their readers can compute.

Nobody who reads a release knows the withheld counts, so neither does this audit: a count is given
away where everything published leaves it no room and what it must be is one that is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np

from assets.disclosure.audit import Attacker, ContradictionError
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.patterns import groups_of
from assets.disclosure.relations import Cell, Members, system_of
from assets.disclosure.released_counts import published_counts
from assets.state.warehouse import literal


def determined_cells(
    con: duckdb.DuckDBPyConnection, folders: Sequence[Path]
) -> Iterator[tuple[str, bool]]:
    """Yield every withheld count of the guarded series, and whether it can be computed.

    Args:
        con: Open connection.
        folders: Release folders from the oldest to the one that is audited; an unchanged figure
            that any of them shows is public.

    Raises:
        AuditError: The published figures contradict each other.
        DamagedReleaseError: One of the releases cannot be read.
    """
    families = sorted(f for f, p in disclosure_policies().items() if p.withholds)
    newest = published_counts(con, folders[-1], families)
    withheld = sorted(c for c, value in newest.items() if np.isnan(value))
    if not withheld:
        return
    remembered: dict[Cell, float] = {}
    for folder in folders[:-1]:
        shown = published_counts(con, folder, families)
        remembered |= {c: v for c, v in shown.items() if c in newest and not np.isnan(v)}
    groups = _groups(con, folders[-1], families)
    # A count that an earlier release shows may have been restated since, and a reader cannot
    # tell; so both are tried, the old counts taken as they are and left aside.
    old = {c: v for c, v in remembered.items() if np.isnan(newest[c])}
    forced = _forced(newest, withheld, groups)
    if old:
        forced |= _forced({**newest, **old}, withheld, groups, restated=True)
    for cell in withheld:
        yield _named(cell), cell in forced


def _forced(
    counts: Mapping[Cell, float],
    withheld: Sequence[Cell],
    groups: Mapping[tuple[str, str], Sequence[Members]],
    *,
    restated: bool = False,
) -> set[Cell]:
    """Return the withheld cells that can only have one count, and a protected one.

    Args:
        counts: What is known, ``nan`` for what is not.
        withheld: Cells to judge.
        groups: Which areas add up to others.
        restated: Counts of the past are among those known. Where they contradict the others the
            past was restated: a revised value is a new unknown (methods 7.6, point 5), so around
            such a cell they force nothing.

    Raises:
        AuditError: The counts contradict each other, and none of them is of the past.
    """
    system = system_of(dict(counts), groups)
    attacker = Attacker(system, np.isnan(system.values))
    position = {cell: i for i, cell in enumerate(system.names)}
    rules = disclosure_policies()
    forced = set()
    for cell in withheld:
        low = high = system.values[position[cell]]
        if np.isnan(low):
            try:
                low, high, _ = attacker.extremes(position[cell])
            except ContradictionError:
                if not restated:
                    raise
                continue
        if high - low < 1 and rules[cell.source_family].covers(round(low)):
            forced.add(cell)
    return forced


def _groups(
    con: duckdb.DuckDBPyConnection, folder: Path, families: Sequence[str]
) -> Mapping[tuple[str, str], Sequence[Members]]:
    areas = f"read_parquet({literal(folder / 'areas.parquet')}, hive_partitioning=false)"
    described = con.execute(f"DESCRIBE SELECT * FROM {areas}").fetchall()
    # Releases of schema 1.0 do not say which areas a custom region is made of.
    listed = "members" if "members" in {row[0] for row in described} else "CAST(NULL AS VARCHAR)"
    regions = (
        "(SELECT area_code AS region_code, geography_vintage, "
        f"unnest(string_split({listed}, ';')) AS member_code FROM {areas})"
    )
    return groups_of(con, families, areas, regions)


def _named(cell: Cell) -> str:
    return f"{cell.area_code} {cell.quantity} {cell.start} {cell.end}"
