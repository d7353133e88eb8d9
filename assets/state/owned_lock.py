"""A lock file that names its holder.

The operating system frees the lock when its owner dies, so nobody ever has to remove it.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assets.state.home import Home


class BusyError(RuntimeError):
    """Another process is writing; the message says which."""


@contextmanager
def owned_lock(
    lock_file: Path,
    owner_file: Path,
    purpose: str,
    busy: Callable[[str], Exception],
    *,
    again: bool = False,
) -> Iterator[None]:
    """Hold a lock for the block, or raise at once and name its holder.

    Args:
        lock_file: File to lock; its folder exists.
        owner_file: File that describes the owner while the lock is held.
        purpose: What the owner is doing, for whoever finds the lock taken.
        busy: Makes the exception to raise from a description of the owner.
        again: Where this thread holds the lock already, go on under it.
    """
    lock = FileLock(str(lock_file), timeout=0, is_singleton=True)
    if lock.is_locked:
        if not again:
            raise busy(_described(owner_file))
        with lock:
            yield
        return
    try:
        lock.acquire()
    except Timeout:
        raise busy(_described(owner_file)) from None
    try:
        owner_file.write_text(json.dumps(_facts(purpose)), encoding="utf-8")
        yield
    finally:
        try:
            owner_file.unlink(missing_ok=True)
        finally:
            lock.release()


def writer_lock(home: Home, purpose: str, *, again: bool = False) -> AbstractContextManager[None]:
    """Hold the writer lock for the block.

    Args:
        home: Where state lives.
        purpose: What the owner is doing, for whoever finds the lock taken.
        again: Where this thread holds the lock already, go on under it.

    Raises:
        BusyError: Somebody else holds it.
    """
    home.create()

    def busy(owner: str) -> BusyError:
        return BusyError(
            f"{home.root} is being written by {owner}. Wait for it to end; if that process is "
            "gone, the lock is free as soon as it is."
        )

    owner = home.lock.with_suffix(".owner.json")
    return owned_lock(home.lock, owner, purpose, busy, again=again)


def user_name() -> str:
    """Return who runs this process; a number where the system has no name for it (containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _facts(purpose: str) -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "user": user_name(),
        "host": socket.gethostname(),
        "purpose": purpose,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _described(owner_file: Path) -> str:
    try:
        facts = json.loads(owner_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process that has not said who it is"
    return (
        f"{facts['purpose']} (process {facts['pid']} of {facts['user']} on {facts['host']}, "
        f"since {facts['since']})"
    )
