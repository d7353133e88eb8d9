"""A command that is printed can be typed as it stands."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from pipelines.commands.speaking import runnable
from pipelines.terminal import invocation, quoted


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "a venv" / "bin" / "imr"
    file.parent.mkdir(parents=True)
    file.write_text('#!/bin/sh\necho "home=$IMR_HOME"\nfor word; do echo "<$word>"; done\n')
    file.chmod(0o755)
    return file


def test_the_program_is_named_as_it_was_called(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called, found = str(program), {"PATH": str(program.parent)}
    assert invocation("run", argv0=called, environment=found) == "imr run"
    elsewhere = {"PATH": "/nowhere"}
    assert shlex.split(invocation("run", argv0=called, environment=elsewhere)) == [called, "run"]
    monkeypatch.chdir(tmp_path)
    assert invocation(argv0=called, environment=elsewhere) == "'a venv/bin/imr'"
    assert invocation(argv0="a venv/bin/imr", environment=elsewhere) == "'a venv/bin/imr'"
    assert invocation("run", argv0="/usr/bin/pytest", environment=elsewhere) == "imr run"


@pytest.mark.parametrize("home", ["/srv/imr", "/srv/it's a home", '/srv/"$x`y'])
@pytest.mark.parametrize("word", ["area_code = 'US-MO'", "a b", 'it\'s "$HOME"', "x*", "!", "–"])
def test_a_shell_reads_the_words_that_are_meant(
    program: Path, tmp_path: Path, home: str, word: str
) -> None:
    line = invocation("show", word, argv0=str(program), environment={"IMR_HOME": home, "PATH": ""})
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"home={home}", "<show>", f"<{word}>"]


def test_sql_is_quoted_as_a_person_would() -> None:
    assert quoted("--where", "area_code = 'US-MO'") == "--where \"area_code = 'US-MO'\""


def test_only_what_is_to_be_typed_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_HOME", "/srv/imr")
    said = runnable(
        "imr doctor checks it.\nMake one with: imr run\n  imr sources\nso imr verify V."
    )
    assert said.splitlines() == [
        "IMR_HOME=/srv/imr imr doctor checks it.",
        "Make one with: IMR_HOME=/srv/imr imr run",
        "  IMR_HOME=/srv/imr imr sources",
        "so imr verify V.",
    ]
