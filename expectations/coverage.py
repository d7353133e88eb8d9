"""Coverage: how many rows a table had per series, kind of area and period when it last passed.

The record is written after a passing validation and compared with by the next one, so that a state
or a year that silently disappears stops the run although everything that is left looks right. Runs
on another basis (other extracts, or only those known on a past date) are rightly smaller or larger,
so every basis has its own record.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from assets.schema.model import Table
from expectations.relational import compare
from expectations.rule import Finding, Rule

COVERAGE_TABLE = "meta.coverage"
COVERED_TABLES = ("core.observations", "core.printed_rates", "rates.rates", "published.rates")
_KEYS = ("source_family", "area_type", "period_type", "period_start", "period_end")


def rule(name: str) -> Rule:
    """Return the coverage rule of the table called ``name``."""
    return Rule(
        rule_id=f"COVERAGE-{name}",
        check="contract",
        severity="critical",
        category="coverage",
        message="Every series has at least as many rows per kind of area and period as when the "
        "table last passed.",
        remedy="Look for the area or period in the newest extract; where the producer withdrew it, "
        "waive it by series and period.",
        keys=_KEYS,
    )


def finding(con: duckdb.DuckDBPyConnection, name: str, table: Table, basis: str = "") -> Finding:
    """Compare the coverage of a table with that recorded when it last passed on the same basis."""
    _prepare(con)
    about = rule(name)
    known = con.execute(
        f"SELECT count(*) FROM {COVERAGE_TABLE} WHERE table_name = ? AND basis = ?", [name, basis]
    ).fetchall()[0][0]
    if not known:
        on = f" on the basis {basis}" if basis else ""
        return Finding(about, note=f"the table has not passed before in this home{on}")
    keys = ", ".join(_KEYS)
    quoted = basis.replace("'", "''")
    return compare(
        con,
        about,
        f"SELECT {keys}, coalesce(now.rows, 0) || ' rows' AS observed, "
        "'at least ' || before.rows || ' rows' AS expected, "
        "coalesce(now.rows, 0) < before.rows AS offends "
        f"FROM {COVERAGE_TABLE} AS before LEFT JOIN ({_counts(name, table)}) AS now "
        f"USING ({keys}) WHERE before.table_name = '{name}' AND before.basis = '{quoted}'",
    )


def record(
    con: duckdb.DuckDBPyConnection, name: str, table: Table, content: str, basis: str = ""
) -> None:
    """Replace the recorded coverage of a table on a basis by its present one.

    Args:
        con: Open connection.
        name: Full name in the warehouse.
        table: Registry entry.
        content: Content hash of what passed.
        basis: Which extracts the run looks at; see :func:`expectations.validate.validate_table`.
    """
    _prepare(con)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    con.execute("BEGIN").fetchall()
    try:
        con.execute(
            f"DELETE FROM {COVERAGE_TABLE} WHERE table_name = ? AND basis = ?", [name, basis]
        ).fetchall()
        con.execute(
            f"INSERT INTO {COVERAGE_TABLE} BY NAME SELECT ? AS table_name, ? AS basis, *, "
            f"? AS content_hash, ? AS recorded_at FROM ({_counts(name, table)})",
            [name, basis, content, now],
        ).fetchall()
        con.execute("COMMIT").fetchall()
    except BaseException:
        con.execute("ROLLBACK").fetchall()
        raise


def _counts(name: str, table: Table) -> str:
    columns = table.column_names
    period_type = "period_type" if "period_type" in columns else "window_type"
    if "area_type" in columns:
        area_type, areas = "t.area_type", ""
    else:
        area_type = "coalesce(a.area_type, 'unknown')"
        areas = " LEFT JOIN core.areas AS a USING (area_code, geography_vintage)"
    return (
        f"SELECT t.source_family, {area_type} AS area_type, t.{period_type} AS period_type, "
        f"t.period_start, t.period_end, count(*) AS rows FROM {name} AS t{areas} GROUP BY ALL"
    )


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {COVERAGE_TABLE} (table_name VARCHAR, source_family VARCHAR, "
        "area_type VARCHAR, period_type VARCHAR, period_start DATE, period_end DATE, rows BIGINT, "
        "content_hash VARCHAR, recorded_at VARCHAR, basis VARCHAR DEFAULT '')"
    ).fetchall()
    # Homes of before there was a basis; their record belongs to none and is not compared with.
    con.execute(
        f"ALTER TABLE {COVERAGE_TABLE} ADD COLUMN IF NOT EXISTS basis VARCHAR DEFAULT ''"
    ).fetchall()
