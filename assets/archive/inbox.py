"""The inbox: hand-exported files that wait to be taken in, told apart by their content.

A file is never deleted: what a dataset recognises is moved to ``processed/`` once it has been
judged, what nothing recognises goes to quarantine with a report. A killed process leaves the file
where it was; the same bytes again change nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from assets.archive.dataset import Dataset
from assets.archive.quarantine import set_aside_unknown
from assets.archive.store import Origin
from assets.home import Home
from assets.schema.identity import file_sha256

Identify = Callable[[Path], str | None]
Describe = Callable[[Path], tuple[str, str]]
PROCESSED, SORTED = "processed", "sorted"
_UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".download", ".filepart")


def waiting(home: Home) -> list[Path]:
    """Return the files that wait in the inbox, in order of their names.

    Hidden files and names that browsers give to unfinished downloads are passed over.
    """
    if not home.inbox.is_dir():
        return []
    return [
        entry
        for entry in sorted(home.inbox.iterdir())
        if entry.is_file()
        and not entry.name.startswith(".")
        and entry.suffix.lower() not in _UNFINISHED
    ]


def sort_inbox(home: Home, identify: Identify, describe: Describe) -> list[str]:
    """Move each waiting file to the folder of its dataset, or into quarantine.

    Args:
        home: Where state lives.
        identify: Returns the dataset id of a file by its content, or ``None``.
        describe: Returns what was seen of an unknown file, and what to do.

    Returns:
        A line per file that no dataset recognises.
    """
    lines = []
    for file in waiting(home):
        try:
            dataset_id = identify(file)
        except Exception as error:
            # One file that breaks a reader must not keep the others out.
            dataset_id, problem = None, f" ({type(error).__name__}: {error})"
        else:
            problem = ""
        if dataset_id is None:
            seen, remedy = describe(file)
            report = set_aside_unknown(home, file, seen + problem, remedy)
            lines.append(f"{file.name} is not recognised: {seen}. {remedy} Report: {report}")
        else:
            folder = home.inbox / SORTED / dataset_id
            folder.mkdir(parents=True, exist_ok=True)
            file.replace(_free(folder, file))
    return lines


def sorted_for(home: Home, dataset: Dataset) -> list[tuple[Path, Origin]]:
    """Return the sorted files of a dataset, each with its origin."""
    folder = home.inbox / SORTED / dataset.dataset_id
    if not folder.is_dir():
        return []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        (file, Origin(f"file:{file.name}", now, dataset.licence, note="taken from the inbox"))
        for file in sorted(folder.iterdir())
        if file.is_file()
    ]


def set_processed(home: Home, file: Path) -> Path:
    """Move a file that has been judged aside; returns where it lies now."""
    folder = home.inbox / PROCESSED
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder, file)
    shutil.move(file, target)
    return target


def _free(folder: Path, file: Path) -> Path:
    """Return a path in a folder that does not overwrite another file of that name."""
    target = folder / file.name
    if not target.exists():
        return target
    return folder / f"{file.stem}-{file_sha256(file)[:12]}{file.suffix}"
