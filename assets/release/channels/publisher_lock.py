"""One publisher at a time: a lock in the releases folder that names its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.state import durable
from assets.state.owned_lock import owned_lock
from assets.state.released import DamagedReleaseError

_LOCK = ".publish.lock"
_OWNER = ".publish.owner.json"


class PublisherBusyError(RuntimeError):
    """Another process is publishing; the message says which."""


class ReleaseNotWrittenError(OSError):
    """The disk is full or the folder cannot be written; the message says what stands."""


@contextmanager
def publisher_lock(
    releases: Path,
    purpose: str,
    undone: str = "Nothing was changed",
    standing: Callable[[], str] = str,
) -> Iterator[None]:
    """Hold the publisher's lock for the block; whoever writes to the releases does so under it.

    Args:
        releases: Folder of the releases; it is created where there is none.
        purpose: What the owner is doing, for whoever finds the lock taken.
        undone: What did not happen, where the lock is taken or the folder cannot be written.
        standing: Says what stands all the same, in a sentence.

    Raises:
        PublisherBusyError: Somebody else holds it.
        ReleaseNotWrittenError: The disk is full or the folder cannot be written.
    """

    def busy(owner: str) -> PublisherBusyError:
        return PublisherBusyError(
            f"{releases} is being written by {owner}. {undone}; wait for that to end and run again."
        )

    try:
        durable.make_folder(releases, is_open=True)
        with owned_lock(releases / _LOCK, releases / _OWNER, purpose, busy):
            yield
    except (ReleaseNotWrittenError, FileExistsError):
        raise
    except (OSError, duckdb.IOException) as error:
        # The message carries the cause; a chain would bury it under the system's own words.
        raise ReleaseNotWrittenError(
            f"{undone}: writing to {releases} failed ({error}). {_said(standing)}"
            "Check that the disk has room and that the folder can be written, then run again; "
            "what was left half written is cleared by itself."
        ) from None


def _said(standing: Callable[[], str]) -> str:
    try:
        said = standing()
    except (OSError, DamagedReleaseError):
        # What failed first is the one to report.
        return ""
    return f"{said} " if said else ""
