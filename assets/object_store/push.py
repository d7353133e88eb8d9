"""Upload one release: the claim, its files, the manifest last.

The claim (``.publishing/<version>.json``) holds the checksum of the manifest that somebody is about
to upload and is written only where there is none. It keeps two machines that made the same version
from writing into one folder; it needs no expiry, because the next run of the same machine has the
same manifest and goes on where the last one was killed.
"""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from assets.object_store.contents import CLAIMS, key_of, read, sha256_of
from assets.object_store.location import Location, StoreError, asking
from assets.release.channels.releases_on_disk import MANIFEST, Release
from assets.release.writer import CHECKSUMS
from assets.schema.content_hash import file_sha256

STORE_LOGGER = "imr.object_store"
"""Logger that gets the lines of an upload where nobody passes something better."""
Say = Callable[[str], None]
_PART = 5 << 20
_PARTS_AT_ONCE = 4
_SAID_EVERY = 64 << 20
_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".sql": "application/sql",
    ".txt": "text/plain; charset=utf-8",
}


class ConflictError(StoreError):
    """The store has, or is getting, another release under this version."""


class LocalDamageError(StoreError):
    """A file of the local release is not what was published; nothing of it was uploaded."""


@dataclass(frozen=True)
class Pushed:
    """What an upload came to.

    Attributes:
        version: Release.
        objects: How many were written; those that stood there already do not count.
        size: Bytes written.
    """

    version: str
    objects: int
    size: int


def push_release(store: S3Store, location: Location, release: Release, say: Say) -> Pushed:
    """Upload a release, or what a killed upload left to do.

    Args:
        store: Client for the location.
        location: Where it goes.
        release: Whole release on disk; its files are checked against its checksums first.
        say: Told of progress.

    Raises:
        ConflictError: The store has other content under this version; a release is never
            written again.
        LocalDamageError: A local file has changed since the release.
        StoreError: The store failed; readers see none of the release.
    """
    digests = _checked_files(location, release)
    manifest = (release.path / MANIFEST).read_bytes()
    if _stands(store, location, release.version, manifest):
        return Pushed(release.version, 0, 0)
    _claim(store, location, release.version, manifest)
    # Re-check after claiming: another uploader may have finished in between.
    try:
        if _stands(store, location, release.version, manifest):
            return Pushed(release.version, 0, 0)
    except ConflictError:
        drop_claim(store, location, release.version)
        raise
    pushed = _put_files(store, location, release, digests, say)
    _put_manifest(store, location, release.version, manifest)
    drop_claim(store, location, release.version)
    return Pushed(release.version, pushed.objects + 1, pushed.size + len(manifest))


def restore_release(store: S3Store, location: Location, release: Release, say: Say) -> Pushed:
    """Upload a release, and write again what has been damaged of one that stands.

    Every object is read and compared; the manifest of the store must be that of the release.

    Raises:
        ConflictError: The store has other content under this version.
        LocalDamageError: A local file has changed since the release.
        StoreError: The store failed.
    """
    digests = _checked_files(location, release)
    if not _stands(store, location, release.version, (release.path / MANIFEST).read_bytes()):
        return push_release(store, location, release, say)
    objects, size = 0, 0
    for name, digest in digests.items():
        key = key_of(release.version, name)
        if sha256_of(store, location, key) != digest:
            say(f"release {release.version}: writing {name} again")
            with asking(location):
                _put(store, key, release.path / name, digest)
            objects, size = objects + 1, size + (release.path / name).stat().st_size
    return Pushed(release.version, objects, size)


def _checked_files(location: Location, release: Release) -> dict[str, str]:
    """Return the sha256 of every file but the manifest, after comparing all with the list."""
    try:
        lines = (release.path / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    names = sorted(p.name for p in release.path.iterdir() if p.is_file())
    digests = {name: file_sha256(release.path / name) for name in names}
    odd = sorted(
        {n for n in digests if n != CHECKSUMS and digests[n] != listed.get(n)}
        | (listed.keys() - digests.keys())
    )
    if odd:
        raise LocalDamageError(
            location,
            f"release {release.version} was not uploaded, because {odd[0]} on this machine is not "
            "what was published",
            f"See imr verify {release.version}, and restore {release.path} from a copy.",
        )
    return {name: digest for name, digest in digests.items() if name != MANIFEST}


def _stands(store: S3Store, location: Location, version: str, manifest: bytes) -> bool:
    found = read(store, location, key_of(version, MANIFEST))
    if found is None:
        return False
    if found == manifest:
        return True
    raise _conflict(location, version, f"has another release {version} already{_made(found)}")


def _made(manifest: bytes) -> str:
    try:
        facts = json.loads(manifest)
        return f" (made {facts['released_at']}, content {facts['content_hash'][:12]})"
    except (ValueError, KeyError, TypeError):
        return ""


def _conflict(location: Location, version: str, seen: str) -> ConflictError:
    return ConflictError(
        location,
        f"it {seen}; a release is never written again, so ours was not uploaded",
        "Two machines publish to one place: let one of them do so, or give each a prefix of its "
        f"own in IMR_STORE_URL. The next release here gets a later version than {version}.",
    )


def _claim(store: S3Store, location: Location, version: str, manifest: bytes) -> None:
    digest = hashlib.sha256(manifest).hexdigest()
    facts = {
        "manifest_sha256": digest,
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    key = f"{CLAIMS}/{version}.json"
    with asking(location):
        try:
            obstore.put(store, key, (json.dumps(facts, indent=2) + "\n").encode(), mode="create")
        except AlreadyExistsError:
            pass
        else:
            return
    content = read(store, location, key)
    try:
        held = json.loads(content or b"{}")
        owner = f"{held.get('host')} since {held.get('since')}"
    except (ValueError, AttributeError):
        held, owner = {}, "somebody"
    if content is not None and held.get("manifest_sha256") != digest:
        raise _conflict(
            location,
            version,
            f"is getting another release {version} from {owner} ({key}; remove that object if "
            "that machine will never finish)",
        )


def drop_claim(store: S3Store, location: Location, version: str) -> None:
    """Remove the claim of a release that stands, or that is not ours to upload."""
    with asking(location):
        obstore.delete(store, f"{CLAIMS}/{version}.json")


def _put_files(
    store: S3Store, location: Location, release: Release, digests: dict[str, str], say: Say
) -> Pushed:
    with asking(location):
        there = {
            entry["path"].rpartition("/")[2]: entry["size"]
            for found in obstore.list(store, key_of(release.version, ""))
            for entry in found
        }
    total = sum((release.path / name).stat().st_size for name in digests)
    say(f"release {release.version}: uploading {len(digests) + 1} files, {total / 1e6:.1f} MB")
    objects, size, said = 0, 0, 0
    for name, digest in digests.items():
        path = release.path / name
        bytes_here = path.stat().st_size
        with asking(location):
            if there.get(name) == bytes_here and _has(store, release.version, name, digest):
                continue
            _put(store, key_of(release.version, name), path, digest)
        objects, size = objects + 1, size + bytes_here
        if size - said >= _SAID_EVERY:
            said = size
            say(f"release {release.version}: {size / 1e6:.0f} of {total / 1e6:.0f} MB")
    return Pushed(release.version, objects, size)


def _has(store: S3Store, version: str, name: str, digest: str) -> bool:
    """Return whether an object was written with this checksum.

    The store has checked it: the signature of every request covers the hash of its body.
    """
    answer = obstore.get(store, key_of(version, name), options={"head": True})
    return answer.attributes.get("sha256") == digest


def _put(store: S3Store, key: str, path: Path, digest: str) -> None:
    obstore.put(
        store,
        key,
        path,
        attributes={
            "Content-Type": _TYPES.get(path.suffix, "application/octet-stream"),
            "sha256": digest,
        },
        chunk_size=_PART,
        max_concurrency=_PARTS_AT_ONCE,
    )


def _put_manifest(store: S3Store, location: Location, version: str, manifest: bytes) -> None:
    attributes: dict[str, str] = {
        "Content-Type": _TYPES[".json"],
        "sha256": hashlib.sha256(manifest).hexdigest(),
    }
    with asking(location):
        try:
            obstore.put(
                store, key_of(version, MANIFEST), manifest, attributes=attributes, mode="create"
            )
        except AlreadyExistsError:
            # Our own write, whose answer was lost, looks the same.
            _stands(store, location, version, manifest)
