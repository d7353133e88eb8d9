"""Dagster's databases during a run: kept at hand, whole at the end, the same to other readers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from assets.home import Home
from pipelines.instance import open_instance, prepare_instance


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The variable is put back after the test, whatever the test sets it to.
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return prepare_instance(Home(tmp_path)) / "history" / "runs"


@dg.op
def said() -> None:
    """Do nothing."""


@dg.job
def nothing() -> None:
    said()


def test_a_run_leaves_whole_databases(runs: Path) -> None:
    with open_instance() as instance:
        result = nothing.execute_in_process(instance=instance)
        # Before the log is copied into the database, another process sees the same events.
        shard = runs / f"{result.run_id}.db"
        assert shard.with_name(f"{shard.name}-wal").exists()
        assert _events(shard) > 0
        during = _events(shard)
    assert sorted(p.name for p in runs.iterdir()) == sorted([shard.name, "index.db"])
    assert _events(shard) == during == len(result.all_events)


def test_other_databases_are_left_alone(runs: Path) -> None:
    with open_instance() as instance:
        nothing.execute_in_process(instance=instance)
    with dg.DagsterInstance.get() as instance:
        result = nothing.execute_in_process(instance=instance)
        assert not (runs / f"{result.run_id}.db-wal").exists()


def _events(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        count = "SELECT count(*) FROM event_logs WHERE dagster_event_type IS NOT NULL"
        return int(connection.execute(count).fetchall()[0][0])
