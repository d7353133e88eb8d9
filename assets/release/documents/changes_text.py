"""CHANGES.md: what differs from the release before, in words and counts first."""

from __future__ import annotations

import duckdb

_SHOWN = 200
MEANING = {
    "new_period": "a period that the release before did not have",
    "new_area": "an area that the release before did not have",
    "new_series": "a series or measure that the release before did not have",
    "source_revision": "the producer restated the figure",
    "status_change": "a status, mark or date moved; no figure did",
    "correction": "a correction of a known error in an extract",
    "method_change": "the methods changed",
    "geography": "the area was redefined",
    "newly_suppressed": "withheld now, shown before",
    "released": "shown now, withheld before",
    "withdrawn": "no longer in the data",
}


def changes_text(
    con: duckdb.DuckDBPyConnection, relation: str, version: str, previous: str | None
) -> str:
    """Return the text.

    Args:
        con: Open connection.
        relation: Relation with the columns of the ``changes`` table.
        version: Release that the text belongs to.
        previous: Release compared with, or ``None`` for a first release.
    """
    if previous is None:
        return f"# Changes in {version}\n\nThis is the first release of the channel.\n"
    counts = con.execute(
        f"SELECT cause, change, count(DISTINCT (table_name, row_key)) FROM {relation} "
        "GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    ).fetchall()
    if not counts:
        return f"# Changes in {version}\n\nNo row differs from {previous}.\n"
    lines = [
        f"# Changes in {version}",
        "",
        f"Compared with {previous}. This is a summary: how many keys differ for which cause, and "
        f"at most {_SHOWN} revised values of rates. Every difference, with its key, old and new "
        "value and cause, is a row of `changes.parquet` and `changes.csv`; "
        f"`imr diff {previous} {version} --rows` prints them.",
        "",
        "| cause | change | keys | meaning |",
        "|---|---|---:|---|",
        *(f"| {cause} | {kind} | {n:,} | {MEANING[cause]} |" for cause, kind, n in counts),
        "",
        *_not_compared(con, relation),
        *_revisions(con, relation),
    ]
    return "\n".join(lines) + "\n"


def _not_compared(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    found = con.execute(
        f"SELECT table_name, cause_detail FROM {relation} "
        "WHERE column_name = '*' AND change = 'revised' ORDER BY ALL"
    ).fetchall()
    return [*(f"`{name}`: {reason}." for name, reason in found), ""] if found else []


def _revisions(con: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    found = con.execute(
        f"SELECT row_key, column_name, old_value, new_value, cause, cause_detail FROM {relation} "
        "WHERE table_name = 'rates' AND change = 'revised' "
        "AND column_name IN ('numerator', 'denominator', 'rate', 'value_status') "
        "ORDER BY row_key, column_name"
    ).fetchall()
    if not found:
        return []
    lines = [
        "## Revised rates",
        "",
        "| key | column | before | now | cause |",
        "|---|---|---|---|---|",
    ]
    for key, column, old, new, cause, detail in found[:_SHOWN]:
        why = f"{cause} ({detail})" if detail else cause
        before, now = ("–" if v is None else v for v in (old, new))
        lines.append(f"| `{key}` | {column} | {before} | {now} | {why} |")
    if len(found) > _SHOWN:
        lines += ["", f"… and {len(found) - _SHOWN:,} more."]
    return lines
