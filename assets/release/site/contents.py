"""What a site may show: files that a release lists, as they were published, and channels.

Nothing is looked up by the path that somebody asks for. A name is compared with the names in the
manifest, so that staging folders, tags, who promoted what, and everything outside the releases
cannot be reached however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assets.release.channels.releases_on_disk import (
    CHANNELS,
    MANIFEST,
    Pointer,
    Release,
    folder_of,
    pointer,
    releases_in,
)
from assets.release.channels.version import is_version
from assets.release.writer import CHECKSUMS
from assets.schema.content_hash import file_sha256
from assets.state.released import DamagedReleaseError, NoReleaseError, damaged, read_json

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".sql": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
}
_RESTORE = "Restore the folder from a copy, or move it out of the releases."


class NotShownError(LookupError):
    """There is no such thing on the site; the message says what there is."""


@dataclass(frozen=True)
class ShownFile:
    """A file of a release whose bytes are those that were published.

    Attributes:
        path: The file.
        sha256: Its hash, which the manifest names.
        bytes: Its size.
    """

    path: Path
    sha256: str
    bytes: int

    @property
    def media_type(self) -> str:
        """Type that a browser and a program are told."""
        return _TYPES.get(self.path.suffix, "application/octet-stream")


class Contents:
    """The releases of a folder as a site shows them, now: each question looks at the disk."""

    def __init__(self, releases: Path) -> None:
        """Show the releases in a folder, which need not exist yet."""
        self.folder = releases
        self._known: dict[tuple[Path, Callable[[Path], Any]], tuple[tuple[int, ...], Any]] = {}

    def releases(self) -> list[Release]:
        """Return the releases, the newest first."""
        return releases_in(self.folder)[::-1]

    def channel(self, name: str) -> Pointer:
        """Return what a channel shows.

        Raises:
            NotShownError: There is no such channel, or nothing on it.
            DamagedReleaseError: Its pointer cannot be read.
        """
        if name not in CHANNELS:
            raise NotShownError(f"There is no channel {name!r}. There are {', '.join(CHANNELS)}.")
        found = pointer(self.folder, name)
        if found is None:
            how = "make one with: imr run" if name == "nightly" else "promote one with: imr promote"
            raise NotShownError(f"Channel {name} shows no release yet; {how}")
        if not is_version(found.version):
            path = self.folder / "channels" / f"{name}.json"
            raise damaged(path, f"it names release {found.version!r}", "Remove it, then imr run.")
        return found

    def manifest(self, version: str) -> Mapping[str, Any]:
        """Return the manifest of a release.

        Raises:
            NotShownError: There is no such release.
            DamagedReleaseError: It cannot be read, or lists no files.
        """
        path = folder_of(self.folder, version) / MANIFEST
        if not is_version(version) or not path.is_file():
            raise NotShownError(self._no_release(version))
        if not self._is_ours(path):
            raise NotShownError(
                f"Release {version} lies elsewhere, behind a link; a site shows only what is in "
                "the folder of the releases itself. Move it there."
            )
        found = self._once(path, read_json)
        files = found.get("files")
        if not isinstance(files, dict) or not all(
            isinstance(facts, dict) and isinstance(facts.get("sha256"), str)
            for facts in files.values()
        ):
            raise damaged(path, "it lists no files with their hashes", _RESTORE)
        return found

    def names(self, version: str) -> list[str]:
        """Return the names of the files of a release.

        Raises:
            NotShownError: There is no such release.
            DamagedReleaseError: Its manifest cannot be read.
        """
        listed = [name for name in self.manifest(version)["files"] if _NAME.fullmatch(name)]
        return [*listed, MANIFEST, CHECKSUMS]

    def file(self, version: str, name: str) -> ShownFile:
        """Return a file of a release.

        Raises:
            NotShownError: The release, or such a file of it, is not here.
            DamagedReleaseError: Its bytes are not those that were published.
        """
        if name not in self.names(version):
            raise self.no_file(version, name)
        path = folder_of(self.folder, version) / name
        if not self._is_ours(path):
            raise damaged(path, "it is not there, or no plain file", _RESTORE)
        size = path.stat().st_size
        facts = self.manifest(version)["files"].get(name, {"bytes": size})
        if size != facts.get("bytes"):
            said = f"it has {size} bytes, and {facts.get('bytes')} were published"
            raise damaged(path, said, _RESTORE)
        sha256 = self._once(path, file_sha256)
        if sha256 != facts.get("sha256", sha256):
            raise damaged(path, "its bytes are not those that were published", _RESTORE)
        return ShownFile(path, sha256, size)

    def faults(self, version: str) -> dict[str, str]:
        """Return why files of a release cannot be shown, by name; empty for a whole release."""
        found = {}
        try:
            names = self.names(version)
        except NoReleaseError as error:
            return {MANIFEST: str(error)}
        for name in names:
            try:
                self.file(version, name)
            except (DamagedReleaseError, OSError) as error:
                found[name] = str(error)
        return found

    def _is_ours(self, path: Path) -> bool:
        """Return whether a path is a plain file in the folder, also behind its links."""
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return False
        return real.is_file() and real.is_relative_to(self.folder.resolve())

    def no_file(self, version: str, name: str) -> NotShownError:
        """Return the error that a release has no such file."""
        there = ", ".join(self.names(version))
        return NotShownError(f"Release {version} has no file {name[:200]!r}. It has: {there}.")

    def plainly(self, error: Exception) -> str:
        """Return an error in words that name files from the releases on, not of this machine."""
        return str(error).replace(f"{self.folder}/", "")

    def _no_release(self, version: str) -> str:
        newest = ", ".join(r.version for r in self.releases()[:5])
        there = f"The newest are {newest}" if newest else "There is none yet: make one with imr run"
        return (
            f"There is no release {version[:200]!r} here; it may have been withdrawn or removed. "
            f"{there}."
        )

    def _once(self, path: Path, read: Callable[[Path], T]) -> T:
        """Return what a file holds; read again only where it has changed."""
        seen = path.stat()
        mark = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
        kept = self._known.get((path, read))
        if kept is None or kept[0] != mark:
            kept = self._known[path, read] = (mark, read(path))
        found: T = kept[1]
        return found
