"""Validate one table of any size with its suite.

A table that fits into a frame is read once, and the registry's expectations are judged on it in the
words of the library. The cells of a larger one are scanned in DuckDB, and what is declared for it
is judged on one chunk after the other, so that memory stays bounded. Rules in SQL run in DuckDB;
the suite has an expectation for each of them as well, so that there is one result for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb
import pandas as pd

from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Table
from expectations import (
    base_suites,
    control_totals,
    coverage,
    engine,
    frames,
    registry_words,
)
from expectations import relational as rules_in_sql
from expectations.engine import Judged
from expectations.rule import Finding
from expectations.suites import Suite
from expectations.verdicts import merged
from expectations.words import Expectation

_FILLED = "ExpectColumnProportionOfNonNullValuesToBeBetween"
_WITHOUT_TYPE = (
    "ExpectColumnValuesToNotBeNull",
    "ExpectCompoundColumnsToBeUnique",
    "ExpectColumnValuesToBeUnique",
    _FILLED,
)
"""Words about a column of any type."""


def findings(con: duckdb.DuckDBPyConnection, suite: Suite, basis: str = "") -> list[Finding]:
    """Return the findings for all rules of a table except the rule about its waivers.

    Args:
        con: Open connection to the warehouse.
        suite: Suite of the table.
        basis: Which extracts the run looks at, see :func:`expectations.validate.validate_table`.
    """
    return by_rule(suite, judged(con, suite, basis))


def by_rule(suite: Suite, judged: Judged) -> list[Finding]:
    """Return one finding per rule, in the order of the suite."""
    found = {f.rule.rule_id: f for f in judged.by_rule}
    return [found[rule.rule_id] for rule in suite.rules if rule.rule_id in found]


def judged(con: duckdb.DuckDBPyConnection, suite: Suite, basis: str = "") -> Judged:
    """Return the library's results for a table, and the findings made without the library.

    Args:
        con: Open connection to the warehouse.
        suite: Suite of the table.
        basis: Which extracts the run looks at, see :func:`expectations.validate.validate_table`.
    """
    table, name = suite.table, suite.name
    types = base_suites.types_of(con, name)
    rows = base_suites.row_count(con, name)
    in_sql = in_sql_findings(con, suite, basis)
    expectations = [_seen(e, types, rows, table) for e in registry_words.shape(name, table)]
    if not frames.is_framed(name, rows):
        in_sql = [*base_suites.findings(con, name, table, name), *in_sql]
        head = pd.DataFrame(True, index=range(min(rows, 1)), columns=list(types))
        whole = engine.validate(name, head, expectations, in_sql, table.key)
        in_chunks = declared_findings(con, suite, suite.declared) if suite.declared else []
        return replace(whole, findings=(*whole.findings, *in_chunks))
    cells = [*registry_words.cells(name, table), *suite.declared]
    sound, unusable = _told_apart(cells, types, rows, table)
    expectations += sound
    in_sql = [base_suites.wrong_types(name, table, types), *in_sql]
    whole = engine.validate(name, frames.read(con, name, types), expectations, in_sql, table.key)
    return replace(whole, findings=(*whole.findings, *unusable))


def declared_findings(
    con: duckdb.DuckDBPyConnection, suite: Suite, expectations: Sequence[Expectation]
) -> list[Finding]:
    """Validate declared expectations on a table chunk by chunk; return one finding per rule.

    Only the columns that they look at are read, and those of the key.
    """
    types = base_suites.types_of(con, suite.name)
    rows = base_suites.row_count(con, suite.name)
    sound, unusable = _told_apart(expectations, types, rows, suite.table)
    if not sound:
        return merged(unusable)
    named = {c for e in sound for c in (*e.columns, *e.only)} | set(suite.table.key)
    wanted = {c: t for c, t in types.items() if c in named}
    found = list(unusable)
    for frame in frames.chunks(con, suite.name, wanted):
        part = engine.validate(suite.name, frame, sound, keys=suite.table.key)
        found = merged([*found, *part.findings])
    return found or [Finding(e.rule, note="the table is empty") for e in sound]


def in_sql_findings(
    con: duckdb.DuckDBPyConnection, suite: Suite, basis: str = "", check: str = ""
) -> list[Finding]:
    """Return the findings of the rules in SQL, of coverage and of control totals.

    Args:
        con: Open connection to the warehouse.
        suite: Suite of the table.
        basis: Which extracts the run looks at.
        check: Rules of this check alone, ``contract`` or ``plausibility``.
    """
    rules = [r for r in suite.relational if check in ("", r.rule.check)]
    found = rules_in_sql.run(con, rules, suite.name, suite.table)
    if suite.has_coverage:
        found.append(coverage.finding(con, suite.name, suite.table, basis))
    if suite.has_control_totals:
        found += control_totals.findings(con, suite.name)
    return found


def _seen(
    expectation: Expectation, types: Mapping[str, str], rows: int, table: Table
) -> Expectation:
    """Return an expectation about the table's shape, with a full text of what was seen."""
    is_count = expectation.name == "ExpectTableRowCountToBeBetween"
    seen = f"{rows:,} rows" if is_count else base_suites.column_difference(list(types), table)
    return replace(expectation, seen=seen)


def _told_apart(
    expectations: Sequence[Expectation], types: Mapping[str, str], rows: int, table: Table
) -> tuple[list[Expectation], list[Finding]]:
    """Split expectations into those that can be validated, and findings that explain the rest."""
    sound, unusable = [], []
    for expectation in expectations:
        if why := _unusable(expectation, types, rows, table):
            unusable.append(why)
        else:
            sound.append(expectation)
    return sound, unusable


def _unusable(
    expectation: Expectation, types: Mapping[str, str], rows: int, table: Table
) -> Finding | None:
    """Return a finding if the expectation cannot be validated on this table, else ``None``."""
    about = expectation.rule
    columns = [*expectation.columns, *expectation.only]
    if absent := [c for c in columns if c not in types]:
        return Finding(about, error=f"missing columns {', '.join(absent)}")
    wrong = [
        f"{c} is {types[c]}, not {expected}"
        for c in columns
        if c in table.column_names and types[c] != (expected := duckdb_type(table.column(c)))
    ]
    if wrong and expectation.name not in _WITHOUT_TYPE:
        return Finding(about, error="; ".join(wrong))
    if not rows and expectation.name == _FILLED:
        return Finding(about, note="the table is empty")
    return None
