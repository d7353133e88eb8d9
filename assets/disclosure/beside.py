"""Public counts that stand beside those of restricted extracts.

A restricted extract is published in a series of its own, but it counts what the public series
counts: whoever knows a state from the public series and all but one of its counties from the other
one knows the last. So the public series is one more view of the same counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isnan
from pathlib import Path

import duckdb

from assets.disclosure.cells import KEY, Cell, Row, counts_of
from assets.schema.codes import VALUES_SHOWN
from assets.schema.producers import public_series
from assets.state.released import read_rows
from assets.state.warehouse import literal


def public_rows(
    con: duckdb.DuckDBPyConnection, rows: Sequence[Row], folder: Path | None = None
) -> list[Row]:
    """Return the rows of public series as rows of the series of their restricted extracts.

    Args:
        con: Open connection.
        rows: Rows of the guarded series; only years that they are about are looked at.
        folder: Release folder; the warehouse by default.

    Raises:
        DamagedReleaseError: The release cannot be read.
    """
    found: list[Row] = []
    for name, public in public_series().items():
        keys = [key for key, *_ in rows if key[0] == name]
        if not keys:
            continue
        asked = [public, min(key[-2] for key in keys), max(key[-1] for key in keys)]
        table = "rates.rates"
        if folder is not None:
            table = f"read_parquet({literal(folder / 'rates.parquet')}, hive_partitioning=false)"
        query = (
            f"SELECT {', '.join(KEY)}, numerator, denominator FROM {table} WHERE source_family = ? "
            f"AND period_start >= ? AND period_end <= ? AND value_status IN {VALUES_SHOWN} "
            "ORDER BY ALL"
        )
        shown = (
            con.execute(query, asked).fetchall()
            if folder is None
            else read_rows(con, folder, query, asked)
        )
        found += [((name, *row[1 : len(KEY)]), row[-2], row[-1]) for row in shown]
    return found


def seen_together(
    rows: Sequence[Row], public: Sequence[Row], apart: Collection[str]
) -> list[Mapping[Cell, float]]:
    """Return the counts that readers see side by side, and those of the public series alone.

    Where both state one count the first has that of the restricted extract; the other one stands
    beside it as what a release printed of the same count at another time would.

    Args:
        rows: Rows of guarded series.
        public: Rows of :func:`public_rows`.
        apart: Codes of areas whose boundary sets count differently.
    """
    own = counts_of(rows, apart)
    if not public:
        return [own]
    beside = counts_of(public, apart)
    return [{**beside, **{c: n for c, n in own.items() if c not in beside or not isnan(n)}}, beside]
