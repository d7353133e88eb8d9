"""Public and withheld counts of the guarded series in release folders."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from assets.disclosure.relations import KEY, Cell, cells_of, quantities
from assets.schema.codes import VALUES_SHOWN
from assets.state.released import read_rows


def published_counts(
    con: duckdb.DuckDBPyConnection, folder: Path, families: Collection[str]
) -> dict[Cell, float]:
    """Return the counts that a release shows, and ``nan`` for those that it withholds.

    Args:
        con: Open connection.
        folder: Release folder.
        families: Series.

    Raises:
        DamagedReleaseError: The release cannot be read.
    """
    marks = ", ".join("?" for _ in families)
    rows = read_rows(
        con,
        folder,
        f"SELECT {', '.join(KEY)}, numerator, denominator "
        "FROM read_parquet(?, hive_partitioning=false) "
        f"WHERE source_family IN ({marks}) AND value_status IN {(*VALUES_SHOWN, 'suppressed')}",
        [str(folder / "rates.parquet"), *sorted(families)],
    )
    declared = quantities()
    found: dict[Cell, float] = {}
    for row in rows:
        family, measure, area, vintage, stratum_type, stratum, _, start, end = row[: len(KEY)]
        if measure not in declared:
            continue
        cells = cells_of(measure, (family, vintage, area, stratum_type, stratum), start, end)
        for cell, value in zip(cells, row[len(KEY) :], strict=True):
            if value is not None:
                found[cell] = value
            else:
                found.setdefault(cell, float("nan"))
    return found
