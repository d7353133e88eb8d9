"""Empty staging tables of producers that no run has fetched yet."""

from __future__ import annotations

import duckdb

from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Layer
from assets.schema.registry import tables_of


def create_absent(con: duckdb.DuckDBPyConnection) -> None:
    """Create the staging tables that are not there, without rows.

    A run that takes in one producer only, in a new home, meets tables that no run has made yet.
    """
    for each in tables_of(Layer.STAGING):
        columns = ", ".join(f"{c.name} {duckdb_type(c)}" for c in each.columns)
        con.execute(f"CREATE TABLE IF NOT EXISTS {each.full_name} ({columns})").fetchall()
