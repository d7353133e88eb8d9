"""``VALIDATION.html``: every rule that was evaluated for a release, and what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

import duckdb

from assets.release.documents.page import html_table, page

_COLUMNS = (
    "table_name, rule_id, check_name, severity, outcome, message, observed, expected, "
    "failing_count, failing_keys, remedy, waiver_id, content_hash"
)
_MEASURED = ("observed", "expected")
_FINDINGS = ("failed", "not_evaluated", "waived")


def validation_page(con: duckdb.DuckDBPyConnection, facts: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        con: Open connection with ``published.quality``.
        facts: version and released_at.
    """
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM published.quality ORDER BY table_name, rule_id"
    ).fetchall()
    body = [
        f'<p class="note">Release {facts["version"]}, made {facts["released_at"]}. Each rule was '
        "evaluated on exactly the content that was released; the hash of that content stands "
        "with each table.</p>",
        "<h2>Findings</h2>",
        _findings([r for r in rows if r[4] in _FINDINGS or r[9]]),
    ]
    for name, group in groupby(rows, key=lambda r: r[0]):
        rules = list(group)
        body.append(
            f"<h2>{escape(name)}</h2><p class='note'>content <code>{rules[0][12]}</code></p>"
        )
        shown = [(r[1], r[2], r[3], r[4], r[5], r[6]) for r in rules]
        body.append(
            html_table(("rule", "check", "severity", "outcome", "statement", "seen"), shown)
        )
    return page(f"Validation of release {facts['version']}", body)


def _findings(rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return "<p>Every rule passed.</p>"
    parts = []
    for table, rule, check, severity, outcome, message, seen, expected, count, keys, *rest in rows:
        remedy, waiver, _ = rest
        facts = [f"seen: {seen}" if seen else "", f"expected: {expected}" if expected else ""]
        facts.append(f"{count} rows" if count else "")
        if waiver or outcome != "passed":
            facts.append(f"waiver {waiver}" if waiver else f"what to do: {remedy}")
        mark = "note" if severity == "info" or outcome == "passed" else outcome
        parts.append(
            f'<h3 class="{mark}">{escape(str(rule))} {outcome} on {escape(str(table))} '
            f"({check}, {severity})</h3><p>{escape(str(message))}</p>"
            f"<p>{escape('; '.join(f for f in facts if f))}</p>" + _keys(keys)
        )
    return "".join(parts)


def _keys(keys: object) -> str:
    found = json.loads(str(keys)) if keys else []
    if not found:
        return ""
    rows = [
        (
            ", ".join(f"{name} {value}" for name, value in row.items() if name not in _MEASURED),
            *(row.get(name) for name in _MEASURED),
        )
        for row in found
    ]
    return html_table(("row", "seen", "expected"), rows)
