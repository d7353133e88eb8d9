"""Withdrawals: archived vintages that a rule or a person has taken out of use.

Every dataset has one record beside its vintages. Nothing is ever removed from it: a vintage that
came back has the time of its return, so that a rebuild of a past day finds what was in use then.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.folder import folder_of
from assets.archive.vintage import Vintage
from assets.state import durable
from assets.state.code_version import code_version
from assets.state.home import Home
from assets.state.moments import is_by
from assets.state.released import NoReleaseError, read_json

RULE, READING, PROOF, PERSON = "rule", "reading", "proof", "person"
RECORD = ".withdrawn.json"


@dataclass(frozen=True)
class Withdrawal:
    """One vintage taken out of use.

    Attributes:
        vintage_id: The vintage.
        at: Since when (UTC, ISO 8601).
        by: ``rule`` (a required rule fails with it and holds without it), ``reading`` (it cannot
            be read any more), ``proof`` (what proved it is not in use any more) or ``person``.
        rule: Rule that fails, or empty.
        because: What was seen, or the reason that a person gave.
        remedy: What to do.
        rows: Rows that break the rule.
        code: Version of the code that judged.
        judged: Identity of the code and of the extracts that it was judged beside; when that
            changes, it is tried again.
        served: A release stood on it.
        undone_at: Until when, or ``None``.
        undone_because: Why it came back.
        states: What must hold, without any figure that was seen.
    """

    vintage_id: str
    at: str
    by: str
    rule: str = ""
    because: str = ""
    remedy: str = ""
    rows: int = 0
    code: str = ""
    judged: str = ""
    served: bool = False
    undone_at: str | None = None
    undone_because: str = ""
    states: str = ""

    @property
    def line(self) -> str:
        """What happened and what to do, in one line."""
        if self.by == PERSON:
            return f"{self.vintage_id} was withdrawn by hand: {self.because or 'no reason given'}"
        rule = f"[{self.rule}] " if self.rule else ""
        tried = "" if self.by != RULE else "So it is with this extract, and not without it. "
        remedy = f"{self.remedy} " if self.remedy else ""
        return (
            f"{self.vintage_id} is set aside: {rule}{self.because} {tried}{remedy}It comes back by "
            "itself once that is mended; its earlier vintages stay in use meanwhile."
        )


def now_text(now: datetime | None = None) -> str:
    """Return a moment as the record has it."""
    return (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


def history(home: Home, dataset: Dataset) -> list[Withdrawal]:
    """Return every withdrawal of a dataset, the oldest first.

    Raises:
        ArchiveError: The record is damaged; without it nobody knows what must not be used.
    """
    file = folder_of(home, dataset) / RECORD
    try:
        return [Withdrawal(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (TypeError, ValueError) as error:
        raise vintage_folders.ArchiveError(
            f"{file} cannot be read ({error}); expected the list of vintages of "
            f"{dataset.dataset_id} that are out of use. Restore it from a backup, or remove it: "
            "vintages that a rule took out are found again, those that a person withdrew have to "
            "be withdrawn again."
        ) from error


def withdrawn(home: Home, dataset: Dataset, *, as_of: str | None = None) -> dict[str, Withdrawal]:
    """Return the withdrawals that are in force, by vintage.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        as_of: Those in force at the end of this date, or at this time (ISO 8601, UTC).
    """
    found = {}
    for entry in history(home, dataset):
        begun = as_of is None or is_by(entry.at, as_of)
        undone = entry.undone_at is not None and (as_of is None or is_by(entry.undone_at, as_of))
        if begun and not undone:
            found[entry.vintage_id] = entry
    return found


def set_aside(
    home: Home, datasets: Iterable[Dataset], *, as_of: str | None = None
) -> list[Withdrawal]:
    """Return vintages withdrawn automatically: by a failing rule or because unreadable."""
    return [
        entry
        for dataset in datasets
        for entry in withdrawn(home, dataset, as_of=as_of).values()
        if entry.by != PERSON
    ]


def in_use(
    home: Home, dataset: Dataset, *, as_of: str | None = None, without: Iterable[str] = ()
) -> list[Vintage]:
    """Return the vintages of a dataset in use, oldest first.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        as_of: Only what was known, and in use, by the end of this date or by this time.
        without: Further vintages to leave out.
    """
    out = {*withdrawn(home, dataset, as_of=as_of), *without}
    return [
        v for v in vintage_folders.vintages(home, dataset, as_of=as_of) if v.vintage_id not in out
    ]


def withdraw(home: Home, dataset: Dataset, entry: Withdrawal) -> bool:
    """Take a vintage out of use.

    One that is out already stays out since then, with what is known of it now.

    Returns:
        Whether it was in use before.
    """
    known = history(home, dataset)
    for position, old in enumerate(known):
        if old.vintage_id == entry.vintage_id and old.undone_at is None:
            known[position] = dataclasses.replace(
                entry, at=old.at, served=old.served or entry.served
            )
            _write(home, dataset, known)
            return False
    _write(home, dataset, [*known, entry])
    return True


def restore(
    home: Home, dataset: Dataset, vintage_id: str, because: str, *, now: datetime | None = None
) -> bool:
    """Bring a vintage back into use.

    Returns:
        Whether it was out of use.
    """
    known = history(home, dataset)
    changed = [
        dataclasses.replace(entry, undone_at=now_text(now), undone_because=because)
        if entry.vintage_id == vintage_id and entry.undone_at is None
        else entry
        for entry in known
    ]
    if changed == known:
        return False
    _write(home, dataset, changed)
    return True


def served(home: Home) -> frozenset[str]:
    """Return the vintages behind the newest nightly release; none before the first."""
    try:
        shown = read_json(home.releases / "channels" / "nightly.json")
        manifest = read_json(home.releases / f"release={shown['version']}" / "manifest.json")
        return frozenset(str(entry["vintage_id"]) for entry in manifest["inputs"])
    except (OSError, KeyError, TypeError, NoReleaseError):
        # Who reads or writes releases says what is wrong with them.
        return frozenset()


def judged_beside(home: Home, datasets: Iterable[Dataset]) -> str:
    """Return a hash of the code, of the policies of the home and of all archived vintages."""
    digest = hashlib.sha256(code_version("assets", "expectations").encode())
    if home.policies.is_file():
        digest.update(home.policies.read_bytes())
    for dataset in datasets:
        for folder in vintage_folders.folders(home, dataset):
            digest.update(f"{dataset.dataset_id}@{folder.name}\n".encode())
    return digest.hexdigest()[:16]


def due_again(home: Home, datasets: Iterable[Dataset], judged: str) -> list[Withdrawal]:
    """Return withdrawals to retry because the code or the archive has changed.

    Args:
        home: Where state lives.
        datasets: Datasets to look at.
        judged: What would be judged by now, see :func:`judged_beside`.
    """
    return [
        entry
        for dataset in datasets
        for entry in withdrawn(home, dataset).values()
        if entry.by == READING or (entry.by == RULE and entry.judged != judged)
    ]


def _write(home: Home, dataset: Dataset, entries: Iterable[Withdrawal]) -> None:
    folder = folder_of(home, dataset)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(entry) for entry in entries], indent=2) + "\n"
    durable.replace_text(folder / RECORD, text)
