"""Check the store's copy of a release: every object against its checksum, read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from obstore.store import S3Store

from assets.object_store.contents import (
    Contents,
    key_of,
    read,
    read_pointer,
    sha256_of,
)
from assets.object_store.location import Location
from assets.release.channels.releases_on_disk import CHANNELS, MANIFEST, NoReleaseError
from assets.release.verify import CheckResult
from assets.release.writer import CHECKSUMS


def chosen_versions(
    store: S3Store, location: Location, there: Contents, wanted: str | None, *, every: bool
) -> list[str]:
    """Return the versions of the store that somebody asked for.

    Args:
        store: Client for the location.
        location: The store.
        there: What the store holds.
        wanted: Version or channel; the nightly channel by default.
        every: All whole releases.

    Raises:
        NoReleaseError: There is no such release in the store.
        StoreError: The store failed.
    """
    if every and there.whole:
        return there.whole
    name = wanted or "nightly"
    if name in CHANNELS:
        found = read_pointer(store, location, name)
        name = found.target.version if found is not None else name
    if name not in there.releases:
        listed = ", ".join(there.whole[-5:]) or "none; imr run uploads them"
        raise NoReleaseError(f"There is no release {name!r} in {location.url}. Newest: {listed}")
    return [name]


def verify_copy(
    store: S3Store, location: Location, version: str, there: Contents, local: Path | None
) -> list[CheckResult]:
    """Check one release of the store.

    Args:
        store: Client for the location.
        location: The store.
        version: Release.
        there: What the store holds.
        local: Folder of the same release on this machine, where there is one.

    Returns:
        One result for the objects and, with a local folder, one for its two manifests.

    Raises:
        StoreError: The store failed.
    """
    names = there.releases.get(version, {})
    results = [_result("objects of the store", _object_faults(store, location, version, names))]
    if local is not None:
        faults = _differences(store, location, version, local)
        results.append(_result("same release on this machine", faults))
    return results


def _result(check: str, outcomes: Iterator[str | None]) -> CheckResult:
    seen = list(outcomes)
    faults = [fault for fault in seen if fault is not None]
    return CheckResult(check, len(seen), tuple(faults[:5]), len(faults))


def _object_faults(
    store: S3Store, location: Location, version: str, names: Mapping[str, int]
) -> Iterator[str | None]:
    if MANIFEST not in names:
        yield f"{key_of(version, MANIFEST)} is missing: no reader takes this for a release"
    listing = read(store, location, key_of(version, CHECKSUMS))
    if listing is None:
        yield f"{key_of(version, CHECKSUMS)} is missing"
        return
    listed = {
        name: digest
        for digest, _, name in (
            line.partition("  ") for line in listing.decode("utf-8", "replace").splitlines()
        )
    }
    said = {**_by_manifest(read(store, location, key_of(version, MANIFEST))), **listed}
    for name in sorted(said.keys() | (names.keys() - {CHECKSUMS})):
        key = key_of(version, name)
        if name not in said:
            yield f"{key} is in the store but not listed"
        elif name not in names:
            yield None if name == MANIFEST else f"{key} is missing"
        else:
            same = sha256_of(store, location, key) == said[name]
            yield None if same else f"{key} is not what was published"


def _by_manifest(manifest: bytes | None) -> dict[str, str]:
    try:
        files = json.loads(manifest or b"{}").get("files", {})
        return {name: facts["sha256"] for name, facts in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        # A damaged manifest is found by its checksum.
        return {}


def _differences(
    store: S3Store, location: Location, version: str, local: Path
) -> Iterator[str | None]:
    for name in (MANIFEST, CHECKSUMS):
        file = local / name
        here = file.read_bytes() if file.is_file() else None
        same = here is not None and read(store, location, key_of(version, name)) == here
        yield None if same else f"{name} differs from {file}"
