"""The inbox: hand-exported files that wait to be taken in, told apart by their content.

A file is never deleted: what a dataset recognises is moved to ``processed/`` once it has been
judged, what nothing recognises goes to quarantine with a report. A killed process leaves the file
where it was; the same bytes again change nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from assets.archive.container.guard import MAX_FILE_BYTES
from assets.archive.dataset import Dataset
from assets.archive.errors import ExtractError
from assets.archive.faults import of_one_extract
from assets.archive.names import printable, stored_name
from assets.archive.quarantine import set_aside_unknown
from assets.archive.vintage import Origin
from assets.schema.content_hash import file_sha256
from assets.state.home import Home

Identify = Callable[[Path], str | None]
Describe = Callable[[Path], tuple[str, str]]
FILE, FOLDER, GONE = "a file", "a folder", "gone"
PROCESSED, SORTED = "processed", "sorted"
_UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".download", ".filepart")
FROM_INBOX = "taken from the inbox"
"""Note of the origin of a file that came this way."""
QUIET_SECONDS = 20
"""A file that was written to more recently may still be arriving."""


def waiting(home: Home) -> list[Path]:
    """Return the files that wait in the inbox, whole, in order of their names."""
    return [file for file in _files(home) if _is_quiet(file)]


def arriving(home: Home) -> list[Path]:
    """Return the files in the inbox that were written to a moment ago."""
    return [file for file in _files(home) if not _is_quiet(file)]


def staying(home: Home) -> list[tuple[Path, str, str]]:
    """Return inbox entries that no run takes, each with the reason and the remedy."""
    if not home.inbox.is_dir():
        return []
    folders = [
        (entry, "a folder in the inbox, and files are expected", "Move its files into the inbox.")
        for entry in _entries(home)
        if _kind(entry) == FOLDER
    ]
    unfinished = [
        (entry, "by its name an upload that has not ended", "Send it again, or rename it if whole.")
        for entry in sorted(home.inbox.iterdir())
        if entry.suffix.lower() in _UNFINISHED and _is_quiet(entry)
    ]
    return [*folders, *unfinished]


def wait_for_arrivals(home: Home, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait once until what was written a moment ago is whole, or shows that it still arrives."""
    ages = [age for file in arriving(home) if (age := _age(file)) is not None]
    if ages:
        sleep(min(QUIET_SECONDS, QUIET_SECONDS - min(ages)))


def _is_quiet(file: Path) -> bool:
    # A clock that runs ahead elsewhere must not keep a file here for ever.
    age = _age(file)
    return age is None or abs(age) >= QUIET_SECONDS


def _age(file: Path) -> float | None:
    try:
        return time.time() - file.lstat().st_mtime
    except OSError:
        return None


def _entries(home: Home) -> list[Path]:
    """Return inbox entries except hidden, unfinished and internal ones."""
    if not home.inbox.is_dir():
        return []
    return [
        entry
        for entry in sorted(home.inbox.iterdir(), key=lambda e: os.fsencode(e.name))
        if not entry.name.startswith(".")
        and entry.name not in (PROCESSED, SORTED)
        and entry.suffix.lower() not in _UNFINISHED
    ]


def _files(home: Home) -> list[Path]:
    """Return the regular files in the inbox; no link is followed and no pipe is opened."""
    return [entry for entry in _entries(home) if _kind(entry) == FILE]


def sort_inbox(home: Home, identify: Identify, describe: Describe) -> list[str]:
    """Move each waiting file to the folder of its dataset, or into quarantine.

    Whatever is wrong with one of them keeps no other out: it is named and set aside, or left where
    it is if it cannot be moved.

    Args:
        home: Where state lives.
        identify: Returns the dataset id of a file by its content, or ``None``.
        describe: Returns what was seen of an unknown file, and what to do.

    Returns:
        A line per file that no dataset recognises or that is still arriving.
    """
    lines = [
        f"{printable(file.name)} was written to less than {QUIET_SECONDS} s ago and may still be "
        "arriving; the next run takes it."
        for file in arriving(home)
    ]
    for entry in _entries(home):
        try:
            kind = _kind(entry)
            if kind == GONE:
                continue
            if kind != FILE:
                lines.append(_set_aside_no_file(home, entry, kind))
            elif _is_quiet(entry):
                lines += _sort(home, entry, identify, describe)
        except OSError as error:
            if _kind(entry) == GONE:
                continue
            lines.append(
                f"{printable(entry.name)} cannot be taken from the inbox ({error.strerror}). Let "
                "the user of the pipeline read and move it, or remove it."
            )
    return lines


def _sort(home: Home, file: Path, identify: Identify, describe: Describe) -> list[str]:
    """Move one file; returns lines about it."""
    name = printable(file.name)
    if file.stat().st_size > MAX_FILE_BYTES:
        seen, remedy = (
            f"{file.stat().st_size:,} bytes; no extract has more than {MAX_FILE_BYTES:,}",
            "Put the extract itself into the inbox.",
        )
        report = set_aside_unknown(home, file, seen, remedy)
        return [f"{name} is not taken in: {seen}. {remedy} Report: {report}"]
    if not os.access(file, os.R_OK):
        seen, remedy = (
            "the user of the pipeline may not read it",
            "Copy it into the inbox again, readable for that user.",
        )
        report = set_aside_unknown(home, file, seen, remedy)
        return [f"{name} is not taken in: {seen}. {remedy} Report: {report}"]
    try:
        with of_one_extract(name, "looking at it"):
            dataset_id = identify(file)
            seen, remedy = ("", "") if dataset_id is not None else describe(file)
    except ExtractError as error:
        # One file that breaks a reader must not keep the others out.
        dataset_id, seen, remedy = None, error.seen, error.remedy
    if dataset_id is None:
        report = set_aside_unknown(home, file, seen, remedy)
        return [f"{name} is not recognised: {seen}. {remedy} Report: {report}"]
    folder = home.inbox / SORTED / dataset_id
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder, file)
    if target.name != file.name:
        _called(target).write_text(name, encoding="utf-8")
    file.replace(target)
    return []


def _set_aside_no_file(home: Home, entry: Path, kind: str) -> str:
    name = printable(entry.name)
    if kind == FOLDER:
        return f"{name} in the inbox is a folder; expected files. Move its files into the inbox."
    report = set_aside_unknown(
        home, entry, f"{kind}, no file", "Put a copy of the file itself into the inbox."
    )
    return f"{name} is not taken in: it is {kind}, no file. Report: {report}"


def _kind(entry: Path) -> str:
    try:
        mode = entry.lstat().st_mode
    except OSError:
        return GONE
    if stat.S_ISREG(mode):
        return FILE
    if stat.S_ISDIR(mode):
        return FOLDER
    return "a link" if stat.S_ISLNK(mode) else "a pipe, socket or device"


def _called(file: Path) -> Path:
    """Return the path of the note that keeps the name with which a sorted file arrived."""
    return file.with_name(f".called-{file.name}")


def _name_of(file: Path) -> str:
    try:
        return _called(file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return printable(file.name)


def sorted_for(home: Home, dataset: Dataset) -> list[tuple[Path, Origin]]:
    """Return the sorted files of a dataset, each with its origin."""
    folder = home.inbox / SORTED / dataset.dataset_id
    if not folder.is_dir():
        return []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        (
            file,
            Origin(f"file:{name}", now, dataset.licence, note=FROM_INBOX, file_name=name),
        )
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.startswith(".")
        for name in (_name_of(file),)
    ]


def set_processed(home: Home, file: Path) -> Path:
    """Move a file that has been judged aside; returns where it lies now."""
    folder = home.inbox / PROCESSED
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder, file)
    shutil.move(file, target)
    _called(file).unlink(missing_ok=True)
    return target


def _free(folder: Path, file: Path) -> Path:
    """Return a path in a folder that does not overwrite another file of that name."""
    target = folder / stored_name(file.name)
    if not target.exists():
        return target
    return folder / f"{target.stem[:80]}-{file_sha256(file)[:12]}{target.suffix}"
