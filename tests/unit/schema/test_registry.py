"""The registry drives everything that says what a table is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assets.schema.content_hash import content_hash
from assets.schema.dictionary import render_dictionary
from assets.schema.duckdb_types import DUCKDB_TYPES, duckdb_type
from assets.schema.model import Layer, LogicalType, Table, integer, text
from assets.schema.registry import TABLES, table, tables_of
from assets.state.warehouse import in_memory, replace_table

POOL = (
    "SELECT 'p' AS pool_id, 'nchs_linked' AS source_family, 'US' AS area_code, "
    "2008 AS first_year, 2009 AS last_year, 'r' AS reason"
)


def test_the_dictionary_in_docs_is_the_registry(repository: Path) -> None:
    written = (repository / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    assert written == render_dictionary(), "run `make docs`"


def test_the_dictionary_names_every_column() -> None:
    rendered = render_dictionary()
    for entry in tables_of(Layer.PUBLISHED):
        assert f"### {entry.name}" in rendered
        for column in entry.columns:
            assert f"| `{column.name}` |" in rendered


def test_every_logical_type_has_a_duckdb_type() -> None:
    assert set(DUCKDB_TYPES) == set(LogicalType)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_an_empty_table_is_written_with_the_types_of_the_registry(name: str) -> None:
    entry = table(name)
    con = in_memory()
    nulls = ", ".join(f'NULL AS "{c}"' for c in entry.column_names)
    replace_table(con, entry, f"SELECT {nulls} WHERE false")
    described = con.execute(f"DESCRIBE {entry.full_name}").fetchall()
    wanted = [
        (c.name, duckdb_type(c).replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"))
        for c in entry.columns
    ]
    assert [(row[0], row[1]) for row in described] == wanted


def test_a_missing_column_is_refused_and_the_old_table_stays() -> None:
    con = in_memory()
    replace_table(con, table("core.pools"), POOL)
    with pytest.raises(Exception, match="reason"):
        replace_table(con, table("core.pools"), POOL.replace("'r' AS reason", "1 AS other"))
    assert con.execute("SELECT pool_id FROM core.pools").fetchall() == [("p",)]


def test_letters_in_a_number_column_are_refused() -> None:
    con = in_memory()
    with pytest.raises(Exception, match="Could not convert"):
        replace_table(con, table("core.pools"), POOL.replace("2008", "'abc'"))


def test_a_key_that_names_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown columns"):
        Table("t", Layer.CORE, "g", "d", ("nope",), (text("a", "a"),))


def test_a_column_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Table("t", Layer.CORE, "g", "d", ("a",), (text("a", "a"), integer("a", "b")))


def test_content_hash_ignores_row_order_and_sees_every_cell() -> None:
    con = in_memory()
    entry = table("core.pools")
    other = POOL.replace("'p'", "'q'")
    first = content_hash(con, f"({POOL} UNION ALL {other})", entry)
    assert first == content_hash(con, f"({other} UNION ALL {POOL})", entry)
    assert first != content_hash(con, f"({POOL} UNION ALL {other.replace('2009', '2010')})", entry)


def test_content_hash_tells_null_from_empty_text_and_from_the_null_mark() -> None:
    con = in_memory()
    entry = table("core.pools")
    hashes = {
        content_hash(con, f"({POOL.replace(chr(39) + 'r' + chr(39), value)})", entry)
        for value in ("NULL", "''", "'\\N'", "'NULL'")
    }
    assert len(hashes) == 4


def test_the_identity_leaves_volatile_columns_out() -> None:
    con = in_memory()
    entry = table("core.vintages")
    of_type = {LogicalType.INTEGER: "1", LogicalType.BOOLEAN: "false"}
    values = {c.name: of_type.get(c.type, "'x'") for c in entry.columns}

    def relation(retrieved: str) -> str:
        cells = values | {"retrieved_at": f"'{retrieved}'"}
        return "(SELECT " + ", ".join(f'{v} AS "{k}"' for k, v in cells.items()) + ")"

    old, new = relation("2024-01-01"), relation("2025-01-01")
    assert content_hash(con, old, entry) != content_hash(con, new, entry)
    assert content_hash(con, old, entry, volatile=False) == content_hash(
        con, new, entry, volatile=False
    )


def test_unknown_table_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"core\.observations"):
        table("core.observation")


def test_dates_stay_dates() -> None:
    con = in_memory()
    entry = table("core.areas")
    row = {c.name: "NULL" for c in entry.columns} | {"valid_from": "'2009-04-01'"}
    replace_table(con, entry, "SELECT " + ", ".join(f"{v} AS {k}" for k, v in row.items()))
    assert con.execute("SELECT valid_from FROM core.areas").fetchall() == [(date(2009, 4, 1),)]
