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

import duckdb
import numpy as np
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
_ARROW = {LogicalType.BOOLEAN: pa.uint8(), LogicalType.DATE: pa.int32()}


def content_hash(
    con: duckdb.DuckDBPyConnection, relation: str, table: Table, *, volatile: bool = True
) -> str:
    """Return the sha256 of the canonical rows of ``relation``.

    Args:
        con: Open connection.
        relation: Relation that has the table's columns (a table name or a subquery).
        table: Registry entry that gives columns, types and row order.
        volatile: Include columns that differ between machines or days; ``False`` gives the
            identity that is compared between releases.
    """
    columns = [c for c in table.columns if volatile or not c.volatile]
    selection = ", ".join(f'CAST("{c.name}" AS {duckdb_type(c)}) AS "{c.name}"' for c in columns)
    rows = con.sql(
        f"SELECT {selection} FROM {relation} ORDER BY {key_order(table)}"
    ).to_arrow_table()
    digest = hashlib.sha256()
    for column in columns:
        digest.update(f"{column.name}:{column.type}:{rows.num_rows}\n".encode())
        values = rows.column(column.name).combine_chunks()
        if column.type is LogicalType.TEXT:
            digest.update(_texts(values))
        else:
            digest.update(_present(values))
            digest.update(_numbers(values, column.type))
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _present(values: pa.Array) -> bytes:
    return bytes(pc.is_valid(values).cast(pa.uint8()).to_numpy(zero_copy_only=False).tobytes())


def _texts(values: pa.Array) -> bytes:
    coded = values.dictionary_encode()
    places = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype("<i4")
    distinct = [text.encode("utf-8") for text in coded.dictionary.to_pylist()]
    lengths = np.array([len(text) for text in distinct], "<i8")
    return bytes(lengths.tobytes() + b"".join(distinct) + places.tobytes())


def _numbers(values: pa.Array, kind: LogicalType) -> bytes:
    if kind is LogicalType.TIMESTAMP:
        values = values.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    elif kind in _ARROW:
        values = values.cast(_ARROW[kind])
    plain = pc.fill_null(values, 0).to_numpy(zero_copy_only=False).astype(_FIXED[kind])
    if kind is LogicalType.NUMBER:
        # Minus zero equals zero, and not-a-number has many bit patterns; each has one form here.
        plain = np.where(np.isnan(plain), np.nan, plain + 0.0).astype("<f8")
    return bytes(plain.tobytes())
