"""A run that Dagster started, busy until its standard input closes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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


def main(words: Sequence[str]) -> None:
    """Run it in a home; it prints one line when its only step has begun."""
    (home,) = words
    defs = build_defs(Settings(Home(Path(home))))
    job = dg.Definitions(
        assets=[busy],
        jobs=[dg.define_asset_job("by_dagster", selection="busy")],
        resources=defs.resources,
    ).resolve_job_def("by_dagster")
    sys.exit(0 if job.execute_in_process().success else 1)
