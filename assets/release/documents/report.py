"""``index.html`` of a release: national series, state ranking, what changed, what was checked."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby

import duckdb

from assets.release.documents.page import html_table, page
from assets.release.documents.svg import Bar, Line, bar_chart, line_chart
from assets.schema.producers import all_series
from assets.state.warehouse import sql_of

_UNIT = "deaths under one year per 1,000 live births"


def report_page(
    con: duckdb.DuckDBPyConnection, facts: Mapping[str, str], previous: str | None
) -> str:
    """Return the page.

    Args:
        con: Open connection with the published tables.
        facts: version, released_at, schema_version and method_version.
        previous: Release before, or ``None`` for a first one.
    """
    return page(
        f"Infant mortality rates, release {facts['version']}",
        [
            f'<p class="note">Made {escape(facts["released_at"])}; schema '
            f"{facts['schema_version']}, methods {facts['method_version']}. The numbers are in "
            "the tables beside this page; README.md says how to read them.</p>",
            "<h2>National series</h2>",
            _national(con),
            "<h2>State ranking</h2>",
            _ranking(con),
            "<h2>What changed</h2>",
            _changes(con, previous),
            "<h2>What was checked</h2>",
            _checks(con),
            "<h2>Sources</h2>",
            _sources(con),
        ],
    )


def _national(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute(sql_of(__file__, "report_series")).fetchall()
    titles = all_series()
    lines = [
        Line(f"{name} ({titles[family].title})", [(year, rate) for _, _, year, rate in points])
        for (name, family), points in groupby(rows, key=lambda r: (r[0], r[1]))
    ]
    note = (
        '<p class="note">The countries define and count differently: periods of death, linked '
        "records and registrations are separate lines and are never joined.</p>"
    )
    return line_chart("Infant mortality by year", lines, _UNIT) + note


def _ranking(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute(sql_of(__file__, "report_ranking")).fetchall()
    if not rows:
        return "<p>This release ranks no states.</p>"
    _, _, _, _, _, family, start, end = rows[0]
    years = str(end.year) if start.year == end.year else f"{start.year}–{end.year}"
    bars = [Bar(f"{rank}  {name}", rate, low, high) for rank, name, rate, low, high, *_ in rows]
    note = f'<p class="note">{all_series()[family].title}, {years}; thin lines are 95 % limits.</p>'
    return note + bar_chart(f"Infant mortality by state, {years}", bars, _UNIT)


def _changes(con: duckdb.DuckDBPyConnection, previous: str | None) -> str:
    if previous is None:
        return "<p>This is the first release of the channel.</p>"
    rows = con.execute(
        "SELECT table_name, change, cause, count(DISTINCT row_key) AS keys "
        "FROM published.changes GROUP BY ALL ORDER BY keys DESC, table_name, change, cause"
    ).fetchall()
    if not rows:
        return f"<p>No row differs from {escape(previous)}.</p>"
    return f"<p>Compared with {escape(previous)}:</p>" + html_table(
        ("table", "change", "cause", "keys"), rows, (3,)
    )


def _checks(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute(
        "SELECT table_name, check_name, count(*) AS rules, "
        "count(*) FILTER (WHERE outcome = 'passed') AS passed, "
        "count(*) FILTER (WHERE outcome = 'waived') AS waived, "
        "count(*) FILTER (WHERE outcome NOT IN ('passed', 'waived')) AS failed "
        "FROM published.quality GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    link = '<p>Rule by rule: <a href="VALIDATION.html">VALIDATION.html</a></p>'
    heads = ("table", "check", "rules", "passed", "waived", "failed")
    return html_table(heads, rows, (2, 3, 4, 5)) + link


def _sources(con: duckdb.DuckDBPyConnection) -> str:
    rows = con.execute(
        "SELECT producer, title, vintage_id, retrieved_at, status, licence "
        "FROM published.sources ORDER BY ALL"
    ).fetchall()
    return html_table(("producer", "dataset", "vintage", "retrieved", "status", "licence"), rows)
