"""Old releases go only where nothing stands on them."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from assets.release.channels.lineage import folder_of
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.releases_on_disk import releases_in
from assets.release.channels.resolve import resolve
from assets.release.channels.retention import prune, tag, verdicts
from assets.release.promotion import promote
from assets.release.publish import ReleaseOutcome
from assets.state import durable
from assets.state.home import Home
from pipelines.commands.releases import releases
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages
from tests.worlds import Worlds

Publish = Callable[..., ReleaseOutcome]


def releases_of_five_days(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    for day in range(1, 6):
        f.write(con, "core.observations", [f.observation("US-MO", 2010)])
        f.ready(con, f.national(2009 + day))
        f.publish(con, home, day, pages=False)


@pytest.fixture
def five(worlds: Worlds, home: Home, request: pytest.FixtureRequest) -> Home:
    worlds.begin(releases_of_five_days, home, request)
    return home


def run(home: Home, *words: str, answer: str = "") -> Result:
    return CliRunner().invoke(releases, words, input=answer, env={"IMR_HOME": str(home.root)})


def left(home: Home) -> list[str]:
    return [r.version[-1] for r in releases_in(home.releases)]


def test_what_is_stable_was_stable_or_is_tagged_stays(five: Home) -> None:
    for version in ("2026.06.01", "2026.06.02"):
        promote(five.releases, resolve(five.releases, version), who="a", why="b", waivers={})
    tag(five.releases, resolve(five.releases, "2026.06.03"), "annual-report")
    assert [(v.release.version[-1], v.kept_because) for v in verdicts(five.releases, 1)] == [
        ("1", ("was stable",)),
        ("2", ("stable shows it", "was stable")),
        ("3", ("tagged annual-report",)),
        ("4", ()),
        ("5", ("one of the newest 1", "nightly shows it")),
    ]
    assert [v.release.version for v in prune(five, 1)] == ["2026.06.04"]
    assert left(five) == ["1", "2", "3", "5"]
    assert not folder_of(five, "2026.06.04").exists()
    assert folder_of(five, "2026.06.03").exists()


def test_what_the_audit_needs_stays(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    f.ready(con, [*f.national(), f.rate(50, 4000, **f.series("29001", "state_extract"))])
    publish(1)
    for day in (2, 3):
        f.ready(con, f.national(2009 + day))
        publish(day)
    assert [v.release.version[-1] for v in prune(home, 1)] == ["2"]
    assert left(home) == ["1", "3"]


def test_the_command_shows_asks_and_removes(five: Home) -> None:
    assert "Stopped." in run(five, "--prune", "--keep", "2", answer="n\n").output
    assert left(five) == ["1", "2", "3", "4", "5"]
    said = run(five, "--prune", "--keep", "2", answer="y\n").output
    assert "Removed 3 releases: 2026.06.01, 2026.06.02, 2026.06.03" in said
    assert left(five) == ["4", "5"]
    assert "Nothing to remove: all 2 releases stay." in run(five, "--prune", "--keep", "2").output
    assert run(five, "--prune").exit_code == 2


def test_tags_are_listed_and_never_move(five: Home) -> None:
    assert "is tagged june and is kept" in run(five, "--tag", "2026.06.02", "june").output
    assert "#june" in run(five).output
    moved = run(five, "--tag", "2026.06.03", "june")
    assert (moved.exit_code, "a tag never moves" in moved.output) == (2, True)
    assert run(five, "--tag", "2026.06.03", "stable").exit_code == 2
    assert run(five, "--tag", "2020.01.01", "x").exit_code == 1


@pytest.mark.parametrize("name", ["a b/../c", "", ".hidden", "a/b", "x" * 65, "ü"])
def test_a_tag_is_a_simple_name(five: Home, name: str) -> None:
    refused = run(five, "--tag", "2026.06.02", name)
    assert (refused.exit_code, "is no name for a tag" in refused.output) == (2, True)
    assert not (five.releases / "channels" / "tags.json").exists()


def test_records_outlive_releases_that_are_moved_away_and_come_back(
    five: Home, con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    record = folder_of(five, "2026.06.05")
    before = {p.name: p.read_bytes() for p in record.iterdir()}
    aside = five.root / "aside"
    resolve(five.releases, "2026.06.05").path.rename(aside)
    f.ready(con, f.national(2017))
    f.write(con, "core.observations", [f.observation("US-MO", 2017)])
    # Its version is not given again, so that it can come back.
    assert publish(5).version == "2026.06.05.2"
    aside.rename(five.releases / "release=2026.06.05")
    assert {p.name: p.read_bytes() for p in record.iterdir()} == before


def test_records_outlive_a_disk_that_is_not_mounted(
    five: Home, con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    five.releases.rename(five.root / "elsewhere")
    five.releases.mkdir()
    f.ready(con, f.national(2017))
    assert publish(5).version == "2026.06.05.2"
    assert all(folder_of(five, f"2026.06.0{n}").is_dir() for n in range(1, 6))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tag", "2026.06.02", "june"), "Release 2026.06.02 was not tagged"),
        (("--prune", "--keep", "1", "--yes"), "Not every release was removed"),
    ],
)
@pytest.mark.parametrize("place", ["lock", "file"])
def test_a_folder_that_cannot_be_written_is_named(
    five: Home, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str, place: str
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    if place == "lock":
        monkeypatch.setattr(FileLock, "acquire", read_only)
    else:
        monkeypatch.setattr(durable, "replace_text", read_only)
        monkeypatch.setattr(durable, "rename", read_only)
    result = run(five, *words)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert f"{said}: writing to {five.releases} failed" in result.output
    assert "Check that the disk has room" in result.output


def test_who_comes_second_is_told_what_did_not_happen(five: Home) -> None:
    with publisher_lock(five.releases, "publishing to nightly"):
        tagged = run(five, "--tag", "2026.06.02", "june")
        pruned = run(five, "--prune", "--keep", "1", "--yes")
    assert "is being written by publishing to nightly" in tagged.output
    assert "Release 2026.06.02 was not tagged; wait for that to end" in tagged.output
    assert "Not every release was removed; wait for that to end" in pruned.output
    assert (tagged.exit_code, pruned.exit_code) == (1, 1)


def test_publishing_goes_on_after_pruning(
    five: Home, con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    prune(five, 1)
    f.ready(con, f.national(2016))
    assert publish(6).previous == "2026.06.05"


def test_a_reader_keeps_what_it_has_open(five: Home) -> None:
    file = Path(releases_in(five.releases)[0].path / "rates.parquet")
    with file.open("rb") as handle:
        prune(five, 1)
        assert handle.read(4) == b"PAR1"
    assert not file.exists()
