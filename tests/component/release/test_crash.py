"""Whatever fails at whichever file-system call: the channel shows a whole release."""

from __future__ import annotations

import errno
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from assets.release.channels import releases_on_disk
from assets.release.channels.resolve import resolve
from assets.release.publish import ReleaseNotWrittenError
from assets.release.writer import CHECKSUMS, checksum_lines
from assets.state.home import Home
from assets.state.warehouse import in_memory
from tests.component.release import figures as f
from tests.component.release.faults import FaultyConnection, ProcessDeath, faults

STEP = int(os.environ.get("IMR_CRASH_STEP", "23"))
"""Every how many calls the fault is tried; IMR_CRASH_STEP=1 tries all of them."""


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    con = in_memory()
    f.write(con, "core.observations", [f.observation("US-MO", 2010)])
    f.ready(con, f.national())
    yield con
    con.close()


@pytest.fixture
def release_one(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    f.ready(warehouse, f.national(2009))
    f.publish(warehouse, home, 1)
    f.ready(warehouse, f.national(2010))
    return home


def shown(home: Home) -> str:
    """Version that a reader of the channel gets, after checking that the release is whole."""
    release = resolve(home.releases)
    assert (release.path / CHECKSUMS).read_text() == checksum_lines(release.path)
    assert release.manifest()["version"] == release.version
    return release.version


def count_calls(
    con: duckdb.DuckDBPyConnection, home: Home, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    with faults(home.root, None, ProcessDeath(), monkeypatch) as plan:
        f.publish(FaultyConnection(con, plan), home, 2)  # type: ignore[arg-type]
    return plan.calls


def test_every_step_of_the_protocol_is_watched(
    warehouse: duckdb.DuckDBPyConnection, release_one: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count_calls(warehouse, release_one, monkeypatch)
    renames = [c for c in calls if c.startswith("os.rename")]
    assert [r.split("/")[1] for r in renames] == ["releases", "lineage", "releases"]
    assert "channels" in renames[-1]
    assert sum(c.startswith("COPY ") and "half" not in c for c in calls) == 24
    named = calls.index(renames[0])
    # Everything is on the disk before the folder has its name, and the name before the pointer.
    assert calls[:named].count("fsync ") >= 24 + 8 + 2
    assert "fsync " in calls[named : calls.index(renames[2])]
    assert calls[-1] != renames[2]


def try_every(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[], BaseException],
    expected: type[BaseException],
    step: int,
) -> set[str]:
    """Fail at every ``step``-th call, then publish again; returns what readers saw in between."""
    seen = set()
    at = 0
    while True:
        with faults(home.root, at, fault(), monkeypatch) as plan:
            with suppress(expected):
                f.publish(FaultyConnection(con, plan), home, 2)  # type: ignore[arg-type]
            finished = not plan.struck
        gc.collect()
        seen.add(shown(home))
        again = f.publish(con, home, 3)
        assert shown(home) == again.version
        assert not releases_on_disk.stale_staging(home.releases)
        records = {p.name for p in (home.root / "lineage").iterdir()}
        assert records == {r.path.name for r in releases_on_disk.releases_in(home.releases)}
        if finished:
            return seen
        _forget(home)
        at += step


def _forget(home: Home) -> None:
    """Take the home back to its first release."""
    for release in releases_on_disk.releases_in(home.releases)[1:]:
        shutil.rmtree(release.path)
    for folder in sorted((home.root / "lineage").glob("release=*"))[1:]:
        shutil.rmtree(folder)
    first = releases_on_disk.releases_in(home.releases)[0]
    releases_on_disk.point(home.releases, "nightly", releases_on_disk.pointer_to(first))


def test_death_at_any_call_leaves_a_whole_release(
    warehouse: duckdb.DuckDBPyConnection,
    release_one: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = try_every(warehouse, release_one, monkeypatch, ProcessDeath, ProcessDeath, STEP)
    assert seen == {"2026.06.01", "2026.06.02"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_failing_disk_ends_in_a_clear_error(
    warehouse: duckdb.DuckDBPyConnection,
    release_one: Home,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    seen = try_every(
        warehouse,
        release_one,
        monkeypatch,
        lambda: OSError(code, "the disk says no"),
        ReleaseNotWrittenError,
        STEP if STEP == 1 else 3 * STEP,
    )
    assert "2026.06.01" in seen


def test_the_error_says_what_stands_and_what_to_do(
    warehouse: duckdb.DuckDBPyConnection, release_one: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = OSError(errno.ENOSPC, "No space left on device")
    with (
        faults(release_one.root, 30, fault, monkeypatch) as plan,
        pytest.raises(ReleaseNotWrittenError) as caught,
    ):
        f.publish(FaultyConnection(warehouse, plan), release_one, 2)  # type: ignore[arg-type]
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
        f.publish(LyingDisk(warehouse, None), release_one, 2)  # type: ignore[arg-type]
    assert shown(release_one) == "2026.06.01"
    assert not releases_on_disk.stale_staging(release_one.releases)
