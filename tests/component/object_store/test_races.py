"""Two machines at once: one wins, the other says so, and no reader ever sees a mixture."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import obstore
import pytest
from obstore.exceptions import AlreadyExistsError, PreconditionError
from obstore.store import S3Store

from assets.object_store.catch_up import CaughtUp, catch_up
from assets.object_store.contents import read_pointer
from assets.object_store.location import Location, open_store
from assets.object_store.pointers import OvertakenError, advance, move
from assets.release.channels import releases_on_disk
from assets.release.channels.releases_on_disk import Pointer, Release
from assets.state.home import Home
from tests.component.object_store.releases import make_release, shown
from tests.component.object_store.server import BUCKET

Publish = Callable[..., Path]
ROUNDS = 12


def machines(tmp_path: Path, *versions: str) -> list[Home]:
    homes = []
    for number, version in enumerate(versions):
        home = Home(tmp_path / f"machine-{number}").create()
        make_release(home.releases, version, f"machine {number}")
        homes.append(home)
    return homes


def at_once(homes: list[Home], location: Location) -> list[CaughtUp]:
    barrier = Barrier(len(homes))

    def run(home: Home) -> CaughtUp:
        store = open_store(location)
        barrier.wait()
        return catch_up(home.releases, location, lambda _: None, store=store)

    with ThreadPoolExecutor(len(homes)) as pool:
        return list(pool.map(run, homes))


def test_of_two_releases_of_one_version_one_is_published_whole(
    location: Location, tmp_path: Path
) -> None:
    homes = machines(tmp_path, "2026.06.01", "2026.06.01")
    for _ in range(ROUNDS):
        place = Location(BUCKET, f"{location.prefix}/{uuid.uuid4().hex}")
        done = at_once(homes, place)
        won = [d for d in done if not d.problems]
        (lost,) = [d for d in done if d.problems]
        assert len(won) == 1
        assert "another release 2026.06.01" in lost.problems[0]
        assert "give each a prefix of its own" in lost.problems[0]
        assert shown(open_store(place)) == "2026.06.01"


def test_the_newest_of_several_releases_is_shown_in_the_end(
    location: Location, tmp_path: Path
) -> None:
    homes = machines(tmp_path, "2026.06.01", "2026.06.02", "2026.06.02.2", "2026.06.03")
    for _ in range(ROUNDS // 2):
        place = Location(BUCKET, f"{location.prefix}/{uuid.uuid4().hex}")
        done = at_once(homes, place)
        assert shown(open_store(place)) == "2026.06.03"
        assert done[-1].problems == ()
        for other in done[:-1]:
            assert all("newer than" in p for p in other.problems)


def target(version: str) -> Pointer:
    return Pointer(version, "2026-06-01T00:00:00+00:00", "1.0.0", version)


def test_of_two_promotions_at_once_the_second_is_asked_to_look(
    location: Location, store: S3Store
) -> None:
    move(store, location, "stable", target("2026.06.01"), None)
    seen = read_pointer(store, location, "stable")
    move(store, location, "stable", target("2026.06.02"), seen)
    with pytest.raises(OvertakenError, match=r"somebody else moved stable.*shows 2026\.06\.02 now"):
        move(store, location, "stable", target("2026.06.03"), seen)
    with pytest.raises(OvertakenError, match="shows 2026.06.02 now"):
        move(store, location, "stable", target("2026.06.03"), None)
    # What it was asked to show stands already: nothing to complain of.
    move(store, location, "stable", target("2026.06.02"), seen)


def test_a_write_whose_repetition_is_refused_was_our_own(
    home: Home, location: Location, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that repeats a request whose answer was lost hears that the condition failed."""
    true_put = obstore.put

    def put(client: S3Store, key: str, *words: object, **options: object) -> object:
        result = true_put(client, key, *words, **options)  # type: ignore[arg-type]
        if options.get("mode") and not key.startswith(".probe/"):
            if options["mode"] == "create":
                raise AlreadyExistsError("Generic S3 error: 412")
            raise PreconditionError("Generic S3 error: 412")
        return result

    monkeypatch.setattr(obstore, "put", put)
    for version in ("2026.06.01", "2026.06.02"):
        publish(version)
        done = catch_up(home.releases, location, lambda _: None)
        assert (done.problems, shown(open_store(location))) == ((), version)


def test_a_manifest_that_came_in_between_is_not_overwritten(
    home: Home,
    location: Location,
    store: S3Store,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where somebody has removed the claim of an upload that was still going on."""
    key = "release=2026.06.01/manifest.json"
    true_put = obstore.put

    def put(client: S3Store, name: str, *words: object, **options: object) -> object:
        if name == key:
            true_put(client, key, b'{"other": 1}')
        return true_put(client, name, *words, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(obstore, "put", put)
    publish("2026.06.01")
    (problem,) = catch_up(home.releases, location, lambda _: None).problems
    assert "has another release 2026.06.01 already;" in problem
    assert bytes(obstore.get(store, key).bytes()) == b'{"other": 1}'
    assert shown(store) is None


def test_a_pointer_that_others_keep_moving_is_given_up(
    location: Location, store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PreconditionError("412")

    move(store, location, "nightly", target("2026.06.01"), None)
    monkeypatch.setattr(obstore, "put", refused)
    with pytest.raises(OvertakenError, match="was moved by others 8 times"):
        advance(store, location, "nightly", target("2026.06.02"))


def test_readers_see_the_same_release_throughout_a_promotion_back(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    from assets.object_store.stable_channel import promote_in_store

    for version in ("2026.06.01", "2026.06.02"):
        publish(version)
    catch_up(home.releases, location, lambda _: None)
    for version, moved in (("2026.06.02", True), ("2026.06.01", True), ("2026.06.01", False)):
        release = Release(version, releases_on_disk.folder_of(home.releases, version))
        assert promote_in_store(home.releases, location, release, lambda _: None) is moved
        assert (shown(store, "stable"), shown(store)) == (version, "2026.06.02")
