"""Ages of infants at death as CDC WONDER prints them, and the spans of the first year they fill."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from assets.schema.codes import DEATH_AGES

SPANS = {measure: span for measure, span in DEATH_AGES.items() if measure != "infant_deaths"}
"""First hour of life and the hour after the last, of the counts that ages are summed up to."""

_PARTS_OF_DAY_0 = {
    "under 1 hour": (0, 1),
    "< 1 hour": (0, 1),
    "1-23 hours": (1, 24),
    "under 1 day": (0, 24),
    "< 1 day": (0, 24),
}
_DAYS = re.compile(r"(?P<first>[0-9]{1,3})(?:-(?P<last>[0-9]{1,3}))? days?")
_LEAP_DAY = (8760, 8784)


def hours_of(label: str) -> tuple[int, int] | None:
    """Return the first hour of an age and the hour after its last.

    Args:
        label: Age as printed, e.g. ``1 - 23 hours``, ``7 - 27 days`` or ``3 days``. Day 365 of a
            leap year counts as part of the last hour of the year.

    Returns:
        ``None`` where the age is not stated or is no age of the first year.
    """
    age = re.sub(r"\s*-\s*", "-", label.strip().lower())
    if age in _PARTS_OF_DAY_0:
        return _PARTS_OF_DAY_0[age]
    days = _DAYS.fullmatch(age)
    if days is None:
        return None
    first, last = int(days["first"]), int(days["last"] or days["first"])
    found = (24 * first, 24 * last + 24)
    if found == _LEAP_DAY:
        return (8760, 8760)
    return found if first <= last and found[1] <= 8760 else None


def incomplete_spans(labels: Iterable[str]) -> list[str]:
    """Return the counts whose span the ages do not fill, in the order of :data:`SPANS`."""
    hours = [found for found in map(hours_of, set(labels)) if found]
    return [
        measure
        for measure, (start, end) in SPANS.items()
        if sum(b - a for a, b in hours if start <= a and b <= end) != end - start
    ]


def register_ages(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables of ages and spans that the SQL of CDC WONDER reads.

    Args:
        con: Connection to a warehouse with ``staging.nchs_wonder``.
    """
    labels = con.execute(
        "SELECT DISTINCT age_of_infant FROM staging.nchs_wonder WHERE age_of_infant IS NOT NULL"
    ).fetchall()
    ages = [(label, hours) for (label,) in labels if (hours := hours_of(label)) is not None]
    for name, column, hours_by_name in (
        ("age_lookup", "age_of_infant", ages),
        ("span_lookup", "measure", list(SPANS.items())),
    ):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} "
            f"({column} VARCHAR, first_hour INTEGER, end_hour INTEGER)"
        ).fetchall()
        for text, (first, end) in hours_by_name:
            con.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", [text, first, end]).fetchall()
