"""Uploads that die by SIGKILL at random moments, and readers that never notice."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import obstore
from obstore.store import S3Store

from assets.object_store.catch_up import catch_up
from assets.object_store.location import Location
from assets.release.channels import releases_on_disk
from assets.state.home import Home
from tests import preloaded
from tests.component.object_store import uploader
from tests.component.object_store.releases import as_on_disk, keys, shown
from tests.preloaded import Started

KILLS = int(os.environ.get("IMR_KILLS", "6"))
"""How many uploads are killed; IMR_KILLS=300 is the long run."""
Publish = Callable[..., Path]


def start(*words: object) -> Started:
    return preloaded.start(uploader.main, *words)


def ended(process: Started) -> dict[str, object]:
    out, err = process.communicate()
    assert process.returncode == 0, err
    found: dict[str, object] = json.loads(out)
    return found


def objects(store: S3Store) -> int:
    return sum(len(found) for found in obstore.list(store))


def test_killed_uploads_never_show_a_reader_half_a_release(
    home: Home, location: Location, store: S3Store, publish: Publish
) -> None:
    versions = ["2026.06.01"]
    publish(versions[0])
    assert catch_up(home.releases, location, lambda _: None).problems == ()
    reader = start("read", location.url)
    chance = random.Random(20260601)  # noqa: S311
    killed = 0
    for number in range(KILLS):
        versions.append(f"2026.07.{number + 1:02}" if number < 31 else f"2026.07.31.{number}")
        publish(versions[-1])
        before = objects(store)
        uploading = start("upload", home.releases, location.url)
        # Killed some way into the upload, which is when the store has changed, not after a time.
        wanted = before + chance.randrange(0, 11)
        while uploading.poll() is None and objects(store) < wanted:
            pass
        killed += uploading.poll() is None
        uploading.kill()
        uploading.communicate()
        assert shown(store) in versions
    assert ended(start("upload", home.releases, location.url)) == {
        "shows": versions[-1], "problems": [],
    }  # fmt: skip
    saw = ended(reader)
    assert saw["errors"] == []
    assert saw["mixed"] == []
    assert isinstance(saw["reads"], int)
    assert saw["reads"] > 100
    assert killed >= KILLS // 3
    there = {k: v for k, v in keys(store).items() if k.startswith("release=")}
    assert there == as_on_disk(home.releases, *versions)
    assert not [k for k in keys(store) if k.startswith(".publishing/")]
    target = releases_on_disk.pointer(home.releases, "nightly")
    assert target is not None
    assert shown(store) == target.version
