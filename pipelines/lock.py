"""One writer at a time: a lock file that names its owner."""

from __future__ import annotations

from contextlib import AbstractContextManager

from assets.state.home import Home
from assets.state.owned_lock import owned_lock


class BusyError(RuntimeError):
    """Another process is writing; the message says which."""


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
