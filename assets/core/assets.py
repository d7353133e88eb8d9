"""Dagster assets of the core layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import dagster as dg
import duckdb

from assets.archive.sources import build_vintages
from assets.catalogue import DATASETS
from assets.code_version import code_version
from assets.core.declarations import (
    build_areas,
    build_pools,
    build_region_members,
    build_series_breaks,
)
from assets.core.observations.build import build_counts
from assets.resources import IntakeResource, WarehouseResource
from assets.schema.assets import OWNERS, column_schema, described
from assets.schema.identity import content_hash
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of

_STAGING = [dg.AssetKey(["staging", t.name]) for t in tables_of(Layer.STAGING)]
_TAGS = {"layer": "core"}


def _declared(name: str, build: Callable[[duckdb.DuckDBPyConnection], int]) -> dg.AssetsDefinition:
    spec = table(f"core.{name}")

    @dg.asset(
        key=["core", name],
        group_name="core",
        description=described(spec),
        owners=OWNERS,
        kinds={"duckdb"},
        tags=_TAGS,
        metadata={"dagster/column_schema": column_schema(spec)},
        code_version=code_version("assets/core", "assets/schema"),
    )
    def _asset(warehouse: WarehouseResource) -> dg.MaterializeResult[None]:
        with warehouse.connect() as con:
            rows = build(con)
            version = content_hash(con, spec.full_name, spec)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": rows}, data_version=dg.DataVersion(version)
        )

    return _asset


def _spec(name: str, deps: Sequence[dg.AssetKey]) -> dg.AssetSpec:
    spec = table(f"core.{name}")
    return dg.AssetSpec(
        ["core", name],
        deps=deps,
        group_name="core",
        description=described(spec),
        owners=OWNERS,
        kinds={"duckdb"},
        tags=_TAGS,
        metadata={"dagster/column_schema": column_schema(spec)},
        code_version=code_version("assets/core", "assets/schema"),
    )


_COUNTS = ("observations", "printed_rates", "revisions", "vintages")


@dg.multi_asset(
    name="core_counts",
    specs=[_spec(name, [*_STAGING, dg.AssetKey(["core", "areas"])]) for name in _COUNTS],
)
def counts(intake: IntakeResource, warehouse: WarehouseResource):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Harmonise the staged cells of every vintage into counts, printed rates and revisions."""
    with warehouse.connect() as con:
        build_vintages(con, intake.paths, DATASETS, as_of=intake.known_until)
        build_counts(con)
        for name in _COUNTS:
            spec = table(f"core.{name}")
            rows = con.execute(f"SELECT count(*) FROM {spec.full_name}").fetchall()[0][0]
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["core", name]),
                metadata={"dagster/row_count": rows},
                data_version=dg.DataVersion(content_hash(con, spec.full_name, spec)),
            )


ASSETS = (
    _declared("areas", build_areas),
    _declared("region_members", build_region_members),
    _declared("series_breaks", build_series_breaks),
    _declared("pools", build_pools),
    counts,
)
