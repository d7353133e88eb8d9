"""Dagster assets of the published layer: what may be shown, table by table."""

from __future__ import annotations

import dagster as dg

from assets.code_version import code_version
from assets.disclosure.publish import publish_tables
from assets.resources import WarehouseResource
from assets.schema.assets import OWNERS, column_schema, described
from assets.schema.identity import content_hash
from assets.schema.registry import table

COMPUTED = ("rates", "rankings", "disparities", "trends", "targets", "claims")
PUBLISHED = (*COMPUTED, "suppression", "areas", "sources")
_UPSTREAM = {
    "areas": ["core", "areas"],
    "sources": ["core", "vintages"],
    "suppression": ["rates", "rates"],
}


def _spec(name: str) -> dg.AssetSpec:
    spec = table(f"published.{name}")
    upstream = [dg.AssetKey(_UPSTREAM.get(name, ["rates", name]))]
    if name in COMPUTED and name != "rates":
        upstream.append(dg.AssetKey(["rates", "rates"]))
    return dg.AssetSpec(
        ["published", name],
        deps=upstream,
        group_name="published",
        description=described(spec),
        owners=OWNERS,
        kinds={"duckdb", "sql"},
        tags={"layer": "published"},
        metadata={"dagster/column_schema": column_schema(spec)},
        code_version=code_version("assets/disclosure", "assets/schema"),
    )


@dg.multi_asset(name="published_tables", specs=[_spec(name) for name in PUBLISHED])
def published_tables(warehouse: WarehouseResource):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Apply disclosure control to every table about to be published."""
    with warehouse.connect() as con:
        rows = publish_tables(con)
        for name in PUBLISHED:
            spec = table(f"published.{name}")
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["published", name]),
                metadata={"dagster/row_count": rows[name]},
                data_version=dg.DataVersion(content_hash(con, spec.full_name, spec)),
            )


ASSETS = (published_tables,)
