"""DuckDB rendering of the registry: column types, table definitions, typed selections."""

from __future__ import annotations

from collections.abc import Sequence

from assets.schema.model import Column, LogicalType, Table
from assets.schema.strata.vocabulary import ALL, JOINED

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


def not_allowed(column: Column) -> str:
    """Return the SQL condition that holds for values that the list of a column does not have."""
    name, listed = f'"{column.name}"', literals(column.allowed or ())
    if not column.crossed:
        return f"{name} NOT IN ({listed})"
    first, second = (f"split_part({name}, '{JOINED}', {place})" for place in (1, 2))
    joined = literals([value for value in column.allowed or () if value != ALL])
    return (
        f"NOT ({name} IN ({listed}) OR ({first} IN ({joined}) AND {second} IN ({joined}) "
        f"AND {first} < {second} AND {name} = {first} || '{JOINED}' || {second}))"
    )


def literals(values: Sequence[str]) -> str:
    """Return texts as a list of SQL literals."""
    return ", ".join("'" + str(value).replace("'", "''") + "'" for value in values)


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
