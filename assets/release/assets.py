"""Dagster asset of the release: the gate, then the folder, then the pointer."""

import dagster as dg

from assets.archive.sources import stale_datasets
from assets.catalogue import DATASETS
from assets.code_version import code_version
from assets.disclosure.assets import PUBLISHED
from assets.release.publish import publish_release
from assets.resources import GateResource, WarehouseResource
from assets.schema.assets import OWNERS, key_of


@dg.asset(
    key=["release", "nightly"],
    deps=[key_of(name) for name in PUBLISHED],
    group_name="release",
    owners=OWNERS,
    kinds={"parquet", "csv"},
    tags={"layer": "release"},
    code_version=code_version("assets/release", "assets/schema"),
)
def release(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource, gate: GateResource
) -> dg.MaterializeResult[None]:
    """Versioned folder of validated tables that readers build on, and the nightly pointer to it.

    Publishing asks for stored, complete and passing evidence for the exact content of every
    table, also when this asset is materialised alone. Unchanged content makes no new release.
    """
    home = warehouse.paths
    with warehouse.connect() as con:
        outcome = publish_release(
            con,
            home,
            required_rules={k: frozenset(v) for k, v in gate.required_rules.items()},
            stale_sources=stale_datasets(home, DATASETS),
        )
    context.log.info(
        f"release {outcome.version} " + ("published" if outcome.published else "unchanged")
    )
    return dg.MaterializeResult(
        metadata={
            "version": outcome.version,
            "published": outcome.published,
            "dagster/uri": str(outcome.path),
        },
        data_version=dg.DataVersion(outcome.version),
    )


ASSETS = (release,)
