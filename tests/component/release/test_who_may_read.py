"""Counts are closed to others and releases are open, whatever the umask and the age of the home."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from assets.archive import vintage_folders
from assets.archive.vintage import Origin
from assets.producers.catalogue import dataset
from assets.release.channels.resolve import resolve
from assets.release.channels.retention import tag
from assets.release.promotion import promote
from assets.state.home import Home
from assets.state.private import keep_private, wrong
from assets.state.warehouse import connect
from pipelines.doctor import examine
from pipelines.settings import Settings
from tests.component.release import figures as f
from tests.worlds import Worlds

REPOSITORY = Path(__file__).parents[3]
PRIVATE = ("archive", "quarantine", "staging", "lineage", "dagster", "reports", "inbox")


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _made(root: Path) -> Home:
    home = Home(root).create()
    sample = REPOSITORY / "assets/producers/nchs/samples/files/wonder_linked_us_2007-2023.txt"
    origin = Origin("file:x", "2026-01-01T00:00:00+00:00", "public")
    vintage_folders.put(home, dataset("nchs_wonder_linked"), sample, origin)
    with connect(home.warehouse) as con:
        f.ready(con, f.national(2010))
        f.publish(con, home, pages=False)
    release = resolve(home.releases, None)
    promote(home.releases, release, who="a person", why="a reason", waivers={})
    tag(home.releases, release, "kept")
    return home


def older_home(_: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make a home with everything in it, warehouse included."""
    _made(home.root)


def _judge(home: Home, *, files_too: bool) -> None:
    for name in PRIVATE:
        assert _mode(home.root / name) == 0o700, name
        if files_too:
            for path in (home.root / name).rglob("*"):
                assert path.is_symlink() or not _mode(path) & 0o077, path
    assert _mode(home.warehouse) == 0o600
    assert _mode(home.releases) == 0o755
    for path in home.releases.rglob("*"):
        if not path.name.startswith(".publish"):
            assert _mode(path) == (0o755 if path.is_dir() else 0o644), path


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077])
def test_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    with _umask(mask):
        home = _made(tmp_path / "above" / "home")
    _judge(home, files_too=False)
    assert _mode(home.root) == _mode(home.root.parent) == 0o755
    assert wrong(home.root) == []


def test_a_process_of_ours_closes_every_file(tmp_path: Path) -> None:
    with _umask(0o000):
        keep_private()
        home = _made(tmp_path / "home")
    _judge(home, files_too=True)


@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o644), (0o750, 0o640), (0o700, 0o600)])
def test_an_older_home_is_mended_and_doctor_says_so(
    worlds: Worlds, tmp_path: Path, request: pytest.FixtureRequest, folder: int, file: int
) -> None:
    home = Home(tmp_path / "home")
    worlds.begin(older_home, home, request)
    secret = tmp_path / "elsewhere.txt"
    secret.touch(0o644)
    secret.chmod(0o644)
    (home.archive / "link").symlink_to(secret)
    for path in [*home.root.rglob("*")]:
        if not path.is_symlink():
            path.chmod(folder if path.is_dir() else file)
    settings = Settings.from_environment({"IMR_HOME": str(home.root)})
    before = {found.subject: found for found in examine(settings)}
    assert not before["permissions"].fine
    assert "imr run" in before["permissions"].remedy
    home.create()
    _judge(home, files_too=True)
    assert _mode(secret) == 0o644
    after = {found.subject: found for found in examine(settings)}
    assert after["permissions"].fine


def test_a_shared_inbox_stays_shared(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    home.inbox.chmod(0o733)
    home.create()
    assert _mode(home.inbox) == 0o733


def test_the_home_itself_is_left_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "home"
    root.mkdir(mode=0o700)
    root.chmod(0o700)
    Home(root).create()
    assert _mode(root) == 0o700
