"""Find killed runs, mark them as failed, and describe them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from assets.state.home import Home
from pipelines.alive import DIED, LIVES, owner_of, state_of
from pipelines.jobs import in_words
from pipelines.reports import write_report

SILENT_SECONDS = 120
"""A run that holds no lock this long after its start is taken as dead."""

_OPEN = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


def is_dead(dagster_home: Path, record: dg.RunRecord) -> bool:
    """Return whether the process of an unfinished run is gone.

    Args:
        dagster_home: Folder of Dagster's instance.
        record: Run that Dagster takes for unfinished.
    """
    state = state_of(dagster_home, record.dagster_run.run_id)
    if state in (LIVES, DIED):
        return state == DIED
    started = record.start_time
    return started is not None and time.time() - started > SILENT_SECONDS


def dead_runs(instance: dg.DagsterInstance) -> list[dg.RunRecord]:
    """Return the runs that Dagster lists as unfinished although their process is gone."""
    home = Path(instance.root_directory)
    records = instance.get_run_records(dg.RunsFilter(statuses=list(_OPEN)))
    return [r for r in records if is_dead(home, r)]


def close_killed(home: Home, instance: dg.DagsterInstance) -> Sequence[tuple[str, str]]:
    """Mark every killed run as failed and say so in its report.

    Args:
        home: Where state lives.
        instance: Dagster's instance.

    Returns:
        Identifier and description of each; the caller reports them.
    """
    found = []
    for record in dead_runs(instance):
        run_id, said = record.dagster_run.run_id, describe(Path(instance.root_directory), record)
        # Write the report first: the failure sensor does not report a run that has one.
        write_killed(home, run_id, said)
        instance.report_run_failed(record.dagster_run, said)
        found.append((run_id, said))
    return found


def write_killed(home: Home, run_id: str, said: str) -> None:
    """Write the report of a run that was killed and could not write its own.

    Args:
        home: Where state lives.
        run_id: Dagster's identifier of the run.
        said: What happened, in plain words.
    """
    write_report(home, run_id, {"exit_code": 1, "killed": said})


def killed_before(
    instance: dg.DagsterInstance, run_id: str, failure: dg.DagsterEvent
) -> str | None:
    """Describe a killed run that Dagster's code server has already marked as failed.

    The server that started the process notices at once that it died and marks the run as failed.
    Such a run has no report, and its lock is free.

    Args:
        instance: Dagster's instance.
        run_id: Dagster's identifier of the run.
        failure: Dagster's message about its end.

    Returns:
        The description, or ``None`` if the run has reported its failure itself.
    """
    home = Path(instance.root_directory)
    if failure.event_specific_data is not None or state_of(home, run_id) == LIVES:
        return None
    record = instance.get_run_record_by_id(run_id)
    return describe(home, record) if record is not None else None


def describe(dagster_home: Path, record: dg.RunRecord) -> str:
    """Describe what happened to a killed run and what to do."""
    run = record.dagster_run
    owner = owner_of(dagster_home, run.run_id)
    begun = record.start_time or record.create_timestamp.timestamp()
    since = datetime.fromtimestamp(begun, UTC).strftime("%Y-%m-%d %H:%M")
    process = f", process {owner['pid']} on {owner['host']}" if owner else ""
    job = in_words(run.job_name)
    return (
        f"Run {run.run_id[:8]} ({job}, begun {since} UTC{process}) was killed: its "
        "process is gone and it never said how it ended. Out of memory, a restart of the machine "
        "and kill -9 look like that; the system's log says which. What was published before "
        "stands; the next run does its work again."
    )
