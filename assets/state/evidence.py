"""Stored evidence of validation: which rule saw which content, and what it found.

The expectations write it, the release gate demands it, the ``quality`` table publishes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from assets.schema.duckdb_types import duckdb_type
from assets.schema.tables.published import QUALITY
from assets.state.warehouse import table_exists

EVIDENCE_TABLE = "meta.evidence"
PASSING = ("passed", "waived")


@dataclass(frozen=True)
class RuleResult:
    """Outcome of one rule on one content.

    Attributes:
        rule_id: Stable identifier of the rule.
        check_name: ``contract`` (blocks) or ``plausibility`` (advises).
        category: Kind of rule, e.g. ``schema``, ``conservation``, ``control_total``.
        severity: ``critical``, ``warning`` or ``info``.
        outcome: ``passed``, ``failed``, ``waived`` or ``not_evaluated``.
        message: The rule in plain English.
        observed: What was seen.
        expected: What should have been seen.
        failing_count: Number of offending rows.
        failing_keys: First offending rows, as mappings of column to value.
        remedy: What to do about a failure.
        waiver_id: Waiver that covers the failure, if any.
    """

    rule_id: str
    check_name: str
    category: str
    severity: str
    outcome: str
    message: str
    observed: str = ""
    expected: str = ""
    failing_count: int = 0
    failing_keys: Sequence[dict[str, object]] = field(default_factory=tuple)
    remedy: str = ""
    waiver_id: str | None = None

    @property
    def blocks(self) -> bool:
        """True where the result must stop a release."""
        return (
            self.check_name == "contract"
            and self.severity == "critical"
            and self.outcome not in PASSING
        )


def record(
    con: duckdb.DuckDBPyConnection,
    table_name: str,
    content: str,
    results: Iterable[RuleResult],
) -> None:
    """Store the results of one evaluation; an earlier one of the same content is replaced.

    Args:
        con: Open connection to the warehouse.
        table_name: Full name of the table that was checked.
        content: Content hash of what was checked (all columns).
        results: One result per rule of the table's suite.
    """
    _prepare(con)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [
        (
            table_name,
            r.rule_id,
            r.check_name,
            r.category,
            r.severity,
            r.outcome,
            r.message,
            r.observed or None,
            r.expected or None,
            r.failing_count,
            json.dumps(list(r.failing_keys), default=str) if r.failing_keys else None,
            r.remedy,
            r.waiver_id,
            content,
            now,
        )
        for r in results
    ]
    con.execute("BEGIN").fetchall()
    try:
        con.execute(
            f"DELETE FROM {EVIDENCE_TABLE} WHERE table_name = ? AND content_hash = ?",
            [table_name, content],
        ).fetchall()
        if rows:
            marks = ", ".join("?" for _ in QUALITY.columns)
            con.execute(
                f"INSERT INTO {EVIDENCE_TABLE} VALUES " + ", ".join([f"({marks})"] * len(rows)),
                [value for row in rows for value in row],
            ).fetchall()
        con.execute("COMMIT").fetchall()
    except BaseException:
        con.execute("ROLLBACK").fetchall()
        raise


def load(con: duckdb.DuckDBPyConnection, table_name: str, content: str) -> list[RuleResult]:
    """Return the stored results for exactly this content of a table, in rule order."""
    return load_each(con, {table_name: content})[table_name]


def load_each(
    con: duckdb.DuckDBPyConnection, contents: Mapping[str, str]
) -> dict[str, list[RuleResult]]:
    """Return the stored results for exactly these contents of tables, in rule order, by table.

    Args:
        con: Open connection to the warehouse.
        contents: Content hash by full table name.
    """
    _prepare(con)
    rows = con.execute(
        "SELECT table_name, rule_id, check_name, category, severity, outcome, message, observed, "
        f"expected, failing_count, failing_keys, remedy, waiver_id FROM {EVIDENCE_TABLE} "
        "WHERE (table_name, content_hash) IN (SELECT unnest(?), unnest(?)) "
        "ORDER BY table_name, rule_id",
        [list(contents), list(contents.values())],
    ).fetchall()
    found: dict[str, list[RuleResult]] = {name: [] for name in contents}
    for name, *r in rows:
        found[name].append(
            RuleResult(
                rule_id=r[0],
                check_name=r[1],
                category=r[2],
                severity=r[3],
                outcome=r[4],
                message=r[5],
                observed=r[6] or "",
                expected=r[7] or "",
                failing_count=r[8],
                failing_keys=json.loads(r[9]) if r[9] else (),
                remedy=r[10],
                waiver_id=r[11],
            )
        )
    return found


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    if table_exists(con, EVIDENCE_TABLE):
        return
    columns = ", ".join(f'"{c.name}" {duckdb_type(c)}' for c in QUALITY.columns)
    con.execute(f"CREATE TABLE {EVIDENCE_TABLE} ({columns})").fetchall()
