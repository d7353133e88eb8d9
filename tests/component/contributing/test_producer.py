"""A producer is one folder: the recipe's folder is enough, and what it lacks is told at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.component.contributing.recipes import copy_of, follow

SOURCES = ("assets", "expectations", "pipelines")


def python(project: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run code on the sources of a copy, with a home of its own beside them."""
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(project),
            "IMR_HOME": str(project / "home"),
            "IMR_PROFILE": "sample",
        },
        capture_output=True,
        text=True,
        check=False,
    )


COMMANDS = """
import sys
from pipelines.cli import main

for line in sys.argv[1:]:
    try:
        main(line.split())
    except SystemExit as end:
        if end.code:
            raise
"""
"""In one process, so that the packages are imported once."""


def imr(project: Path, *lines: str) -> str:
    """Run commands on the sources of a copy; returns what they printed."""
    done = python(project, COMMANDS, *lines)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the recipe was followed."""
    copy = copy_of(repository, tmp_path_factory.mktemp("project"))
    follow(repository / "docs/contributing/producer.md", copy, [])
    return copy


def test_one_folder_adds_a_producer(repository: Path, project: Path) -> None:
    """Figures of the example are made up; the rate is its 176 deaths over its 47,000 births."""
    added = {
        str(file.relative_to(project))
        for room in SOURCES
        for file in (project / room).rglob("*")
        if file.is_file() and not (repository / file.relative_to(project)).exists()
    }
    assert {Path(file).parts[:3] for file in added if "__pycache__" not in file} == {
        ("assets", "producers", "nrs")
    }
    # A rebuild takes in no samples: what is published stands on the extract alone.
    assert "nrs_vital_events@" in imr(project, "ingest vital_events.csv", "run --job rebuild")
    (release,) = (project / "home/releases").glob("release=*")
    found = duckdb.sql(
        f"SELECT numerator, denominator, rate FROM '{release}/rates.parquet' WHERE area_code = "
        "'S92000003' AND window_type = 'annual' AND period_end = DATE '2022-12-31'"
    ).fetchall()
    assert [(n, d, round(rate, 4)) for n, d, rate in found] == [(176, 47_000, 3.7447)]
    named = duckdb.sql(
        f"SELECT area_name FROM '{release}/rates.parquet' WHERE area_code LIKE 'S1%'"
    )
    assert set(named.fetchall()) == {("Aberdeen City",)}
    assert "National Records of Scotland" in (release / "LICENCES.md").read_text(encoding="utf-8")


def test_all_missing_parts_are_one_error(project: Path, tmp_path: Path) -> None:
    for room in SOURCES:
        shutil.copytree(project / room, tmp_path / room, ignore=shutil.ignore_patterns("samples"))
    folder = tmp_path / "assets/producers/nrs"
    stated = (folder / "producer.yaml").read_text(encoding="utf-8")
    for line in (
        "called: NRS\n",
        "    text: Open Government Licence v3.0\n",
        "    disclosure: as_published\n",
        "    key: [area_code, year, source_column]\n",
    ):
        line = line if line in stated else line.replace("    ", "  ", 1)
        assert line in stated
        stated = stated.replace(line, "")
    stated = stated.replace("source_families: [nrs_registration]", "source_families: [others]")
    stated = stated.replace("  nrs_vital_events: {}", "  nrs_births: {}")
    (folder / "producer.yaml").write_text(stated, encoding="utf-8")
    (folder / "areas.csv").unlink()
    (folder / "sql/nrs_vital_events.sql").unlink()
    (tmp_path / "assets/producers/empty").mkdir()
    (tmp_path / "assets/producers/empty/__init__.py").touch()
    done = python(tmp_path, COMMANDS, "ingest --list")
    assert done.returncode == 1
    first, *listed = done.stderr.strip().splitlines()
    assert first.startswith("Error: 11 parts of the producers in assets/producers are missing")
    assert [line.partition(";")[0] for line in listed] == [
        "- empty/producer.yaml: the file is missing",
        "- nrs/producer.yaml: called is missing",
        "- nrs/producer.yaml, licence: text is missing",
        "- nrs/producer.yaml, series nrs_registration: disclosure is missing",
        "- nrs/producer.yaml, series nrs_registration: no rule for its rates in UK",
        "- nrs/producer.yaml, table nrs_vital_events: key is missing",
        "- nrs/areas.csv: the file is missing",
        "- empty/producer.py: No module named 'assets.producers.empty.producer'",
        "- nrs/producer.py: nrs_births is missing",
        "- nrs/producer.yaml: datasets lacks nrs_vital_events, which nrs/producer.py has",
        "- nrs/producer.py: cells names nrs_vital_events.sql, which is not there",
    ]
