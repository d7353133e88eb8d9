"""Releases and channels on disk: list, resolve, point."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets.release.channels.version import is_version, parse
from assets.state import durable
from assets.state.released import DamagedReleaseError as DamagedReleaseError
from assets.state.released import NoReleaseError as NoReleaseError
from assets.state.released import damaged, read_json

CHANNELS = ("nightly", "stable")
MANIFEST = "manifest.json"
_PREFIX = "release="
_STAGING = ".staging-"


@dataclass(frozen=True)
class Pointer:
    """What a channel points to.

    Attributes:
        version: Release.
        released_at: When it was made (UTC, ISO 8601).
        schema_version: Version of the tables' contract.
        content_hash: Identity of its content.
    """

    version: str
    released_at: str
    schema_version: str
    content_hash: str


@dataclass(frozen=True)
class Release:
    """One release folder.

    Attributes:
        version: Its version.
        path: The folder.
    """

    version: str
    path: Path

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises:
            DamagedReleaseError: It cannot be read.
        """
        return read_json(self.path / MANIFEST)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of its tables, in the order in which a reader meets them."""
        return tuple(self.manifest()["tables"])


def folder_of(releases: Path, version: str) -> Path:
    """Return the folder that a version has or would have."""
    return releases / f"{_PREFIX}{version}"


def staging_folder(releases: Path, name: str) -> Path:
    """Return a folder in which a release is written before it has a name."""
    return releases / f"{_STAGING}{name}"


def stale_staging(releases: Path) -> list[Path]:
    """Return leftovers of killed publishers; call it only while holding the lock."""
    return sorted(releases.glob(f"{_STAGING}*")) if releases.is_dir() else []


def releases_in(releases: Path) -> list[Release]:
    """Return all releases from the oldest to the newest."""
    if not releases.is_dir():
        return []
    found = [
        Release(entry.name.removeprefix(_PREFIX), entry)
        for entry in releases.iterdir()
        if entry.name.startswith(_PREFIX) and is_version(entry.name.removeprefix(_PREFIX))
    ]
    return sorted((r for r in found if (r.path / MANIFEST).is_file()), key=order)


def pointer(releases: Path, channel: str) -> Pointer | None:
    """Return what a channel points to, or ``None`` before its first release.

    Raises:
        DamagedReleaseError: The pointer cannot be read.
    """
    path = releases / "channels" / f"{channel}.json"
    again = "imr run" if channel == "nightly" else "imr promote"
    advice = (
        "Publishers replace it in one step, so something else wrote to it. The releases "
        f"themselves are untouched: remove the file, then {again}."
    )
    try:
        facts = read_json(path, advice)
    except FileNotFoundError:
        return None
    names = list(Pointer.__dataclass_fields__)
    missing = [name for name in names if not isinstance(facts.get(name), str)]
    if missing:
        raise damaged(path, f"it has no {missing[0]}", advice)
    return Pointer(**{name: facts[name] for name in names})


def point(releases: Path, channel: str, target: Pointer) -> None:
    """Make a channel point to a release, in one step for every reader."""
    durable.make_folder(releases / "channels", is_open=True)
    text = json.dumps(asdict(target), indent=2) + "\n"
    durable.replace_text(releases / "channels" / f"{channel}.json", text, is_open=True)


def pointer_to(release: Release) -> Pointer:
    """Return the pointer that a channel needs to show a release."""
    facts = release.manifest()
    return Pointer(
        facts["version"], facts["released_at"], facts["schema_version"], facts["content_hash"]
    )


def order(release: Release) -> tuple[int, int, int, int]:
    """Return the sort key of a release, the oldest first."""
    return parse(release.version)
