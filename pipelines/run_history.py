"""Remove old runs from Dagster's history; each run takes up to a megabyte."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from assets.state.home import Home
from pipelines.reports import report_of

KEPT_RUNS = 30
"""Number of newest runs that are kept, however old they are."""
_AT_ONCE = 100
_SLACK = 0.25
_ENDED = (
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
)


def prune_history(
    instance: dg.DagsterInstance, home: Home, days: int, *, now: datetime | None = None
) -> int:
    """Remove runs that ended long ago, with their events, logs and reports.

    Releases, vintages, lineage and the memory of alerts are kept elsewhere.

    Args:
        instance: Dagster's instance.
        home: Where state lives.
        days: Runs that began earlier are removed; 0 keeps all.
        now: Moment to count from.

    Returns:
        Number of runs that were removed; at most a hundred at once.
    """
    if not days:
        return 0
    newest = {r.dagster_run.run_id for r in instance.get_run_records(limit=KEPT_RUNS)}
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    ended = dg.RunsFilter(statuses=list(_ENDED), created_before=before)
    old = instance.get_run_records(ended, limit=KEPT_RUNS + _AT_ONCE, ascending=True)
    ids = [r.dagster_run.run_id for r in old if r.dagster_run.run_id not in newest][:_AT_ONCE]
    for run_id in ids:
        instance.delete_run(run_id)
        _remove_files(Path(instance.root_directory), run_id)
        report_of(home, run_id).unlink(missing_ok=True)
    if ids:
        for file in sorted(Path(instance.root_directory).rglob("*.db")):
            _shrink(file)
    return len(ids)


def _remove_files(dagster_home: Path, run_id: str) -> None:
    for file in (dagster_home / "history" / "runs").glob(f"{run_id}.db*"):
        file.unlink(missing_ok=True)
    (dagster_home / "alive" / f"{run_id}.json").unlink(missing_ok=True)
    shutil.rmtree(dagster_home / "storage" / run_id, ignore_errors=True)


def _shrink(file: Path) -> None:
    """Give unused space in a database back to the disk, unless another process uses it."""
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
        try:
            free, pages = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("freelist_count", "page_count")
            )
            if free > _SLACK * pages:
                connection.execute("VACUUM")
        except sqlite3.OperationalError:
            return
