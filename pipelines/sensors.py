"""Sensors: files in the inbox start a run; runs that Dagster started tell what is wrong."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.archive.inbox import waiting
from assets.catalogue import DATASETS
from assets.schema.identity import file_sha256
from pipelines.alerts import raise_alerts, run_troubles, source_troubles
from pipelines.jobs import JOBS, nightly
from pipelines.settings import Settings

_SECONDS_BETWEEN_LOOKS = 60
_QUIET_SECONDS = 20
"""A file that was written to more recently may still be arriving."""


def build_sensors(settings: Settings) -> Sequence[dg.SensorDefinition]:
    """Return the sensors of one home."""
    return (_inbox(settings), _failure(settings), _success(settings))


def _inbox(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="inbox",
        job=nightly,
        minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run when files lie in the inbox; the same contents start one run.",
    )
    def _look(_: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        files = [f for f in waiting(settings.home) if _quiet(f)]
        if not files:
            return dg.SkipReason(f"no files wait in {settings.home.inbox}")
        contents = "|".join(sorted(file_sha256(f) for f in files))
        key = hashlib.sha256(contents.encode()).hexdigest()[:16]
        names = ", ".join(f.name for f in files)
        return dg.RunRequest(run_key=f"inbox-{key}", tags={"inbox": names[:200]})

    return _look


def _quiet(file: Path) -> bool:
    return time.time() - file.stat().st_mtime >= _QUIET_SECONDS


def _failure(settings: Settings) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="alert_on_failure",
        monitored_jobs=list(JOBS),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells of a failed run through the webhook, once per trouble.",
    )
    def _failed(context: dg.RunFailureSensorContext) -> None:
        failures = [
            (event.step_key or "run", _cause(event)) for event in context.get_step_failure_events()
        ] or [("run", context.failure_event.message or "the run failed")]
        _tell(settings, context.dagster_run.run_id, failures)

    return _failed


def _success(settings: Settings) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_on_sources",
        monitored_jobs=list(JOBS),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells of refused vintages and late sources after a run, once per trouble.",
    )
    def _succeeded(context: dg.RunStatusSensorContext) -> None:
        _tell(settings, context.dagster_run.run_id, [])

    return _succeeded


def _tell(settings: Settings, run_id: str, failures: Sequence[tuple[str, str]]) -> None:
    today = datetime.now(UTC).date()
    live = settings.profile == "live"
    troubles = [
        *run_troubles(failures),
        *source_troubles(settings.home, DATASETS, today=today, live=live),
    ]
    raise_alerts(settings.home, run_id, troubles)


def _cause(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "unknown error"
