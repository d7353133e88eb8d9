"""Coverage: compare the rows per series, area type and period with the last passing run.

The record is written after a passing validation and compared with by the next one, so that a state
or a year that silently disappears stops the run although everything that is left looks right. Runs
on another basis (other extracts, or only those known on a past date) are rightly smaller or larger,
so every basis has its own record.

Of rates those with a figure are counted, shown or withheld: which rows without one are there moves
with every extract that makes a series longer.

What a person took out is not lost: the record keeps what the rows stood on, extracts, declared
regions, the versions of methods and tables. Rows of series whose extract was withdrawn, of regions
that are declared otherwise, and of rates after a change of method or schema are not held against
the record.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from assets.schema.codes import VALUES_SHOWN
from assets.schema.model import Table
from assets.schema.registry import METHOD_VERSION, SCHEMA_VERSION
from assets.state.warehouse import table_exists
from expectations.relational import compare
from expectations.rule import Finding, Rule

COVERAGE_TABLE = "meta.coverage"
STOOD_ON_TABLE = "meta.coverage_stood_on"
COVERED_TABLES = ("core.observations", "core.printed_rates", "rates.rates", "published.rates")
_FIGURES = (*VALUES_SHOWN, "suppressed")
_KEYS = ("source_family", "area_type", "period_type", "period_start", "period_end")


def rule(name: str) -> Rule:
    """Return the coverage rule of the table called ``name``."""
    return Rule(
        rule_id=f"COVERAGE-{name}",
        check="contract",
        severity="critical",
        category="coverage",
        message="Every series has at least as many rows per kind of area and period as when the "
        "table last passed; of rates those with a figure.",
        remedy="Look for the area or period in the newest extract; where the producer withdrew it, "
        "waive it by series and period.",
        keys=_KEYS,
    )


def finding(con: duckdb.DuckDBPyConnection, name: str, table: Table, basis: str = "") -> Finding:
    """Compare the coverage of a table with that recorded when it last passed on the same basis."""
    _prepare(con)
    about = rule(name)
    # A record of a home from before it said what it stands on is not compared with either.
    known, stood_on = (
        con.execute(
            f"SELECT count(*) FROM {each} WHERE table_name = ? AND basis = ?", [name, basis]
        ).fetchall()[0][0]
        for each in (COVERAGE_TABLE, STOOD_ON_TABLE)
    )
    if not known or (not stood_on and not name.startswith("core.")):
        on = f" on the basis {basis}" if basis else ""
        return Finding(about, note=f"the table has not passed before in this home{on}")
    keys = ", ".join(_KEYS)
    gone = con.execute(
        "SELECT DISTINCT b.source_family, b.area_type FROM "
        f"{STOOD_ON_TABLE} AS b ANTI JOIN ({_at_hand(con, name)}) AS n USING (input) "
        "WHERE b.table_name = ? AND b.basis = ?",
        [name, basis],
    ).fetchall()
    taken_out = " OR ".join(_taken_out(family, area_type) for family, area_type in gone)
    quoted = basis.replace("'", "''")
    return compare(
        con,
        about,
        f"SELECT {keys}, coalesce(now.rows, 0) || ' rows' AS observed, "
        f"CASE WHEN {taken_out or 'false'} THEN 'extract, region or method taken out' END "
        "AS not_compared, "
        "'at least ' || before.rows || ' rows' AS expected, "
        "not_compared IS NULL AND coalesce(now.rows, 0) < before.rows AS offends "
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
        con.execute(
            f"DELETE FROM {STOOD_ON_TABLE} WHERE table_name = ? AND basis = ?", [name, basis]
        ).fetchall()
        con.execute(
            f"INSERT INTO {STOOD_ON_TABLE} BY NAME SELECT ? AS table_name, ? AS basis, * "
            f"FROM ({_stood_on(con, name)})",
            [name, basis],
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
    figures = f" WHERE t.value_status IN {_FIGURES}" if "value_status" in columns else ""
    return (
        f"SELECT t.source_family, {area_type} AS area_type, t.{period_type} AS period_type, "
        f"t.period_start, t.period_end, count(*) AS rows FROM {name} AS t{areas}{figures} "
        "GROUP BY ALL"
    )


def _stood_on(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the query for the inputs of a table: name, series and areas."""
    schema = name.partition(".")[0]
    parts = ["SELECT NULL AS input, NULL AS source_family, NULL AS area_type WHERE false"]
    if table_exists(con, "core.observations"):
        parts.append(
            "SELECT DISTINCT vintage_id AS input, source_family, '*' AS area_type "
            "FROM core.observations"
        )
    if table_exists(con, "core.region_members"):
        parts.append(
            "SELECT concat_ws(' ', region_code, geography_vintage, "
            "string_agg(member_code, ';' ORDER BY member_code)), '*', 'custom_region' "
            "FROM core.region_members GROUP BY region_code, geography_vintage"
        )
    if schema != "core":
        schema_of_tables = SCHEMA_VERSION.partition(".")[0]
        parts.append(f"SELECT 'methods {METHOD_VERSION}, schema {schema_of_tables}', '*', '*'")
    return " UNION ALL ".join(parts)


def _at_hand(con: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the query for all available inputs, including superseded extracts."""
    parts = [f"SELECT input FROM ({_stood_on(con, name)})"]
    if table_exists(con, "core.vintages"):
        parts.append("SELECT vintage_id FROM core.vintages")
    return " UNION ALL ".join(parts)


def _taken_out(family: str, area_type: str) -> str:
    quoted = family.replace("'", "''")
    by_family = "true" if family == "*" else f"before.source_family = '{quoted}'"
    by_type = "true" if area_type == "*" else f"before.area_type = '{area_type}'"
    return f"({by_family} AND {by_type})"


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {COVERAGE_TABLE} (table_name VARCHAR, source_family VARCHAR, "
        "area_type VARCHAR, period_type VARCHAR, period_start DATE, period_end DATE, rows BIGINT, "
        "content_hash VARCHAR, recorded_at VARCHAR, basis VARCHAR DEFAULT '')"
    ).fetchall()
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {STOOD_ON_TABLE} (table_name VARCHAR, basis VARCHAR, "
        "input VARCHAR, source_family VARCHAR, area_type VARCHAR)"
    ).fetchall()
    # Homes of before there was a basis; their record belongs to none and is not compared with.
    con.execute(
        f"ALTER TABLE {COVERAGE_TABLE} ADD COLUMN IF NOT EXISTS basis VARCHAR DEFAULT ''"
    ).fetchall()
