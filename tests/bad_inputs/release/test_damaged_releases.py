"""Damage to pointers and manifests is named, with what to do; nothing else breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from assets.home import Home
from assets.release.catalogue import DamagedReleaseError, pointer, releases_in, resolve
from assets.release.publish import ReleaseOutcome, publish_release
from assets.warehouse import in_memory
from pipelines.commands.releases import command as releases
from pipelines.commands.show import command as show
from pipelines.commands.verify import command as verify
from tests.component.release import figures as f


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = in_memory()
    f.ready(connection, f.national())
    yield connection
    connection.close()


@pytest.fixture
def home(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> Home:
    made = Home(tmp_path / "home").create()
    publish(con, made, 1)
    return made


def publish(con: duckdb.DuckDBPyConnection, home: Home, day: int) -> ReleaseOutcome:
    now = datetime(2026, 6, day, tzinfo=UTC)
    return publish_release(con, home, required_rules=f.required(), now=now)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": "2026.06.01"}'])
def test_a_damaged_pointer_is_named_and_can_be_removed(
    con: duckdb.DuckDBPyConnection, home: Home, content: str
) -> None:
    file = home.releases / "channels" / "nightly.json"
    file.write_text(content)
    result = CliRunner().invoke(show, ["rates"], env={"IMR_HOME": str(home.root)})
    assert result.exit_code == 1
    assert "nightly.json is damaged" in result.output
    assert "remove the file, then imr run" in result.output
    with pytest.raises(DamagedReleaseError):
        publish(con, home, 2)
    file.unlink()
    again = publish(con, home, 2)
    assert (again.version, again.published) == ("2026.06.01", False)
    assert resolve(home.releases).version == "2026.06.01"


def test_a_damaged_manifest_is_named(home: Home) -> None:
    (home.releases / "release=2026.06.01" / "manifest.json").write_text("{")
    result = CliRunner().invoke(show, ["rates"], env={"IMR_HOME": str(home.root)})
    assert result.exit_code == 1
    assert "manifest.json is damaged" in result.output
    assert "imr verify" in result.output
    listed = CliRunner().invoke(releases, [], env={"IMR_HOME": str(home.root)})
    assert (listed.exit_code, "2026.06.01  nightly   damaged" in listed.output) == (0, True)
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
