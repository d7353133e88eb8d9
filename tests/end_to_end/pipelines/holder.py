"""A run that Dagster started, busy until its standard input closes.

Usage: ``holder.py HOME``. It prints one line when its only step has begun.
"""

from __future__ import annotations

import sys
from pathlib import Path

import dagster as dg

from assets.state.home import Home
from pipelines.assembly import build_defs
from pipelines.settings import Settings


@dg.asset(required_resource_keys={"warehouse"})
def busy() -> None:
    """Say that the run has begun and wait."""
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    defs = build_defs(Settings(Home(Path(sys.argv[1]))))
    job = dg.Definitions(
        assets=[busy],
        jobs=[dg.define_asset_job("by_dagster", selection="busy")],
        resources=defs.resources,
    ).resolve_job_def("by_dagster")
    sys.exit(0 if job.execute_in_process().success else 1)
