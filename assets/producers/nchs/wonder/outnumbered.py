"""Rows of the linked records with more deaths than births.

Those who die in a year were born in two. Where a group is small, deaths exceed the births of the
year: 14 deaths on 12 births, with the printed rate 1166.67. No such row becomes a rate, and it
refuses nothing else of its export.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from assets.producers.nchs.problem_rows import beside

OUTNUMBERED = "with more deaths than births, as the printed rate says: births of one year only"
"""Why no count is made of a row."""


def outnumbered(frame: pd.DataFrame, *, printed_so: bool) -> pd.Series:
    """Return which cells are deaths that exceed the births beside them.

    Args:
        frame: Staging rows of one export.
        printed_so: Whether the rate of the row is the quotient of both; without a rate, or with
            another one, columns may be swapped.
    """
    is_deaths = frame["source_column"] == "Deaths"
    births = beside(frame, is_deaths, "Births")
    deaths = frame["value"][is_deaths]
    rate = beside(frame, is_deaths, "Death Rate")
    quotient = deaths / births * frame["rates_per"][is_deaths].astype("float64")
    confirmed = (rate - quotient).abs() < 1
    return ((deaths > births) & (confirmed == printed_so)).reindex(frame.index, fill_value=False)


def leave_out_outnumbered(con: duckdb.DuckDBPyConnection) -> None:
    """Take rows with more deaths than births out of ``row_strata``, of which counts are made.

    Args:
        con: Connection to a warehouse with ``staging.nchs_wonder`` and ``row_strata``.
    """
    con.execute(
        "DELETE FROM row_strata WHERE (vintage_id, source_row) IN ("
        "SELECT (vintage_id, source_row) FROM staging.nchs_wonder WHERE database_kind = 'linked' "
        "GROUP BY vintage_id, source_row "
        "HAVING max(value) FILTER (source_column = 'Deaths') "
        "> max(value) FILTER (source_column = 'Births'))"
    ).fetchall()
