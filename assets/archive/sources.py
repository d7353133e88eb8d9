"""State of every dataset: its vintages, its last attempt, and the table of vintages in use."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pandas as pd

from assets.archive import store
from assets.archive.dataset import Dataset
from assets.home import Home
from assets.schema.registry import table
from assets.warehouse import replace_table

CURRENT, SUPERSEDED, STALE = "current", "superseded", "stale"


@dataclass(frozen=True)
class Attempt:
    """The last attempt to take in an extract of a dataset.

    Attributes:
        attempted_at: When (UTC, ISO 8601).
        outcome: ``new``, ``unchanged``, ``quarantined`` or ``failed``.
        message: What happened, in one line.
    """

    attempted_at: str
    outcome: str
    message: str = ""

    @property
    def failed(self) -> bool:
        """True where the newest extract of the producer is not in use."""
        return self.outcome in ("quarantined", "failed")


def record_attempt(home: Home, dataset: Dataset, outcome: str, message: str = "") -> Attempt:
    """Remember how the last attempt for a dataset went."""
    attempt = Attempt(datetime.now(UTC).isoformat(timespec="seconds"), outcome, message)
    folder = home.archive / dataset.source / dataset.dataset_id
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / ".attempt.json.new"
    aside.write_text(json.dumps(attempt.__dict__, indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / ".attempt.json")
    return attempt


def last_attempt(home: Home, dataset: Dataset) -> Attempt | None:
    """Return how the last attempt for a dataset went, or ``None`` before the first."""
    path = home.archive / dataset.source / dataset.dataset_id / ".attempt.json"
    if not path.exists():
        return None
    return Attempt(**json.loads(path.read_text(encoding="utf-8")))


def stale_datasets(home: Home, datasets: Iterable[Dataset]) -> list[str]:
    """Return the datasets whose newest extract was refused or could not be fetched."""
    found = []
    for dataset in datasets:
        attempt = last_attempt(home, dataset)
        if attempt is not None and attempt.failed:
            found.append(dataset.dataset_id)
    return found


def build_vintages(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    datasets: Iterable[Dataset],
    *,
    as_of: str | None = None,
) -> int:
    """Replace ``core.vintages`` by the vintages in use; returns the number of rows.

    The newest vintage of a dataset whose last attempt failed is ``stale``; older vintages of a
    dataset that restates its whole series are ``superseded``.
    """
    rows = []
    for dataset in datasets:
        attempt = last_attempt(home, dataset)
        found = store.vintages(home, dataset, as_of=as_of)
        for position, vintage in enumerate(found, start=1):
            status = CURRENT
            if position == len(found):
                status = STALE if attempt is not None and attempt.failed else CURRENT
            elif not dataset.accumulates:
                status = SUPERSEDED
            rows.append(
                {
                    "vintage_id": vintage.vintage_id,
                    "dataset_id": dataset.dataset_id,
                    "source": dataset.source,
                    "producer": dataset.producer,
                    "title": dataset.title,
                    "file_name": vintage.path.name,
                    "sha256": vintage.sha256,
                    "bytes": vintage.path.stat().st_size,
                    "url": vintage.origin.url,
                    "retrieved_at": vintage.origin.retrieved_at,
                    "published_at": vintage.origin.published_at,
                    "staging": dataset.staging.full_name,
                    "licence": vintage.origin.licence,
                    "citation": dataset.citation,
                    "status": status,
                    "note": vintage.origin.note or None,
                }
            )
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
