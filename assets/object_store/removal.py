"""Remove releases from the store: the manifest first, so that no half of one looks whole."""

from __future__ import annotations

from collections.abc import Collection

import obstore
from obstore.store import S3Store

from assets.object_store.contents import contents, key_of, pointers
from assets.object_store.location import Location, asking, open_store
from assets.object_store.push import Say
from assets.release.channels.releases_on_disk import MANIFEST


def store_claims(location: Location, *, store: S3Store | None = None) -> list[tuple[str, str]]:
    """Return what the store's channels show: version and reason to keep it.

    Raises:
        StoreError: The store cannot be asked.
    """
    client = store or open_store(location)
    return [
        (target.version, f"{channel} of the store shows it")
        for channel, target in pointers(client, location).items()
    ]


def remove_releases(
    location: Location, versions: Collection[str], say: Say, *, store: S3Store | None = None
) -> list[str]:
    """Remove releases from the store, and what is left of half removed ones.

    Args:
        location: The store.
        versions: What may go; what a channel of the store shows stays all the same.
        say: Told of progress.
        store: Client to use instead of the usual one.

    Returns:
        Versions of which something was removed.

    Raises:
        StoreError: The store failed; calling again removes the rest.
    """
    client = store or open_store(location)
    held = contents(client, location).releases
    gone = []
    for version in sorted(set(versions) & held.keys()):
        if version in {target.version for target in pointers(client, location).values()}:
            continue
        say(f"removing release {version} from {location.url}")
        with asking(location):
            obstore.delete(client, key_of(version, MANIFEST))
            obstore.delete(client, [key_of(version, name) for name in sorted(held[version])])
        gone.append(version)
    return gone
