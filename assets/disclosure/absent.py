"""Tables that a query reads where they are there, and that are empty where they are not."""

from __future__ import annotations

import duckdb

from assets.schema.duckdb_types import duckdb_type
from assets.schema.registry import table
from assets.schema.tables.published import ALSO_READ
from assets.state.warehouse import table_exists


def where_absent(con: duckdb.DuckDBPyConnection, name: str, query: str) -> str:
    """Return a query in which tables of the core that do not exist are empty.

    Args:
        con: Open connection.
        name: Table that the query is of; ``ALSO_READ`` has what it reads.
        query: SQL.
    """
    for read in ALSO_READ.get(name, ()):
        if not table_exists(con, read):
            query = query.replace(read, _nothing(read))
    return query


def _nothing(name: str) -> str:
    columns = ", ".join(f"CAST(NULL AS {duckdb_type(c)}) AS {c.name}" for c in table(name).columns)
    return f"(SELECT {columns} WHERE false)"
