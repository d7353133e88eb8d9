"""State of the datasets for people: how old, when the next is due, whether it is in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.sources import is_stale, reason_of
from assets.archive.vintage import Vintage
from assets.archive.withdrawal import withdrawn
from assets.state.home import Home


@dataclass(frozen=True)
class DatasetState:
    """One dataset as ``imr sources`` shows it.

    Attributes:
        dataset_id: Dataset of the catalogue.
        source: Name of the producer, as in the archive.
        producer: Full name of the producer.
        title: Producer's title.
        vintages: Number of vintages in the archive.
        last_vintage: Newest vintage, or ``None``.
        last_retrieved: Date of the newest retrieval (ISO), or ``None``.
        age_days: Days since then, or ``None``.
        next_expected: Month, or first and last month, in which the producer usually releases
            next (``2026-08 to 2026-10``), or ``None`` where there is no calendar.
        status: ``current``, ``stale`` (an extract is not in use that should be), ``late`` (the
            release window after that of the newest edition has passed) or ``empty``.
        licence: Licence of the extracts.
        message: Why an extract is not in use that should be, or empty.
        withdrawn: Vintages that are out of use, by a rule or by a person.
        restricted: Vintages that were handed in as restricted.
    """

    dataset_id: str
    source: str
    producer: str
    title: str
    vintages: int
    last_vintage: str | None
    last_retrieved: str | None
    age_days: int | None
    next_expected: str | None
    status: str
    licence: str
    message: str = ""
    withdrawn: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()


def overview(
    home: Home, datasets: Iterable[Dataset], *, today: date, as_of: str | None = None
) -> list[DatasetState]:
    """Return the state of every dataset.

    Args:
        home: Where state lives.
        datasets: Catalogue.
        today: Day to judge by.
        as_of: Only what was known by the end of this date, or by this time (ISO 8601, UTC); why
            an extract was not in use then is not told.
    """
    return [_state(home, dataset, today, as_of) for dataset in datasets]


def next_release(release_months: tuple[int, ...], after: date) -> tuple[date, date] | None:
    """Return the first days of the first and the last month of the next release window.

    Consecutive months are one window for one release ("some time from August to October"); a
    dataset with a release every month has twelve windows. A date inside a window counts as that
    window's release.

    Args:
        release_months: Months in which the producer usually releases.
        after: Day of the newest extract.

    Returns:
        The window, or ``None`` where there is no calendar.
    """
    if not release_months:
        return None
    candidates = [
        window
        for year in range(after.year - 1, after.year + 3)
        for window in _windows(release_months, year)
    ]
    month = after.replace(day=1)
    return next(w for w in sorted(candidates) if w[0] > month)


def _windows(release_months: tuple[int, ...], year: int) -> list[tuple[date, date]]:
    """Return the windows that start in a year; one may end in the next."""
    months = set(release_months)
    if len(months) == 12:
        return [(date(year, m, 1), date(year, m, 1)) for m in range(1, 13)]
    found = []
    for start in sorted(months):
        if (start - 2) % 12 + 1 in months:
            continue
        length = next(n for n in range(1, 12) if (start - 1 + n) % 12 + 1 not in months)
        end = start + length - 1
        found.append((date(year, start, 1), date(year + (end - 1) // 12, (end - 1) % 12 + 1, 1)))
    return found


def described(window: tuple[date, date]) -> str:
    """Return a release window as people read it: ``2026-08 to 2026-10``."""
    first, last = (day.strftime("%Y-%m") for day in window)
    return first if first == last else f"{first} to {last}"


def _released(vintage: Vintage) -> date:
    """Return the producer's release date of a vintage.

    Where nothing says when that was, figures are taken to be out by the end of the year after
    theirs: otherwise an old edition that arrives today would hide that the newest one is missing.
    """
    retrieved = date.fromisoformat(vintage.origin.retrieved_at[:10])
    if vintage.published_at is not None:
        return date.fromisoformat(vintage.published_at[:10])
    year = vintage.newest_year
    return min(retrieved, date(year + 1, 12, 31)) if year else retrieved


def _state(home: Home, dataset: Dataset, today: date, as_of: str | None) -> DatasetState:
    vintages = vintage_folders.vintages(home, dataset, as_of=as_of)
    out = withdrawn(home, dataset, as_of=as_of)
    reason = "" if as_of else reason_of(home, dataset)
    newest = max((v.origin.retrieved_at for v in vintages), default=None)
    retrieved = date.fromisoformat(newest[:10]) if newest else None
    known = max((_released(v) for v in vintages), default=None)
    due = next_release(dataset.release_months, known) if known else None
    status = "current"
    if not vintages:
        status = "empty"
    elif reason or (as_of and is_stale(home, dataset, as_of=as_of)):
        status = "stale"
    elif due is not None and today.replace(day=1) > due[1]:
        status = "late"
    return DatasetState(
        dataset_id=dataset.dataset_id,
        source=dataset.source,
        producer=dataset.producer,
        title=dataset.title,
        vintages=len(vintages),
        last_vintage=vintages[-1].vintage_id if vintages else None,
        last_retrieved=newest[:10] if newest else None,
        age_days=(today - retrieved).days if retrieved else None,
        next_expected=described(due) if due else None,
        status=status,
        licence=dataset.licence,
        message=reason,
        withdrawn=tuple(sorted(out)),
        restricted=tuple(v.vintage_id for v in vintages if v.origin.restricted),
    )
