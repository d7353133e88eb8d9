"""The warehouse knows of each of its tables that it was finished, and what it held then."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from assets.schema.content_hash import content_hash
from assets.schema.registry import table
from assets.state.made import (
    Made,
    fingerprints,
    hashes_of,
    made_tables,
    remember_hash,
    remember_made,
)
from assets.state.warehouse import replace_table

POOLS = table("core.pools")
EMPTY = "SELECT " + ", ".join(f"'a' AS {name}" for name in POOLS.column_names) + " WHERE false"


def test_a_table_that_is_written_again_is_not_known_until_it_is_finished(
    con: duckdb.DuckDBPyConnection,
) -> None:
    replace_table(con, POOLS, EMPTY)
    assert made_tables(con) == {}
    remember_made(con, "core.pools", "content", "basis")
    seen = fingerprints(con, ["core.pools"])["core.pools"]
    assert made_tables(con) == {"core.pools": Made("basis", "content", seen)}
    replace_table(con, POOLS, EMPTY)
    assert made_tables(con) == {}


def test_a_write_that_fails_leaves_table_and_record(con: duckdb.DuckDBPyConnection) -> None:
    replace_table(con, POOLS, EMPTY)
    remember_made(con, "core.pools", "content", "basis")
    with pytest.raises(duckdb.Error):
        replace_table(con, POOLS, "SELECT nothing")
    assert "core.pools" in made_tables(con)


def test_a_fingerprint_is_of_columns_and_of_rows_in_any_order(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = {
        "up": "SELECT range AS n, NULL::INTEGER AS m FROM range(3000) ORDER BY n",
        "down": "SELECT range AS n, NULL::INTEGER AS m FROM range(3000) ORDER BY n DESC",
        "one_value": "SELECT range AS n, nullif(range, 7) - range AS m FROM range(3000)",
        "one_less": "SELECT range AS n, NULL::INTEGER AS m FROM range(2999)",
        "other_name": "SELECT range AS n, NULL::INTEGER AS o FROM range(3000)",
        "other_type": "SELECT range AS n, NULL::VARCHAR AS m FROM range(3000)",
        "twice": "SELECT range // 2 AS n, NULL::INTEGER AS m FROM range(3000)",
    }
    for name, select in rows.items():
        con.execute(f"CREATE TABLE core.{name} AS {select}").fetchall()
    found = fingerprints(con, [*(f"core.{name}" for name in rows), "core.absent"])
    assert found.keys() == {f"core.{name}" for name in rows}
    assert found["core.up"] == found["core.down"]
    assert len(set(found.values())) == len(rows) - 1


def test_a_table_is_hashed_again_only_where_it_is_another(con: duckdb.DuckDBPyConnection) -> None:
    name = "core.pools"
    cells = ", ".join(f"range + 2000 AS {column}" for column in POOLS.column_names)
    replace_table(con, POOLS, f"SELECT {cells} FROM range(9)")
    first = content_hash(con, name, POOLS)
    assert hashes_of(con, {name: POOLS, "core.absent": POOLS}) == {name: first}
    # What is remembered of this content is told, until the table or its description is another.
    remember_hash(name, POOLS, fingerprints(con, [name])[name], "remembered")
    assert hashes_of(con, {name: POOLS}) == {name: "remembered"}
    described = replace(POOLS, key=("reason",))
    assert hashes_of(con, {name: described}) == {name: content_hash(con, name, described)}
    con.execute(f"UPDATE {name} SET {POOLS.column_names[-1]} = 7 WHERE {POOLS.key[0]} = '2003'")
    second = content_hash(con, name, POOLS)
    assert second != first
    assert hashes_of(con, {name: POOLS}) == {name: second}
