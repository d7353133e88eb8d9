"""Counts that a producer withholds and that follow from its tables side by side.

A producer protects each of its tables. Beside a table of totals one by groups may give away the
group that it leaves out: New Hampshire, 45 deaths, 38 of white babies. Where that would be, a
further figure is withheld here, usually that of the smallest group, and with it the sums that are
made of it here: those of declared regions.

All counts are public at the producer's, so that no release before is looked at, nor what follows
from a nation less its other areas: who wants to subtract can have the same tables. Each area is
looked at alone, so that the work grows with their number, and where the tables of one contradict
each other, nothing follows from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from assets.disclosure.cells import Cell
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.drawn import Keyed, secret_of, weights
from assets.disclosure.guarded import Guarded, guarded
from assets.disclosure.patterns import to_withhold
from assets.state.warehouse import sql_of, temp_table

if TYPE_CHECKING:
    from assets.disclosure.system import CellSystem


def beside_each_other(con: duckdb.DuckDBPyConnection, keyed: Keyed | None = None) -> pd.DataFrame:
    """Return the keys of the rates to withhold, with the reason to print.

    Args:
        con: Open connection with ``rates.rates``.
        keyed: Makes the choice of rows a secret of the home.
    """
    limits = {
        family: policy.side_by_side
        for family, policy in disclosure_policies().items()
        if policy.side_by_side is not None
    }
    temp_table(con, "disclosure_side_by_side", pd.DataFrame({"source_family": sorted(limits)}))
    found = {family for (family,) in con.execute(sql_of(__file__, "side_by_side")).fetchall()}
    limits = {family: policy for family, policy in limits.items() if family in found}
    data = guarded(con, (), limits) if limits else None
    if data is None or not data.sensitive.any():
        return to_withhold([])
    values = dict(zip(data.system.names, data.system.values, strict=True))
    printed = {cell for _, cells in data.rows for cell in cells}
    withheld = printed.intersection(_further(data, keyed))
    withheld |= _sums_of(con, withheld) & printed
    return to_withhold([
        (*key, data.limits[key[0]].reason)
        for key, cells in data.rows
        # A row that the producer withholds has its reason already.
        if withheld.intersection(cells) and not any(isnan(values[c]) for c in cells)
    ])  # fmt: skip


def _further(data: Guarded, keyed: Keyed | None) -> Iterator[Cell]:
    """Yield the counts to withhold, area by area."""
    from assets.disclosure.audit import ContradictionError
    from assets.disclosure.complementary import protect

    dearer = weights(secret_of(keyed) if keyed is not None else None, data.system.names)
    alone = _of_one_area(data.system)
    known = data.known | data.guessed
    unprinted = data.unprinted & ~known
    for cells in alone.components():
        if not data.sensitive[cells].any():
            continue
        try:
            hidden = protect(
                alone.restricted(cells),
                data.sensitive[cells],
                hidden=unprinted[cells],
                forced=known[cells],
                weights=dearer[cells],
                beyond=data.beyond[cells],
            )
        except ContradictionError:
            continue
        yield from (alone.names[c] for c in cells[hidden])


def _of_one_area(system: CellSystem) -> CellSystem:
    """Return a system with the relations among counts of one area."""
    relations = system.relations.tocsr()
    areas = [cell.area_code for cell in system.names]
    ends = relations.indptr
    kept = [
        row
        for row in range(relations.shape[0])
        if len({areas[c] for c in relations.indices[ends[row] : ends[row + 1]]}) == 1
    ]
    return replace(system, relations=relations[kept].tocsr())


def _sums_of(con: duckdb.DuckDBPyConnection, withheld: Collection[Cell]) -> set[Cell]:
    """Return the counts of declared regions that are sums with one of these."""
    regions: dict[str, list[str]] = {}
    for region, member in con.execute(
        "SELECT region_code, member_code FROM core.region_members"
    ).fetchall():
        regions.setdefault(member, []).append(region)
    return {
        replace(part, area_code=region)
        for part in withheld
        for region in regions.get(part.area_code, ())
    }
