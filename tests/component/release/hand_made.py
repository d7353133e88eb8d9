"""Tables of hand-made rows, in the registry's shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from assets.schema.model import LogicalType, Table
from assets.schema.registry import table
from assets.state.warehouse import replace_by_nothing, replace_table


def write(con: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows into ``schema.table`` in the registry's shape; columns left out are null."""
    schema, _, short = name.partition(".")
    spec = table(f"published.{short}") if schema == "rates" else table(name)
    if given := list(rows):
        con.register("hand_made", _of_rows(spec, given))
        replace_table(con, spec, "SELECT * FROM hand_made", schema=schema)
        con.unregister("hand_made")
    else:
        replace_by_nothing(con, spec, schema=schema)


def _of_rows(spec: Table, rows: list[Mapping[str, object]]) -> pa.Table:
    unknown = {c for row in rows for c in row} - set(spec.column_names)
    assert not unknown, f"{spec.full_name} has no {sorted(unknown)}"
    return pa.table(
        {
            c.name: pa.array([row.get(c.name) for row in rows], _ARROW.get(c.type))
            for c in spec.columns
        }
    )


_ARROW = {
    LogicalType.TEXT: pa.string(),
    LogicalType.INTEGER: pa.int64(),
    LogicalType.NUMBER: pa.float64(),
    LogicalType.BOOLEAN: pa.bool_(),
}


def rows(con: duckdb.DuckDBPyConnection, name: str, where: str = "true") -> pd.DataFrame:
    """Return rows of a table, in key order."""
    spec = table(name if not name.startswith("rates.") else f"published.{name[6:]}")
    return con.execute(f"SELECT * FROM {name} WHERE {where} ORDER BY {', '.join(spec.key)}").df()


def parquet_of(con: duckdb.DuckDBPyConnection, name: str, folder: Path) -> Path:
    """Write a table into a folder as a release has it; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    target_file = folder / f"{name.partition('.')[2]}.parquet"
    con.execute(f"COPY {name} TO '{target_file}' (FORMAT parquet)").fetchall()
    return folder
