"""Whatever fails at whichever file-system call: the channel shows a whole release."""

from __future__ import annotations

import errno
import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from assets.release.channels import releases_on_disk
from assets.release.channels.resolve import resolve
from assets.release.publish import ReleaseNotWrittenError
from assets.release.writer import CHECKSUMS, checksum_lines
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from assets.state.warehouse import in_memory
from tests.component.release import figures as f
from tests.component.release.faults import FaultyConnection, ProcessDeath, faults

EVERY = bool(os.environ.get("IMR_CRASH_EVERY"))
"""Try every call; by default those about which a release comes to be, or half a file is left."""


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    con = in_memory()
    f.write(con, "core.observations", [f.observation("US-MO", 2010)])
    yield con
    con.close()


@pytest.fixture(scope="module")
def made(warehouse: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one release, and a warehouse that has figures for the next."""
    home = Home(tmp_path_factory.mktemp("made") / "home").create()
    f.ready(warehouse, f.national(2009))
    f.publish(warehouse, home, 1, pages=False)
    f.ready(warehouse, f.national(2010))
    return home


@pytest.fixture
def release_one(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def calls(
    made: Home, warehouse: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """What a publication calls, in order."""
    root = tmp_path_factory.mktemp("counted") / "home"
    shutil.copytree(made.root, root)
    with (
        pytest.MonkeyPatch.context() as patch,
        faults(root, None, ProcessDeath(), patch) as plan,
    ):
        f.publish(FaultyConnection(warehouse, plan), Home(root), 2, pages=False)  # type: ignore[arg-type]
    return plan.calls


def chosen(calls: list[str]) -> list[int]:
    """Return the calls to fail at."""
    if EVERY:
        return list(range(len(calls)))
    renames = [at for at, call in enumerate(calls) if call.startswith("os.rename")]
    half = next(at for at, call in enumerate(calls) if call.startswith("COPY half done /releases"))
    return sorted({0, half, *renames, *(at + 1 for at in renames), len(calls) - 1})


def shown(home: Home) -> str:
    """Version that a reader of the channel gets, after checking that the release is whole."""
    release = resolve(home.releases)
    assert (release.path / CHECKSUMS).read_text() == checksum_lines(release.path)
    assert release.manifest()["version"] == release.version
    return release.version


def test_every_step_of_the_protocol_is_watched(calls: list[str]) -> None:
    renames = [c for c in calls if c.startswith("os.rename")]
    assert [r.split("/")[1] for r in renames] == ["releases", "lineage", "releases"]
    assert "channels" in renames[-1]
    # Each table as Parquet and CSV, and two tables of the lineage.
    files = 2 * len(tables_of(Layer.PUBLISHED)) + 2
    assert sum(c.startswith("COPY ") and "half" not in c for c in calls) == files
    named = calls.index(renames[0])
    # Everything is on the disk before the folder has its name, and the name before the pointer.
    assert calls[:named].count("fsync ") >= files + 8 + 2
    assert "fsync " in calls[named : calls.index(renames[2])]
    assert calls[-1] != renames[2]


def struck(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    fault: BaseException,
    expected: type[BaseException],
) -> str:
    """Publish with a fault at one call; returns the version that readers see then."""
    with faults(home.root, at, fault, monkeypatch) as plan:
        with suppress(expected):
            f.publish(FaultyConnection(con, plan), home, 2, pages=False)  # type: ignore[arg-type]
        assert plan.struck
    gc.collect()
    return shown(home)


def publishes_again(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    again = f.publish(con, home, 3, pages=False)
    assert shown(home) == again.version
    assert not releases_on_disk.stale_staging(home.releases)
    records = {p.name for p in (home.root / "lineage").iterdir()}
    assert records == {r.path.name for r in releases_on_disk.releases_in(home.releases)}


def _forget(home: Home, made: Home) -> None:
    """Take the home back to its first release."""
    shutil.rmtree(home.root)
    shutil.copytree(made.root, home.root)


def _stands(home: Home) -> dict[str, bytes]:
    return {
        str(p.relative_to(home.root)): p.read_bytes() if p.is_file() else b""
        for p in home.root.rglob("*")
        if not p.name.startswith(".publish.")
    }


def test_death_at_any_call_leaves_a_whole_release(
    warehouse: duckdb.DuckDBPyConnection,
    made: Home,
    release_one: Home,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = set()
    for at in chosen(calls):
        seen.add(struck(warehouse, release_one, monkeypatch, at, ProcessDeath(), ProcessDeath))
        publishes_again(warehouse, release_one)
        _forget(release_one, made)
    assert seen == {"2026.06.01", "2026.06.02"}


CODES = (errno.ENOSPC, errno.EROFS, errno.EACCES)


@pytest.mark.parametrize("number", range(len(CODES)), ids=[errno.errorcode[c] for c in CODES])
def test_a_failing_disk_ends_in_a_clear_error(
    warehouse: duckdb.DuckDBPyConnection,
    made: Home,
    release_one: Home,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    before = _stands(release_one)
    seen = set()
    # The three take turns at the calls.
    for at in chosen(calls) if EVERY else chosen(calls)[number :: len(CODES)]:
        fault = OSError(CODES[number], "the disk says no")
        seen.add(struck(warehouse, release_one, monkeypatch, at, fault, ReleaseNotWrittenError))
        if _stands(release_one) != before:
            publishes_again(warehouse, release_one)
            _forget(release_one, made)
    assert "2026.06.01" in seen
    publishes_again(warehouse, release_one)


def test_the_error_says_what_stands_and_what_to_do(
    warehouse: duckdb.DuckDBPyConnection, release_one: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = OSError(errno.ENOSPC, "No space left on device")
    with (
        faults(release_one.root, 30, fault, monkeypatch) as plan,
        pytest.raises(ReleaseNotWrittenError) as caught,
    ):
        f.publish(FaultyConnection(warehouse, plan), release_one, 2, pages=False)  # type: ignore[arg-type]
    said = str(caught.value)
    assert "No space left on device" in said
    assert "Channel nightly still shows release 2026.06.01" in said
    assert "Check that the disk has room" in said


def test_staged_content_is_read_back(
    warehouse: duckdb.DuckDBPyConnection, release_one: Home
) -> None:
    from assets.release.writer import StagedContentError

    class LyingDisk(FaultyConnection):
        """Stores something else than it was given, and says nothing."""

        def execute(self, query: str, *arguments: object) -> object:
            if "published.targets" in query and "FORMAT parquet" in query:
                query = query.replace(
                    "FROM published.targets", "FROM published.targets WHERE false"
                )
            return self._con.execute(query, *arguments)

    with pytest.raises(StagedContentError, match=r"targets\.parquet as staged"):
        f.publish(LyingDisk(warehouse, None), release_one, 2, pages=False)  # type: ignore[arg-type]
    assert shown(release_one) == "2026.06.01"
    assert not releases_on_disk.stale_staging(release_one.releases)
