"""What a run brings to the store, and what it leaves alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from assets.object_store.catch_up import CaughtUp, catch_up
from assets.object_store.location import Location
from assets.release.channels import releases_on_disk
from assets.release.channels.publisher_lock import PublisherBusyError, publisher_lock
from assets.state.home import Home
from tests.component.object_store.releases import as_on_disk, keys, make_release, shown

Publish = Callable[..., Path]


def ran(home: Home, location: Location) -> CaughtUp:
    return catch_up(home.releases, location, lambda _: None)


def test_the_store_has_the_layout_and_the_bytes_of_the_disk(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    publish("2026.06.01")
    done = ran(home, location)
    assert (done.problems, done.shows) == ((), "2026.06.01")
    expected = as_on_disk(home.releases, "2026.06.01")
    channel = (home.releases / "channels/nightly.json").read_bytes()
    assert keys(store) == {**expected, "channels/nightly.json": channel}
    assert [(p.version, p.objects) for p in done.pushed] == [("2026.06.01", len(expected))]
    page = obstore.get(store, "release=2026.06.01/index.html").attributes
    assert page["Content-Type"] == "text/html; charset=utf-8"


def test_a_file_of_many_parts_arrives_whole(home: Home, location: Location, store: S3Store) -> None:
    make_release(home.releases, "2026.06.01", "x" * 300_000)  # 15 MB of rates, sent in parts
    assert ran(home, location).problems == ()
    assert (home.releases / "release=2026.06.01/rates.parquet").stat().st_size > 2 * (5 << 20)
    assert shown(store) == "2026.06.01"


def test_nothing_new_writes_nothing(
    home: Home,
    location: Location,
    store: S3Store,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish("2026.06.01")
    ran(home, location)
    before = {e["path"]: e["last_modified"] for found in obstore.list(store) for e in found}
    monkeypatch.setattr(obstore, "put", lambda *_, **__: pytest.fail("something was written"))
    done = ran(home, location)
    assert (done.pushed, done.shows) == ((), "2026.06.01")
    assert "is up to date: nightly shows release 2026.06.01" in done.line
    after = {e["path"]: e["last_modified"] for found in obstore.list(store) for e in found}
    assert after == before


def test_before_the_first_release_there_is_nothing_to_do(
    home: Home, location: Location, store: S3Store
) -> None:
    done = ran(home, location)
    assert (done.pushed, done.shows, done.problems) == ((), None, ())
    assert done.line == f"{location.url} holds no release yet."
    assert keys(store) == {}


def test_what_earlier_runs_could_not_upload_is_caught_up(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    publish("2026.06.01")
    ran(home, location)
    for version in ("2026.06.02", "2026.06.02.2", "2026.06.10"):
        publish(version)
    done = ran(home, location)
    assert [p.version for p in done.pushed] == ["2026.06.02", "2026.06.02.2", "2026.06.10"]
    assert shown(store) == "2026.06.10"
    assert set(as_on_disk(home.releases, "2026.06.02.2").items()) <= set(keys(store).items())


def test_what_was_removed_from_the_store_stays_removed(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    publish("2026.06.01")
    publish("2026.06.02")
    ran(home, location)
    obstore.delete(store, list(as_on_disk(home.releases, "2026.06.01")))
    publish("2026.06.03")
    assert [p.version for p in ran(home, location).pushed] == ["2026.06.03"]


def test_a_rebuild_of_the_past_stays_on_disk(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    publish("2026.06.01")
    publish("2026.06.01.2", shown=False, channel=None)
    assert [p.version for p in ran(home, location).pushed] == ["2026.06.01"]
    publish("2026.06.02")
    ran(home, location)
    assert not [k for k in keys(store) if k.startswith("release=2026.06.01.2")]


def test_objects_of_the_same_bytes_are_taken_over_and_others_replaced(
    home: Home,
    location: Location,
    store: S3Store,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish("2026.06.01")
    ran(home, location)
    folder = "release=2026.06.01/"
    # As a killed upload leaves it, and with two objects of something else.
    obstore.delete(
        store, [folder + "manifest.json", folder + "index.html", "channels/nightly.json"]
    )
    true_size = len(bytes(obstore.get(store, folder + "rates.csv").bytes()))
    obstore.put(store, folder + "rates.csv", b"?" * true_size)
    obstore.put(store, folder + "claims.csv", b"other")
    written: list[str] = []
    true_put = obstore.put

    def put(client: S3Store, key: str, *words: object, **options: object) -> object:
        written.append(key)
        return true_put(client, key, *words, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(obstore, "put", put)
    ran(home, location)
    assert [k.removeprefix(folder) for k in written if k.startswith(folder)] == [
        "claims.csv", "index.html", "rates.csv", "manifest.json",
    ]  # fmt: skip
    assert written[-1] == "channels/nightly.json"
    assert shown(store) == "2026.06.01"


def other_machine(tmp_path: Path, *versions: str) -> Home:
    home = Home(tmp_path / "other").create()
    for version in versions:
        make_release(home.releases, version, f"other {version}")
    return home


def test_a_release_is_never_written_again(
    home: Home, location: Location, store: S3Store, publish: Publish, tmp_path: Path
) -> None:
    other = other_machine(tmp_path, "2026.06.01", "2026.06.02")
    ran(other, location)
    before = keys(store)
    publish("2026.06.01")
    publish("2026.06.02")
    (problem,) = ran(home, location).problems
    assert keys(store) == before
    assert "has another release 2026.06.02 already (made 2026-06-01T02:15:00+00:00" in problem
    assert "a prefix of its own in IMR_STORE_URL" in problem
    # The next day's release is of its own version, so the quarrel ends there.
    publish("2026.06.03")
    assert ran(home, location).problems == ()
    assert shown(store) == "2026.06.03"


def test_a_release_that_another_machine_is_uploading_is_left_to_it(
    home: Home, location: Location, store: S3Store, publish: Publish, tmp_path: Path
) -> None:
    claim = json.dumps({"manifest_sha256": "f" * 64, "host": "night-2", "since": "02:15"})
    obstore.put(store, ".publishing/2026.06.01.json", claim.encode())
    publish("2026.06.01")
    done = ran(home, location)
    (problem,) = done.problems
    assert "is getting another release 2026.06.01 from night-2 since 02:15" in problem
    assert "remove that object if that machine will never finish" in problem
    assert (done.shows, list(keys(store))) == (None, [".publishing/2026.06.01.json"])
    obstore.delete(store, ".publishing/2026.06.01.json")
    assert ran(home, location).problems == ()
    assert shown(store) == "2026.06.01"


def test_a_whole_release_of_another_machine_is_not_pointed_to_as_ours(
    home: Home, location: Location, store: S3Store, publish: Publish, tmp_path: Path
) -> None:
    ran(other_machine(tmp_path, "2026.06.02"), location)
    obstore.delete(store, "channels/nightly.json")
    publish("2026.06.02")
    assert len(ran(home, location).problems) == 1
    assert shown(store) is None


def test_nightly_never_goes_back(
    home: Home, location: Location, store: S3Store, publish: Publish, tmp_path: Path
) -> None:
    ran(other_machine(tmp_path, "2026.06.05"), location)
    publish("2026.06.04")
    done = ran(home, location)
    (problem,) = done.problems
    assert "nightly shows release 2026.06.05, which is newer than 2026.06.04" in problem
    assert (shown(store), done.pushed) == ("2026.06.05", ())


def test_a_damaged_local_release_is_not_spread_and_stops_no_other(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    folder = publish("2026.06.01")
    publish("2026.06.02")
    with (folder / "rates.csv").open("a") as handle:
        handle.write("9\n")
    (problem,) = ran(home, location).problems
    assert "2026.06.01 was not uploaded, because rates.csv on this machine is not what" in problem
    assert "imr verify 2026.06.01" in problem
    assert shown(store) == "2026.06.02"
    assert not [k for k in keys(store) if k.startswith("release=2026.06.01/")]


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "claims.csv"])
def test_a_local_file_that_is_gone_is_damage(
    home: Home, location: Location, store: S3Store, publish: Publish, name: str
) -> None:
    (publish("2026.06.01") / name).unlink()
    assert "was not uploaded" in ran(home, location).problems[0]
    assert keys(store) == {}


def test_the_first_stable_release_goes_along_and_then_stays(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    first = publish("2026.06.01")
    publish("2026.06.02")
    stable = releases_on_disk.pointer_to(releases_on_disk.Release("2026.06.01", first))
    releases_on_disk.point(home.releases, "stable", stable)
    assert ran(home, location).problems == ()
    assert (shown(store, "stable"), shown(store)) == ("2026.06.01", "2026.06.02")
    shutil.copy(home.releases / "channels/nightly.json", home.releases / "channels/stable.json")
    (problem,) = ran(home, location).problems
    assert "stable shows release 2026.06.01, and 2026.06.02 on this machine" in problem
    assert "imr promote 2026.06.02" in problem
    assert shown(store, "stable") == "2026.06.01"


def test_a_publisher_of_the_same_folder_waits(
    home: Home, location: Location, publish: Publish
) -> None:
    publish("2026.06.01")
    with publisher_lock(home.releases, "publishing"), pytest.raises(PublisherBusyError):
        ran(home, location)
