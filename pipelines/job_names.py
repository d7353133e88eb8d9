"""Names of the jobs, known without importing anything heavy."""

from __future__ import annotations

from assets.schema.producers import declared


def refresh_of(producer: str) -> str:
    """Return the name of the job that takes in what is new from one producer."""
    return f"refresh_{producer}"


JOB_NAMES = (
    "nightly",
    *(refresh_of(producer.name) for producer in declared().values() if producer.refreshed),
    "rebuild",
)
