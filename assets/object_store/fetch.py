"""Bring a release of the store to this machine, checked file by file."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from pathlib import Path

import obstore
from obstore.store import S3Store

from assets.object_store.contents import key_of, read
from assets.object_store.location import Location, StoreError, asking
from assets.object_store.push import Say
from assets.release.channels import releases_on_disk
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.releases_on_disk import MANIFEST, Release
from assets.release.writer import CHECKSUMS
from assets.state import durable
from assets.state.private import make_open

_PIECE = 1 << 20


class HereAlreadyError(RuntimeError):
    """The version is on this machine; it is not written again."""


def fetch_release(
    store: S3Store, location: Location, version: str, releases: Path, say: Say
) -> Release:
    """Copy a release of the store into the folder of the releases; no channel moves.

    Raises:
        HereAlreadyError: The folder is there.
        StoreError: The store failed, or a file is not what its checksum says; nothing stays.
        PublisherBusyError: Somebody is publishing.
    """
    durable.make_folder(releases, is_open=True)
    target = releases_on_disk.folder_of(releases, version)
    with publisher_lock(releases, f"fetching release {version} from {location.url}"):
        if target.exists():
            raise HereAlreadyError(
                f"{target} is there already; a release is never written again. To replace a "
                "damaged one, move it out of the folder first."
            )
        listing = read(store, location, key_of(version, CHECKSUMS)) or b""
        digests = _listed(location, version, listing)
        staging = releases_on_disk.staging_folder(releases, uuid.uuid4().hex)
        durable.make_folder(staging)
        try:
            say(f"release {version}: fetching {len(digests) + 1} files")
            for name, digest in digests.items():
                _fetch(store, location, key_of(version, name), staging / name, digest)
            durable.write_text(staging / CHECKSUMS, listing.decode())
            make_open(staging)
            durable.sync_folder(staging)
            durable.rename(staging, target)
        except BaseException:
            # What stays is cleared by the next publisher; the fault that led here is told.
            shutil.rmtree(staging, ignore_errors=True)
            raise
    return Release(version, target)


def _listed(location: Location, version: str, listing: bytes) -> dict[str, str]:
    lines = listing.decode("utf-8", "replace").splitlines()
    digests = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    # The names come from outside; they name files of this folder and no other place.
    plain = all(n and n == Path(n).name and not n.startswith(".") for n in digests)
    if MANIFEST not in digests or not plain:
        raise _damaged(location, key_of(version, CHECKSUMS))
    return digests


def _fetch(store: S3Store, location: Location, key: str, target: Path, digest: str) -> None:
    found = hashlib.sha256()
    with asking(location):
        try:
            with target.open("wb") as file:
                for piece in obstore.get(store, key).stream(min_chunk_size=_PIECE):
                    found.update(piece)
                    file.write(piece)
        except FileNotFoundError:
            raise _damaged(location, key) from None
    if found.hexdigest() != digest:
        raise _damaged(location, key)
    durable.sync_file(target)


def _damaged(location: Location, key: str) -> StoreError:
    return StoreError(
        location,
        f"{key} is missing or not what was published, so nothing was fetched",
        "imr verify V --store says what else has changed.",
    )
