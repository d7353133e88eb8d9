"""One publisher at a time: a lock in the releases folder that names its owner."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from assets.archive.owned_lock import owned_lock

_LOCK = ".publish.lock"
_OWNER = ".publish.owner.json"


class PublisherBusyError(RuntimeError):
    """Another process is publishing; the message says which."""


def publisher_lock(releases: Path, purpose: str) -> AbstractContextManager[None]:
    """Hold the publisher's lock for the block.

    Args:
        releases: Folder of the releases; it exists.
        purpose: What the owner is doing, for whoever finds the lock taken.

    Raises:
        PublisherBusyError: Somebody else holds it.
    """

    def busy(owner: str) -> PublisherBusyError:
        return PublisherBusyError(
            f"{releases} is being written by {owner}. Nothing was published; wait for it to end "
            "and run again."
        )

    return owned_lock(releases / _LOCK, releases / _OWNER, purpose, busy)
