"""Small tables of the registry's shape, made of the columns that a test is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pyarrow as pa
import pytest

from assets.schema.model import Column, LogicalType
from assets.state.warehouse import replace_table
from expectations.suites import registry_table

Rows = Sequence[Mapping[str, object]]
Put = Callable[[str, Rows], None]

_FILLERS: dict[LogicalType, object] = {
    LogicalType.TEXT: "x",
    LogicalType.INTEGER: 1,
    LogicalType.NUMBER: 1.0,
    LogicalType.BOOLEAN: False,
    LogicalType.DATE: dt.date(2020, 1, 1),
}


@pytest.fixture
def put(con: duckdb.DuckDBPyConnection) -> Put:
    """Write rows as a table; columns that a row does not name get a harmless value."""

    def write(name: str, rows: Rows) -> None:
        table = registry_table(name)
        columns = {c.name: [r.get(c.name, _filler(c)) for r in rows] for c in table.columns}
        con.register("given", pa.table(columns))
        replace_table(con, table, "SELECT * FROM given", schema=name.partition(".")[0])
        con.unregister("given")

    return write


def _filler(column: Column) -> object:
    if not column.required:
        return None
    if column.pattern == "[0-9a-f]{64}":
        return "0" * 64
    return column.allowed[0] if column.allowed else _FILLERS[column.type]
