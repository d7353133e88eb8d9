"""Dagster's run launcher for one machine, which also knows when a run was killed.

Named in ``dagster.yaml``. Run monitoring of the daemon asks it every few seconds; without an answer
Dagster waits for ``max_runtime_seconds`` (hours), and the queue with it.
"""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
from dagster._core.launcher import DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from pipelines.killed import describe, is_dead

_HERE = ("", "localhost", "127.0.0.1", "::1")


class HomeRunLauncher(DefaultRunLauncher):
    """Launches runs as Dagster does by default; a run is well while its process holds its lock."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Return true: run monitoring asks for the health of started runs."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Say whether the process of a started run still lives."""
        home = Path(self._instance.root_directory)
        record = self._instance.get_run_record_by_id(run.run_id)
        if record is None or not _is_here(run) or not is_dead(home, record):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, describe(home, record))


def _is_here(run: dg.DagsterRun) -> bool:
    """Say whether a run is on this machine, so that its lock can be seen."""
    tag = run.tags.get(GRPC_INFO_TAG)
    return tag is None or str(json.loads(tag).get("host") or "") in _HERE
