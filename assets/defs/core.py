"""Dagster assets of the core layer: what is declared, and what is counted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb

from assets.core.declarations import (
    build_areas,
    build_pools,
    build_region_members,
    build_series_breaks,
)
from assets.core.lacking import lacking, remember
from assets.core.observations.counts import build_counts
from assets.core.regions.loader import declared_regions
from assets.core.settled import COUNTED
from assets.defs.resources import WarehouseResource
from assets.defs.specs import key_of, table_spec
from assets.producers.catalogue import DATASETS, STAGED
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of

# Counties are areas as soon as an extract has them.
_AREAS_FROM = tuple(
    s.table.full_name for s in STAGED.values() if s.areas is not None and s.areas.county_column
)
_STAGING = tuple(t.full_name for t in tables_of(Layer.STAGING))
_DECLARED: dict[str, tuple[Callable[[duckdb.DuckDBPyConnection, Path], int], tuple[str, ...]]] = {
    "core.areas": (build_areas, _AREAS_FROM),
    "core.region_members": (build_region_members, ()),
    "core.series_breaks": (lambda con, _: build_series_breaks(con), ()),
    "core.pools": (lambda con, _: build_pools(con), ()),
}


@dg.multi_asset(
    name="core_declarations",
    specs=[
        table_spec(name, table(name), deps, code=(build,))
        for name, (build, deps) in _DECLARED.items()
    ],
    can_subset=True,
)
def declarations(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Load what people declare: areas, custom regions, series breaks, pools.

    Files of regions that cannot be used are set aside and named in the log.
    """
    own = warehouse.paths.regions
    for message in declared_regions(own).set_aside:
        context.log.warning(message)
    with warehouse.connect() as con:
        for name, (build, _) in _DECLARED.items():
            if key_of(name) not in context.selected_asset_keys:
                continue
            build(con, own)
            yield warehouse.made(con, name, table(name))


@dg.multi_asset(
    name="core_counts",
    specs=[
        table_spec(
            name, table(name), (*_STAGING, "core.areas"), code=(build_counts,), skippable=True
        )
        for name in COUNTED
    ],
)
def counts(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Harmonise the staged cells of every vintage into counts, printed rates and revisions.

    A vintage with which a required rule fails is set aside, and what came before it is used. While
    births or deaths are missing, what stands on the counts is left out.
    """
    with warehouse.connect() as con:
        is_enough = warehouse.settles(con, context.log)
        if warehouse.as_of is None:
            remember(warehouse.paths, lacking(con, warehouse.paths, DATASETS))
        if is_enough:
            for name in COUNTED:
                yield warehouse.made(con, name, table(name))


ASSETS = (declarations, counts)
