"""Content identity: the hash of canonical rows, independent of file formats and engines.

Parquet bytes change with the engine that writes them, so they cannot say whether content changed.
The canonical form is columnar, rows in key order, every column under its name and type. Texts are
their distinct values in order of appearance (lengths, then UTF-8) and one place per row, -1 for
null; everything else is one byte per row for present or null and the little-endian values, with
nulls as zero.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.schema.duckdb_types import duckdb_type, key_order
from assets.schema.model import LogicalType, Table

_FIXED = {
    LogicalType.INTEGER: "<i8",
    LogicalType.NUMBER: "<f8",
    LogicalType.BOOLEAN: "|u1",
    LogicalType.DATE: "<i4",
    LogicalType.TIMESTAMP: "<i8",
}
_Array = npt.NDArray[Any]
_ARROW = {LogicalType.BOOLEAN: pa.uint8(), LogicalType.DATE: pa.int32()}


def content_hash(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    table: Table,
    *,
    volatile: bool = True,
    sort: bool = True,
) -> str:
    """Return the sha256 of the canonical rows of ``relation``.

    Rows that stand in key order are hashed as they stand; others are sorted first.

    Args:
        con: Open connection.
        relation: Relation that has the table's columns (a table name or a subquery).
        table: Registry entry that gives columns, types and row order.
        volatile: Include columns that differ between machines or days; ``False`` gives the
            identity that is compared between releases.
        sort: ``False`` hashes the rows as they stand: the same hash then also says that they
            stand in key order.
    """
    columns = [c for c in table.columns if volatile or not c.volatile]
    selection = ", ".join(f'CAST("{c.name}" AS {duckdb_type(c)}) AS "{c.name}"' for c in columns)
    query = f"SELECT {selection} FROM {relation}"
    rows = con.sql(query).to_arrow_table()
    if sort and not _in_order(rows, table):
        rows = con.sql(f"{query} ORDER BY {key_order(table)}").to_arrow_table()
    digest = hashlib.sha256()
    for column in columns:
        digest.update(f"{column.name}:{column.type}:{rows.num_rows}\n".encode())
        values = rows.column(column.name)
        if column.type is LogicalType.TEXT:
            places, distinct = _coded(values)
            digest.update(np.array([len(text) for text in distinct], "<i8").data)
            digest.update(b"".join(distinct))
            digest.update(places.data)
        else:
            digest.update(_present(values).data)
            digest.update(_numbers(values, column.type).data)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _in_order(rows: pa.Table, table: Table) -> bool:
    """Return whether the rows are stored in key order."""
    if rows.num_rows < 2:
        return True
    tied = np.ones(rows.num_rows - 1, dtype=np.bool_)
    for name in table.key:
        for ranks in _ranks(rows.column(name), table.column(name).type):
            if np.any(tied & ~(ranks[1:] >= ranks[:-1])):
                return False
            tied &= ranks[1:] == ranks[:-1]
    # Rows of one key are put in order by their other columns, which is left to the engine.
    return not tied.any()


def _ranks(values: pa.ChunkedArray, kind: LogicalType) -> tuple[_Array, ...]:
    if kind is not LogicalType.TEXT:
        # Null before every value.
        return _present(values), _numbers(values, kind)
    places, distinct = _coded(values)
    rank_of = np.empty(len(distinct) + 1, "<i4")
    rank_of[sorted(range(len(distinct)), key=distinct.__getitem__)] = np.arange(len(distinct))
    rank_of[-1] = -1
    return (rank_of[places],)


def _present(values: pa.ChunkedArray) -> _Array:
    if not values.null_count:
        return np.ones(len(values), "|u1")
    return np.asarray(values.is_valid().cast(pa.uint8()))


def _coded(values: pa.ChunkedArray) -> tuple[_Array, list[bytes]]:
    coded = values.dictionary_encode().combine_chunks()
    places = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    return places.astype("<i4"), [t.encode("utf-8") for t in coded.dictionary.to_pylist()]


def _numbers(values: pa.ChunkedArray, kind: LogicalType) -> _Array:
    if kind is LogicalType.TIMESTAMP:
        values = values.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    elif kind in _ARROW:
        values = values.cast(_ARROW[kind])
    plain: _Array = pc.fill_null(values, 0).to_numpy().astype(_FIXED[kind])
    if kind is LogicalType.NUMBER:
        # Minus zero equals zero, and not-a-number has many bit patterns; each has one form here.
        plain += 0.0
        plain[np.isnan(plain)] = np.nan
    return plain
