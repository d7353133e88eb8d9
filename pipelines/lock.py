"""One writer at a time: a lock file that names its owner."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assets.home import Home


class BusyError(RuntimeError):
    """Another process is writing; the message says which."""


@contextmanager
def writer_lock(home: Home, purpose: str) -> Iterator[None]:
    """Hold the writer lock for the block.

    Raises:
        BusyError: Somebody else holds it.
    """
    home.create()
    owner = home.lock.with_suffix(".owner.json")
    lock = FileLock(str(home.lock), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"{home.root} is being written by {_described(owner)}. Wait for it to end; if that "
            "process is gone, the lock is free as soon as it is."
        ) from None
    try:
        owner.write_text(
            json.dumps(
                {
                    "pid": os.getpid(),
                    "user": getpass.getuser(),
                    "host": socket.gethostname(),
                    "purpose": purpose,
                    "since": datetime.now(UTC).isoformat(timespec="seconds"),
                }
            ),
            encoding="utf-8",
        )
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _described(owner: Path) -> str:
    try:
        facts = json.loads(owner.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process that has not said who it is"
    return (
        f"{facts['purpose']} (process {facts['pid']} of {facts['user']} on {facts['host']}, "
        f"since {facts['since']})"
    )
