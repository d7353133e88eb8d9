"""Damage to pointers and manifests is named, with what to do; nothing else breaks."""

from __future__ import annotations

from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from assets.disclosure.patterns import release_folders
from assets.release.channels.releases_on_disk import DamagedReleaseError, pointer, releases_in
from assets.release.channels.resolve import resolve
from assets.state.home import Home
from pipelines.commands.promote import promote
from pipelines.commands.releases import releases
from pipelines.commands.show import show
from pipelines.commands.verify import verify
from tests.component.release import figures as f
from tests.worlds import Worlds


def national(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    f.ready(con, f.national())
    f.publish(con, home, pages=False)


def two_years(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    national(con, home)
    f.ready(con, f.national(2011))
    f.publish(con, home, 2, pages=False)


def withheld_counts(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make four releases, three of them with a withheld count, and damage the oldest of these."""
    national(con, home)
    for day in (2, 3, 4):
        history = release_folders(home.releases)
        f.ready(con, [*f.national(2008 + day), *WITHHELD], history=history)
        f.publish(con, home, day, pages=False)
    damage(home, "2026.06.02")


@pytest.fixture
def home(worlds: Worlds, tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    made = Home(tmp_path / "home").create()
    worlds.begin(national, made, request)
    return made


@pytest.fixture
def second(worlds: Worlds, tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    """A home with two releases."""
    made = Home(tmp_path / "home").create()
    worlds.begin(two_years, made, request)
    return made


@pytest.fixture
def guarded(worlds: Worlds, tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    """A home with four releases, of which a damaged one is needed for the audit."""
    made = Home(tmp_path / "home").create()
    worlds.begin(withheld_counts, made, request)
    return made


def run(home: Home, command: click.Command, *words: str) -> Result:
    return CliRunner().invoke(command, words, env={"IMR_HOME": str(home.root)})


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": "2026.06.01"}'])
def test_a_damaged_pointer_is_named_and_can_be_removed(
    con: duckdb.DuckDBPyConnection, home: Home, content: str
) -> None:
    file = home.releases / "channels" / "nightly.json"
    file.write_text(content)
    for command in (show, releases, verify):
        result = run(home, command, *(["rates"] if command is show else []))
        assert result.exit_code == 2, result.output
        assert "nightly.json is damaged" in result.output
        assert "remove the file, then imr run" in result.output
    with pytest.raises(DamagedReleaseError):
        f.publish(con, home, 2, pages=False)
    file.unlink()
    again = f.publish(con, home, 2, pages=False)
    assert (again.version, again.published) == ("2026.06.01", False)
    assert resolve(home.releases).version == "2026.06.01"


def test_a_damaged_manifest_is_named(home: Home) -> None:
    (home.releases / "release=2026.06.01" / "manifest.json").write_text("{")
    result = run(home, show, "rates")
    assert result.exit_code == 2
    assert "manifest.json is damaged" in result.output
    assert "imr verify" in result.output
    listed = CliRunner().invoke(releases, [], env={"IMR_HOME": str(home.root)})
    assert (listed.exit_code, "2026.06.01  nightly   local  damaged" in listed.output) == (0, True)
    checked = CliRunner().invoke(verify, [], env={"IMR_HOME": str(home.root)})
    assert (checked.exit_code, "manifest.json has changed" in checked.output) == (1, True)


def test_folders_that_are_no_releases_are_passed_over(home: Home) -> None:
    (home.releases / "release=latest").mkdir()
    (home.releases / "release=2026.06.02").mkdir()
    (home.releases / "notes.txt").write_text("x")
    assert [r.version for r in releases_in(home.releases)] == ["2026.06.01"]


def test_a_pointer_to_a_release_that_is_gone(home: Home) -> None:
    (home.releases / "release=2026.06.01").rename(home.root / "moved")
    target = pointer(home.releases, "nightly")
    assert target is not None
    result = CliRunner().invoke(show, ["rates"], env={"IMR_HOME": str(home.root)})
    assert (result.exit_code, "There is no release yet" in result.output) == (1, True)


def test_a_removed_pointer_is_made_again_and_no_release(
    con: duckdb.DuckDBPyConnection, second: Home
) -> None:
    home = second
    (home.releases / "channels" / "nightly.json").unlink()
    again = f.publish(con, home, 3, pages=False)
    assert (again.version, again.published) == ("2026.06.02", False)
    target = pointer(home.releases, "nightly")
    assert target is not None and target.version == "2026.06.02"


def test_what_follows_a_removed_pointer_is_compared_with_what_it_showed(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    (home.releases / "channels" / "nightly.json").unlink()
    f.ready(con, f.national(2011))
    f.publish(con, home, 2, pages=False)
    assert resolve(home.releases).manifest()["supersedes"] == "2026.06.01"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tags.json", "{", "give the tags again"),
        ("tags.json", "[]", "not an object"),
        ("tags.json", '{"june": 6}', "tag june names no version"),
        ("promotions.jsonl", '{"version": "2026.06.01"', "line 1"),
        ("promotions.jsonl", '{"version": "2026.06.01"}\n', "line 1"),
        ("stable.json", "{", "remove the file, then imr promote"),
    ],
)
def test_a_damaged_file_beside_the_releases_is_named(
    home: Home, name: str, content: str, said: str
) -> None:
    file = home.releases / "channels" / name
    file.write_text(content)
    commands: list[tuple[click.Command, *tuple[str, ...]]] = [
        (releases, "--prune", "--keep", "1", "--yes")
    ]
    if name != "promotions.jsonl":
        commands.append((releases,))
    if name != "tags.json":
        commands.append((promote, "2026.06.01", "--why", "x", "--yes"))
    else:
        commands.append((releases, "--tag", "2026.06.01", "may"))
    for command, *words in commands:
        result = run(home, command, *words)
        assert isinstance(result.exception, SystemExit), result.exception
        assert (result.exit_code, name in result.output) == (2, True), result.output
        assert "damaged" in result.output
        assert said in result.output
    assert file.read_text() == content
    assert len(releases_in(home.releases)) == 1


WITHHELD = [
    f.rate(n, 4000, **f.series(a, "state_extract")) for a, n in (("29001", 50), ("29003", 3))
]


def damage(home: Home, version: str) -> None:
    file = home.releases / f"release={version}" / "rates.parquet"
    content = bytearray(file.read_bytes())
    length = int.from_bytes(content[-8:-4], "little")
    content[-8 - length : -8] = bytes([0xFF]) * length
    file.write_bytes(content)


def test_nothing_is_published_without_a_release_that_the_audit_needs(
    con: duckdb.DuckDBPyConnection, guarded: Home
) -> None:
    with pytest.raises(DamagedReleaseError, match=r"release=2026\.06\.02 is damaged .*Restore"):
        f.ready(con, [*f.national(2013), *WITHHELD], history=release_folders(guarded.releases))


def test_a_damaged_old_release_is_a_finding_and_the_others_are_verified(guarded: Home) -> None:
    every = run(guarded, verify, "--all")
    assert isinstance(every.exception, SystemExit), every.exception
    assert every.exit_code == 1
    assert [x for x in every.output.splitlines() if x.startswith("release ")] == [
        f"release 2026.06.0{n}" for n in (1, 2, 3, 4)
    ]
    assert every.output.count("rates recomputed") == 3
    newest = run(guarded, verify)
    assert newest.exit_code == 1
    assert "release=2026.06.02 is damaged" in newest.output
    refused = run(guarded, promote, "2026.06.04", "--why", "x", "--yes")
    assert refused.exit_code == 1
    assert "2026.06.04 was not promoted" in refused.output
    assert "release=2026.06.02 is damaged" in refused.output


def test_pruning_keeps_a_release_that_cannot_be_read(guarded: Home) -> None:
    damage(guarded, "2026.06.01")
    result = run(guarded, releases, "--prune", "--keep", "1", "--yes")
    assert result.exit_code == 0, result.output
    assert "Nothing to remove: all 4 releases stay." in result.output


@pytest.mark.parametrize("harm", ["footer", "manifest", "moved away"])
def test_a_damaged_stable_release_can_be_left(second: Home, harm: str) -> None:
    home = second
    assert run(home, promote, "2026.06.02", "--why", "x", "--yes").exit_code == 0
    folder = home.releases / "release=2026.06.02"
    if harm == "footer":
        damage(home, "2026.06.02")
    elif harm == "manifest":
        (folder / "manifest.json").write_text("{")
    else:
        folder.rename(home.root / "aside")
    back = run(home, promote, "2026.06.01", "--why", "damaged", "--yes")
    assert back.exit_code == 0, back.output
    assert "cannot be shown" in back.output
    target = pointer(home.releases, "stable")
    assert target is not None and target.version == "2026.06.01"


def test_a_release_that_the_next_one_is_compared_with_is_named_and_can_be_moved_away(
    con: duckdb.DuckDBPyConnection, second: Home
) -> None:
    home = second
    damage(home, "2026.06.02")
    f.ready(con, f.national(2012))
    with pytest.raises(DamagedReleaseError, match=r"release=2026\.06\.02 is damaged"):
        f.publish(con, home, 3, pages=False)
    (home.releases / "release=2026.06.02").rename(home.root / "aside")
    assert f.publish(con, home, 3, pages=False).version == "2026.06.03"
    assert resolve(home.releases).manifest()["supersedes"] == "2026.06.01"
