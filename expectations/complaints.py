"""Find blocking failures before the checks run, and the vintages of the failing rows.

The rules and waivers are those of the checks. Nothing is stored: only the checks make evidence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from assets.archive.settling import Complaint
from assets.state.warehouse import table_exists
from expectations import base_suites, judging, waivers
from expectations.rule import Finding
from expectations.suites import Suite, suite_for

_STATED = ("core.observations", "core.printed_rates")
_SAME_FIGURE = (
    "source_family",
    "area_code",
    "geography_vintage",
    "stratum_type",
    "stratum",
    "dataset_id",
)
_SAME_SERIES = ("source_family", "stratum_type", "stratum")
_ROWS = 2_000
"""Failing rows that are traced to their vintages; more would say the same."""


def complaints(
    con: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    *,
    basis: str = "",
    today: dt.date | None = None,
) -> list[Complaint]:
    """Return the required rules that fail on the present content of these tables.

    Args:
        con: Open connection to the warehouse.
        names: Full names of the tables; one that does not exist is passed over.
        basis: Which extracts the run looks at, see :func:`expectations.validate.validate_table`.
        today: Day on which waivers must be in force; by default the present day (UTC).
    """
    day = today or dt.datetime.now(dt.UTC).date()
    found = []
    for name in names:
        if not table_exists(con, name):
            continue
        suite = suite_for(name)
        judged = waivers.apply(_required(con, suite, basis), waivers.waivers_of(name), name, day)
        found += [_complaint(con, name, f) for f in judged.findings if f.error or f.offending]
    return found


def _required(con: duckdb.DuckDBPyConnection, suite: Suite, basis: str) -> list[Finding]:
    found = base_suites.findings(con, suite.name, suite.table, suite.name)
    found += judging.in_sql_findings(con, suite, basis, "contract")
    if declared := [e for e in suite.declared if e.rule.check == "contract"]:
        found += judging.declared_findings(con, suite, declared)
    return [f for f in found if (f.rule.check, f.rule.severity) == ("contract", "critical")]


def _complaint(con: duckdb.DuckDBPyConnection, name: str, finding: Finding) -> Complaint:
    rule = finding.rule
    return Complaint(
        name,
        rule.rule_id,
        f"{rule.message} {_seen(finding)}",
        rule.remedy,
        max(1, finding.offending),
        () if finding.error else suspects(con, finding.rows),
        by_news=rule.category == "coverage",
        by_declaration=rule.category == "declaration",
        states=rule.message,
    )


def _seen(finding: Finding) -> str:
    """Return the first row that breaks a rule, and the number of such rows, for a terminal."""
    if not finding.rows:
        return f"Seen: {finding.observed}."
    row = finding.rows[0]
    named = [f"{k} {row[k]}" for k in finding.rule.keys if row.get(k) is not None]
    seen = f": {row['observed']}" if row.get("observed") is not None else ""
    expected = f", expected {row['expected']}" if row.get("expected") is not None else ""
    rows = "1 row breaks it" if finding.offending == 1 else f"{finding.offending:,} rows break it"
    return f"{rows}, first: {', '.join(named)}{seen}{expected}."


def suspects(
    con: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, object]]
) -> tuple[str, ...]:
    """Return the vintages of the failing rows; the vintage with most of these rows comes first.

    A row that names its vintage stands on that one. Any other stands on the vintages that state
    counts or printed rates of the same area and period, and after them on those of the series.
    """
    named = Counter(str(row["vintage_id"]) for row in rows if row.get("vintage_id"))
    if named:
        return tuple(v for v, _ in named.most_common())
    frame = pd.DataFrame([dict(row) for row in rows[:_ROWS]])
    found: dict[str, None] = {}
    for columns in (_SAME_FIGURE, _SAME_SERIES):
        for source in _STATED:
            if table_exists(con, source):
                found.update(dict.fromkeys(_vintages(con, frame, source, columns)))
    return tuple(found)


def _vintages(
    con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, source: str, columns: Sequence[str]
) -> list[str]:
    shared = [c for c in columns if c in frame.columns and frame[c].notna().any()]
    if not {"source_family", "area_code", "dataset_id"} & set(shared):
        return []
    conditions = [f"(f.{c} IS NULL OR o.{c} = f.{c})" for c in shared]
    ends = [c for c in ("period_start", "period_end") if c in frame.columns]
    if len(ends) == 2:
        conditions.append("o.period_start <= f.period_end::DATE AND o.period_end >= f.period_start")
    elif ends:
        conditions.append(f"year(o.{ends[0]}) = year(f.{ends[0]}::DATE)")
    elif "year" in frame.columns:
        conditions.append("year(o.period_end) = f.year::INT")
        ends = ["year"]
    if "measure" in frame.columns:
        # A rate is made of counts that have names of their own.
        known = f"(SELECT DISTINCT measure FROM {source})"
        conditions.append(f"(o.measure = f.measure OR f.measure NOT IN {known})")
        shared.append("measure")
    rows = frame[[*shared, *ends]].drop_duplicates().astype("object")
    for end in ends:
        rows[end] = rows[end].astype("str").str[:10]
    con.register("failing_rows", rows)
    try:
        casts = ", ".join(f"{e}::DATE AS {e}" for e in ends if e != "year")
        select = f"SELECT * REPLACE ({casts}) FROM failing_rows" if casts else "FROM failing_rows"
        return [
            row[0]
            for row in con.execute(
                f"SELECT o.vintage_id FROM {source} AS o JOIN ({select}) AS f ON "
                f"{' AND '.join(conditions)} GROUP BY ALL ORDER BY count(*) DESC, o.vintage_id"
            ).fetchall()
        ]
    finally:
        con.unregister("failing_rows")
