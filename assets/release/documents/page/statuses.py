"""What every status of a rate means, each with a row of this release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assets.release.documents.page import words
from assets.release.documents.page.section import Release, Section
from assets.schema.codes import VALUE_STATUSES

MEANINGS = {
    "ok": "A number to use, with its interval.",
    "unreliable": "A number that stands on so few events that it says little alone: fewer than 20. "
    "Shown, drawn hollow, not ranked here.",
    "suppressed": "A number exists and is withheld, so that nobody can be recognised.",
    "missing": "The producer gives no figure for that area and period.",
    "incomplete_window": "At least one year of the window has no figure, so that its sum would be "
    "too small.",
    "series_break": "The meaning of the figures changes within the window, so that its years must "
    "not be added up.",
}


def statuses(release: Release) -> Section:
    """Return the section."""
    found = {row["value_status"]: row for row in release.rows("statuses")}
    return Section(
        findings=["Only rows that are ok or unreliable carry numbers; no other row means zero."],
        more={
            "statuses": [
                {
                    "name": status,
                    "meaning": MEANINGS[status],
                    "rows": words.counted(found[status]["rows"], "row", "rows")
                    if status in found
                    else "no row",
                    "example": _example(found[status]) if status in found else "",
                }
                for status in VALUE_STATUSES
            ]
        },
    )


def _example(row: Mapping[str, Any]) -> str:
    group = (
        ""
        if row["stratum_type"] == "all"
        else f", {words.group(row['stratum_type'], row['stratum'])}"
    )
    text = (
        f"{words.name(row['area_name'], 120)}, {words.measure(row['measure'])}{group}, "
        f"{row['period']}"
    )
    if row["rate_text"]:
        text += f": {row['rate_text']}"
    if row["status_reason"]:
        text += f" – {words.name(row['status_reason'], 200)}"
    return f"{text} ({words.series(row['source_family'])})"
