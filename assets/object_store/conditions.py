"""Check that the store honours conditional writes, which concurrent publishing relies on."""

from __future__ import annotations

import uuid
from contextlib import suppress

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from assets.object_store.location import Location, StoreError, asking

_WRONG_TAG = '"00000000000000000000000000000000"'


def prove_conditions(store: S3Store, location: Location) -> None:
    """Write, overwrite and remove a small object, and check that wrong conditions are refused.

    Raises:
        StoreError: The store cannot be written, or ignores a condition.
    """
    key = f".probe/{uuid.uuid4().hex}"
    with asking(location):
        tag = obstore.put(store, key, b"1", mode="create")["e_tag"]
        try:
            _refused(store, location, key, None)
            _refused(store, location, key, _WRONG_TAG)
            if not tag:
                raise _ignoring(location, "ETag")
            obstore.put(store, key, b"2", mode={"e_tag": tag})
            _refused(store, location, key, tag)
        finally:
            # What led here is the one to report; a probe that stays is harmless.
            with suppress(BaseError):
                obstore.delete(store, key)
    with asking(location):
        try:
            obstore.head(store, key)
        except FileNotFoundError:
            return
    raise StoreError(
        location, "an object that was removed is still there", "Allow s3:DeleteObject."
    )


def _refused(store: S3Store, location: Location, key: str, tag: str | None) -> None:
    try:
        obstore.put(store, key, b"3", mode="create" if tag is None else {"e_tag": tag})
    except (AlreadyExistsError, PreconditionError):
        return
    raise _ignoring(location, "If-None-Match" if tag is None else "If-Match")


def _ignoring(location: Location, header: str) -> StoreError:
    return StoreError(
        location,
        f"the server ignores {header}, so that two publishers could overwrite each other",
        "Use a store that honours conditional writes, or keep releases on disk only "
        "(unset IMR_STORE_URL).",
    )
