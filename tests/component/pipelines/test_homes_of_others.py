"""A home that cannot be one, or that belongs to another user, ends a command in one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.state.home import Home
from pipelines.cli import main
from tests import privileges

EXTRACT = "area,year,live_births,infant_deaths\n29069,2011,400,11\n"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / "extract.csv"
    file.write_text(EXTRACT)
    file.chmod(0o644)
    return file


@pytest.mark.parametrize("below", ["", "below"])
@pytest.mark.parametrize("command", ["ingest", "run", "dagster"])
def test_a_file_is_no_home(
    tmp_path: Path, extract: Path, command: str, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    (tmp_path / "a file").write_text("")
    place = tmp_path / "a file" / below
    words = {"ingest": ["ingest", str(extract)], "run": ["run"], "dagster": ["dagster", "dev"]}
    done = CliRunner().invoke(main, words[command], env={"IMR_HOME": str(place)})
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert f"{place} cannot be a folder" in line
    assert "Set IMR_HOME to a folder" in line
    assert not isinstance(done.exception, OSError)


@pytest.mark.parametrize("command", ["ingest", "sources", "withdraw"])
def test_the_home_of_another_user(
    tmp_path: Path, extract: Path, repository: Path, command: str
) -> None:
    home = Home(tmp_path / "home").create()
    (home.archive / "nchs" / "nchs_wonder_linked").mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o001:
            break
        folder.chmod(0o755)
    imr = Path(sys.executable).with_name("imr")
    done = privileges.run(
        (*privileges.user(54321), *privileges.NO_RIGHTS),
        [imr, command, *([extract] if command == "ingest" else [])],
        repository,
        {**os.environ, "IMR_HOME": str(home.root), "HOME": str(tmp_path)},
    )
    assert done.returncode == 1, done.stdout
    (line,) = done.stderr.splitlines()
    assert "Permission denied" in line
    assert str(home.root) in line
    assert "Run as the user who owns" in line
