"""File permissions: private folders are 0700/0600, releases are readable by all.

Neither depends on the umask of whoever started the process. What an older version left open is
closed by the next run; nothing is followed out of the home through a link.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PRIVATE_FOLDERS = (
    *("archive", "quarantine", "staging", "lineage", "dagster", "reports", ".fetching"),
    *("inbox/sorted", "inbox/processed"),
)
"""Folders below a home whose contents are for its user alone."""
_PRIVATE_FILES = ("warehouse*.duckdb*", "rebuild*.duckdb*", "writer.*", "dropped.txt")
_OTHERS, _WRITERS = 0o077, 0o022
_OPEN_FOLDER, _OPEN_FILE = 0o755, 0o644


def keep_private() -> None:
    """Set the umask so that new files are readable only by the owner."""
    os.umask(os.umask(_OTHERS) | _OTHERS)


def make_open(folder: Path) -> None:
    """Let everybody read a folder with all that is in it."""
    for path, is_folder in _tree(folder):
        path.chmod(_OPEN_FOLDER if is_folder else _OPEN_FILE)


def make_folder_open(folder: Path) -> None:
    """Create a folder, and those above it that do not exist, for everybody to read."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for created in missing:
        created.chmod(_OPEN_FOLDER)


def close_file(file: Path) -> None:
    """Close a file to others; one that belongs to somebody else stays as it is."""
    with suppress(OSError):
        if _mode(file) & _OTHERS:
            file.chmod(0o600)


def settle(root: Path) -> None:
    """Set permissions below a home: private parts closed, releases open.

    What belongs to another user is passed over; :func:`wrong` names it.
    """
    for path in _open_to_others(root):
        with suppress(OSError):
            if path.is_dir():
                path.chmod(0o700)
                for inner, is_folder in _tree(path):
                    inner.chmod(0o700 if is_folder else 0o600)
            else:
                path.chmod(0o600)
    for path in _closed_to_others(root):
        with suppress(OSError):
            if path.name.startswith("release=") or path.name == "channels":
                make_open(path)
            else:
                path.chmod(_OPEN_FOLDER if path.is_dir() else _OPEN_FILE)


def wrong(root: Path) -> list[str]:
    """Return a sentence per file below a home with wrong permissions."""
    return [
        *(f"{path} is open to others ({_mode(path):04o})" for path in _open_to_others(root)),
        *(f"{path} is closed to readers ({_mode(path):04o})" for path in _closed_to_others(root)),
    ]


def _open_to_others(root: Path) -> list[Path]:
    inbox = root / "inbox"
    # A shared inbox that others may put files into is somebody's decision.
    shared = inbox.is_dir() and _mode(inbox) & _WRITERS
    paths = [
        *(root / name for name in PRIVATE_FOLDERS),
        *([] if shared else [inbox]),
        *(file for pattern in _PRIVATE_FILES for file in sorted(root.glob(pattern))),
    ]
    return [p for p in paths if _is_real(p) and _mode(p) & _OTHERS]


def _closed_to_others(root: Path) -> list[Path]:
    releases = root / "releases"
    channels = releases / "channels"
    folders = [releases, channels, *sorted(releases.glob("release=*"))]
    files = sorted(channels.glob("[!.]*"))
    return [
        *(p for p in folders if _is_real(p) and _mode(p) & _OPEN_FOLDER != _OPEN_FOLDER),
        *(p for p in files if _is_real(p) and _mode(p) & _OPEN_FILE != _OPEN_FILE),
    ]


def _tree(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Yield a folder and what is in it, folders first, without links."""
    yield folder, True
    for entry in os.scandir(folder):
        if entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _tree(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path), False


def _is_real(path: Path) -> bool:
    return path.exists() and not path.is_symlink()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)
