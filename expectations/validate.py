"""Validate one table: run its suite on its present content and store the evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from assets.state.evidence import PASSING, RuleResult, record
from assets.state.made import hashes_of
from assets.state.warehouse import table_exists
from assets.text.doing import doing
from expectations import coverage, judging, waivers
from expectations.answers import as_text
from expectations.engine import Judged
from expectations.suites import Suite, suite_for
from expectations.verdicts import results_of
from expectations.waivers import Waiver


class TableMissingError(LookupError):
    """The table to be validated is not in the warehouse."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of one validation.

    Attributes:
        table_name: Full name in the warehouse.
        content_hash: Identity of the content that was looked at.
        results: One result per rule.
        answer: What Great Expectations answered, see :mod:`expectations.answers`.
    """

    table_name: str
    content_hash: str
    results: tuple[RuleResult, ...]
    answer: str = ""

    @property
    def blocking(self) -> tuple[RuleResult, ...]:
        """Results that stop everything downstream."""
        return tuple(r for r in self.results if r.blocks)

    @property
    def passed(self) -> bool:
        """Whether nothing blocks."""
        return not self.blocking

    def of(self, check: str) -> tuple[RuleResult, ...]:
        """Return the results of one check, ``contract`` or ``plausibility``."""
        return tuple(r for r in self.results if r.check_name == check)

    def failing(self, check: str) -> tuple[RuleResult, ...]:
        """Return the results of one check that did not pass."""
        return tuple(r for r in self.of(check) if r.outcome not in PASSING)


def validate_table(
    con: duckdb.DuckDBPyConnection,
    full_name: str,
    *,
    basis: str = "",
    today: dt.date | None = None,
    declared_waivers: Sequence[Waiver] | None = None,
) -> Outcome:
    """Run the suite of a table on its present content and store the evidence.

    Nothing is taken from an earlier evaluation. Coverage is recorded when nothing blocks.

    Args:
        con: Open connection to the warehouse; not read-only.
        full_name: Full name of the table, e.g. ``core.observations``.
        basis: Which extracts the run looks at, e.g. ``sample 2026-06-01``; coverage is
            compared and recorded within one basis.
        today: Day on which waivers must be in force; by default the present day (UTC).
        declared_waivers: Waivers to apply instead of the bundled ones.

    Raises:
        TableMissingError: The table is not in the warehouse.
        KeyError: The registry has no such table.
    """
    suite = suite_for(full_name)
    if not table_exists(con, full_name):
        raise TableMissingError(
            f"{full_name} is not in the warehouse. "
            f"Materialise the asset {full_name.replace('.', '/')} first."
        )
    doing(f"checking {full_name}")
    content = _identity(con, suite)
    day = today or dt.datetime.now(dt.UTC).date()
    judged, results = judge_table(con, suite, basis, day, declared_waivers)
    outcome = Outcome(full_name, content, results, as_text(judged, results))
    record(con, full_name, content, results)
    if suite.has_coverage and outcome.passed:
        coverage.record(con, full_name, suite.table, content, basis)
    return outcome


def judge_table(
    con: duckdb.DuckDBPyConnection,
    suite: Suite,
    basis: str,
    today: dt.date,
    declared_waivers: Sequence[Waiver] | None = None,
) -> tuple[Judged, tuple[RuleResult, ...]]:
    """Validate a table without storing anything; return the library's results and the evidence.

    Args:
        con: Open connection to the warehouse.
        suite: Suite of the table.
        basis: Which extracts the run looks at.
        today: Day on which waivers must be in force.
        declared_waivers: Waivers to apply instead of the bundled ones.
    """
    judged = judging.judged(con, suite, basis)
    applicable = waivers.waivers_of(suite.name, declared_waivers)
    found = waivers.apply(judging.by_rule(suite, judged), applicable, suite.name, today)
    return judged, tuple(results_of([*found.findings, *([found.unused] if found.unused else [])]))


def _identity(con: duckdb.DuckDBPyConnection, suite: Suite) -> str:
    try:
        return hashes_of(con, {suite.name: suite.table})[suite.name]
    except duckdb.Error:
        # Content that is not of the registry's shape has no identity that a gate could ask for;
        # the failed shape rules still need a place in the evidence.
        shape = con.execute(f"DESCRIBE SELECT * FROM {suite.name}").fetchall()
        return f"unidentified-{hashlib.sha256(repr(shape).encode()).hexdigest()[:32]}"
