"""Ages of infants at death as CDC WONDER prints them, and the spans of the first year they fill."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import duckdb

from assets.schema.codes import DEATH_AGES

SPANS = DEATH_AGES
"""First hour of life and the hour after the last, of the counts that ages are summed up to."""
OF_THE_YEAR = "infant_deaths"
"""Count that is summed from ages in the mortality files only: the linked files have deaths of
unknown age, which no group counts."""
FIRST_YEAR = SPANS[OF_THE_YEAR]
LATER_AGES = "of ages from one year on, or not stated"
"""Why no count is made of a row of the mortality files."""

_PARTS_OF_DAY_0 = {
    "under 1 hour": (0, 1),
    "< 1 hour": (0, 1),
    "1-23 hours": (1, 24),
    "under 1 day": (0, 24),
    "< 1 day": (0, 24),
}
_FIRST_YEAR = {"< 1 year": (0, 8760), "under 1 year": (0, 8760), "all infant ages": (0, 8760)}
_LATER = re.compile(r"[1-9][0-9]{0,2}(?:-[0-9]{1,3}|\+)? years?(?: and over)?|not stated")
_DAYS = re.compile(r"(?P<first>[0-9]{1,3})(?:-(?P<last>[0-9]{1,3}))? days?")
_LEAP_DAY = (8760, 8784)


def hours_of(label: str) -> tuple[int, int] | None:
    """Return the first hour of an age and the hour after its last.

    Args:
        label: Age as printed, e.g. ``1 - 23 hours``, ``7 - 27 days`` or ``3 days``, or the ages
            that a query asked for (``< 1 day; 1-6 days``). Day 365 of a leap year counts as part
            of the last hour of the year.

    Returns:
        ``None`` where the age is not stated, is no age of the first year, or has a gap.
    """
    if len(parts := label.split(";")) > 1:
        return _without_gap([hours_of(part) for part in parts])
    age = _plain(label)
    known = _PARTS_OF_DAY_0 | _FIRST_YEAR
    if age in known:
        return known[age]
    days = _DAYS.fullmatch(age)
    if days is None:
        return None
    first, last = int(days["first"]), int(days["last"] or days["first"])
    found = (24 * first, 24 * last + 24)
    if found == _LEAP_DAY:
        return (8760, 8760)
    return found if first <= last and found[1] <= 8760 else None


def _without_gap(ages: list[tuple[int, int] | None]) -> tuple[int, int] | None:
    known = sorted(age for age in ages if age is not None)
    follow = all(before[1] == after[0] for before, after in pairwise(known))
    return (known[0][0], known[-1][1]) if follow and len(known) == len(ages) else None


def _plain(label: str) -> str:
    return re.sub(r"\s*-\s*", "-", label.strip().lower())


def is_later(label: str | None) -> bool:
    """Return whether an age of the mortality files is no infant's, e.g. ``1-4 years``."""
    return label is not None and _LATER.fullmatch(_plain(label)) is not None


def incomplete_spans(labels: Iterable[str]) -> list[str]:
    """Return the counts whose span the ages do not fill, in the order of :data:`SPANS`.

    Infant deaths are not among them, and where an age is the whole first year nothing lacks.
    """
    hours = [found for found in map(hours_of, set(labels)) if found]
    if SPANS[OF_THE_YEAR] in hours:
        return []
    return [
        measure
        for measure, (start, end) in SPANS.items()
        if measure != OF_THE_YEAR
        and sum(b - a for a, b in hours if start <= a and b <= end) != end - start
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
