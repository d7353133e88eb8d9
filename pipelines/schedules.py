"""Schedules of the jobs."""

from __future__ import annotations

import dagster as dg

from pipelines.daemon import take_in
from pipelines.jobs import nightly


def _tonight(_: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return take_in()


nightly_schedule = dg.ScheduleDefinition(
    name="nightly_0215_london",
    job=nightly,
    cron_schedule="15 2 * * *",
    execution_fn=_tonight,
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 02:15 in London, after the producers' working day: takes in what "
    "is new. The sensor stale_tables starts the run that makes what that has made stale.",
)
SCHEDULES = (nightly_schedule,)
