"""Questions to CDC WONDER, and the exports that each of them takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from assets.archive.overview import next_release
from assets.producers.nchs.states import STATES
from assets.producers.nchs.wanted.asked import COUNTIES, NATION
from assets.producers.nchs.wanted.databases import OPEN, Database, databases
from assets.text.yaml_file import read_yaml

MOST_CELLS = 75_000
"""CDC WONDER refuses a table with more cells."""
AFTER_LINKED = "after_linked"
LAG = {"linked": 2, "natality": 1, "mortality": 1, "fetal": 2}
"""Years from the year of the figures to the year in whose release months they come out."""
_COUNTIES = 640
"""Counties that linked databases identify, and one of others for each state; rounded up."""
_COUNTIES_OF_A_STATE = 70
_UNKNOWN = 2
_PARTIAL_UNTIL = 4
"""Month from which a provisional database has figures of the year."""


@dataclass(frozen=True)
class Question:
    """One entry of ``questions.yaml``."""

    name: str
    kind: str
    level: str
    by: tuple[str, ...]
    since: int | str
    measures: tuple[str, ...]
    urgency: str
    title: str
    because: str


@dataclass(frozen=True)
class Part:
    """One export that a question takes: years of one database, few enough for one table.

    Attributes:
        question: The question.
        database: The database to ask.
        years: Years to ask for.
        overdue: Those of them that should be out by the calendar, and were not when the form was
            captured.
        size: Most years that one export takes.
        states: FIPS code of the state that it is limited to, or empty.
    """

    question: Question
    database: Database
    years: tuple[int, ...]
    overdue: tuple[int, ...]
    size: int
    state: str

    @property
    def cells(self) -> frozenset[tuple[str, int]]:
        """Areas and years that the export has."""
        if self.question.level == NATION:
            places: tuple[str, ...] = ("US",)
        else:
            places = (self.state,) if self.state else tuple(fips for fips, _, _ in STATES)
        return frozenset((place, year) for place in places for year in self.years)


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions, in the order of their file."""
    return tuple(
        Question(
            row["question"],
            row["kind"],
            row["level"],
            tuple(row.get("by", ())),
            row.get("since", 0),
            tuple(row["measures"]),
            row["for"],
            row["title"],
            row["because"],
        )
        for row in read_yaml(Path(__file__).with_name("questions.yaml"))
    )


def parts(
    question: Question, today: date, calendars: dict[str, tuple[int, ...]], state: str = ""
) -> Iterator[Part]:
    """Yield the exports that a question takes today.

    Args:
        question: The question.
        today: Day to judge by.
        calendars: Release months by kind of database.
        state: FIPS code of a state to limit it to, or empty.
    """
    taken: set[int] = set()
    for database in databases():
        if database.kind != question.kind or not _offers(database, question):
            continue
        overdue = _overdue(database, question, today, calendars[database.kind])
        listed = range(database.first_year, _last(database, today) + 1)
        years = [y for y in (*listed, *overdue) if y not in taken and y >= _since(question)]
        taken |= set(years)
        if not years:
            continue
        size = max(1, MOST_CELLS // _cells_a_year(database, question, state))
        first = min(years)
        for start in range(first, max(years) + 1, size):
            chunk = tuple(y for y in years if start <= y < start + size)
            if chunk:
                late = tuple(y for y in chunk if y in overdue)
                yield Part(question, database, chunk, late, size, state)


def _offers(database: Database, question: Question) -> bool:
    if database.code in OPEN and "month" not in question.by:
        return False
    needed = {"year", *question.by, *(("county",) if question.level == COUNTIES else ())}
    return needed <= set(database.boxes)


def _last(database: Database, today: date) -> int:
    if database.code not in OPEN:
        return database.last_year
    newest = today.year if today.month >= _PARTIAL_UNTIL else today.year - 1
    return max(newest, database.last_year)


def _since(question: Question) -> int:
    if question.since != AFTER_LINKED:
        return int(question.since)
    return max(d.last_year for d in databases() if d.kind == "linked") + 1


def _overdue(
    database: Database, question: Question, today: date, months: tuple[int, ...]
) -> tuple[int, ...]:
    """Return years that the calendar says the database has by now."""
    newest = max(d.last_year for d in databases() if d.kind == database.kind and d.code not in OPEN)
    if database.code in OPEN or database.last_year < newest or "month" in question.by:
        return ()
    found = []
    for year in range(newest + 1, today.year):
        window = next_release(months, date(year + LAG[database.kind] - 1, 12, 1))
        if window is not None and today.replace(day=1) > window[1]:
            found.append(year)
    return tuple(found)


def _cells_a_year(database: Database, question: Question, state: str) -> int:
    rows = 1
    if question.level == COUNTIES:
        rows = _COUNTIES_OF_A_STATE if state else _COUNTIES
    elif question.level != NATION and not state:
        rows = len(STATES)
    for dimension in question.by:
        groups = 12 if dimension == "month" else database.boxes[dimension].groups
        rows *= (groups or 160) + _UNKNOWN
    return rows * max(1, len(database.measures))
