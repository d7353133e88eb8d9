"""State of every dataset: its vintages, its last attempt, and the table of vintages in use."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import duckdb
import pandas as pd

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.folder import folder_of
from assets.archive.vintage import Vintage
from assets.archive.withdrawal import PERSON, in_use, withdrawn
from assets.schema.registry import table
from assets.state.home import Home
from assets.state.moments import is_by
from assets.state.warehouse import replace_by_nothing, replace_table
from assets.text.secret import redacted

CURRENT, SUPERSEDED, STALE = "current", "superseded", "stale"
_FAILED = ("quarantined", "failed")
_COARSE = 10_000
"""Bytes, to which the size of an extract is rounded up whose counts may not be shown."""


@dataclass(frozen=True)
class Attempt:
    """The last attempt to take in an extract of a dataset.

    Attributes:
        attempted_at: When (UTC, ISO 8601).
        outcome: ``new``, ``unchanged``, ``quarantined`` or ``failed``.
        message: What happened, in one line.
        turns: Every attempt with which failing began or ended: when, and how it went. A rebuild
            as of a past date needs to know what failed then.
    """

    attempted_at: str
    outcome: str
    message: str = ""
    turns: tuple[tuple[str, str], ...] = ()

    @property
    def failed(self) -> bool:
        """True where the newest extract of the producer is not in use."""
        return self.outcome in _FAILED


def record_attempt(
    home: Home, dataset: Dataset, outcome: str, message: str = "", *, now: datetime | None = None
) -> Attempt:
    """Remember how the last attempt for a dataset went."""
    at = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    before = last_attempt(home, dataset)
    turns = before.turns if before is not None else ()
    if (turns[-1][1] in _FAILED if turns else None) != (outcome in _FAILED):
        turns = (*turns, (at, outcome))
    attempt = Attempt(at, outcome, redacted(message), turns)
    folder = folder_of(home, dataset)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / ".attempt.json.new"
    aside.write_text(json.dumps(asdict(attempt), indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / ".attempt.json")
    return attempt


def last_attempt(home: Home, dataset: Dataset) -> Attempt | None:
    """Return how the last attempt for a dataset went, or ``None`` before the first."""
    path = folder_of(home, dataset) / ".attempt.json"
    if not path.exists():
        return None
    facts = json.loads(path.read_text(encoding="utf-8"))
    return Attempt(**{**facts, "turns": tuple(map(tuple, facts.get("turns", ())))})


def is_stale(home: Home, dataset: Dataset, *, as_of: str | None = None) -> bool:
    """Return whether an extract of a dataset is not in use that should be.

    It was refused, could not be fetched, cannot be read any more or breaks a required rule. One
    that a person withdrew makes nothing stale.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        as_of: Judge by the attempts until the end of this date, or until this time (UTC).
    """
    if any(w.by != PERSON for w in withdrawn(home, dataset, as_of=as_of).values()):
        return True
    if as_of is None and vintage_folders.damaged(home, dataset):
        return True
    attempt = last_attempt(home, dataset)
    if attempt is None or as_of is None or is_by(attempt.attempted_at, as_of):
        return attempt is not None and attempt.failed
    past = [outcome for at, outcome in attempt.turns if is_by(at, as_of)]
    return bool(past) and past[-1] in _FAILED


def reason_of(home: Home, dataset: Dataset) -> str:
    """Return why an extract of a dataset is not in use that should be, or empty."""
    reasons = [w.line for w in withdrawn(home, dataset).values() if w.by != PERSON]
    reasons += [str(error) for error in vintage_folders.damaged(home, dataset)]
    attempt = last_attempt(home, dataset)
    if attempt is not None and attempt.failed:
        reasons.append(attempt.message)
    return "\n".join(reasons)


def stale_datasets(
    home: Home, datasets: Iterable[Dataset], *, as_of: str | None = None
) -> list[str]:
    """Return the datasets of which an extract is not in use that should be."""
    return [d.dataset_id for d in datasets if is_stale(home, d, as_of=as_of)]


def build_vintages(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    datasets: Iterable[Dataset],
    *,
    as_of: str | None = None,
    without: Iterable[str] = (),
) -> int:
    """Replace ``core.vintages`` by the vintages in use; returns the number of rows.

    The newest vintage of a dataset whose last attempt failed, or of which one is left out, is
    ``stale``; older vintages of a dataset that restates its whole series are ``superseded``.

    Args:
        con: Open connection to the warehouse with the staging tables.
        home: Where state lives.
        datasets: Catalogue.
        as_of: Only what was known by the end of this date, or by this time (ISO 8601, UTC).
        without: Vintages to leave out beside those that are withdrawn.
    """
    rows = []
    left_out = set(without)
    for dataset in datasets:
        # What is left out just now is written down as withdrawn once it is known what it caused.
        leaves_out = any(vintage.startswith(f"{dataset.dataset_id}@") for vintage in left_out)
        stale = leaves_out or is_stale(home, dataset, as_of=as_of)
        found = in_use(home, dataset, as_of=as_of, without=left_out)
        newest = {vintage.origin.restricted: vintage for vintage in found}
        for position, vintage in enumerate(found, start=1):
            status = CURRENT
            if position == len(found):
                status = STALE if stale else CURRENT
            elif not dataset.accumulates and vintage != newest[vintage.origin.restricted]:
                status = SUPERSEDED
            rows.append(
                {
                    "vintage_id": vintage.vintage_id,
                    "dataset_id": dataset.dataset_id,
                    "source": dataset.source,
                    "producer": dataset.producer,
                    "title": dataset.title,
                    "file_name": vintage.file_name,
                    "sha256": vintage.checksum,
                    "bytes": _size(vintage),
                    "url": vintage.origin.url,
                    "retrieved_at": vintage.origin.retrieved_at,
                    "published_at": vintage.published_at,
                    "position": position,
                    "staging": dataset.staging.full_name,
                    "licence": vintage.origin.licence,
                    "citation": dataset.citation,
                    "status": status,
                    "note": vintage.origin.note or None,
                    "is_restricted": vintage.origin.restricted,
                }
            )
    if not rows:
        return replace_by_nothing(con, table("core.vintages"))
    frame = pd.DataFrame(rows, dtype="object")
    con.register("vintage_list", frame)
    counts = " UNION ALL ".join(
        f"SELECT vintage_id, count(*) AS staged_rows FROM {name} GROUP BY vintage_id"
        for name in sorted(set(frame["staging"]))
    )
    try:
        return replace_table(
            con,
            table("core.vintages"),
            f"SELECT v.*, c.staged_rows FROM vintage_list AS v JOIN ({counts}) AS c "
            "USING (vintage_id)",
        )
    finally:
        con.unregister("vintage_list")


def _size(vintage: Vintage) -> int:
    """Return the size of an extract that may be released: few rows give themselves away by it."""
    size = vintage.path.stat().st_size
    return math.ceil(size / _COARSE) * _COARSE if vintage.stamp else size
