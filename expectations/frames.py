"""Read tables of the warehouse as data frames that need little memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from assets.schema.model import Layer

ROWS_AT_MOST = 250_000
"""Rows of a table that is read as one frame; the cells of a larger one are judged in DuckDB."""
_BATCH = 50_000


def is_framed(name: str, rows: int) -> bool:
    """Return whether the cells of a table are validated on a frame instead of in DuckDB.

    A table of ``rates`` has the suite of the published one, and that is what readers get: it is
    the one that is read.
    """
    return rows <= ROWS_AT_MOST and not name.startswith(f"{Layer.RATES}.")


def read(con: duckdb.DuckDBPyConnection, relation: str, types: Mapping[str, str]) -> pd.DataFrame:
    """Return a table as a frame with dictionary-coded text columns.

    Args:
        con: Open connection.
        relation: What to read.
        types: Columns to read and their types in DuckDB.
    """
    reader = _reader(con, relation, types)
    batches = [_coded(batch) for batch in reader]
    return _frame(batches) if batches else reader.schema.empty_table().to_pandas()


def chunks(
    con: duckdb.DuckDBPyConnection, relation: str, types: Mapping[str, str]
) -> Iterator[pd.DataFrame]:
    """Yield a table in frames with a limited number of rows."""
    for batch in _reader(con, relation, types):
        yield _frame([_coded(batch)])


def _reader(con: duckdb.DuckDBPyConnection, relation: str, types: Mapping[str, str]) -> Any:
    return con.sql(f"SELECT {_selected(types)} FROM {relation}").to_arrow_reader(_BATCH)


def _selected(types: Mapping[str, str]) -> str:
    # A frame has one sign for a value that is no number and for none at all. The first must not
    # pass as the second, so it arrives as what no limit allows.
    return ", ".join(
        f'CASE WHEN isnan("{c}") THEN \'inf\'::DOUBLE ELSE "{c}" END AS "{c}"'
        if type_ == "DOUBLE"
        else f'"{c}"'
        for c, type_ in types.items()
    )


def _coded(batch: pa.RecordBatch) -> pa.RecordBatch:
    names: Sequence[str] = batch.schema.names
    columns = [
        column.dictionary_encode() if pa.types.is_string(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=names)


def _frame(batches: Sequence[pa.RecordBatch]) -> pd.DataFrame:
    frame: pd.DataFrame = pa.Table.from_batches(batches).to_pandas(
        date_as_object=False, split_blocks=True, self_destruct=True
    )
    return frame
