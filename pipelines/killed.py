"""Runs that were killed: found, marked as failed, described."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipelines.alive import DIED, LIVES, owner_of, state_of

SILENT_SECONDS = 120
"""A run that has started and still holds no lock after this time never will."""

_SAID = re.compile(r"Run [0-9a-f]{8} \(.* does its work again\.", re.DOTALL)
_OPEN = (
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


def is_dead(dagster_home: Path, record: dg.RunRecord) -> bool:
    """Say whether the process of a run that has not ended is gone.

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
    """Return the runs that Dagster takes for unfinished and whose process is gone."""
    home = Path(instance.root_directory)
    records = instance.get_run_records(dg.RunsFilter(statuses=list(_OPEN)))
    return [r for r in records if is_dead(home, r)]


def close_dead_runs(instance: dg.DagsterInstance) -> Sequence[tuple[str, str]]:
    """Mark every killed run as failed.

    Returns:
        Of each its identifier and what happened, in plain words.
    """
    home = Path(instance.root_directory)
    found = []
    for record in dead_runs(instance):
        said = describe(home, record)
        instance.report_run_failed(record.dagster_run, said)
        found.append((record.dagster_run.run_id, said))
    return found


def describe(dagster_home: Path, record: dg.RunRecord) -> str:
    """Return what happened to a killed run and what to do."""
    run = record.dagster_run
    owner = owner_of(dagster_home, run.run_id)
    begun = record.start_time or record.create_timestamp.timestamp()
    since = datetime.fromtimestamp(begun, UTC).strftime("%Y-%m-%d %H:%M")
    process = f", process {owner['pid']} on {owner['host']}" if owner else ""
    return (
        f"Run {run.run_id[:8]} ({run.job_name}, begun {since} UTC{process}) was killed: its "
        "process is gone and it never said how it ended. Out of memory, a restart of the machine "
        "and kill -9 look like that; the system's log says which. What was published before "
        "stands; the next run does its work again."
    )


def killed_text(message: str) -> str | None:
    """Return what :func:`describe` said inside a message of Dagster, or ``None``."""
    found = _SAID.search(message)
    return found[0] if found else None
