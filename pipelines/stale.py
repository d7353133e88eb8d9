"""Which tables must be made again, as Dagster's own staleness and the warehouse say.

Dagster's staleness is what its web UI shows: a table is stale where the version of its code, or of
something that it was made from, is another than when it was made. That alone would let a table
stand that is not in the warehouse any more, or whose rules were not found to hold.

The resolver is not part of Dagster's public API, and there is no public way to ask what the web UI
asks. Dagster is pinned, and the import fails where a later version has moved it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import dagster as dg
from dagster._core.asset_graph_view.asset_graph_view import AssetGraphView
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.definitions.temporal_context import TemporalContext
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.base import AssetRecord
from dagster._time import get_current_datetime

from assets.schema.model import Layer
from pipelines.failures import FailedCheck
from pipelines.settings import Settings
from pipelines.standing import standing

_LAYERS = frozenset(layer.value for layer in Layer)
_TAKES_IN = frozenset(("raw", "declared"))
_RELEASE = "release"


@dataclass(frozen=True)
class Remake:
    """What a run has to make after it has taken in what is new.

    Attributes:
        keys: Assets to make: the stale ones, what stands on them, and the release, which is
            proved and confirmed by every run.
        why: Tables that are stale by themselves, each with the reason.
        advice: Checks that only advise and did not pass, of tables that stand.
    """

    keys: frozenset[dg.AssetKey]
    why: Mapping[str, str]
    advice: tuple[FailedCheck, ...] = ()


def taking_in(graph: AssetGraph) -> frozenset[dg.AssetKey]:
    """Return the assets that look for what is new."""
    return frozenset(k for k in graph.materializable_asset_keys if k.path[0] in _TAKES_IN)


def is_release_alone(keys: Iterable[dg.AssetKey]) -> bool:
    """Return whether no table is among the assets, so that the release is only confirmed."""
    return all(k.path[0] == _RELEASE for k in keys)


def to_remake(settings: Settings, instance: dg.DagsterInstance, graph: AssetGraph) -> Remake:
    """Return what must be made now that everything new has been taken in.

    Args:
        settings: Where state lives.
        instance: Dagster's instance.
        graph: All assets.
    """
    tables = sorted(k for k in graph.materializable_asset_keys if k.path[0] in _LAYERS)
    known, why = _by_history(instance, graph, tables)
    warehouse = standing(settings, known)
    why = {**warehouse.unfit, **why}
    made = _with_what_follows(graph, (dg.AssetKey(name.split(".")) for name in why))
    release = frozenset(k for k in graph.materializable_asset_keys if k.path[0] == _RELEASE)
    remade = {".".join(k.path) for k in made}
    advice = tuple(c for c in warehouse.advice if c.asset not in remade)
    return Remake(made | release, dict(sorted(why.items())), advice)


def _with_what_follows(graph: AssetGraph, keys: Iterable[dg.AssetKey]) -> frozenset[dg.AssetKey]:
    """Return the assets, what one step makes together with them, and all that stands on these."""
    found: frozenset[dg.AssetKey] = frozenset()
    wider = frozenset(keys)
    while wider != found:
        found = wider
        selection = dg.AssetSelection.assets(*found).downstream().required_multi_asset_neighbors()
        wider = frozenset(selection.resolve(graph)) if found else found
    return found


def _by_history(
    instance: dg.DagsterInstance, graph: AssetGraph, tables: Iterable[dg.AssetKey]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the content that is remembered of each table, and which are stale and why."""
    view = AssetGraphView(
        temporal_context=TemporalContext(effective_dt=get_current_datetime(), last_event_id=None),
        instance=instance,
        asset_graph=graph,
    )
    resolver = CachingStaleStatusResolver(instance, graph, loading_context=view)
    # Otherwise the resolver asks the database for one asset at a time.
    keys = [*graph.materializable_asset_keys]
    records = dict(zip(keys, AssetRecord.blocking_get_many(view, keys), strict=True))
    checked = _checked(instance, graph, records)
    known, why = {}, {}
    for key in tables:
        name = ".".join(key.path)
        known[name] = resolver.get_current_data_version(key).value
        status = resolver.get_status(key)
        if status is StaleStatus.MISSING:
            why[name] = "no run has made it"
        elif status is StaleStatus.STALE:
            causes = resolver.get_stale_root_causes(key)
            why[name] = "; ".join(f"{c.asset_key.to_user_string()} {c.reason}" for c in causes)
        elif key in checked:
            why[name] = checked[key]
    return known, why


def _checked(
    instance: dg.DagsterInstance,
    graph: AssetGraph,
    assets: Mapping[dg.AssetKey, AssetRecord | None],
) -> dict[dg.AssetKey, str]:
    """Return the tables whose last contract did not hold, or was not checked since they were made.

    Dagster's staleness leaves checks out.
    """
    checks = [k for k in graph.asset_check_keys if k.name == "contract"]
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(checks)
    found = {}
    for check in checks:
        asset, record = assets.get(check.asset_key), records.get(check)
        made = asset.asset_entry.last_materialization_record if asset is not None else None
        if made is None:
            continue
        if record is None or record.status is AssetCheckExecutionRecordStatus.PLANNED:
            found[check.asset_key] = "its contract has not been checked"
        elif record.status is AssetCheckExecutionRecordStatus.FAILED:
            found[check.asset_key] = "its contract did not hold"
        elif record.run_id != made.run_id:
            target = record.evaluation and record.evaluation.target_materialization_data
            if not target or target.storage_id != made.storage_id:
                found[check.asset_key] = "its contract has not been checked since it was made"
    return found
