"""The inbox: hand-exported files that wait to be taken in, told apart by their content.

A file is never deleted: what a dataset recognises is moved to ``processed/`` once it has been
judged, what nothing recognises goes to quarantine with a report. A killed process leaves the file
where it was; the same bytes again change nothing.
"""

from __future__ import annotations

import shutil
import time
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
QUIET_SECONDS = 20
"""A file that was written to more recently may still be arriving."""


def waiting(home: Home) -> list[Path]:
    """Return the files that wait in the inbox, whole, in order of their names."""
    return [file for file in _files(home) if _is_quiet(file)]


def arriving(home: Home) -> list[Path]:
    """Return the files in the inbox that were written to a moment ago."""
    return [file for file in _files(home) if not _is_quiet(file)]


def wait_for_arrivals(home: Home, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait once until what was written a moment ago is whole, or shows that it still arrives."""
    ages = [time.time() - file.stat().st_mtime for file in arriving(home)]
    if ages:
        sleep(min(QUIET_SECONDS, QUIET_SECONDS - min(ages)))


def _is_quiet(file: Path) -> bool:
    # A clock that runs ahead elsewhere must not keep a file here for ever.
    return abs(time.time() - file.stat().st_mtime) >= QUIET_SECONDS


def _files(home: Home) -> list[Path]:
    """Return the files in the inbox without those that are hidden or named as unfinished."""
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
        A line per file that no dataset recognises or that is still arriving.
    """
    lines = [
        f"{file.name} was written to less than {QUIET_SECONDS} s ago and may still be arriving; "
        "the next run takes it."
        for file in arriving(home)
    ]
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
