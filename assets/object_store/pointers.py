"""Move a channel of the store by a conditional write."""

from __future__ import annotations

import obstore
from obstore.exceptions import AlreadyExistsError, PreconditionError
from obstore.store import S3Store

from assets.object_store.contents import (
    StorePointer,
    pointer_key,
    pointer_text,
    read_pointer,
)
from assets.object_store.location import Location, StoreError, asking
from assets.release.channels.releases_on_disk import Pointer
from assets.release.channels.version import parse

_TRIES = 8


class OvertakenError(StoreError):
    """The channel shows what another publisher put there; it was left alone."""


def advance(store: S3Store, location: Location, channel: str, target: Pointer) -> None:
    """Make a channel show a newer release, unless it shows it already.

    Somebody who moves it at the same moment is met again: the newer of both releases stays.

    Raises:
        OvertakenError: The channel shows a newer release.
        StoreError: The store failed.
    """
    for _ in range(_TRIES):
        found = read_pointer(store, location, channel)
        if found is not None and found.target == target:
            return
        if found is not None and parse(found.target.version) > parse(target.version):
            raise OvertakenError(
                location,
                f"{channel} shows release {found.target.version}, which is newer than "
                f"{target.version} of this machine and was made elsewhere; it was left there",
                "Two machines publish to one place: let one of them do so, or give each a prefix "
                "of its own in IMR_STORE_URL.",
            )
        if _put(store, location, channel, target, found):
            return
    raise OvertakenError(
        location,
        f"{channel} was moved by others {_TRIES} times in a row",
        "See who else publishes there, then run again.",
    )


def move(
    store: S3Store,
    location: Location,
    channel: str,
    target: Pointer,
    before: StorePointer | None,
) -> None:
    """Make a channel show any release, from what it was seen to show before.

    Raises:
        OvertakenError: Somebody else moved it in between.
        StoreError: The store failed.
    """
    if before is not None and before.target == target:
        return
    if not _put(store, location, channel, target, before):
        found = read_pointer(store, location, channel)
        if found is not None and found.target == target:
            # Our own write, whose answer was lost.
            return
        shown = found.target.version if found is not None else "nothing"
        raise OvertakenError(
            location,
            f"somebody else moved {channel} at the same moment; it shows {shown} now",
            f"Look at it (imr releases), then imr promote {target.version} if that still stands.",
        )


def _put(
    store: S3Store, location: Location, channel: str, target: Pointer, before: StorePointer | None
) -> bool:
    with asking(location):
        try:
            obstore.put(
                store,
                pointer_key(channel),
                pointer_text(target),
                attributes={"Content-Type": "application/json", "Cache-Control": "no-cache"},
                mode="create" if before is None else {"e_tag": before.e_tag},
            )
        except (AlreadyExistsError, PreconditionError):
            return False
    return True
