"""Which row of several is the one to use, and which is the newest."""

from __future__ import annotations

import duckdb

from assets.state.warehouse import sql_of

MARKS = ("place_code", "period", "is_preferred", "is_latest")
"""Columns that :func:`marked` adds."""


def add_places(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table ``area_places``: codes of ``core.areas`` that were replaced."""
    con.execute(sql_of(__file__, "places")).fetchall()


def marked(rates: str, status: str) -> str:
    """Return SQL that adds place, period and the two marks to rates.

    ``area_places`` and ``method_series`` must be there (:func:`add_places`, ``measures.register``).

    Args:
        rates: Relation with the key of the rates and their status; columns beside these stay.
        status: Column of the status.
    """
    return sql_of(__file__, "preferred").replace("{rates}", rates).replace("{status}", status)
