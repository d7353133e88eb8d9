"""The README's snippets run on a real release and print what they promise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest


def snippets(repository: Path, language: str) -> list[str]:
    text = (repository / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def beside_var(first_run: tuple[Path, str], tmp_path: Path) -> Path:
    """A folder whose ``var`` is the home of the first run."""
    (tmp_path / "var").symlink_to(first_run[0])
    return tmp_path


@pytest.mark.parametrize(("number", "shown"), [(0, "6.130"), (1, "Missouri")])
def test_python_snippets(repository: Path, beside_var: Path, number: int, shown: str) -> None:
    code = snippets(repository, "python")[number]
    wide = "import pandas as _p\n_p.set_option('display.max_rows', None)\n"
    done = subprocess.run(
        [sys.executable, "-c", wide + code],
        cwd=beside_var,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout


def test_sql_snippet(
    repository: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").symlink_to(published)
    half_written = published / "releases" / ".staging-0123" / "rates.parquet"
    half_written.parent.mkdir()
    half_written.write_bytes(b"half")
    monkeypatch.chdir(tmp_path)
    ((release, rate),) = duckdb.connect().sql(snippets(repository, "sql")[0]).fetchall()
    assert release
    assert round(rate, 2) == 5.61


def test_the_listing_is_what_a_release_holds(repository: Path, first_run: tuple[Path, str]) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    block = text.split("var/releases/release=")[1].split("```")[0]
    listed = set(re.findall(r"\b[\w-]+\.(?:parquet|csv|md|html|json|txt|sql|yaml|xlsx)\b", block))
    (folder,) = (first_run[0] / "releases").glob("release=*")
    assert listed == {p.name for p in folder.iterdir()}


def test_every_command_of_the_table_exists(repository: Path) -> None:
    from pipelines.cli import main

    text = (repository / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`imr (\w+)", text)) - {"COMMAND"}
    assert named == set(main.list_commands(None))
