"""Names of the series as a table, for SQL that writes for people."""

from __future__ import annotations

import duckdb
import pandas as pd

from assets.schema.producers import all_series
from assets.state.warehouse import temp_table


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table ``series_titles``: source_family and title."""
    named = [(series.name, series.title) for series in all_series().values()]
    temp_table(con, "series_titles", pd.DataFrame(named, columns=["source_family", "title"]))
