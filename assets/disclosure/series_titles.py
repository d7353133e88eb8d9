"""Names of the series as a table, for SQL that writes for people."""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa

from assets.schema.producers import all_series
from assets.state.warehouse import declare


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table ``series_titles``: source_family and title."""
    declare(con, {"series_titles": _titles()})


@cache
def _titles() -> pa.Table:
    series = all_series().values()
    return pa.table({"source_family": [s.name for s in series], "title": [s.title for s in series]})
