"""State of the datasets for people: how old, when the next is due, whether it is in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assets.archive import store
from assets.archive.dataset import Dataset
from assets.archive.sources import last_attempt
from assets.home import Home


@dataclass(frozen=True)
class DatasetState:
    """One dataset as ``imr sources`` shows it.

    Attributes:
        dataset_id: Dataset of the catalogue.
        source: Producer.
        title: Producer's title.
        vintages: Number of vintages in the archive.
        last_retrieved: Date of the newest retrieval (ISO), or ``None``.
        age_days: Days since then, or ``None``.
        next_expected: Month in which the producer usually releases next (``YYYY-MM``), or
            ``None`` where there is no calendar.
        status: ``current``, ``stale`` (the newest extract was refused), ``late`` (the release
            month has passed without a new extract) or ``empty``.
        licence: Licence of the extracts.
        message: Why the last attempt failed, or empty.
    """

    dataset_id: str
    source: str
    title: str
    vintages: int
    last_retrieved: str | None
    age_days: int | None
    next_expected: str | None
    status: str
    licence: str
    message: str = ""


def overview(home: Home, datasets: Iterable[Dataset], *, today: date) -> list[DatasetState]:
    """Return the state of every dataset."""
    return [_state(home, dataset, today) for dataset in datasets]


def next_release(release_months: tuple[int, ...], after: date) -> date | None:
    """Return the first day of the first release month after a date, or ``None`` without one."""
    if not release_months:
        return None
    candidates = [
        date(year, month, 1)
        for year in (after.year, after.year + 1)
        for month in sorted(release_months)
    ]
    return next(c for c in candidates if (c.year, c.month) > (after.year, after.month))


def _state(home: Home, dataset: Dataset, today: date) -> DatasetState:
    vintages = store.vintages(home, dataset)
    attempt = last_attempt(home, dataset)
    newest = max((v.origin.retrieved_at for v in vintages), default=None)
    retrieved = date.fromisoformat(newest[:10]) if newest else None
    due = next_release(dataset.release_months, retrieved) if retrieved else None
    status = "current"
    if not vintages:
        status = "empty"
    elif attempt is not None and attempt.failed:
        status = "stale"
    elif due is not None and (today.year, today.month) > (due.year, due.month):
        status = "late"
    return DatasetState(
        dataset_id=dataset.dataset_id,
        source=dataset.source,
        title=dataset.title,
        vintages=len(vintages),
        last_retrieved=newest[:10] if newest else None,
        age_days=(today - retrieved).days if retrieved else None,
        next_expected=due.strftime("%Y-%m") if due else None,
        status=status,
        licence=dataset.licence,
        message=attempt.message if attempt is not None and attempt.failed else "",
    )
