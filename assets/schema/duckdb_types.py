"""DuckDB rendering of the registry: column types, table definitions, typed selections."""

from __future__ import annotations

from assets.schema.model import Column, LogicalType, Table

DUCKDB_TYPES: dict[LogicalType, str] = {
    LogicalType.TEXT: "VARCHAR",
    LogicalType.INTEGER: "BIGINT",
    LogicalType.NUMBER: "DOUBLE",
    LogicalType.BOOLEAN: "BOOLEAN",
    LogicalType.DATE: "DATE",
    LogicalType.TIMESTAMP: "TIMESTAMPTZ",
}


def duckdb_type(column: Column) -> str:
    """Return the DuckDB type of a column."""
    return DUCKDB_TYPES[column.type]


def typed_selection(table: Table, relation: str) -> str:
    """Return SQL that selects the registry's columns, in order and type, from ``relation``.

    A column that the relation lacks, or whose values cannot be cast, makes DuckDB raise: a table
    never silently takes another shape than the registry's.
    """
    columns = ",\n    ".join(
        f'CAST("{c.name}" AS {duckdb_type(c)}) AS "{c.name}"' for c in table.columns
    )
    return f"SELECT\n    {columns}\nFROM {relation}"


def key_order(table: Table) -> str:
    """Return the ORDER BY list that makes the rows of a table deterministic."""
    rest = [c for c in table.column_names if c not in table.key]
    return ", ".join(f'"{c}" NULLS FIRST' for c in (*table.key, *rest))
