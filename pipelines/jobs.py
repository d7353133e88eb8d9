"""Jobs: the whole pipeline, one producer only, or everything after the archive."""

from __future__ import annotations

import dagster as dg

from assets.schema.producers import declared
from pipelines.job_names import refresh_of

OF_A_SELECTION = "__ASSET_JOB"
"""Dagster's own name for the job that materialises selected assets."""

_ALL = dg.AssetSelection.all()
_RAW = dg.AssetSelection.key_prefixes(["raw"])
_DECLARED = dg.AssetSelection.key_prefixes(["declared"])
_AFTER_STAGING = dg.AssetSelection.key_prefixes(["core"], ["rates"], ["published"], ["release"])


def _of_producer(source: str) -> dg.AssetSelection:
    raw = dg.AssetSelection.groups(f"raw_{source}")
    return raw | raw.downstream() | _DECLARED | _AFTER_STAGING


nightly = dg.define_asset_job(
    "nightly",
    selection=_ALL,
    description="Take in what is new from every producer, recompute, validate, publish.",
)
REFRESHES = tuple(
    dg.define_asset_job(
        refresh_of(producer.name),
        selection=_of_producer(producer.name),
        description=f"Take in what is new from the {producer.called} only, recompute, validate, "
        "publish.",
    )
    for producer in declared().values()
    if producer.refreshed
)
rebuild = dg.define_asset_job(
    "rebuild",
    selection=_ALL - _RAW,
    description="Recompute, validate and publish from the vintages in the archive.",
)
JOBS = (nightly, *REFRESHES, rebuild)


def in_words(job_name: str) -> str:
    """Return the name of a job for messages."""
    return "a selection of assets" if job_name == OF_A_SELECTION else job_name
