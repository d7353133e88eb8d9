"""What arrived and is not used by anything: files nobody recognises, and files still in the inbox.

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
    """

    name: str
    place: Path
    seen: str
    remedy: str
    arriving: bool = False

    @property
    def brief(self) -> str:
        """The file, what was seen and where it lies, for a screen."""
        todo = "" if self.arriving else " imr sources says what to do."
        return f"{self.name}: {self.seen}. It lies in {self.place}.{todo}"

    @property
    def line(self) -> str:
        """The file, what was seen and what to do."""
        return f"{self.name}: {self.seen}. {self.remedy} It lies in {self.place}."


def unused_files(home: Home, datasets: Iterable[Dataset]) -> list[Unused]:
    """Return every file that arrived and is not used: first what nobody recognises.

    Args:
        home: Where state lives.
        datasets: Catalogue; a file that was taken in after all is in the archive of one of them.
    """
    return [*_unrecognised(home, datasets), *_staying(home), *_still_arriving(home)]


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
