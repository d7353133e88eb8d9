"""Statements that others make, beside what the figures give."""

from __future__ import annotations

from collections import Counter

from assets.release.documents.page import words
from assets.release.documents.page.section import Release, Section

_VERDICTS = {
    "reproduces": "holds",
    "does_not_reproduce": "does not hold",
    "cannot_be_computed": "cannot be computed from these sources",
}
_MANY = {
    "reproduces": "hold",
    "does_not_reproduce": "do not hold",
    "cannot_be_computed": "cannot be computed from these sources",
}


def claims(release: Release) -> Section:
    """Return the section."""
    rows = release.rows("claims")
    if not rows:
        return Section(missing=["This release judges no statement of others."])
    counts = Counter(row["verdict"] for row in rows)
    parts = [
        f"{counts.pop(verdict)} {said}" for verdict, said in _MANY.items() if verdict in counts
    ]
    parts += [f"{number} {words.name(verdict)}" for verdict, number in counts.items()]
    total = words.counted(len(rows), "statement", "statements")
    return Section(
        findings=[f"Of {total}, {words.listed(parts)}."],
        more={
            "claims": [
                {
                    "is_open": row["verdict"] in ("reproduces", "does_not_reproduce"),
                    "id": words.name(row["claim_id"]),
                    "statement": words.name(row["statement"]),
                    "document": words.name(row["document"]),
                    "claimed": _claimed(row["claimed_value"], row["unit"]),
                    "recomputed": row["recomputed_display"] or "–",
                    "verdict": _VERDICTS.get(row["verdict"], words.name(row["verdict"])),
                    "look": row["verdict"] if row["verdict"] in _VERDICTS else "",
                    "explanation": words.name(row["explanation"] or ""),
                }
                for row in rows
            ]
        },
    )


def _claimed(value: float | None, unit: str | None) -> str:
    if value is None:
        return "–"
    said = f"{value:g}" if abs(value) < 10_000 else words.count(value)
    return f"{said} {words.name(unit)}" if unit else said
