"""One attempt to bring a dataset up to date: samples or producer, and the inbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.archive import inbox, store
from assets.archive.dataset import Dataset
from assets.archive.fetching import Advice, Fetched, FetchRequest, Offer, StillRefused
from assets.archive.http import FetchError, Limits
from assets.archive.intake import NEW, QUARANTINED, UNCHANGED, IntakeOutcome, Judge, take_in
from assets.archive.quarantine import reader_version, refusals
from assets.archive.samples import ProfileError, refuse_samples, sample_extracts
from assets.archive.sources import record_attempt
from assets.archive.staging import stage
from assets.archive.store import Origin
from assets.home import Home

FAILED = "failed"
_FETCHING = ".fetching"


@dataclass(frozen=True)
class RefreshOutcome:
    """What an attempt did.

    Attributes:
        dataset_id: Dataset.
        status: ``new``, ``unchanged``, ``quarantined`` or ``failed``.
        lines: What happened, for the log.
        intakes: Outcome per file.
        message: Why the newest extract is not in use, or empty.
        requests: Requests that were sent.
        received: Bytes that were received.
    """

    dataset_id: str
    status: str
    lines: tuple[str, ...]
    intakes: tuple[IntakeOutcome, ...] = ()
    message: str = ""
    requests: int = 0
    received: int = 0

    @property
    def failed(self) -> bool:
        """True where the newest extract is not in use."""
        return self.status in (QUARANTINED, FAILED)


def refresh(
    home: Home,
    dataset: Dataset,
    *,
    profile: str,
    judges: Sequence[Judge] = (),
    limits: Limits | None = None,
) -> RefreshOutcome:
    """Take in what is new for a dataset and remember how it went.

    Neither a refused extract nor a producer that cannot be reached is an exception: the last good
    vintage stays in use, and the outcome says so.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        profile: ``sample`` or ``live``.
        judges: Further judges of every extract.
        limits: Bounds of every request.
    """
    outcomes: list[IntakeOutcome] = []
    lines: list[str] = []
    problems: list[str] = []
    still: list[StillRefused] = []
    request = _request(home, dataset, limits)
    try:
        for offer in _offered(home, dataset, request, profile):
            if isinstance(offer, StillRefused):
                still.append(offer)
            elif isinstance(offer, Advice):
                lines.append(f"advice: {offer.message}")
            else:
                outcomes.append(_taken(home, dataset, offer.file, offer.origin, judges))
    except (FetchError, ProfileError) as error:
        problems.append(str(error))
    finally:
        shutil.rmtree(request.folder, ignore_errors=True)
    for file, origin in inbox.sorted_for(home, dataset):
        outcomes.append(_taken(home, dataset, file, origin, judges))
        lines.append(f"{file.name} moved to {inbox.set_processed(home, file)}")
    lines += [f"failed: {p}" for p in problems]
    lines += [f"still refused, not fetched again: {s.url}: {s.message}" for s in still]
    lines += [line for outcome in outcomes for line in _lines(outcome)]
    status = _status(outcomes, problems, still)
    asked, (requests, received) = bool(request.clients), _traffic(request)
    if asked:
        lines.append(f"{requests} requests, {received:,} bytes received")
    messages = (
        *problems,
        *(str(e) for o in outcomes for e in o.errors),
        *(s.message for s in still),
    )
    message = next(iter(messages), "")
    if outcomes or asked or problems:
        record_attempt(home, dataset, status, message)
    if not lines:
        lines.append(f"{dataset.dataset_id}: nothing offered; vintages in the archive stay in use")
    return RefreshOutcome(
        dataset.dataset_id, status, tuple(lines), tuple(outcomes), message, requests, received
    )


def _request(home: Home, dataset: Dataset, limits: Limits | None) -> FetchRequest:
    folder = home.root / _FETCHING / dataset.dataset_id
    # What a killed process left here was never judged; it is fetched again.
    shutil.rmtree(folder, ignore_errors=True)
    reader = reader_version(dataset)
    return FetchRequest(
        dataset.dataset_id,
        dataset.licence,
        folder,
        known=tuple(store.vintages(home, dataset)),
        refused=tuple(r for r in refusals(home, dataset) if r.reader == reader),
        limits=limits or Limits(),
    )


def _offered(home: Home, dataset: Dataset, request: FetchRequest, profile: str) -> Iterator[Offer]:
    if profile == "sample":
        yield from (Fetched(file, origin) for file, origin in sample_extracts(dataset))
    else:
        refuse_samples(home, (dataset,))
        yield from _fetched(dataset, request)


def _traffic(request: FetchRequest) -> tuple[int, int]:
    """Return how many requests were sent and how many bytes were received."""
    clients = request.clients
    return sum(c.requests for c in clients), sum(c.bytes for c in clients)


def _fetched(dataset: Dataset, request: FetchRequest) -> Iterator[Offer]:
    """Yield what the producer has new; whatever else goes wrong in a fetcher is a fetch error."""
    if dataset.fetch is None:
        return
    request.folder.mkdir(parents=True, exist_ok=True)
    try:
        yield from dataset.fetch(request)
    except FetchError:
        raise
    except Exception as error:
        raise FetchError(
            f"{dataset.dataset_id} could not be fetched: {type(error).__name__}: {error}. The "
            "producer's answer has a form that the fetcher does not know; the last good vintage "
            "stays in use."
        ) from error


def _taken(
    home: Home, dataset: Dataset, file: Path, origin: Origin, judges: Sequence[Judge]
) -> IntakeOutcome:
    outcome = take_in(home, dataset, file, origin, judges)
    if outcome.vintage is not None and outcome.parsed is not None:
        stage(home, dataset, outcome.vintage, outcome.parsed)
    return outcome


def _status(
    outcomes: Sequence[IntakeOutcome], problems: Sequence[str], still: Sequence[StillRefused]
) -> str:
    statuses = {o.status for o in outcomes}
    if problems:
        return FAILED
    if still or QUARANTINED in statuses:
        return QUARANTINED
    return NEW if NEW in statuses else UNCHANGED


def _lines(outcome: IntakeOutcome) -> list[str]:
    head = f"{outcome.file_name}: {outcome.status}"
    if outcome.vintage is not None:
        head += f" ({outcome.vintage.vintage_id})"
    lines = [head, *(f"refused: {e}" for e in outcome.errors)]
    lines += [f"advice: {w}" for w in outcome.warnings]
    if outcome.report is not None:
        lines.append(f"report: {outcome.report}")
    return lines
