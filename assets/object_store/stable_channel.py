"""Let the store's stable channel follow a promotion, which may be a rollback."""

from __future__ import annotations

from pathlib import Path

from obstore.store import S3Store

from assets.object_store.conditions import prove_conditions
from assets.object_store.contents import contents, read_pointer
from assets.object_store.location import Location, open_store
from assets.object_store.pointers import move
from assets.object_store.push import Say, push_release
from assets.release.channels import releases_on_disk
from assets.release.channels.promotions_log import STABLE
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.releases_on_disk import Release


def promote_in_store(
    releases: Path,
    location: Location,
    release: Release,
    say: Say,
    *,
    store: S3Store | None = None,
) -> bool:
    """Upload a release where the store lacks it, and make the store's stable channel show it.

    Args:
        releases: Folder of the releases.
        location: The store.
        release: Release that is stable on this machine.
        say: Told of progress.
        store: Client to use instead of the usual one.

    Returns:
        Whether the channel had to be moved.

    Raises:
        StoreError: The store failed, has another release under this version, or somebody else
            promoted at the same moment.
        PublisherBusyError: Somebody is publishing.
    """
    client = store or open_store(location)
    with publisher_lock(releases, f"promoting {release.version} in {location.url}"):
        before = read_pointer(client, location, STABLE)
        target = releases_on_disk.pointer_to(release)
        if before is not None and before.target == target:
            return False
        if release.version not in contents(client, location).whole:
            prove_conditions(client, location)
        push_release(client, location, release, say)
        move(client, location, STABLE, target, before)
        return True
