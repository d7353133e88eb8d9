"""Copy to the object store what it lacks: complete releases first, then the pointers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from obstore.store import S3Store

from assets.object_store.conditions import prove_conditions
from assets.object_store.contents import Contents, contents, pointers
from assets.object_store.location import Location, StoreError, open_store
from assets.object_store.pointers import OvertakenError, advance, move
from assets.object_store.push import (
    ConflictError,
    LocalDamageError,
    Pushed,
    Say,
    drop_claim,
    push_release,
)
from assets.release.channels import releases_on_disk
from assets.release.channels.promotions_log import STABLE
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.releases_on_disk import CHANNELS, DamagedReleaseError, Pointer, Release
from assets.release.channels.version import parse

NIGHTLY = CHANNELS[0]


class StoreBehindError(RuntimeError):
    """The store does not show what stands on disk; says why and what to do."""


@dataclass(frozen=True)
class CaughtUp:
    """What the store has been brought to.

    Attributes:
        location: The store.
        pushed: Releases that were uploaded.
        shows: Version that its nightly channel shows.
        problems: What could not be brought up, with the remedy.
    """

    location: Location
    pushed: tuple[Pushed, ...]
    shows: str | None
    problems: tuple[str, ...]

    @property
    def line(self) -> str:
        """What happened, in one line."""
        if self.shows is None and not self.pushed:
            return f"{self.location.url} holds no release yet."
        if not self.pushed:
            return f"{self.location.url} is up to date: nightly shows release {self.shows}."
        versions = ", ".join(p.version for p in self.pushed)
        size = sum(p.size for p in self.pushed) / 1e6
        count = sum(p.objects for p in self.pushed)
        return (
            f"{self.location.url} got release {versions} ({count} objects, {size:.1f} MB); "
            f"nightly shows {self.shows}."
        )


def catch_up(
    releases: Path, location: Location, say: Say, *, store: S3Store | None = None
) -> CaughtUp:
    """Upload what the store lacks and move its channels.

    Releases newer than the one that the store's nightly channel shows are uploaded, the oldest
    first, and the channel last; all of them where it shows none. What somebody removed from the
    store before that stays removed, and rebuilds of the past stay on disk.

    Args:
        releases: Folder of the releases.
        location: Where they go.
        say: Told of progress.
        store: Client to use instead of the usual one.

    Raises:
        StoreBehindError: The store could not be asked or failed on the way; the releases on disk
            and what the store shows are whole.
        PublisherBusyError: Somebody is publishing into the folder.
    """
    with publisher_lock(releases, f"copying releases to {location.url}"):
        try:
            return _caught_up(releases, location, store or open_store(location), say)
        except StoreError as error:
            # One error says all; a chain would have its last link reported alone.
            raise behind(location, [str(error)]) from None


def behind(location: Location, problems: Sequence[str]) -> StoreBehindError:
    """Return the error that says that the releases on disk stand and the store lags."""
    return StoreBehindError(
        f"The release stands on this machine, but the object store is behind. {' '.join(problems)} "
        f"The next run uploads what is missing in {location.url}; imr doctor checks the store."
    )


def _caught_up(releases: Path, location: Location, store: S3Store, say: Say) -> CaughtUp:
    there = contents(store, location)
    shown = pointers(store, location)
    here = {channel: releases_on_disk.pointer(releases, channel) for channel in CHANNELS}
    todo = _to_push(releases_on_disk.releases_in(releases), there, shown, here)
    if todo:
        prove_conditions(store, location)
    problems: list[str] = []
    pushed = {}
    for release in todo:
        try:
            pushed[release.version] = push_release(store, location, release, say)
        except (ConflictError, LocalDamageError) as error:
            problems.append(str(error))
    for version in there.claims:
        if version in there.whole:
            drop_claim(store, location, version)
    try:
        nightly = here[NIGHTLY]
        if nightly is not None and (nightly.version in pushed or _is_older(nightly, shown)):
            advance(store, location, NIGHTLY, nightly)
        stable = here[STABLE]
        if stable is not None and STABLE not in shown and stable.version in pushed:
            move(store, location, STABLE, stable, None)
    except OvertakenError as error:
        problems.append(str(error))
    problems += _other_stable(location, here[STABLE], shown.get(STABLE))
    # Asked again: somebody else may have moved it meanwhile.
    now = pointers(store, location).get(NIGHTLY)
    return CaughtUp(
        location,
        tuple(p for p in pushed.values() if p.objects),
        now.version if now else None,
        tuple(problems),
    )


def _to_push(
    local: Sequence[Release],
    there: Contents,
    shown: Mapping[str, Pointer],
    here: Mapping[str, Pointer | None],
) -> list[Release]:
    """Return what is newer than the store's nightly, and what a channel is about to show.

    Those that stand in the store already are among them: their manifest is compared.
    """
    seen = shown.get(NIGHTLY)
    wanted = set()
    for channel, target in here.items():
        if target is None or (channel == STABLE and STABLE in shown):
            continue
        if target != shown.get(channel) or target.version not in there.whole:
            wanted.add(target.version)
    nightly = here[NIGHTLY]
    if nightly is not None and _is_older(nightly, shown):
        wanted.discard(nightly.version)
    return [
        r
        for r in local
        if r.version in wanted
        or ((seen is None or releases_on_disk.order(r) > parse(seen.version)) and _was_published(r))
    ]


def _was_published(release: Release) -> bool:
    """Return whether a release was made for a channel; a rebuild of the past was not."""
    try:
        return release.manifest().get("channel", NIGHTLY) is not None
    except DamagedReleaseError:
        return True


def _is_older(target: Pointer, shown: Mapping[str, Pointer]) -> bool:
    return NIGHTLY in shown and parse(target.version) < parse(shown[NIGHTLY].version)


def _other_stable(location: Location, here: Pointer | None, shown: Pointer | None) -> list[str]:
    """Return the note that the store shows another stable release; only a promotion moves it."""
    if here is None or shown is None or here == shown:
        return []
    return [
        f"{location.url}: {STABLE} shows release {shown.version}, and {here.version} on this "
        f"machine; a run does not move it. Say which one holds: imr promote {here.version}."
    ]
