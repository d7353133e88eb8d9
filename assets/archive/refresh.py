"""One attempt to bring a dataset up to date: samples or producer, and the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from assets.archive import inbox
from assets.archive.dataset import Dataset
from assets.archive.http.client import FetchError, Limits
from assets.archive.http.fetching import Advice, Fetched, Offer, StillRefused
from assets.archive.http.side_by_side import Fetching, Stream
from assets.archive.intake import NEW, QUARANTINED, UNCHANGED, IntakeOutcome, Judge, take_in
from assets.archive.samples import ProfileError, refuse_samples, sample_extracts
from assets.archive.sources import record_attempt
from assets.archive.staging import stage_new
from assets.archive.vintage import Origin
from assets.archive.vintage_folders import ChangedError
from assets.state.home import Home
from assets.text.doing import doing

FAILED = "failed"


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
    fetching: Fetching | None = None,
) -> RefreshOutcome:
    """Take in what is new for a dataset and remember how it went.

    Neither a refused extract nor a producer that cannot be reached is an exception: what was taken
    in before stays in use, and the outcome says what happened.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        profile: ``sample`` or ``live``.
        judges: Further judges of every extract.
        limits: Bounds of every request, where the fetch is begun here.
        fetching: The fetch of this dataset among others, begun already.
    """
    outcomes: list[IntakeOutcome] = []
    lines: list[str] = []
    problems: list[str] = []
    still: list[StillRefused] = []
    doing(dataset.dataset_id)
    live = profile != "sample"
    stream = (fetching or Fetching(home, (dataset,), limits)).of(dataset) if live else None
    try:
        for offer in _offered(home, dataset, profile, stream):
            if isinstance(offer, StillRefused):
                still.append(offer)
            elif isinstance(offer, Advice):
                lines.append(f"advice: {offer.message}")
            else:
                outcomes.append(_taken(home, dataset, offer.file, offer.origin, judges))
    except (FetchError, ProfileError) as error:
        problems.append(str(error))
    finally:
        if stream is not None:
            stream.close()
    for file, origin in inbox.sorted_for(home, dataset):
        with _named(file, origin.file_name, problems):
            outcomes.append(_taken(home, dataset, file, origin, judges))
            # It is archived: who takes it away now harms nothing.
            with suppress(FileNotFoundError):
                lines.append(f"{origin.file_name} moved to {inbox.set_processed(home, file)}")
    lines += [f"failed: {p}" for p in problems]
    lines += [f"still refused, not fetched again: {s.url}: {s.message}" for s in still]
    lines += [line for outcome in outcomes for line in lines_of(outcome)]
    status = _status(outcomes, problems, still)
    asked, requests, received = _traffic(stream)
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
        lines.append(f"{dataset.dataset_id}: nothing offered")
    return RefreshOutcome(
        dataset.dataset_id, status, tuple(lines), tuple(outcomes), message, requests, received
    )


def _offered(home: Home, dataset: Dataset, profile: str, stream: Stream | None) -> Iterable[Offer]:
    if profile == "sample":
        return (Fetched(file, origin) for file, origin in sample_extracts(dataset))
    refuse_samples(home, (dataset,))
    return stream.offers() if stream is not None else ()


def _traffic(stream: Stream | None) -> tuple[bool, int, int]:
    """Return whether a server was asked, how often, and how many bytes were received."""
    clients = stream.request.clients if stream is not None else []
    return bool(clients), sum(c.requests for c in clients), sum(c.bytes for c in clients)


@contextmanager
def _named(file: Path, name: str, problems: list[str]) -> Iterator[None]:
    """Note that one file cannot be read or moved, so that it keeps no other out."""
    try:
        yield
    except PermissionError as error:
        problems.append(
            f"{name} cannot be taken in ({error.strerror}); let the user of the pipeline read and "
            "move it."
        )
    except ChangedError as error:
        problems.append(f"{error} It stays in the inbox, and the next run takes it.")
    except FileNotFoundError as error:
        if error.filename != str(file):
            raise
        problems.append(
            f"{name} was taken out of the inbox while a run read it. Put it there again, or take "
            "it in by hand: imr ingest FILE"
        )


def _taken(
    home: Home, dataset: Dataset, file: Path, origin: Origin, judges: Sequence[Judge]
) -> IntakeOutcome:
    doing(f"{dataset.dataset_id}: {file.name}")
    outcome = take_in(home, dataset, file, origin, judges)
    if outcome.vintage is not None and outcome.parsed is not None:
        stage_new(home, dataset, outcome.vintage, outcome.parsed)
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


def lines_of(outcome: IntakeOutcome) -> list[str]:
    """Return what became of a file, for the log."""
    head = f"{outcome.file_name}: {outcome.status}"
    if outcome.vintage is not None:
        head += f" ({outcome.vintage.vintage_id})"
    lines = [head, *(f"refused: {e}" for e in outcome.errors)]
    lines += [f"advice: {w}" for w in outcome.warnings]
    if outcome.report is not None:
        lines.append(f"report: {outcome.report}")
    return lines
