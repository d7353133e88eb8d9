"""Small whole releases on disk, and what a reader of the store sees of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import obstore
from obstore.store import S3Store

from assets.release.channels import releases_on_disk
from assets.release.channels.releases_on_disk import MANIFEST, Pointer
from assets.release.writer import CHECKSUMS, checksum_lines, describe_files

TABLES = ("rates", "claims")


def make_release(
    releases: Path, version: str, mark: str, *, shown: bool = True, channel: str | None = "nightly"
) -> Path:
    """Write a release whose every file says ``mark``, and point nightly to it."""
    folder = releases_on_disk.folder_of(releases, version)
    folder.mkdir(parents=True)
    for table in TABLES:
        (folder / f"{table}.parquet").write_text(f"{table} of {mark}\n" * 50)
        (folder / f"{table}.csv").write_text(f"mark\n{mark}\n")
    (folder / "index.html").write_text(f"<p>{mark}</p>")
    facts = {
        "version": version,
        "released_at": "2026-06-01T02:15:00+00:00",
        "schema_version": "1.0.0",
        "content_hash": hashlib.sha256(mark.encode()).hexdigest(),
        "channel": channel,
        "tables": {name: {"rows": 1} for name in (*TABLES, "changes")},
        "files": describe_files(folder),
        "stale_sources": [],
        "validation": {"rules": 2, "passed": 2, "waived": 0},
    }
    (folder / MANIFEST).write_text(json.dumps(facts, indent=2))
    (folder / CHECKSUMS).write_text(checksum_lines(folder))
    if shown:
        target = releases_on_disk.pointer_to(releases_on_disk.Release(version, folder))
        releases_on_disk.point(releases, "nightly", target)
    return folder


def keys(store: S3Store) -> dict[str, bytes]:
    """Every object of the place with its bytes."""
    return {
        entry["path"]: bytes(obstore.get(store, entry["path"]).bytes())
        for found in obstore.list(store)
        for entry in found
    }


def as_on_disk(releases: Path, *versions: str) -> dict[str, bytes]:
    """What the store should hold for these releases, without the channels."""
    return {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for version in versions
        for path in releases_on_disk.folder_of(releases, version).iterdir()
    }


def shown(store: S3Store, channel: str = "nightly") -> str | None:
    """Version that a reader gets, after checking that it is whole and one."""
    try:
        pointer = bytes(obstore.get(store, f"channels/{channel}.json").bytes())
    except FileNotFoundError:
        return None
    target = Pointer(**json.loads(pointer))
    folder = f"release={target.version}"
    listing = bytes(obstore.get(store, f"{folder}/{CHECKSUMS}").bytes()).decode()
    for line in listing.splitlines():
        digest, _, name = line.partition("  ")
        content = bytes(obstore.get(store, f"{folder}/{name}").bytes())
        assert hashlib.sha256(content).hexdigest() == digest, f"{folder}/{name}"
    manifest = json.loads(bytes(obstore.get(store, f"{folder}/{MANIFEST}").bytes()))
    assert manifest["content_hash"] == target.content_hash
    return target.version
