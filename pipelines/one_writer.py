"""Resources that hold the writer lock during a run.

A run of ``imr run`` takes the lock itself. Runs that Dagster starts (the schedule, a sensor, the
web UI, ``dagster asset materialize``) take it here, once per run, before the first step; the
operating system frees it when the run's process dies.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import dagster as dg
import duckdb

from assets.archive.settling import Complaint
from assets.defs.resources import IntakeResource, WarehouseResource
from assets.state.answers import answer_of, keep
from assets.state.owned_lock import writer_lock
from expectations.complaints import complaints
from expectations.validate import validate_table
from pipelines.alive import hold
from pipelines.declared import made_from
from pipelines.jobs import in_words
from pipelines.run_tags import add_missing


class LockedWarehouse(WarehouseResource):
    """The warehouse, with the writer lock held during the run."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Hold the lock for the run; a run that cannot have it fails before its first step."""
        with writer_lock(self.paths, _purpose(context), again=True):
            _begin(context, self.profile)
            yield self

    def made_from(self, full_name: str) -> str:
        """Return the identity of a table's inputs other than upstream tables."""
        # Tables of a rebuild as of a past day are not used by later runs.
        if self.as_of:
            return ""
        (now,) = made_from(self.paths, self.basis, (full_name,), ())
        return now[full_name]

    def complaints(self, con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[Complaint]:
        """Return the required rules that fail on some tables."""
        return complaints(con, names, basis=self.basis, today=self.today)

    def recheck(self, con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
        """Store evidence for tables that were rebuilt after their checks."""
        for name in names:
            outcome = validate_table(con, name, basis=self.basis, today=self.today)
            keep(self.answers, name, answer_of(outcome.content_hash, outcome.answer))


class LockedIntake(IntakeResource):
    """Intake of extracts, with the writer lock held during the run."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """Hold the lock for the run; a run that cannot have it fails before its first step."""
        with writer_lock(self.paths, _purpose(context), again=True):
            _begin(context, self.profile)
            yield self


def _begin(context: dg.InitResourceContext, profile: str) -> None:
    """Hold the lock that shows that this run is alive, and tag the run."""
    instance, run = context.instance, context.run
    if run is not None and instance is not None and instance.is_persistent:
        hold(Path(instance.root_directory), run.run_id)
        add_missing(instance, run, profile)


def _purpose(context: dg.InitResourceContext) -> str:
    run = context.run
    return (
        f"Dagster run {run.run_id[:8]} ({in_words(run.job_name)})" if run is not None else "Dagster"
    )
