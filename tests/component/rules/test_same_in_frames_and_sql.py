"""The words of the library on a frame and the scan in DuckDB find the same for one table."""

from __future__ import annotations

import duckdb
import pytest

from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Layer, Table, date, integer, number, text
from expectations import base_suites, frames, judging
from expectations.rule import Finding
from expectations.suites import Suite
from expectations.words import expect, words

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
        number("size", "Size"),
        date("day", "Day", may_be_all_null=True),
    ),
)
NAME = "core.sample"
DECLARED = expect(
    words.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="size", column_B="share", or_equal=True, ignore_row_if="either_value_is_missing"
    ),
    rule_id="SAMPLE-SIZE",
    severity="critical",
    category="range",
    message="No share is above its size.",
    remedy="Look at both.",
    expected="a size at least as large",
)
SUITE = Suite(
    name=NAME, table=TABLE, base=base_suites.rules(NAME, TABLE), declared=(DECLARED,),
    relational=(), has_coverage=False, has_control_totals=False, has_waivers=False,
)  # fmt: skip
RIGHT = "('01001', 2020, 'a', 0.5, 2, NULL), ('01001', 2021, NULL, NULL, 1, DATE '2020-01-01')"
Findings = dict[str, Finding]


def write(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    types = ", ".join(f"{c.name} {duckdb_type(c)}" for c in TABLE.columns)
    con.execute("CREATE SCHEMA IF NOT EXISTS core").fetchall()
    con.execute(f"CREATE OR REPLACE TABLE {NAME} ({types})").fetchall()
    if rows:
        con.execute(f"INSERT INTO {NAME} VALUES {rows}").fetchall()


def both(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> tuple[Findings, Findings]:
    framed = {f.rule.rule_id: f for f in judging.findings(con, SUITE)}
    monkeypatch.setattr(frames, "ROWS_AT_MOST", -1)
    monkeypatch.setattr(frames, "_BATCH", 1)
    return framed, {f.rule.rule_id: f for f in judging.findings(con, SUITE)}


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        (RIGHT, set()),
        (RIGHT + ", ('01001', 2021, 'b', 1, 1, NULL)", {"KEY"}),
        ("(NULL, 2020, 'a', 0, 1, NULL), (NULL, 2020, 'a', 0, 1, NULL)", {"KEY", "REQUIRED"}),
        ("('01001', 2020, 'c', 0.5, 1, NULL)", {"ALLOWED"}),
        ("('01001', 1020, 'a', 0.5, 1, NULL)", {"RANGE"}),
        ("('01001', 2020, 'a', 1.5, 2, NULL)", {"RANGE"}),
        ("('01001', 2020, 'a', 'nan', 2, NULL)", {"RANGE", "SAMPLE-SIZE"}),
        ("('01001', 2020, 'a', 0.5, 'inf', NULL)", {"RANGE"}),
        ("('01001', 2020, 'a', 0.5, 'nan', NULL)", {"RANGE"}),
        ("('1001', 2020, 'a', 0.5, 1, NULL)", {"PATTERN"}),
        ("('01001' || chr(10), 2020, 'a', 0.5, 1, NULL)", {"PATTERN"}),
        ("('01001', 2020, NULL, 0.5, 1, NULL)", {"FILLED"}),
        ("('01001', 2020, 'a', 0.5, 0.1, NULL)", {"SAMPLE-SIZE"}),
        ("", {"ROWS"}),
    ],
)
def test_both_ways_find_the_same(
    con: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    rows: str,
    broken: set[str],
) -> None:
    write(con, rows)
    framed, scanned = both(con, monkeypatch)
    assert {r.removeprefix(f"BASE-{NAME}-") for r, f in framed.items() if f.offending} == broken
    assert list(framed) == list(scanned) == [r.rule_id for r in SUITE.rules]
    for rule_id, one in framed.items():
        other = scanned[rule_id]
        assert not one.error and not other.error
        assert one.offending == other.offending, rule_id
        if rule_id.startswith("BASE-"):
            assert one.compared == other.compared, rule_id
        assert [_place(row) for row in one.rows] == [_place(row) for row in other.rows], rule_id


def _place(row: object) -> dict[str, object]:
    assert isinstance(row, dict)
    return {k: v for k, v in row.items() if k in ("area", "year", "column_name")}


@pytest.mark.parametrize("change", ["DROP share", "ALTER share TYPE VARCHAR"])
def test_a_column_that_is_not_there_or_of_another_type_leaves_its_rules_unjudged(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    write(con, RIGHT)
    con.execute(f"ALTER TABLE {NAME} {change}").fetchall()
    for found in both(con, monkeypatch):
        errors = {r.removeprefix(f"BASE-{NAME}-") for r, f in found.items() if f.error}
        assert {"RANGE", "SAMPLE-SIZE"} <= errors
        assert "share" in found["SAMPLE-SIZE"].error


def test_a_column_without_any_value_is_told_and_a_wrong_declaration_blocks(
    con: duckdb.DuckDBPyConnection,
) -> None:
    write(con, "('01001', 2020, 'a', NULL, 1, NULL)")
    told = {f.rule.rule_id: f for f in judging.findings(con, SUITE)}["SAMPLE-SIZE"]
    assert told.observed == "nothing to compare; no row has a value"
    nonsense = expect(
        words.ExpectNonsense(column="size"), rule_id="SAMPLE-NONSENSE", severity="critical",
        category="range", message="It holds.", remedy="Look.", expected="sense",
    )  # fmt: skip
    suite = Suite(NAME, TABLE, SUITE.base, (nonsense,), (), False, False, False)
    wrong = {f.rule.rule_id: f for f in judging.findings(con, suite)}["SAMPLE-NONSENSE"]
    assert "no expectation is called ExpectNonsense" in wrong.error
