"""One publisher at a time: a lock in the releases folder that names its owner."""

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

_LOCK = ".publish.lock"
_OWNER = ".publish.owner.json"


class PublisherBusyError(RuntimeError):
    """Another process is publishing; the message says which."""


@contextmanager
def publisher_lock(releases: Path, purpose: str) -> Iterator[None]:
    """Hold the publisher's lock for the block.

    The operating system frees the lock when its owner dies, so nobody ever has to remove it.

    Args:
        releases: Folder of the releases; it exists.
        purpose: What the owner is doing, for whoever finds the lock taken.

    Raises:
        PublisherBusyError: Somebody else holds it.
    """
    owner = releases / _OWNER
    lock = FileLock(str(releases / _LOCK), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PublisherBusyError(
            f"{releases} is being written by {_described(owner)}. Nothing was published; wait "
            "for it to end and run again."
        ) from None
    try:
        owner.write_text(json.dumps(_facts(purpose)), encoding="utf-8")
        yield
    finally:
        try:
            owner.unlink(missing_ok=True)
        finally:
            lock.release()


def _facts(purpose: str) -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "user": getpass.getuser(),
        "host": socket.gethostname(),
        "purpose": purpose,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _described(owner: Path) -> str:
    try:
        facts = json.loads(owner.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process that has not said who it is"
    return (
        f"{facts['purpose']} (process {facts['pid']} of {facts['user']} on {facts['host']}, "
        f"since {facts['since']})"
    )
