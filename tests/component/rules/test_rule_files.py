"""Rule files are complete, and their queries give what the runner reads."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.state.warehouse import replace_table
from expectations import relational
from expectations.relational import RelationalRule, RuleFileError, relational_rules
from expectations.suites import registry_table, suite_tables

PAIRS = [(rule, name) for rule in relational_rules() for name in rule.tables]


@pytest.fixture(scope="module")
def empty() -> duckdb.DuckDBPyConnection:
    from assets.state.warehouse import in_memory

    con = in_memory()
    for name in suite_tables():
        table = registry_table(name)
        nothing = ", ".join(f"NULL AS {c}" for c in table.column_names)
        replace_table(con, table, f"SELECT {nothing} WHERE false", schema=name.split(".")[0])
    return con


@pytest.mark.parametrize(("rule", "name"), PAIRS, ids=lambda v: getattr(v, "file", v))
def test_query_names_keys_and_both_sides(
    empty: duckdb.DuckDBPyConnection, rule: RelationalRule, name: str
) -> None:
    query = rule.query(name, registry_table(name))
    columns = [r[0] for r in empty.execute(f"DESCRIBE {query}").fetchall()]
    assert {*rule.rule.keys, "observed", "expected", "offends"} <= set(columns)


@pytest.mark.parametrize(("rule", "name"), PAIRS, ids=lambda v: getattr(v, "file", v))
def test_header_names_every_other_table_that_the_query_reads(
    rule: RelationalRule, name: str
) -> None:
    query = rule.query(name, registry_table(name))
    known = set(suite_tables())
    words = {w.strip("(),") for w in query.split()}
    assert {w for w in words if w in known and w != name} <= set(rule.inputs_of(name))


def test_names_of_files_and_rules_agree() -> None:
    assert {r.file for r in relational_rules()} == {p.name for p in relational.FOLDER.glob("*.sql")}
    for rule in relational_rules():
        assert set(rule.tables) <= set(suite_tables())


@pytest.mark.parametrize("text", ["SELECT 1", "-- rule: X\n-- tables: core.areas\nSELECT 1"])
def test_incomplete_header_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.sql"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"broken.sql: the header lacks .*check"):
        relational._read(path)


def test_unknown_placeholder_is_refused() -> None:
    with pytest.raises(RuleFileError, match="nowhere"):
        relational._filled("FROM {nowhere}", {}, "x.sql")


def test_null_comparison_counts_as_broken(empty: duckdb.DuckDBPyConnection) -> None:
    rule = relational_rules()[0].rule
    query = "SELECT 'a' AS area_code, 'b' AS geography_vintage, NULL AS offends"
    assert relational.compare(empty, rule, query).offending == 1


def test_query_that_cannot_run_is_an_error_and_not_a_pass(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    finding = relational.compare(empty, relational_rules()[0].rule, "SELECT * FROM nowhere")
    assert "nowhere" in finding.error
