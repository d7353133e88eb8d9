"""Find out which runs are alive: each run holds a lock of its own until its process ends.

Dagster alone cannot tell a killed run from a running one: its record says "started" in both
cases. The operating system frees a lock when its owner dies, so a run whose lock is free,
and which has not said how it ended, was killed.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

_FOLDER = "alive"
_KEPT_SECONDS = 7 * 86_400
LIVES, DIED, SILENT = "lives", "died", "silent"
"""What is known of a run: its lock is held, its lock is free, or it never had one."""

_held: dict[str, IO[str]] = {}


def hold(dagster_home: Path, run_id: str) -> None:
    """Hold the lock of a run until this process ends.

    The lock is taken before the file gets its name, so that no other process can see the file
    unlocked.

    Args:
        dagster_home: Folder of Dagster's instance.
        run_id: Dagster's identifier of the run.
    """
    if run_id in _held:
        return
    folder = dagster_home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    aside = folder / f".{run_id}.new"
    handle = aside.open("w", encoding="utf-8")
    fcntl.flock(handle, fcntl.LOCK_EX)
    json.dump(
        {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        handle,
    )
    handle.flush()
    aside.replace(_file(folder, run_id))
    _held[run_id] = handle


def state_of(dagster_home: Path, run_id: str) -> str:
    """Return ``lives``, ``died`` or ``silent`` for a run whose end is not recorded."""
    try:
        with _file(dagster_home / _FOLDER, run_id).open("r", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return SILENT
    except BlockingIOError:
        return LIVES
    return DIED


def owner_of(dagster_home: Path, run_id: str) -> Mapping[str, object]:
    """Return the process of a run (``pid``, ``host``, ``since``), or an empty dict if unknown."""
    try:
        text = _file(dagster_home / _FOLDER, run_id).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _file(folder: Path, run_id: str) -> Path:
    return folder / f"{run_id}.json"


def _sweep(folder: Path) -> None:
    """Remove lock files of runs that ended long ago; their records have been closed since."""
    for file in folder.iterdir():
        try:
            old = time.time() - file.stat().st_mtime > _KEPT_SECONDS
        except FileNotFoundError:
            continue
        if old and state_of(folder.parent, file.stem) != LIVES:
            file.unlink(missing_ok=True)
