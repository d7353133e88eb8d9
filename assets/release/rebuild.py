"""Rebuild as of a past date: find a release with the same content."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.release.channels.releases_on_disk import DamagedReleaseError, Release, releases_in
from assets.release.channels.timeline import said_on
from assets.release.publish import ReleaseOutcome
from assets.release.release_identity import identity_facts, identity_hashes, release_identity


def published_before(
    con: duckdb.DuckDBPyConnection, releases: Path, channel: str, as_of: str
) -> ReleaseOutcome | None:
    """Return the release with the content that was rebuilt, or ``None``.

    Nothing is published by it, so no gate stands in the way of the answer. Where several releases
    have the content, the one that the channel showed then comes first, then the newest.

    Args:
        con: Open connection with the rebuilt tables.
        releases: Folder of the releases.
        channel: Channel that the rebuild is of.
        as_of: Date or time (ISO 8601, UTC).
    """
    identity = release_identity(identity_facts(identity_hashes(con)))
    known = releases_in(releases)
    same = [r for r in known if _identity(r) == identity]
    if not same:
        return None
    then = said_on(known, channel, as_of)
    found = then if then in same else same[-1]
    return ReleaseOutcome(found.version, found.path, False, identity, None)


def _identity(release: Release) -> object:
    try:
        return release.manifest().get("content_hash")
    except DamagedReleaseError:
        return None
