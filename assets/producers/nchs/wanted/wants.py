"""What is wanted of CDC WONDER today: the questions less what exports in use answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assets.archive.dataset import Dataset
from assets.archive.overview import described, next_release
from assets.archive.wanted import LATE, Gap, Step, Want, want_id
from assets.archive.withdrawal import in_use
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.states import STATES
from assets.producers.nchs.wanted.asked import COUNTIES, NATION, Asked, asked
from assets.producers.nchs.wanted.databases import OPEN, UNTRIED
from assets.producers.nchs.wanted.questions import LAG, Part, Question, parts, questions
from assets.producers.nchs.wanted.recipe import ADDRESS, grouped, request, steps
from assets.producers.nchs.wonder.read import DATASET_OF_KIND
from assets.state.home import Home

_FRESH = timedelta(days=45)
"""How long an export of a provisional database counts as its newest months."""
_SETTLED = 4
"""Month of the next year from which a provisional year has all of its months."""
_FEW = 3
_UNTRIED = (
    "Nobody is known to have sent CDC WONDER such a request for this kind of database. Where it "
    "refuses, fill in the form."
)


@dataclass(frozen=True)
class _Held:
    question: Asked
    day: date


def wanted(home: Home, today: date, area: str = "", without: Collection[str] = ()) -> list[Want]:
    """Return what is wanted of CDC WONDER.

    Args:
        home: Where state lives.
        today: Day to judge by.
        area: Code of the nation, of a state or of a county; empty for everywhere.
        without: Vintages to leave out.
    """
    datasets = {d.dataset_id: d for d in DATASETS}
    of_kind = {kind: datasets[name] for kind, name in DATASET_OF_KIND.items()}
    held = {kind: list(_held(home, d, without)) for kind, d in of_kind.items()}
    calendars = {kind: d.release_months for kind, d in of_kind.items()}
    state = _state(area)
    found = []
    for question in questions():
        if area and not _is_about(question, area, state):
            continue
        limit = "" if question.level == NATION else state
        for part in parts(question, today, calendars, limit):
            want = _want(part, of_kind[question.kind], held[question.kind], today)
            if want is not None:
                found.append(want)
    if area in ("", "US"):
        late = {want.dataset_id for want in found if want.urgency == LATE}
        for kind, dataset in of_kind.items():
            again = _again(kind, dataset, held[kind], today)
            if again is not None and dataset.dataset_id not in late:
                found.append(again)
    return found


def _again(kind: str, dataset: Dataset, held: list[_Held], today: date) -> Want | None:
    """Return that a database is to be asked again, where its release months have passed since.

    ``imr sources`` calls such a dataset late: what it has may be newer by now, or restated.
    """
    if not held:
        return None
    day = max(each.day for each in held)
    window = next_release(dataset.release_months, day)
    if window is None or today.replace(day=1) <= window[1]:
        return None
    question = next(q for q in questions() if q.kind == kind and q.level == NATION and not q.by)
    calendars = {kind: dataset.release_months}
    part = list(parts(question, today, calendars))[-1]
    newest = (part.database.last_year,)
    want = _want(part, dataset, [], today)
    if want is None:
        return None
    newer = Step(part.database.year_list, (str(*newest), "and every later year that is listed"))
    return replace(
        want,
        want_id=want_id("again", part.database.code),
        gaps=(Gap(newest),),
        urgency=LATE,
        because=f"It was last asked on {day}, and new figures were expected in "
        f"{described(window)}. {question.because}",
        steps=tuple(newer if s.what == newer.what else s for s in want.steps),
        request=(sent := request(part, newest)),
        address=want.address if sent else "",
        last_had=day.isoformat(),
        missing=frozenset({("US", newest[0])}),
        counted=1,
    )


def _state(area: str) -> str:
    """Return the FIPS code of the state that an area is or lies in, or empty."""
    if area[:2].isdigit():
        return area[:2]
    return next((fips for fips, postal, _ in STATES if area == f"US-{postal}"), "")


def _is_about(question: Question, area: str, state: str) -> bool:
    if area == "US":
        return question.level == NATION
    if not state or question.level == NATION:
        return False
    return question.level == COUNTIES or not area[:2].isdigit()


def _held(home: Home, dataset: Dataset, without: Collection[str]) -> Iterator[_Held]:
    for vintage in in_use(home, dataset, without=without):
        question = asked(vintage.path)
        if question is not None and question.level and question.years:
            retrieved = date.fromisoformat(vintage.origin.retrieved_at[:10])
            yield _Held(question, question.on or retrieved)


def _want(part: Part, dataset: Dataset, held: list[_Held], today: date) -> Want | None:
    question, database = part.question, part.database
    fitting = [each for each in held if _fits(each.question, question)]
    missing = part.cells - {c for each in fitting for c in _cells(each, part, today)}
    if not missing:
        return None
    years = tuple(sorted({year for _, year in missing}))
    identity = want_id(
        database.code, *(b.code for b in grouped(part)), question.level, part.years[0], part.size
    )
    postal = {fips: code for fips, code, _ in STATES}
    late = set(years) <= set(part.overdue)
    asked_here = [each.day for each in fitting if _cells(each, part, today)]
    sent = request(part, years)
    return Want(
        want_id=f"{identity}-{postal[part.state]}" if part.state else identity,
        dataset_id=dataset.dataset_id,
        title=question.title,
        gaps=_gaps(missing, question),
        urgency=LATE if late else question.urgency,
        because=_why_late(part, years, dataset) if late else question.because,
        country="US",
        page=database.page,
        source=database.title,
        measures=question.measures,
        steps=steps(part, years),
        request=sent,
        address=f"{ADDRESS}{database.code}" if sent else "",
        caution=_UNTRIED if sent and database.kind in UNTRIED else "",
        last_had=max(asked_here).isoformat() if asked_here else None,
        missing=missing,
        counted=len(part.cells),
    )


def _why_late(part: Part, years: tuple[int, ...], dataset: Dataset) -> str:
    first = date(years[0] + LAG[part.database.kind] - 1, 12, 1)
    window = next_release(dataset.release_months, first)
    due = described(window) if window is not None else ""
    return (
        f"By the producer's calendar {years[0]} was expected in {due}. If the list of years does "
        f"not have it, the producer is late. {part.question.because}"
    )


def _fits(said: Asked, question: Question) -> bool:
    """Return whether an export is grouped as the question asks; whole years may come by month."""
    if said.level != question.level:
        return False
    return said.by in (frozenset(question.by), frozenset((*question.by, "month")))


def _cells(each: _Held, part: Part, today: date) -> frozenset[tuple[str, int]]:
    """Return what an export answers of a part; provisional figures answer no final question."""
    said, is_open = each.question, part.database.code in OPEN
    return frozenset(
        (place, year)
        for place, year in part.cells
        if year in said.years
        and (not said.states or place == "US" or place in said.states)
        and (_is_whole(each.day, year, today) if is_open else year not in said.provisional)
    )


def _is_whole(day: date, year: int, today: date) -> bool:
    """Return whether an export of a provisional database has what there is of a year."""
    return day >= date(year + 1, _SETTLED, 1) or today - day <= _FRESH


def _gaps(missing: frozenset[tuple[str, int]], question: Question) -> tuple[Gap, ...]:
    """Return the missing years, those together of which the same states are missing."""
    by_year: dict[int, set[str]] = {}
    for place, year in missing:
        by_year.setdefault(year, set()).add(place)
    if question.level == NATION:
        return (Gap(tuple(sorted(by_year))),)
    found: dict[frozenset[str], list[int]] = {}
    for year in sorted(by_year):
        found.setdefault(frozenset(by_year[year]), []).append(year)
    return tuple(Gap(tuple(years), _named(sorted(states))) for states, years in found.items())


def _named(states: list[str]) -> str:
    if len(states) == len(STATES):
        return "all states"
    names = {fips: name for fips, _, name in STATES}
    if len(states) <= _FEW:
        return ", ".join(names[fips] for fips in states)
    return f"{len(states)} states"
