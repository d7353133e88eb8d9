"""Rankings of states, and changes since an earlier window."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd

from assets.rates.inputs import require
from assets.schema.registry import METHOD_VERSION, table
from assets.warehouse import replace_table, sql_of


def build_rankings(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.rankings`` from ``rates.rates``; returns the row count."""
    require(con, ("rates.rates",))
    select = sql_of(__file__, "rankings").replace("{method_version}", METHOD_VERSION)
    return replace_table(con, table("published.rankings"), select, schema="rates")


def change_since(
    con: duckdb.DuckDBPyConnection, window_type: str, earlier: date, later: date
) -> pd.DataFrame:
    """Return the percent change of every rate between two windows of the same kind.

    Args:
        con: Open connection with ``rates.rates``.
        window_type: Kind of window, e.g. ``rolling_2_year``.
        earlier: Last day of the window compared with, e.g. that of an earlier edition.
        later: Last day of the window.

    Returns:
        Changes from unrounded rates and from printed ones; a reduction is negative.
    """
    return con.execute(
        sql_of(__file__, "change_since"),
        {"window_type": window_type, "earlier": earlier, "later": later},
    ).df()
