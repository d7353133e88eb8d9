"""What the store holds, for people who look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from obstore.store import S3Store

from assets.object_store.contents import contents, manifest_of, pointers
from assets.object_store.location import Location, open_store

_SECONDS = 10
"""Whoever looks does not wait for long."""


@dataclass(frozen=True)
class StoreView:
    """The store at one moment.

    Attributes:
        releases: Versions of which it has anything.
        whole: Versions that readers find.
        shows: Version by channel.
        source: Client and location, to read manifests from.
    """

    releases: frozenset[str]
    whole: frozenset[str]
    shows: Mapping[str, str]
    source: tuple[S3Store, Location] | None

    def manifest(self, version: str) -> dict[str, Any]:
        """Return the manifest of a whole release.

        Raises:
            StoreError: It cannot be read.
        """
        if self.source is None:
            raise LookupError(version)
        return manifest_of(*self.source, version)

    def place(self, version: str, is_local: bool) -> str:
        """Return where a release is."""
        places = ["local"] if is_local else []
        if version in self.releases:
            places.append("store" if version in self.whole else "store (unfinished)")
        return " + ".join(places)


NOTHING = StoreView(frozenset(), frozenset(), {}, None)
"""Where no store is set, or none answers."""


def look(location: Location) -> StoreView:
    """Ask the store what it holds.

    Raises:
        StoreError: It cannot be asked.
    """
    store = open_store(location, seconds=_SECONDS)
    held = contents(store, location)
    shows = {channel: p.version for channel, p in pointers(store, location).items()}
    return StoreView(frozenset(held.releases), frozenset(held.whole), shows, (store, location))
