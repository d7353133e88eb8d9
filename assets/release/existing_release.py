"""Find an existing release with the same content, and check that it is intact."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from assets.release.changes import Side
from assets.release.channels.release_views import file_of, relation
from assets.release.channels.releases_on_disk import Pointer, Release
from assets.release.channels.timeline import made_for
from assets.release.writer import CHECKSUMS, checksum_lines
from assets.state.released import DamagedReleaseError, damaged, read_rows


def standing_release(
    earlier: Sequence[Release], before: Pointer | None, identity: str, channel: str
) -> Release | None:
    """Return an existing release with the same content: the current one, or one no channel shows.

    A publisher that died between naming the folder and moving the pointer leaves a whole release
    after the current one; it is taken over where its files are what its manifest says.
    """
    by_version = {r.version: r for r in earlier}
    if before and before.content_hash == identity and before.version in by_version:
        return by_version[before.version]
    if before is None:
        # Whoever removed a damaged pointer finds the release again that it pointed to.
        newest = made_for(earlier, channel)[-1:]
        return next((r for r in newest if _is_whole(r, content_hash=identity)), None)
    if earlier and earlier[-1].version != before.version:
        facts = {"content_hash": identity, "supersedes": before.version, "channel": channel}
        if _is_whole(earlier[-1], **facts):
            return earlier[-1]
    return None


def side_of(con: duckdb.DuckDBPyConnection, release: Release) -> Side:
    """Return a release as one side of a comparison.

    Args:
        con: Open connection.
        release: The release.

    Raises:
        DamagedReleaseError: One of its tables cannot be opened.
    """
    manifest = release.manifest()
    files = [str(file_of(release.path, name)) for name in manifest["tables"]]
    read_rows(con, release.path, "FROM parquet_file_metadata(?)", [files])
    return Side(
        release.version,
        {name: relation(release.path, name) for name in manifest["tables"]},
        manifest["method_version"],
        manifest["schema_version"],
        {name: entry["content_hash"] for name, entry in manifest["tables"].items()},
    )


def previous_release(earlier: Sequence[Release], was: str | None, channel: str) -> Release | None:
    """Return the release to compare with: what the channel shows, else the last made for it."""
    shown = next((r for r in earlier if r.version == was), None)
    return shown or next(reversed(made_for(earlier, channel)), None)


def _is_whole(release: Release, **expected: str) -> bool:
    try:
        facts = release.manifest()
        listed = (release.path / CHECKSUMS).read_bytes()
    except (DamagedReleaseError, FileNotFoundError):
        return False
    same = all(facts.get(name) == value for name, value in expected.items())
    return same and listed == checksum_lines(release.path).encode()


def refuse_damage(release: Release) -> None:
    """Raise if files of the unchanged release were altered."""
    if not _is_whole(release):
        raise damaged(
            release.path,
            "its files are not those of its checksums",
            "The content would be published again unchanged. Restore the folder from a copy, or "
            "move it out of the releases and run again, which publishes the content anew; imr "
            f"verify {release.version} says which file it is.",
        )
