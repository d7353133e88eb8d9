"""Rows of the table ``quality``, made by hand, and the page that is made of them."""

from __future__ import annotations

import json

import duckdb

from assets.release.documents.validation.validation_page import validation_page
from tests.component.release import figures as f

FACTS = {
    "version": "2026.06.01",
    "released_at": "2026-06-01T02:15:00+00:00",
    "schema_version": "2.0.0",
    "method_version": "1.2.0",
}


def evaluated(rule_id: str = "T-KEY", outcome: str = "passed", **other: object) -> f.Row:
    """A rule of the contract, evaluated on a table; ``failing_keys`` can be given as rows."""
    keys = other.pop("failing_keys", None)
    return {
        "table_name": "published.rates",
        "rule_id": rule_id,
        "check_name": "contract",
        "category": "identity",
        "severity": "critical",
        "outcome": outcome,
        "message": "Parts add up to the whole.",
        "observed": "0 of 43 break the rule",
        "expected": "no offending row",
        "failing_count": 0,
        "failing_keys": keys if keys is None or isinstance(keys, str) else json.dumps(keys),
        "remedy": "Compare the row with the extract.",
        "waiver_id": None,
        "content_hash": "0123456789ab" + "0" * 52,
        "evaluated_at": "2026-06-01T02:14:00+00:00",
        **other,
    }


WAIVED = evaluated(
    "T-SUM",
    "waived",
    observed="0 of 43 break the rule; 2 waived",
    waiver_id="EW-1993",
    failing_keys=[
        {
            "source_family": "ons_occurrence", "period_start": f"199{year}-01-01",
            "observed": f"60{year}4", "expected": "6033", "waiver_id": "EW-1993",
            "reason": "The ONS prints it like that.",
        }
        for year in (3, 4)
    ],
)  # fmt: skip
ADVICE = evaluated(
    "T-RANGE",
    "failed",
    table_name="core.observations",
    check_name="plausibility",
    severity="warning",
    message="Rates are plausible.",
    observed="30 of 2,195 break the rule",
    failing_count=30,
    failing_keys=[{"area_code": f"US-{n}", "observed": str(n)} for n in range(20)],
    content_hash="not given: the content has counts that are withheld",
)
EXPLAINED = evaluated(
    "T-PRINTED",
    failing_keys=[{"area_code": "US", "explained_by": "ROUNDED-TWICE", "reason": "Rounded twice."}],
)
PAST_EVALUATION = evaluated("T-LOST", "not_evaluated", observed=None, remedy="Run it again.")


def page_of(con: duckdb.DuckDBPyConnection, *rows: f.Row) -> str:
    """Return the page on these rows."""
    con.execute("CREATE SCHEMA IF NOT EXISTS published").fetchall()
    f.write(con, "published.quality", rows)
    return validation_page(con, FACTS)
