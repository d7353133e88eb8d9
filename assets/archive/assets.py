"""Dagster assets of the archive and of staging, one raw asset per dataset."""

from collections.abc import Sequence

import dagster as dg

from assets.archive import store
from assets.archive.dataset import Dataset
from assets.archive.inbox import sort_inbox
from assets.archive.refresh import refresh
from assets.archive.staging import build_staging_table
from assets.code_version import code_version
from assets.identify import describe_unknown, identify
from assets.resources import IntakeResource, WarehouseResource
from assets.schema.assets import OWNERS, column_schema, described
from assets.schema.identity import content_hash
from assets.schema.model import Table


def raw_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """Return the asset that takes in new extracts of a dataset."""

    @dg.asset(
        key=["raw", dataset.dataset_id],
        group_name=f"raw_{dataset.source}",
        description=f"{dataset.title}. Vintages in the archive, each under its sha256. "
        f"Producer: {dataset.producer}. Licence: {dataset.licence}.",
        owners=OWNERS,
        kinds={"python", "file"},
        tags={"source": dataset.source, "layer": "raw"},
        code_version=code_version(f"assets/{dataset.source}", "assets/archive"),
    )
    def _raw(
        context: dg.AssetExecutionContext, intake: IntakeResource
    ) -> dg.MaterializeResult[None]:
        for line in sort_inbox(intake.paths, identify, describe_unknown):
            context.log.warning(line)
        outcome = refresh(intake.paths, dataset, profile=intake.profile, judges=intake.judges())
        for line in outcome.lines:
            (context.log.warning if outcome.failed else context.log.info)(line)
        known = store.vintages(intake.paths, dataset, as_of=intake.known_until)
        return dg.MaterializeResult(
            metadata={
                "status": outcome.status,
                "requests": outcome.requests,
                "bytes received": outcome.received,
                "vintages": len(known),
                "newest": known[-1].vintage_id if known else "none",
                "what happened": dg.MetadataValue.md("\n".join(f"- {x}" for x in outcome.lines)),
            },
            data_version=dg.DataVersion("+".join(v.sha256[:12] for v in known) or "none"),
        )

    return _raw


def staging_asset(table: Table, datasets: Sequence[Dataset]) -> dg.AssetsDefinition:
    """Return the asset that reads every vintage of some datasets into one staging table."""
    sources = sorted({d.source for d in datasets})

    @dg.asset(
        key=["staging", table.name],
        deps=[dg.AssetKey(["raw", d.dataset_id]) for d in datasets],
        group_name="staging",
        description=described(table),
        owners=OWNERS,
        kinds={"duckdb", "parquet"},
        tags={"layer": "staging", **{f"source_{s}": "yes" for s in sources}},
        metadata={"dagster/column_schema": column_schema(table)},
        code_version=code_version("assets/schema", *(f"assets/{s}" for s in sources)),
    )
    def _staging(
        intake: IntakeResource, warehouse: WarehouseResource
    ) -> dg.MaterializeResult[None]:
        with warehouse.connect() as con:
            rows = build_staging_table(con, intake.paths, table, datasets, as_of=intake.known_until)
            version = content_hash(con, table.full_name, table)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": rows}, data_version=dg.DataVersion(version)
        )

    return _staging


def staging_assets(datasets: Sequence[Dataset]) -> list[dg.AssetsDefinition]:
    """Return one staging asset per table that the datasets are read into."""
    by_table: dict[str, list[Dataset]] = {}
    for dataset in datasets:
        by_table.setdefault(dataset.staging.full_name, []).append(dataset)
    return [staging_asset(group[0].staging, group) for group in by_table.values()]
