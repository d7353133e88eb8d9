"""Find the tables that must be made again, from Dagster's staleness and the warehouse.

Dagster's staleness is what its web UI shows: a table is stale if its code version, or the version
of one of its inputs, has changed since it was made. The warehouse is asked as well, because a table
may be gone from it, and the contracts, because staleness leaves checks out.

The resolver is not part of Dagster's public API, which has no other way to ask. Dagster is pinned;
if a later version moves the resolver, the import fails.
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
    """What a run must make after it has taken in new extracts.

    Attributes:
        keys: Assets to make: stale ones, those downstream of them, and the release, which every run
            verifies and confirms.
        why: Tables that are stale for a reason of their own, with it.
        advice: Advisory checks that did not pass, of the tables that are kept.
    """

    keys: frozenset[dg.AssetKey]
    why: Mapping[str, str]
    advice: tuple[FailedCheck, ...] = ()


def taking_in(graph: AssetGraph) -> frozenset[dg.AssetKey]:
    """Return the assets that take in new extracts."""
    return frozenset(k for k in graph.materializable_asset_keys if k.path[0] in _TAKES_IN)


def is_release_alone(keys: Iterable[dg.AssetKey]) -> bool:
    """Return whether the assets contain no table, so that the release is only confirmed."""
    return all(k.path[0] == _RELEASE for k in keys)


def to_remake(settings: Settings, instance: dg.DagsterInstance, graph: AssetGraph) -> Remake:
    """Return what must be made after new extracts have been taken in.

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
    """Return the assets, those made in the same step, and everything downstream."""
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
    """Return the recorded content hash of each table, and the stale ones with the reason."""
    view = AssetGraphView(
        temporal_context=TemporalContext(effective_dt=get_current_datetime(), last_event_id=None),
        instance=instance,
        asset_graph=graph,
    )
    resolver = CachingStaleStatusResolver(instance, graph, loading_context=view)
    # Loaded at once; otherwise the resolver queries the database for each asset.
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
    """Return the tables whose last contract failed or is older than the table.

    Dagster's staleness does not consider checks.
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
