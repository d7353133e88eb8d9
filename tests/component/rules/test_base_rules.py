"""Base rules follow from the registry and do not pass on nothing."""

from __future__ import annotations

import duckdb
import pytest

from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Layer, Table, date, integer, number, text
from assets.schema.registry import TABLES
from expectations import base_suites
from expectations.rule import Finding

NAME = "core.sample"
TABLE = Table(
    name="sample",
    layer=Layer.CORE,
    grain="area",
    description="Table for tests",
    key=("area", "year"),
    columns=(
        text("area", "Area", required=True, pattern=r"[0-9]{5}"),
        integer("year", "Year", required=True, minimum=1900),
        text("kind", "Kind", allowed=("a", "b")),
        number("share", "Share", minimum=0, maximum=1),
        date("day", "Day", may_be_all_null=True),
    ),
)
RIGHT = "('01001', 2020, 'a', 0.5, NULL), ('01001', 2021, NULL, NULL, DATE '2020-01-01')"


def look(
    con: duckdb.DuckDBPyConnection, values: str, columns: str = "area, year, kind, share, day"
) -> dict[str, Finding]:
    types = ", ".join(f"{c} {duckdb_type(TABLE.column(c))}" for c in columns.split(", "))
    con.execute(f"CREATE OR REPLACE TABLE {NAME} ({types})").fetchall()
    con.execute(f"INSERT INTO {NAME} VALUES {values}").fetchall()
    found = base_suites.findings(con, NAME, TABLE, NAME)
    return {f.rule.rule_id.rpartition("-")[2]: f for f in found}


def test_right_rows_pass_every_rule(con: duckdb.DuckDBPyConnection) -> None:
    found = look(con, RIGHT)
    assert set(found) == {
        "TYPES", "KEY", "REQUIRED", "ALLOWED", "RANGE", "PATTERN", "FILLED",
    }  # fmt: skip
    assert all(f.offending == 0 and f.compared > 0 and not f.error for f in found.values())


@pytest.mark.parametrize(
    ("kind", "values", "row"),
    [
        ("KEY", RIGHT + ", ('01001', 2021, 'b', 1, NULL)", {"area": "01001", "year": 2021}),
        ("REQUIRED", "(NULL, 2020, 'a', 0.5, NULL)", {"column_name": "area", "year": 2020}),
        ("ALLOWED", "('01001', 2020, 'c', 0.5, NULL)", {"column_name": "kind", "observed": "c"}),
        ("RANGE", "('01001', 2020, 'a', 1.5, NULL)", {"column_name": "share", "observed": "1.5"}),
        ("RANGE", "('01001', 1020, 'a', 0.5, NULL)", {"column_name": "year"}),
        ("RANGE", "('01001', 2020, 'a', 'nan', NULL)", {"column_name": "share"}),
        ("RANGE", "('01001', 2020, 'a', 'inf', NULL)", {"column_name": "share"}),
        ("PATTERN", "('1001', 2020, 'a', 0.5, NULL)", {"column_name": "area", "observed": "1001"}),
        ("FILLED", "('01001', 2020, NULL, 0.5, NULL)", {"column_name": "kind"}),
    ],
)
def test_each_rule_names_the_row_that_breaks_it(
    con: duckdb.DuckDBPyConnection, kind: str, values: str, row: dict[str, object]
) -> None:
    found = look(con, values)
    assert [k for k, f in found.items() if f.offending] == [kind]
    assert row.items() <= found[kind].rows[0].items()


def test_two_equal_keys_with_nulls_are_duplicates(con: duckdb.DuckDBPyConnection) -> None:
    found = look(con, "(NULL, 2020, 'a', 0.5, NULL), (NULL, 2020, 'a', 0.5, NULL)")
    assert found["KEY"].offending == 1


def test_wrong_type_is_named_and_its_rules_are_not_evaluated(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        f"CREATE OR REPLACE TABLE {NAME} AS SELECT '01001' AS area, '2020' AS year, 'a' AS kind, "
        "0.5::DOUBLE AS share, NULL::DATE AS day"
    ).fetchall()
    found = {
        f.rule.rule_id.rpartition("-")[2]: f for f in base_suites.findings(con, NAME, TABLE, NAME)
    }
    assert found["TYPES"].rows[0] == {
        "column_name": "year", "observed": "VARCHAR", "expected": "BIGINT",
    }  # fmt: skip
    assert "year is VARCHAR, not BIGINT" in found["RANGE"].error
    assert found["ALLOWED"].offending == 0


def test_missing_column_is_an_error_of_every_rule_that_needs_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found = look(con, "(2020, 'a', 0.5)", "year, kind, share")
    errors = {kind for kind, f in found.items() if f.error}
    assert errors == {"KEY", "REQUIRED", "PATTERN"}
    assert "area" in found["KEY"].error


def test_empty_table_has_nothing_to_compare(con: duckdb.DuckDBPyConnection) -> None:
    look(con, RIGHT)
    con.execute(f"DELETE FROM {NAME}").fetchall()
    found = base_suites.findings(con, NAME, TABLE, NAME)
    assert {f.compared for f in found if not f.rule.rule_id.endswith("TYPES")} == {0}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_has_its_rules(table: Table) -> None:
    ids = [r.rule_id for r in base_suites.rules(table.full_name, table)]
    assert len(ids) == len(set(ids))
    assert all(i.startswith(f"BASE-{table.full_name}-") for i in ids)
    kinds = {i.rpartition("-")[2] for i in ids}
    assert {"COLUMNS", "TYPES", "KEY", "REQUIRED"} <= kinds
    assert ("ROWS" in kinds) is not table.may_be_empty
    if not table.may_be_empty:
        assert ids[0].endswith("-ROWS"), "the row-count floor comes first"
    assert ("ALLOWED" in kinds) is any(c.allowed for c in table.columns)
