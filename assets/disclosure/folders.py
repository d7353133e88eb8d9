"""Audit of release folders alone: which withheld counts their readers can compute.

Nobody who reads a release knows the withheld counts, so neither does this audit: a count is given
away where everything published leaves it no room and what it must be is one that is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np

from assets.disclosure.audit import Attacker
from assets.disclosure.patterns import KEY
from assets.disclosure.policy import policies
from assets.disclosure.relations import Cell, Members, cells_of, quantities, system_of
from assets.schema.codes import VALUES_SHOWN


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
    """
    families = sorted(f for f, p in policies().items() if p.withholds)
    newest = _counts(con, folders[-1], families)
    withheld = sorted(c for c, value in newest.items() if np.isnan(value))
    if not withheld:
        return
    # A count that an earlier release shows may have been restated since, and a reader cannot
    # tell; so both are tried, the old counts taken as they are and left aside.
    remembered = dict(newest)
    for folder in folders[:-1]:
        for cell, value in _counts(con, folder, families).items():
            if cell in newest and np.isnan(newest[cell]) and not np.isnan(value):
                remembered[cell] = value
    groups = _groups(con, folders[-1], families)
    forced = _forced(newest, withheld, groups) | _forced(remembered, withheld, groups)
    for cell in withheld:
        yield _named(cell), cell in forced


def _forced(
    counts: dict[Cell, float],
    withheld: Sequence[Cell],
    groups: dict[tuple[str, str], list[Members]],
) -> set[Cell]:
    """Return the withheld cells that can only have one count, and a protected one."""
    system = system_of(counts, groups)
    attacker = Attacker(system, np.isnan(system.values))
    position = {cell: i for i, cell in enumerate(system.names)}
    rules = policies()
    forced = set()
    for cell in withheld:
        low = high = system.values[position[cell]]
        if np.isnan(low):
            low, high, _ = attacker.extremes(position[cell])
        if high - low < 1 and rules[cell.source_family].covers(round(low)):
            forced.add(cell)
    return forced


def _counts(
    con: duckdb.DuckDBPyConnection, folder: Path, families: Sequence[str]
) -> dict[Cell, float]:
    marks = ", ".join("?" for _ in families)
    found: dict[Cell, float] = {}
    rows = con.execute(
        f"SELECT {', '.join(KEY)}, numerator, denominator, value_status FROM read_parquet(?) "
        f"WHERE source_family IN ({marks}) AND value_status IN {(*VALUES_SHOWN, 'suppressed')}",
        [str(folder / "rates.parquet"), *families],
    ).fetchall()
    declared = quantities()
    for row in rows:
        family, measure, area, vintage, stratum_type, stratum, _, start, end = row[: len(KEY)]
        if measure not in declared:
            continue
        cells = cells_of(measure, (family, vintage, area, stratum_type, stratum), start, end)
        for cell, value in zip(cells, row[-3:-1], strict=True):
            if value is not None:
                found[cell] = value
            else:
                found.setdefault(cell, float("nan"))
    return found


def _groups(
    con: duckdb.DuckDBPyConnection, folder: Path, families: Sequence[str]
) -> dict[tuple[str, str], list[Members]]:
    rows = con.execute(
        "SELECT parent_code, geography_vintage, list(area_code) FROM read_parquet(?) "
        "WHERE parent_code IS NOT NULL AND parent_code <> area_code GROUP BY ALL ORDER BY ALL",
        [str(folder / "areas.parquet")],
    ).fetchall()
    groups: dict[tuple[str, str], list[Members]] = {}
    for parent, vintage, members in rows:
        for family in families:
            groups.setdefault((family, vintage), []).append(Members(parent, frozenset(members)))
    return groups


def _named(cell: Cell) -> str:
    return f"{cell.area_code} {cell.quantity} {cell.start} {cell.end}"
