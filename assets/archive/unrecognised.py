"""What arrived and is not used by anything: unrecognised and refused files, and what stays behind.

Whatever lies there is named until a person has taken it in or removed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.archive import inbox, vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.names import printable
from assets.archive.quarantine import REPORT, facts_of
from assets.archive.waiting import LACKS
from assets.state.home import Home

UNIDENTIFIED = "unidentified"
_MOST_NAMES = 5


@dataclass(frozen=True)
class Unused:
    """One file that arrived and stands in no table.

    Attributes:
        name: Name of the file, printable.
        place: Where it lies.
        seen: What is known of it.
        remedy: What to do.
        arriving: It is on its way: the next run looks at it by itself.
        refused: It was recognised, and broke a rule of its dataset.
    """

    name: str
    place: Path
    seen: str
    remedy: str
    arriving: bool = False
    refused: bool = False

    @property
    def brief(self) -> str:
        """The file, what was seen and where it lies, for a screen."""
        todo = "" if self.arriving else " imr sources says what to do."
        return f"{self.name}: {self.seen}. It lies in {self.place}.{todo}"

    @property
    def line(self) -> str:
        """The file, what was seen and what to do."""
        return f"{self.name}: {self.seen}. {self.remedy} It lies in {self.place}."

    def is_told_by(self, messages: Iterable[str]) -> bool:
        """Return whether the refusal of the file is one of some messages (``[RULE] name: …``)."""
        return any(f"] {self.name}" in message for message in messages)


def unused_files(home: Home, datasets: Iterable[Dataset]) -> list[Unused]:
    """Return every file that arrived and is not used: first what nobody recognises, then refused.

    Args:
        home: Where state lives.
        datasets: Catalogue; a file that was taken in after all is in the archive of one of them.
    """
    known = list(datasets)
    return [
        *_unrecognised(home, known),
        *_refused(home, known),
        *_staying(home),
        *_still_arriving(home),
    ]


def _unrecognised(home: Home, datasets: Iterable[Dataset]) -> list[Unused]:
    folder = home.quarantine / UNIDENTIFIED
    if not folder.is_dir():
        return []
    archived = {f.name[:12] for dataset in datasets for f in vintage_folders.folders(home, dataset)}
    found = []
    for entry in sorted(folder.iterdir()):
        if entry.name in archived or not entry.is_dir():
            continue
        facts = facts_of(entry / REPORT) or {}
        found.append(
            Unused(
                _names(facts, entry),
                entry,
                f"not recognised, {facts.get('seen') or 'and its report cannot be read'}",
                f"{facts.get('remedy', '')} If it is of no use, remove its folder.".strip(),
            )
        )
    return found


def _refused(home: Home, datasets: Iterable[Dataset]) -> list[Unused]:
    """Return what came through the inbox and was refused, unless one of that name is in use now.

    Extracts that wait for others are told of elsewhere (:mod:`assets.archive.waiting`).
    """
    found = []
    for dataset in datasets:
        reports = sorted((home.quarantine / dataset.dataset_id).glob(f"*/{REPORT}"))
        later = {
            v.origin.file_name: v.known_at
            for v in (vintage_folders.vintages(home, dataset) if reports else ())
        }
        for report in reports:
            facts = facts_of(report) or {}
            origin, errors = facts.get("origin") or {}, facts.get("errors") or []
            name = str(origin.get("file_name", ""))
            if origin.get("note") != inbox.FROM_INBOX or not errors:
                continue
            if errors[0]["details"].get(LACKS) or later.get(name, "") >= facts["refused_at"]:
                continue
            found.append(_refused_file(dataset, name, report.parent, errors[0]))
    return found


def _refused_file(dataset: Dataset, name: str, folder: Path, error: Mapping[str, object]) -> Unused:
    return Unused(
        printable(name),
        folder,
        f"refused for {dataset.dataset_id} [{error['rule']}], saw {error['seen']}; expected "
        f"{error['expected']}",
        f"{error['remedy']} If it is of no use, remove its folder.",
        refused=True,
    )


def _staying(home: Home) -> list[Unused]:
    return [
        Unused(printable(entry.name), entry.parent, seen, remedy)
        for entry, seen, remedy in inbox.staying(home)
    ]


def _still_arriving(home: Home) -> list[Unused]:
    return [
        Unused(
            printable(file.name),
            file.parent,
            "still arriving",
            "The next run takes it.",
            arriving=True,
        )
        for file in inbox.arriving(home)
    ]


def _names(facts: Mapping[str, object], folder: Path) -> str:
    """Return the name of a file, and the others under which the same bytes arrived."""
    others = facts.get("also", [])
    names = [facts.get("file", folder.name), *(others if isinstance(others, list) else [])]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(printable(str(name)) for name in names[:_MOST_NAMES]) + more
