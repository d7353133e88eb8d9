"""Refused extracts that are retried when the extracts they were compared with change.

An extract that departs from one which a rule took out of use before any release stood on it was
compared with the wrong one. Which of both arrived first must not matter.

An extract that has to agree with figures of others, and is refused for lack of these, is not lost:
it stays in quarantine, is named while it waits, and a run in which the others arrived takes it in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.archive import vintage_folders
from assets.archive.acceptance import AGAINST
from assets.archive.dataset import Dataset
from assets.archive.intake import NEW, IntakeOutcome, Judge, take_in
from assets.archive.names import printable
from assets.archive.quarantine import REPORT, facts_of, note, reader_version
from assets.archive.sources import last_attempt, record_attempt
from assets.archive.staging import stage_new
from assets.archive.vintage import Origin
from assets.archive.withdrawal import RULE, in_use, withdrawn
from assets.state.home import Home

BESIDE, LACKS = "judged_beside_others", "lacks"
"""Details of an error: the extract deserves another try; what there is nothing to compare with."""
_TRIED = "tried_beside"


@dataclass(frozen=True)
class Waiting:
    """A refused extract that is tried again by itself.

    Attributes:
        dataset_id: Dataset that it was offered to.
        name: Name that it arrived with.
        place: Folder that it lies in.
        lacks: What there is nothing to compare with; empty where figures contradict it.
        remedy: What brings it into use.
    """

    dataset_id: str
    name: str
    place: Path
    lacks: str
    remedy: str

    @property
    def line(self) -> str:
        """What waits, for what, and what to do."""
        return (
            f"{self.name} waits for other extracts ({self.dataset_id}): {self.lacks}. It is tried "
            f"again by itself once such an extract has arrived. {self.remedy} It lies in "
            f"{self.place}; if it is of no use, remove that folder."
        )


def waiting(home: Home, datasets: Iterable[Dataset]) -> list[Waiting]:
    """Return the refused extracts that wait for other extracts."""
    found = []
    for dataset in datasets:
        for file, facts in _refused(home, dataset):
            first = facts["errors"][0]
            if first["details"].get(LACKS):
                name = facts["origin"].get("file_name") or file.name
                lacks, remedy = str(first["details"][LACKS]), str(first["details"]["remedy"])
                found.append(
                    Waiting(dataset.dataset_id, printable(name), file.parent, lacks, remedy)
                )
    return found


def retry(
    home: Home, datasets: Sequence[Dataset], known: Sequence[Dataset], judges: Sequence[Judge]
) -> list[IntakeOutcome]:
    """Retry refused extracts whose comparison extracts have changed since.

    Args:
        home: Where state lives.
        datasets: Datasets whose refused extracts are offered.
        known: Catalogue; an extract is judged beside those of its staging table.
        judges: Further judges of every extract.

    Returns:
        Outcome per extract that was offered; one that is archived now is staged.
    """
    outcomes = []
    for dataset in datasets:
        beside = _beside(home, dataset, known)
        for file, facts in _refused(home, dataset):
            if facts.get(_TRIED) == beside:
                continue
            outcome = take_in(home, dataset, file, Origin(**facts["origin"]), judges)
            if outcome.vintage is None:
                note(file.parent / REPORT, _TRIED, beside)
            else:
                _settled(home, dataset, outcome, facts)
            outcomes.append(outcome)
    return outcomes


def taken_again(
    home: Home, datasets: Sequence[Dataset], known: Sequence[Dataset], judges: Sequence[Judge]
) -> dict[str, str]:
    """Retry refused extracts; return the vintages that are in use now, a line each.

    Args:
        home: Where state lives.
        datasets: Datasets whose refused extracts are offered.
        known: Catalogue; an extract is judged beside those of its staging table.
        judges: Further judges of every extract.
    """
    return {
        found.vintage.vintage_id: f"{found.vintage.vintage_id} ({found.file_name}) is taken in: "
        "what it had been compared with is set aside"
        for found in retry(home, datasets, known, judges)
        if found.vintage is not None
    }


def _settled(home: Home, dataset: Dataset, outcome: IntakeOutcome, facts: dict[str, Any]) -> None:
    if outcome.vintage is not None and outcome.parsed is not None:
        stage_new(home, dataset, outcome.vintage, outcome.parsed)
    attempt = last_attempt(home, dataset)
    first = facts["errors"][0]
    refused = f"[{first['rule']}] {first['file']}"
    if attempt is not None and attempt.failed and attempt.message.startswith(refused):
        record_attempt(home, dataset, NEW)


def _refused(home: Home, dataset: Dataset) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield extracts that were refused only by comparison with other extracts."""
    bad = {w.vintage_id for w in withdrawn(home, dataset).values() if w.by == RULE and not w.served}
    archived = {folder.name for folder in vintage_folders.folders(home, dataset)}
    for report in sorted((home.quarantine / dataset.dataset_id).glob(f"*/{REPORT}")):
        facts = facts_of(report)
        if facts is None or "origin" not in facts or not facts.get("errors"):
            continue
        file = report.parent / str(facts["file"])
        taken = any(name.startswith(report.parent.name) for name in archived)
        details = [e.get("details", {}) for e in facts["errors"]]
        beside = all(d.get(BESIDE) or d.get(AGAINST) in bad for d in details)
        if beside and not taken and file.is_file():
            yield file, facts


def _beside(home: Home, dataset: Dataset, known: Iterable[Dataset]) -> str:
    """Return a hash of the code and of the extracts that a dataset is compared with."""
    digest = hashlib.sha256(reader_version(dataset).encode())
    for other in known:
        if other.staging.full_name == dataset.staging.full_name:
            for vintage in in_use(home, other):
                digest.update(f"{vintage.vintage_id}\n".encode())
    return digest.hexdigest()[:16]
