"""Runs of Dagster and runs by hand take one lock; who comes second says who was first."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import preloaded
from tests.preloaded import Started

from . import holder
from .conftest import run_imr

AREAS = 'key:"core/areas"'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def dagster_run(home: Path) -> Iterator[Started]:
    """A run of Dagster that has begun its step and goes on until its input closes."""
    environment = {**os.environ, "IMR_HOME": str(home)}
    process = preloaded.start(holder.main, home, environment=environment)
    assert process.stdout.readline() == "begun\n"
    yield process
    process.kill()
    process.communicate()


def materialize(home: Path, repository: Path) -> subprocess.CompletedProcess[str]:
    """Materialise an asset as Dagster does it, without ``imr``."""
    (home / "dagster").mkdir(parents=True, exist_ok=True)
    words = ("asset", "materialize", "--select", AREAS,
             "-f", repository / "pipelines/definitions.py", "-d", repository)  # fmt: skip
    environment = {
        **os.environ,
        "IMR_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
    }
    return preloaded.run(words, environment, repository, preloaded.dagster)


def test_a_run_by_hand_says_which_run_of_dagster_is_writing(
    home: Path, dagster_run: Started
) -> None:
    done = run_imr(home, "run", "--only", AREAS)
    assert done.returncode == 2
    (said,) = done.stderr.strip().splitlines()
    assert said.startswith(f"imr run: {home} is being written by Dagster run ")
    assert f"(by_dagster) (process {dagster_run.pid} of " in said
    # The operating system frees the lock of a process that was killed.
    dagster_run.kill()
    dagster_run.communicate()
    done = run_imr(home, "run", "--only", AREAS)
    assert done.returncode == 0, done.stderr


def test_a_run_of_dagster_says_who_is_writing_and_runs_no_step(
    home: Path, repository: Path, dagster_run: Started
) -> None:
    done = materialize(home, repository)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert f"BusyError: {home} is being written by Dagster run " in said
    assert f"(process {dagster_run.pid} of " in said
    assert "STEP_START" not in said
    assert "Could not set lock" not in said
    dagster_run.communicate()
    assert dagster_run.returncode == 0
    done = materialize(home, repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "STEP_SUCCESS" in done.stdout + done.stderr
    assert not (home / "writer.owner.json").exists()
