"""Names of the series as a table, for SQL that writes for people."""

from __future__ import annotations

from functools import cache

import duckdb
import pandas as pd

from assets.schema.producers import all_series
from assets.state.warehouse import declare


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table ``series_titles``: source_family and title."""
    declare(con, {"series_titles": _titles()})


@cache
def _titles() -> pd.DataFrame:
    named = [(series.name, series.title) for series in all_series().values()]
    return pd.DataFrame(named, columns=["source_family", "title"])
