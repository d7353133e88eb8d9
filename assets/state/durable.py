"""File-system steps of the archive and of releases that must survive a crash.

Every step that a killed process could leave half done goes through here: contents are flushed to
the disk before the name that makes them visible is.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from assets.state.private import make_folder_open


def write_text(path: Path, text: str) -> None:
    """Write a file and flush it to the disk."""
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file and flush it to the disk."""
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def sync_file(path: Path) -> None:
    """Flush a file that somebody else wrote."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder."""
    sync_file(folder)


def make_folder(folder: Path, *, is_open: bool = False) -> None:
    """Create a folder and its parents, for everybody to read where it is open."""
    if is_open:
        make_folder_open(folder)
    else:
        folder.mkdir(parents=True, exist_ok=True)


def rename(source: Path, target: Path) -> None:
    """Give a finished folder its name; the name must be free."""
    if target.exists():
        raise FileExistsError(f"{target} exists already; a release is never written again")
    source.rename(target)
    sync_folder(target.parent)


def replace_text(path: Path, text: str, *, is_open: bool = False) -> None:
    """Replace a small file so that a reader sees the old or the new one, never a part.

    Args:
        path: File.
        text: What it says from now on.
        is_open: Everybody may read it.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write_text(aside, text)
        if is_open:
            aside.chmod(0o644)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_tree(folder: Path) -> None:
    """Remove a folder that nothing refers to."""
    shutil.rmtree(folder)
