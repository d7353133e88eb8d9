"""Publishers that die or race, and readers that never notice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.release.channels import releases_on_disk
from assets.release.channels.resolve import resolve
from assets.release.verify import verify_release
from assets.state.home import Home
from tests import preloaded
from tests.end_to_end.release import publisher
from tests.preloaded import Started

KILLS = int(os.environ.get("IMR_KILLS", "12"))
"""How many publishers are killed; IMR_KILLS=300 is the long run."""

Start = Callable[..., Started]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture
def start(home: Home) -> Start:
    def run(name: str, *rest: object) -> Started:
        return preloaded.start(publisher.main, name, home.root, *rest)

    return run


def ended(process: Started) -> str:
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def test_killed_publishers_never_show_a_reader_half_a_release(home: Home, start: Start) -> None:
    assert ended(start("once", 100_000)).startswith("published")
    reader = start("read")
    killed = json.loads(ended(start("kill", KILLS, 20260601)))["killed"]
    saw = json.loads(ended(reader))
    assert saw["errors"] == []
    assert saw["mixed"] == []
    assert saw["reads"] > 100
    assert killed >= KILLS // 4
    assert ended(start("once", 200_000)).startswith("published")
    assert releases_on_disk.stale_staging(home.releases) == []
    for release in releases_on_disk.releases_in(home.releases):
        assert [f for f in verify_release(release) if not f.fine] == []
    target = releases_on_disk.pointer(home.releases, "nightly")
    assert target is not None
    assert target.version == releases_on_disk.releases_in(home.releases)[-1].version


def test_the_second_publisher_says_who_holds_the_lock(home: Home, start: Start) -> None:
    holder = start("hold")
    assert holder.stdout.readline() == "locked\n"
    said = ended(start("once", 1))
    assert said.startswith("busy")
    assert f"holding it for a test (process {holder.pid} of " in said
    assert "No release was published" in said
    ended(holder)
    assert ended(start("once", 1)).startswith("published")


def test_the_lock_of_a_killed_publisher_is_free(home: Home, start: Start) -> None:
    holder = start("hold")
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    assert ended(start("once", 1)).startswith("published")


def test_publishers_that_race_make_one_release_each_or_none(home: Home, start: Start) -> None:
    racers = [start("once", number) for number in (1, 2, 3)]
    said = [ended(r) for r in racers]
    won = sorted(s.removeprefix("published ") for s in said if s.startswith("published"))
    assert won
    assert all(s.startswith(("published", "busy")) for s in said)
    assert [r.version for r in releases_on_disk.releases_in(home.releases)] == won
    for release in releases_on_disk.releases_in(home.releases):
        assert [f for f in verify_release(release) if not f.fine] == []


def test_a_full_disk_keeps_the_old_release(home: Home, start: Start) -> None:
    first = ended(start("once", 1)).removeprefix("published ")

    process = start("once", 2, 20_000)
    _, err = process.communicate()
    assert process.returncode == 1
    last = err.strip().splitlines()[-1]
    assert "ReleaseNotWrittenError: No release was published" in last
    assert f"Channel nightly still shows release {first}" in last
    assert resolve(home.releases).version == first
    assert [f for f in verify_release(resolve(home.releases)) if not f.fine] == []
    assert ended(start("once", 2)) == "published 2026.06.01.2"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes into read-only folders")
def test_a_read_only_folder_keeps_the_old_release(home: Home, start: Start) -> None:
    first = ended(start("once", 1)).removeprefix("published ")
    home.releases.chmod(0o555)
    try:
        process = start("once", 2)
        _, err = process.communicate()
    finally:
        home.releases.chmod(0o755)
    assert "ReleaseNotWrittenError: No release was published" in err
    assert resolve(home.releases).version == first
