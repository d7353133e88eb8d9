"""Nightly run of Dagster's daemon: a first run takes in new extracts, a second makes stale tables.

``imr run`` does both by itself. The schedule and the inbox start a run that takes in; when it has
succeeded, a sensor starts a second run for the stale tables.
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import duckdb

from assets.defs.specs import DECLARED
from assets.producers.catalogue import DATASETS
from assets.state.owned_lock import BusyError, writer_lock
from assets.state.warehouse import WarehouseBusyError
from pipelines.jobs import nightly
from pipelines.run_tags import COMMAND_LINE, CONFIRMS, MAKES, PART, TAKES_IN, TRIGGER
from pipelines.settings import Settings
from pipelines.stale import is_release_alone, to_remake

_SECONDS_BETWEEN_LOOKS = 20


def take_in(run_key: str | None = None, tags: Mapping[str, str] | None = None) -> dg.RunRequest:
    """Return the request for the run that takes in new extracts.

    Args:
        run_key: Requests with the same key start one run only.
        tags: Tags of the run.
    """
    raw = [dg.AssetKey(["raw", d.dataset_id]) for d in DATASETS]
    return dg.RunRequest(
        run_key=run_key, asset_selection=[DECLARED, *raw], tags={PART: TAKES_IN, **(tags or {})}
    )


def goes_on(run: dg.DagsterRun) -> bool:
    """Return whether the daemon must start a second run after this one.

    ``imr run`` starts its second part itself.
    """
    return run.tags.get(PART) == TAKES_IN and run.tags.get(TRIGGER) != COMMAND_LINE


def second_part(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that requests the run which makes stale tables."""

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="stale_tables",
        monitored_jobs=[nightly],
        request_job=nightly,
        minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After a run that took in what is new: starts one that makes what is stale, "
        "with what stands on it, and confirms the release.",
    )
    def _look(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if not goes_on(run):
            return dg.SkipReason(f"run {run.run_id[:8]} has made what it was asked for")
        asked = _stale(settings, context)
        part = CONFIRMS if asked is not None and is_release_alone(asked) else MAKES
        return dg.RunRequest(
            run_key=f"after-{run.run_id}", asset_selection=asked, tags={PART: part}
        )

    return _look


def _stale(settings: Settings, context: dg.RunStatusSensorContext) -> list[dg.AssetKey] | None:
    """Return the assets to make, or ``None`` for all of them if the warehouse is in use."""
    if context.repository_def is None:
        return None
    graph = context.repository_def.asset_graph
    try:
        with writer_lock(settings.home, "Dagster's sensor stale_tables"):
            return sorted(to_remake(settings, context.instance, graph).keys)
    except (BusyError, WarehouseBusyError, duckdb.Error) as error:
        context.log.warning(f"Everything is made: {error}")
        return None
