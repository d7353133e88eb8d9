"""Whatever fails at whichever call to the store: readers see a whole release, the next run ends it.

Two faults are tried at every call: the process dies before it, and the call is done but its answer
is lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import GenericError

from assets.object_store.catch_up import StoreBehindError, catch_up
from assets.object_store.location import Location, open_store
from assets.object_store.removal import remove_releases
from assets.object_store.stable_channel import promote_in_store
from assets.release.channels import releases_on_disk
from assets.state.home import Home
from tests.component.object_store.releases import keys, shown
from tests.component.object_store.server import BUCKET

Publish = Callable[..., Path]
CALLS = ("put", "get", "head", "list", "delete")


class ProcessDeath(BaseException):
    """Nothing of the process runs after this."""


class Faults:
    """Counts the calls to the store and fails at one of them.

    Attributes:
        calls: What was called so far, in order.
    """

    def __init__(self, fail_at: int | None, *, answer_lost: bool) -> None:
        self.calls: list[str] = []
        self._fail_at = fail_at
        self._answer_lost = answer_lost

    @property
    def struck(self) -> bool:
        """True once the fault has happened."""
        return self._fail_at is not None and len(self.calls) > self._fail_at

    def around(self, name: str, true_call: Callable[..., object]) -> Callable[..., object]:
        def call(*words: object, **options: object) -> object:
            if self.struck and not self._answer_lost:
                raise ProcessDeath
            self.calls.append(f"{name} {words[1] if len(words) > 1 else ''}")
            if len(self.calls) - 1 != self._fail_at:
                return true_call(*words, **options)
            if not self._answer_lost:
                raise ProcessDeath
            true_call(*words, **options)
            raise GenericError("Generic S3 error: error sending request")

        return call


@contextmanager
def faults(
    fail_at: int | None, monkeypatch: pytest.MonkeyPatch, *, answer_lost: bool = False
) -> Iterator[Faults]:
    plan = Faults(fail_at, answer_lost=answer_lost)
    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(obstore, name, plan.around(name, getattr(obstore, name)))
        yield plan


def fresh(location: Location) -> Location:
    return Location(BUCKET, f"{location.prefix}/{uuid.uuid4().hex}")


def ran(home: Home, location: Location) -> None:
    assert catch_up(home.releases, location, lambda _: None).problems == ()


def point(home: Home, version: str) -> None:
    release = releases_on_disk.Release(version, releases_on_disk.folder_of(home.releases, version))
    releases_on_disk.point(home.releases, "nightly", releases_on_disk.pointer_to(release))


@pytest.fixture
def two(home: Home, publish: Publish) -> Home:
    publish("2026.06.01")
    publish("2026.06.02")
    return home


def test_the_manifest_comes_after_the_data_and_the_pointer_after_the_manifest(
    home: Home, location: Location, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("2026.06.01")
    with faults(None, monkeypatch) as plan:
        ran(home, location)
    puts = [c.removeprefix("put ") for c in plan.calls if c.startswith("put ")]
    inside = [p for p in puts if p.startswith("release=")]
    assert len(inside) == len(list((home.releases / "release=2026.06.01").iterdir()))
    assert inside[-1] == "release=2026.06.01/manifest.json"
    assert puts.index(".publishing/2026.06.01.json") < puts.index(inside[0])
    assert puts[-1] == "channels/nightly.json"


@pytest.mark.parametrize("answer_lost", [False, True])
def test_every_call_of_an_upload(
    two: Home, location: Location, monkeypatch: pytest.MonkeyPatch, answer_lost: bool
) -> None:
    seen, at, struck = set(), 0, True
    fault = StoreBehindError if answer_lost else ProcessDeath
    while struck:
        place = fresh(location)
        store = open_store(place)
        point(two, "2026.06.01")
        held_back = two.releases / "release=2026.06.02"
        aside = held_back.rename(two.releases / "aside")
        ran(two, place)
        aside.rename(held_back)
        point(two, "2026.06.02")
        with faults(at, monkeypatch, answer_lost=answer_lost) as plan:
            try:
                ran(two, place)
            except fault:
                assert plan.struck
            struck = plan.struck
        seen.add(shown(store))
        ran(two, place)
        assert shown(store) == "2026.06.02"
        left = {k.partition("/")[0] for k in keys(store)}
        assert left - {".probe"} == {"release=2026.06.01", "release=2026.06.02", "channels"}
        at += 1
    assert seen == {"2026.06.01", "2026.06.02"}
    assert at > 25


def test_every_call_of_a_promotion(
    two: Home, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = {r.version: r for r in releases_on_disk.releases_in(two.releases)}

    def promote(version: str, place: Location) -> None:
        promote_in_store(two.releases, place, releases[version], lambda _: None)

    seen, at, struck = set(), 0, True
    while struck:
        place = fresh(location)
        store = open_store(place)
        promote("2026.06.02", place)
        with faults(at, monkeypatch) as plan:
            try:
                promote("2026.06.01", place)  # A rollback to what the store has yet to get.
            except ProcessDeath:
                assert plan.struck
            struck = plan.struck
        seen.add(shown(store, "stable"))
        promote("2026.06.01", place)
        assert shown(store, "stable") == "2026.06.01"
        at += 1
    assert seen == {"2026.06.01", "2026.06.02"}


def test_every_call_of_a_removal(
    two: Home, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, struck = 0, True
    while struck:
        place = fresh(location)
        store = open_store(place)
        ran(two, place)
        with faults(at, monkeypatch) as plan:
            try:
                remove_releases(place, ["2026.06.01", "2026.06.02"], lambda _: None)
            except ProcessDeath:
                assert plan.struck
            struck = plan.struck
        removed = [c for c in plan.calls if c.startswith("delete ")]
        # The rest goes in one request, which a server carries out object by object.
        assert removed[:1] in ([], ["delete release=2026.06.01/manifest.json"])
        left = [k for k in keys(store) if k.startswith("release=2026.06.01/")]
        whole = len(list((two.releases / "release=2026.06.01").iterdir()))
        assert len(left) == whole or "release=2026.06.01/manifest.json" not in left
        remove_releases(place, ["2026.06.01", "2026.06.02"], lambda _: None)
        assert not [k for k in keys(store) if k.startswith("release=2026.06.01/")]
        assert shown(store) == "2026.06.02"
        at += 1
