"""Declarations stand in every connection as they were given last, and are written once."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from assets.state.warehouse import declare

OLD, NEW = pa.table({"n": [1]}), pa.table({"n": [2, 3]})


def values(con: duckdb.DuckDBPyConnection) -> list[tuple[int]]:
    return con.execute("SELECT n FROM declared_here ORDER BY n").fetchall()


def test_another_frame_replaces_the_rows(con: duckdb.DuckDBPyConnection) -> None:
    declare(con, {"declared_here": OLD})
    declare(con, {"declared_here": NEW})
    assert values(con) == [(2,), (3,)]
    declare(con, {"declared_here": OLD})
    assert values(con) == [(1,)]


def test_the_same_frame_is_not_written_again(con: duckdb.DuckDBPyConnection) -> None:
    declare(con, {"declared_here": OLD})
    con.execute("INSERT INTO declared_here VALUES (9)").fetchall()
    declare(con, {"declared_here": OLD})
    assert values(con) == [(1,), (9,)]


def test_what_is_gone_is_written_again(con: duckdb.DuckDBPyConnection) -> None:
    declare(con, {"declared_here": OLD})
    con.execute("DROP TABLE declared_here").fetchall()
    declare(con, {"declared_here": OLD})
    assert values(con) == [(1,)]


def test_each_connection_has_its_own(con: duckdb.DuckDBPyConnection) -> None:
    declare(con, {"declared_here": OLD})
    with con.cursor() as other:
        declare(other, {"declared_here": NEW})
        assert values(other) == [(2,), (3,)]
    assert values(con) == [(1,)]
