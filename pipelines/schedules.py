"""When the jobs run by themselves."""

from __future__ import annotations

import dagster as dg

from pipelines.jobs import nightly

nightly_schedule = dg.ScheduleDefinition(
    name="nightly_0215_london",
    job=nightly,
    cron_schedule="15 2 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 02:15 in London, after the producers' working day.",
)
SCHEDULES = (nightly_schedule,)
