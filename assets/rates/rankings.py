"""Rankings of states."""

from __future__ import annotations

import duckdb

from assets.rates.inputs import require
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import replace_table, sql_of


def build_rankings(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.rankings`` from ``rates.rates``; returns the row count."""
    require(con, ("rates.rates",))
    select = sql_of(__file__, "rankings").replace("{method_version}", METHOD_VERSION)
    return replace_table(con, table("published.rankings"), select, schema="rates")
