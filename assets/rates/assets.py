"""Dagster assets of the rates layer: one table each, before disclosure control."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg
import duckdb

from assets.code_version import code_version
from assets.rates import build
from assets.resources import WarehouseResource
from assets.schema.assets import OWNERS, column_schema, described
from assets.schema.identity import content_hash
from assets.schema.registry import table

_CORE = tuple(
    dg.AssetKey(["core", name])
    for name in (
        "observations",
        "printed_rates",
        "areas",
        "region_members",
        "series_breaks",
        "pools",
    )
)
_RATES = dg.AssetKey(["rates", "rates"])


def _rates_asset(
    name: str,
    build_table: Callable[[duckdb.DuckDBPyConnection], int],
    deps: tuple[dg.AssetKey, ...],
) -> dg.AssetsDefinition:
    spec = table(f"published.{name}")

    @dg.asset(
        key=["rates", name],
        deps=deps,
        group_name="rates",
        description=described(spec) + "\n\nBefore disclosure control; not for readers.",
        owners=OWNERS,
        kinds={"duckdb", "sql"},
        tags={"layer": "rates"},
        metadata={"dagster/column_schema": column_schema(spec)},
        code_version=code_version("assets/rates", "assets/schema"),
    )
    def _asset(warehouse: WarehouseResource) -> dg.MaterializeResult[None]:
        with warehouse.connect() as con:
            rows = build_table(con)
            version = content_hash(con, f"rates.{name}", spec)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": rows}, data_version=dg.DataVersion(version)
        )

    return _asset


ASSETS = (
    _rates_asset("rates", build.build_rates, _CORE),
    _rates_asset("rankings", build.build_rankings, (_RATES,)),
    _rates_asset("disparities", build.build_disparities, (_RATES,)),
    _rates_asset("trends", build.build_trends, (_RATES,)),
    _rates_asset("targets", build.build_targets, (_RATES,)),
    _rates_asset("claims", build.build_claims, (_RATES,)),
)
