"""What the object store holds: complete and incomplete releases, pointers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import obstore
from obstore.store import S3Store

from assets.object_store.location import Location, StoreError, asking
from assets.release.channels.releases_on_disk import CHANNELS, MANIFEST, Pointer
from assets.release.channels.version import is_version, parse

PREFIX = "release="
CLAIMS = ".publishing"
_PIECE = 1 << 20


@dataclass(frozen=True)
class Contents:
    """Objects of the store at one moment.

    Attributes:
        releases: Size in bytes of every object of every version, whole or not.
        claims: Versions that somebody has begun to upload, see
            :mod:`assets.object_store.push`.
    """

    releases: Mapping[str, Mapping[str, int]]
    claims: tuple[str, ...]

    @property
    def whole(self) -> list[str]:
        """Versions that have their manifest, the oldest first."""
        return sorted((v for v, names in self.releases.items() if MANIFEST in names), key=parse)


@dataclass(frozen=True)
class StorePointer:
    """What a channel of the store shows.

    Attributes:
        target: Release that it points to.
        e_tag: Version of the pointer itself, for a conditional write.
    """

    target: Pointer
    e_tag: str


def contents(store: S3Store, location: Location) -> Contents:
    """List the store.

    Raises:
        StoreError: It cannot be listed.
    """
    releases: dict[str, dict[str, int]] = {}
    claims = []
    with asking(location):
        for found in obstore.list(store, chunk_size=1000):
            for entry in found:
                folder, _, name = entry["path"].partition("/")
                version = folder.removeprefix(PREFIX)
                if folder == CLAIMS:
                    claims.append(name.removesuffix(".json"))
                elif folder.startswith(PREFIX) and is_version(version) and name:
                    releases.setdefault(version, {})[name] = entry["size"]
    return Contents(releases, tuple(claims))


def key_of(version: str, name: str) -> str:
    """Return the key of a file of a release."""
    return f"{PREFIX}{version}/{name}"


def pointer_key(channel: str) -> str:
    """Return the key of a channel's pointer."""
    return f"channels/{channel}.json"


def read(store: S3Store, location: Location, key: str) -> bytes | None:
    """Return a small object, or ``None`` where there is none.

    Raises:
        StoreError: It cannot be read.
    """
    with asking(location):
        try:
            return bytes(obstore.get(store, key).bytes())
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            return None


def sha256_of(store: S3Store, location: Location, key: str) -> str | None:
    """Return the sha256 of an object, read piece by piece, or ``None`` where there is none.

    Raises:
        StoreError: It cannot be read.
    """
    digest = hashlib.sha256()
    with asking(location):
        try:
            for piece in obstore.get(store, key).stream(min_chunk_size=_PIECE):
                digest.update(piece)
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            return None
    return digest.hexdigest()


def read_pointer(store: S3Store, location: Location, channel: str) -> StorePointer | None:
    """Return what a channel of the store shows, or ``None`` before its first release.

    Raises:
        StoreError: It cannot be read, or is not what a publisher writes.
    """
    key = pointer_key(channel)
    with asking(location):
        try:
            answer = obstore.get(store, key)
            tag, content = answer.meta["e_tag"], bytes(answer.bytes())
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            return None
    try:
        facts = json.loads(content)
        target = Pointer(**{name: facts[name] for name in Pointer.__dataclass_fields__})
        parse(target.version)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            location,
            f"{key} is damaged ({error}); something else than a publisher wrote to it",
            f"Remove that object; the next run or promotion writes {channel} again.",
        ) from None
    if not tag:
        raise StoreError(
            location,
            "the server gives objects no ETag",
            "Use a store that honours If-Match and If-None-Match; imr doctor tries them.",
        )
    return StorePointer(target, tag)


def pointers(store: S3Store, location: Location) -> dict[str, Pointer]:
    """Return what every channel of the store shows."""
    found = {channel: read_pointer(store, location, channel) for channel in CHANNELS}
    return {channel: p.target for channel, p in found.items() if p is not None}


def pointer_text(target: Pointer) -> bytes:
    """Return a pointer as it stands in the store and on disk."""
    return (json.dumps(asdict(target), indent=2) + "\n").encode()


def manifest_of(store: S3Store, location: Location, version: str) -> dict[str, Any]:
    """Return the manifest of a whole release of the store.

    Raises:
        StoreError: It is not there or cannot be read.
    """
    content = read(store, location, key_of(version, MANIFEST))
    try:
        found: dict[str, Any] = json.loads(content or b"")
    except ValueError as error:
        raise StoreError(
            location,
            f"{key_of(version, MANIFEST)} is missing or damaged ({error})",
            f"imr verify {version} --store says what else has changed.",
        ) from None
    return found
