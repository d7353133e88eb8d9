"""Counts that a producer withholds and that follow from its tables side by side.

A producer protects each of its tables. Beside a table of totals one by groups may give away the
group that it leaves out: New Hampshire, 45 deaths, 38 of white babies. Where that would be, a
further figure is withheld here, usually that of the smallest group. All counts are public at the
producer's, so that no release before is looked at: who wants to subtract can have the same tables.
"""

from __future__ import annotations

from math import isnan

import duckdb
import pandas as pd

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.drawn import Keyed
from assets.disclosure.guarded import guarded
from assets.disclosure.patterns import to_withhold, withheld_keys
from assets.state.warehouse import sql_of, temp_table


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
    if data is None:
        return to_withhold([])
    values = dict(zip(data.system.names, data.system.values, strict=True))
    # A row that the producer withholds has its reason already.
    shown = {key for key, cells in data.rows if not any(isnan(values[c]) for c in cells)}
    keys = withheld_keys(data, data.among(()), keyed)
    return to_withhold([row for row in keys if row[:-1] in shown])
