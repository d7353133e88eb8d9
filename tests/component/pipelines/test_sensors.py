"""Sensors: files in the inbox ask for one run per content; failures reach the alerts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import dagster as dg
import pytest

from assets.state.home import Home
from pipelines.instance import prepare_instance
from pipelines.sensors import build_sensors
from pipelines.settings import Settings

LONG_AGO = (1_000_000_000, 1_000_000_000)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(Home(tmp_path / "home").create())


@pytest.fixture
def inbox(settings: Settings) -> dg.SensorDefinition:
    return next(s for s in build_sensors(settings) if s.name == "inbox")


def _look(inbox: dg.SensorDefinition) -> list[str]:
    with dg.build_sensor_context() as context:
        found = inbox.evaluate_tick(context)
    return [r.run_key for r in found.run_requests or []]


def _put(settings: Settings, name: str, text: str) -> Path:
    file = settings.home.inbox / name
    file.write_text(text, encoding="utf-8")
    os.utime(file, LONG_AGO)
    return file


def test_an_empty_inbox_asks_for_nothing(inbox: dg.SensorDefinition) -> None:
    assert _look(inbox) == []


def test_the_run_key_follows_the_content_not_the_name(
    settings: Settings, inbox: dg.SensorDefinition
) -> None:
    file = _put(settings, "a.txt", "one")
    (first,) = _look(inbox)
    file.rename(file.with_name("b.txt"))
    assert _look(inbox) == [first]
    _put(settings, "b.txt", "two")
    assert _look(inbox) != [first]


def test_files_that_are_still_arriving_wait(settings: Settings, inbox: dg.SensorDefinition) -> None:
    (settings.home.inbox / "fresh.txt").write_text("half", encoding="utf-8")
    _put(settings, "export.txt.part", "half")
    _put(settings, ".hidden", "x")
    assert _look(inbox) == []


@dg.op
def breaks() -> None:
    raise ValueError("the disk is full")


@dg.resource
def taken() -> None:
    raise ValueError("the lock is taken")


@dg.op(required_resource_keys={"lock"})
def waits() -> None:
    """Never begins: its resource fails."""


@pytest.mark.parametrize(
    ("step", "said"),
    [(breaks, "run failed: breaks: ValueError: the disk is full"),
     (waits, "run failed: run: ValueError: the lock is taken")],
)  # fmt: skip
def test_a_failed_run_is_told_with_its_cause(
    settings: Settings, step: dg.OpDefinition, said: str
) -> None:
    @dg.job(resource_defs={"lock": taken})
    def nightly() -> None:
        step()

    sensor = next(s for s in build_sensors(settings) if s.name == "alert_on_failure")
    with dg.DagsterInstance.ephemeral() as instance:
        result = nightly.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        sensor(context)
    report = settings.home.reports / f"run-{result.run_id}.json"
    (line,) = json.loads(report.read_text(encoding="utf-8"))["alerts"]
    assert line == f"ALERT {said}"


def test_a_run_that_its_server_saw_killed_is_told_as_killed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")

    @dg.job
    def nightly() -> None:
        breaks()

    sensor = next(s for s in build_sensors(settings) if s.name == "alert_on_failure")
    prepare_instance(settings.home)
    with dg.DagsterInstance.get() as instance:
        run = instance.create_run_for_job(nightly, status=dg.DagsterRunStatus.STARTED)
        # The lock of a process that is gone: there, and held by nobody.
        alive = settings.home.dagster / "alive" / f"{run.run_id}.json"
        alive.parent.mkdir()
        alive.write_text('{"pid": 4711, "host": "here"}', encoding="utf-8")
        event = instance.report_run_failed(run)
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_instance=instance,
            dagster_run=run,
            dagster_event=event,
        ).for_run_failure()
        sensor(context)
        sensor(context)
    report = settings.home.reports / f"run-{run.run_id}.json"
    facts = json.loads(report.read_text(encoding="utf-8"))
    (line,) = facts["alerts"]
    assert line.startswith(f"ALERT run killed: {run.run_id[:8]}: ")
    assert "process 4711 on here) was killed" in line
    assert facts["killed"] in line
