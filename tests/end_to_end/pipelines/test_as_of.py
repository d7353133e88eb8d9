"""A rebuild as of a past date says what was said then, also on another machine and another day."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from assets.release.channels.releases_on_disk import Release, pointer
from assets.release.channels.resolve import resolve
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home

from .conftest import Said, run_imr

BEFORE = "2026-01-01"
"""All samples were retrieved by then; what the test takes in came later."""
AHEAD = 45
"""Days by which the other machine's clock is ahead."""
# One process, so that the packages are imported once.
ON_THE_OTHER_MACHINE = """
import os, sys
from pipelines.cli import main

own, home, day = sys.argv[1:]
for place, words in (
    (own, ["run", "--only", 'key:"raw/*"']),
    (home, ["run", "--as-of", day]),
):
    os.environ["IMR_HOME"] = place
    os.environ.pop("DAGSTER_HOME", None)
    try:
        main(words)
    except SystemExit as end:
        if end.code:
            raise
"""
SAID = [t.name for t in tables_of(Layer.PUBLISHED) if t.identity]


@dataclass(frozen=True)
class Moved:
    """A home whose channel has moved on since the first release."""

    home: Home
    first: Release
    later: Release


@pytest.fixture(scope="module")
def moved(
    first_run: tuple[Path, str],
    second_night: tuple[Path, Said],
    tmp_path_factory: pytest.TempPathFactory,
) -> Moved:
    home = Home(tmp_path_factory.mktemp("moved") / "home")
    shutil.copytree(second_night[0], home.root)
    was = resolve(Home(first_run[0]).releases).version
    return Moved(home, resolve(home.releases, was), resolve(home.releases))


@dataclass(frozen=True)
class Elsewhere:
    """What another machine made.

    Attributes:
        archive: What it took in by itself.
        home: A home that had nothing but a copy of the archive.
        said: What the rebuild wrote on its standard error.
    """

    archive: Path
    home: Home
    said: str

    @property
    def path(self) -> Path:
        (folder,) = self.home.releases.glob("release=*")
        return folder


def _other_machine() -> None:
    os.umask(0o077)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


@pytest.fixture(scope="module")
def elsewhere(
    moved: Moved, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Elsewhere:
    """Another clock, place, user, locale, hash seed, number of processors and of threads."""
    folder = tmp_path_factory.mktemp("other machine") / "a home"
    user = folder / "user"
    user.mkdir(parents=True)
    own, home = Home(folder / "own"), Home(folder / "imr")
    shutil.copytree(moved.home.archive, home.archive)
    done = subprocess.run(
        [sys.executable, "-c", ON_THE_OTHER_MACHINE, str(own.root), str(home.root), BEFORE],
        cwd=user,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{Path(__file__).parent / 'another_day'}:{repository}",
            "IMR_TEST_DAYS_AHEAD": str(AHEAD),
            "IMR_TEST_THREADS": "3",
            "HOME": str(user),
            "LOGNAME": "somebody",
            "USER": "somebody",
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "LANG": "C",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONUTF8": "0",
            "PYTHONHASHSEED": "4242",
            "TMPDIR": str(user),
            "OMP_NUM_THREADS": "1",
        },
        preexec_fn=_other_machine,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Elsewhere(own.archive, home, done.stderr)


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != ".attempt.json"
    }


def test_the_channel_has_moved_on(moved: Moved) -> None:
    old, new = (manifest(p)["tables"] for p in (moved.first.path, moved.later.path))
    differ = {name for name in SAID if old[name]["content_hash"] != new[name]["content_hash"]}
    assert {"rates", "sources", "suppression"} <= differ


def test_at_home_it_is_the_old_release_and_nothing_moves(moved: Moved) -> None:
    def state() -> dict[str, bytes]:
        return {
            str(p.relative_to(moved.home.root)): p.read_bytes()
            # Of tables of the past in its history Dagster would say that they are the newest.
            for folder in ("releases", "archive", "lineage", "dagster/history")
            for p in (moved.home.root / folder).rglob("*")
            if p.is_file() and not p.name.startswith(".publish")
        }

    before, warehouse = state(), moved.home.warehouse.stat()
    done = run_imr(moved.home.root, "run", "--as-of", BEFORE)
    assert done.returncode == 0, done.stderr
    assert f"As of {BEFORE} this is release {moved.first.version}; nothing was" in done.stdout
    assert state() == before
    assert moved.home.warehouse.stat().st_mtime_ns == warehouse.st_mtime_ns
    assert not list(moved.home.root.glob("rebuild*"))
    said = pointer(moved.home.releases, "nightly")
    assert said is not None
    assert said.version == moved.later.version


def test_another_machine_takes_the_same_extracts_in_on_another_day(
    first_run: tuple[Path, str], elsewhere: Elsewhere
) -> None:
    assert _files(elsewhere.archive) == _files(Home(first_run[0]).archive)


def test_its_clock_is_another(moved: Moved, elsewhere: Elsewhere) -> None:
    here_day, there_day = (
        date.fromisoformat(manifest(f)["released_at"][:10])
        for f in (moved.first.path, elsewhere.path)
    )
    assert there_day - here_day >= timedelta(days=AHEAD)
    assert elsewhere.path.name == f"release={there_day:%Y.%m.%d}"


def test_the_archive_alone_gives_the_same_release(moved: Moved, elsewhere: Elsewhere) -> None:
    old, new = (manifest(p) for p in (moved.first.path, elsewhere.path))
    assert new["identity"] == old["identity"]
    assert new["content_hash"] == old["content_hash"]
    assert new["inputs"] == old["inputs"]
    assert new["writer"] == old["writer"]
    for name in SAID:
        assert new["tables"][name] == old["tables"][name], name


def test_so_is_every_file_that_readers_open(moved: Moved, elsewhere: Elsewhere) -> None:
    for name in SAID:
        files = [folder / name for folder in (moved.first.path, elsewhere.path)]
        csv = [f.with_suffix(".csv").read_bytes() for f in files]
        assert csv[0] == csv[1], name
        parquet = [pq.ParquetFile(f.with_suffix(".parquet")) for f in files]
        assert parquet[0].read().equals(parquet[1].read()), name
        embedded = [
            {k: v for k, v in p.metadata.metadata.items() if k != b"release_version"}
            for p in parquet
        ]
        assert embedded[0] == embedded[1], name


def test_a_rebuild_that_nobody_published_is_shown_by_no_channel(elsewhere: Elsewhere) -> None:
    facts = manifest(elsewhere.path)
    assert (facts["channel"], facts["as_of"]) == (None, BEFORE)
    assert pointer(elsewhere.home.releases, "nightly") is None
    (report,) = elsewhere.home.reports.glob("run-*.json")
    said = json.loads(report.read_text(encoding="utf-8"))
    assert (said["published"], said["failures"], said["stale"]) == (True, [], [])
    assert "ALERT" not in elsewhere.said
