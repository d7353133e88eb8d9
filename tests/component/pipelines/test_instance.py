"""Dagster's databases during a run: kept at hand, whole at the end, the same to other readers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.state.home import Home
from pipelines import run_history
from pipelines.instance import TEMPLATE, offered, open_instance, prepare_instance


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


def test_a_later_configuration_reaches_a_home_that_nobody_edited(runs: Path) -> None:
    present = runs.parents[1] / "dagster.yaml"
    earlier = "# what an earlier version shipped\n"
    present.write_text(earlier, encoding="utf-8")
    present.with_name(".dagster.yaml.shipped").write_text(earlier, encoding="utf-8")
    prepare_instance(Home(runs.parents[2]))
    assert present.read_text(encoding="utf-8") == TEMPLATE.read_text(encoding="utf-8")


def test_an_edited_configuration_stays_and_the_later_one_is_offered_once(runs: Path) -> None:
    home = Home(runs.parents[2])
    present = home.dagster / "dagster.yaml"
    present.write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    present.with_name(".dagster.yaml.shipped").write_text("# earlier\n", encoding="utf-8")
    prepare_instance(home)
    assert present.read_text(encoding="utf-8") == "telemetry:\n  enabled: false\n"
    assert offered(home).read_text(encoding="utf-8") == TEMPLATE.read_text(encoding="utf-8")
    offered(home).unlink()
    prepare_instance(home)
    assert not offered(home).exists()
    assert present.read_text(encoding="utf-8") == "telemetry:\n  enabled: false\n"


def test_old_runs_leave_the_history_and_the_newest_stay(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(runs.parents[2])
    monkeypatch.setattr(run_history, "KEPT_RUNS", 1)
    with open_instance() as instance:
        ids = [nothing.execute_in_process(instance=instance).run_id for _ in range(3)]
        later = datetime.now(UTC) + timedelta(days=91)
        assert run_history.prune_history(instance, home, 0, now=later) == 0
        assert run_history.prune_history(instance, home, 92, now=later) == 0
        assert run_history.prune_history(instance, home, 90, now=later) == 2
        assert [r.run_id for r in instance.get_runs()] == ids[-1:]
    assert sorted(p.name for p in runs.glob("*.db")) == sorted([f"{ids[-1]}.db", "index.db"])
