"""Which row of several is the one to use, and which is the newest."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from assets.state.warehouse import sql_of

MARKS = ("place_code", "period", "is_preferred", "is_latest")
"""Columns that :func:`marked` adds."""
SERIES = (
    "source_family",
    "area_code",
    "geography_vintage",
    "measure",
    "stratum_type",
    "stratum",
)
"""Columns that name a series of rates."""


def add_places(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table ``area_places``: codes of ``core.areas`` that were replaced."""
    con.execute(sql_of(__file__, "places")).fetchall()


def marked(rates: str, status: str, *, series: str = "", named_by: Sequence[str] = SERIES) -> str:
    """Return SQL that adds place, period and the two marks to rates.

    ``area_places`` and ``method_series`` must be there (:func:`add_places`, ``measures.register``).

    Args:
        rates: Relation with the columns that name a series, ``window_type``, ``period_start``,
            ``period_end`` and a status; columns beside these stay.
        status: Column of the status.
        series: Relation with a row per series: the columns that name it and ``SERIES``; by default
            that of the rates.
        named_by: Columns that name a series.
    """
    given = {
        "rates": rates,
        "status": status,
        "series": series or f"(SELECT DISTINCT {', '.join(SERIES)} FROM {rates})",
        "named_by": ", ".join(named_by),
    }
    sql = sql_of(__file__, "preferred")
    for name, text in given.items():
        sql = sql.replace(f"{{{name}}}", text)
    return sql
