"""The hash of canonical rows is a function of content alone, and always the same function."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import duckdb
import pytest

from assets.release.writer import write_table
from assets.schema.content_hash import content_hash
from assets.schema.model import Column, Layer, LogicalType, Table, integer, text
from assets.state.warehouse import in_memory, replace_table

TABLE = Table(
    "t",
    Layer.PUBLISHED,
    "line",
    "Every type.",
    ("area", "year"),
    (
        text("area", "a"),
        integer("year", "y"),
        Column("rate", LogicalType.NUMBER, "r"),
        Column("ok", LogicalType.BOOLEAN, "o"),
        Column("day", LogicalType.DATE, "d"),
        Column("at", LogicalType.TIMESTAMP, "t"),
    ),
)
ROWS = [
    "(NULL, 2001, 1.5, true, DATE '1970-01-02', TIMESTAMPTZ '1970-01-01 00:00:01+00')",
    "('', 2002, 'nan'::DOUBLE, NULL, NULL, NULL)",
    "('US-Z', NULL, -0.0::DOUBLE, false, DATE '1969-12-31', NULL)",
    "('US-Z', -1, NULL, false, NULL, NULL)",
    "('US-Z', 2003, 0.0, true, NULL, NULL)",
    "('a', 2001, 2.0, true, NULL, NULL)",
    "('é', 2001, 'inf'::DOUBLE, true, NULL, NULL)",
]
"""In key order: null first, texts by their UTF-8 bytes."""


def _stored(con: duckdb.DuckDBPyConnection, rows: list[str]) -> str:
    names = ", ".join(f'"{name}"' for name in TABLE.column_names)
    con.execute(
        f"CREATE OR REPLACE TABLE published.t AS FROM (VALUES {', '.join(rows)}) AS v({names})"
    ).fetchall()
    return content_hash(con, "published.t", TABLE)


def test_any_order_of_the_rows_has_one_hash() -> None:
    con = in_memory()
    expected = _stored(con, ROWS)
    assert expected == content_hash(con, "published.t", TABLE, sort=False)
    for turned in (ROWS[::-1], ROWS[1:] + ROWS[:1], [*ROWS[:3], ROWS[4], ROWS[3], *ROWS[5:]]):
        assert _stored(con, turned) == expected
        assert content_hash(con, "published.t", TABLE, sort=False) != expected


def test_rows_of_one_key_are_put_in_order_by_their_other_columns() -> None:
    con = in_memory()
    twins = ["('x', 1, 1.0, true, NULL, NULL)", "('x', 1, 2.0, true, NULL, NULL)"]
    assert _stored(con, twins) == _stored(con, twins[::-1])


def test_the_hash_is_the_sha256_of_the_documented_form() -> None:
    rows = ["('b', 1, 0.5, true, DATE '1970-01-03', NULL)", "('b', 2, -0.0, NULL, NULL, NULL)"]
    form = b"".join(
        [
            b"area:text:2\n" + struct.pack("<q", 1) + b"b" + struct.pack("<2i", 0, 0),
            b"year:integer:2\n\x01\x01" + struct.pack("<2q", 1, 2),
            b"rate:number:2\n\x01\x01" + struct.pack("<2d", 0.5, 0.0),
            b"ok:boolean:2\n\x01\x00\x01\x00",
            b"day:date:2\n\x01\x00" + struct.pack("<2i", 2, 0),
            b"at:timestamp:2\n\x00\x00" + struct.pack("<2q", 0, 0),
        ]
    )
    assert _stored(in_memory(), rows) == hashlib.sha256(form).hexdigest()


def test_an_empty_table_has_a_hash() -> None:
    con = in_memory()
    full = _stored(con, ROWS)
    con.execute("DELETE FROM published.t").fetchall()
    assert content_hash(con, "published.t", TABLE) != full


def test_tables_are_stored_in_key_order() -> None:
    con = in_memory()
    _stored(con, ROWS[::-1])
    con.execute("ALTER TABLE published.t RENAME TO source").fetchall()
    replace_table(con, TABLE, "SELECT * FROM published.source")
    assert content_hash(con, "published.t", TABLE, sort=False) == _stored(con, ROWS)


@pytest.mark.parametrize("step", [1, -1])
def test_released_rows_stand_in_key_order_whatever_the_order_of_the_table(
    tmp_path: Path, step: int
) -> None:
    con = in_memory()
    passed = _stored(con, ROWS[::step])
    written = write_table(con, TABLE, tmp_path, {}, passed)
    assert (written.content_hash, written.rows) == (passed, len(ROWS))
    years = con.sql(f"SELECT year FROM read_csv('{tmp_path}/t.csv')").fetchall()
    assert [y for (y,) in years] == [2001, 2002, None, -1, 2003, 2001, 2001]
