"""Control totals: compare figures that producers published with the counts in core.

``control_totals.csv`` has one row per published figure with its citation and tolerance. Every
``control_group`` is one rule. A total whose series is not there is not applicable and counted as
such in the result; a total whose series is there must agree.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import duckdb

from assets.state.warehouse import literal, sql_of
from expectations.relational import compare, part
from expectations.rule import Finding, Rule

FILE = Path(__file__).parent / "control_totals.csv"
TABLE = "core.observations"
_MESSAGES = {
    "US-BIRTHS": "US live births are the final counts that NCHS published.",
    "US-LINKED-DEATHS": "US infant deaths of the linked file are those that NCHS published.",
    "US-MORTALITY-DEATHS": "US infant deaths of the mortality file are those that NCHS published.",
    "MO-LINKED": "Births and infant deaths of Missouri are those of the linked file.",
    "EW-OCCURRENCE": "Births and deaths of England and Wales by year are those that ONS published.",
    "EW-REGIONS": "Births and infant deaths of nations and regions are those that ONS published.",
    "UK-REGISTRATION": "Births and registered infant deaths are those that ONS published.",
}


def rules() -> tuple[Rule, ...]:
    """Return one rule per group of control totals."""
    return tuple(_rule(group) for group in _groups())


def findings(con: duckdb.DuckDBPyConnection, relation: str = TABLE) -> list[Finding]:
    """Compare all control totals with the counts.

    Args:
        con: Open connection.
        relation: Relation with the columns of ``core.observations``.
    """
    totals = f"read_csv({literal(FILE)}, header = true, all_varchar = true)"
    query = (
        sql_of(__file__, "control_totals")
        .replace("{relation}", relation)
        .replace("{totals}", totals)
        .replace("{withheld_bounds}", part("withheld_bounds"))
    )
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE control_totals AS {query}").fetchall()
    except duckdb.Error as error:
        return [Finding(rule, error=str(error)) for rule in rules()]
    try:
        return [_finding(con, group) for group in _groups()]
    finally:
        con.execute("DROP TABLE control_totals").fetchall()


def _rule(group: str) -> Rule:
    return Rule(
        rule_id=f"CONTROL-{group}",
        check="contract",
        severity="critical",
        category="control_total",
        message=_MESSAGES[group],
        remedy="Compare the extract with the citation in control_totals.csv; rows are missing, "
        "read twice, or of another edition.",
        keys=("source_family", "area_code", "measure", "year"),
    )


def _finding(con: duckdb.DuckDBPyConnection, group: str) -> Finding:
    own = f"FROM control_totals WHERE control_group = '{group}'"
    found = compare(
        con, _rule(group), f"SELECT * EXCLUDE (control_group, applies) {own} AND applies"
    )
    absent = con.execute(f"SELECT year {own} AND NOT applies ORDER BY year").fetchall()
    if not absent:
        return found
    years = sorted({row[0] for row in absent})
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"
    note = f"{len(absent)} not applicable, the series is not in the extracts ({span})"
    return Finding(
        found.rule, found.compared, found.offending, found.rows, found.expected, note=note
    )


@cache
def _groups() -> tuple[str, ...]:
    with FILE.open(encoding="utf-8", newline="") as handle:
        return tuple(sorted({row["control_group"] for row in csv.DictReader(handle)}))
