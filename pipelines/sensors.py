"""Sensors: start a run when files are in the inbox, and alert after runs that Dagster started."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import dagster as dg

from assets.archive.inbox import waiting
from assets.schema.content_hash import file_sha256
from pipelines.daemon import goes_on, second_part, take_in
from pipelines.failures import failed_checks, failed_steps, tell
from pipelines.jobs import JOBS, nightly
from pipelines.killed import close_killed, killed_before, write_killed
from pipelines.nothing import why_none
from pipelines.reports import has_told
from pipelines.run_history import prune_history
from pipelines.settings import Settings

_SECONDS_BETWEEN_LOOKS = 60
_SECONDS_BETWEEN_LIVES = 20


def build_sensors(settings: Settings) -> Sequence[dg.SensorDefinition]:
    """Return the sensors of one home."""
    return (
        _inbox(settings),
        second_part(settings),
        _killed(settings),
        _failure(settings),
        _success(settings),
    )


def _killed(settings: Settings) -> dg.SensorDefinition:
    # A killed run blocks the queue until Dagster's own time limit, which is hours. A failure sensor
    # ignores failures from before its first evaluation.
    @dg.sensor(
        name="killed_runs",
        minimum_interval_seconds=_SECONDS_BETWEEN_LIVES,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Marks runs whose process is gone as failed, and alerts once for each.",
    )
    def _look(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        killed = close_killed(settings.home, context.instance)
        if not killed:
            return dg.SkipReason("every run that has begun lives or has ended")
        tell(settings, killed[0][0], [], [], killed)
        return dg.SkipReason(f"{len(killed)} killed runs marked as failed and told")

    return _look


def _inbox(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="inbox",
        job=nightly,
        minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run when files lie in the inbox; the same contents start one run.",
    )
    def _look(_: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        files = waiting(settings.home)
        if not files:
            return dg.SkipReason(f"no files wait in {settings.home.inbox}")
        contents = "|".join(sorted(file_sha256(f) for f in files))
        key = hashlib.sha256(contents.encode()).hexdigest()[:16]
        names = ", ".join(f.name for f in files)
        return take_in(f"inbox-{key}", {"inbox": names[:200]})

    return _look


def _failure(settings: Settings) -> dg.SensorDefinition:
    # No list of jobs, so that runs of a selection of assets are covered too.
    @dg.run_failure_sensor(
        name="alert_on_failure",
        minimum_interval_seconds=_SECONDS_BETWEEN_LIVES,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Alerts of failed runs through the webhook, once per problem.",
    )
    def _failed(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        run_id = context.dagster_run.run_id
        if has_told(settings.home, run_id):
            return dg.SkipReason(f"run {run_id[:8]} has told what went wrong itself")
        killed = killed_before(context.instance, run_id, context.failure_event)
        if killed is not None:
            write_killed(settings.home, run_id, killed)
            tell(settings, run_id, [], [], [(run_id, killed)])
            return None
        checks = failed_checks(_evaluations(context.instance, run_id))
        steps = failed_steps(
            settings.home, context.get_step_failure_events(), context.failure_event, checks
        )
        tell(settings, run_id, steps.items(), checks)
        return None

    return _failed


def _success(settings: Settings) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="alert_on_sources",
        monitored_jobs=list(JOBS),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Alerts of refused vintages and late sources after a run, once per problem.",
    )
    def _succeeded(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        run_id = context.dagster_run.run_id
        if has_told(settings.home, run_id):
            return dg.SkipReason(f"run {run_id[:8]} has told what is wrong itself")
        if goes_on(context.dagster_run):
            # A problem of last night counts as solved only after the second run has succeeded.
            return dg.SkipReason(f"the run after run {run_id[:8]} tells what is wrong")
        tell(settings, run_id, [], [], nothing=why_none(settings))
        prune_history(context.instance, settings.home, settings.history_days)
        return None

    return _succeeded


def _evaluations(instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.AssetCheckEvaluation]:
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        if entry.dagster_event is not None:
            yield entry.dagster_event.asset_check_evaluation_data
