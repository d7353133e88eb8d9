"""Dagster assets of the archive and of staging: one step per producer, one asset per dataset.

Datasets of a producer share a step because each step costs more than taking in a small file; a
dataset that fails is an outcome of its own and does not stop the others.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.archive import store
from assets.archive.dataset import Dataset
from assets.archive.inbox import sort_inbox, wait_for_arrivals
from assets.archive.refresh import refresh
from assets.archive.staging import build_staging_table
from assets.code_version import code_version
from assets.identify import describe_unknown, identify
from assets.resources import IntakeResource, WarehouseResource
from assets.schema.assets import OWNERS, materialised, table_spec


def raw_assets(source: str, datasets: Sequence[Dataset]) -> dg.AssetsDefinition:
    """Return the assets that take in new extracts of a producer's datasets."""
    by_key = {dg.AssetKey(["raw", d.dataset_id]): d for d in datasets}

    @dg.multi_asset(
        name=f"raw_{source}",
        specs=[_raw_spec(dataset) for dataset in datasets],
        can_subset=True,
    )
    def _raw(
        context: dg.AssetExecutionContext, intake: IntakeResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        wait_for_arrivals(intake.paths)
        for line in sort_inbox(intake.paths, identify, describe_unknown):
            context.log.warning(line)
        for key, dataset in by_key.items():
            if key in context.selected_asset_keys:
                yield _refreshed(context, intake, dataset)

    return _raw


def staging_assets(source: str, datasets: Sequence[Dataset]) -> dg.AssetsDefinition:
    """Return one staging asset per table that a producer's datasets are read into."""
    by_table: dict[str, list[Dataset]] = {}
    for dataset in datasets:
        by_table.setdefault(dataset.staging.full_name, []).append(dataset)

    @dg.multi_asset(
        name=f"staging_{source}",
        specs=[
            table_spec(
                name,
                group[0].staging,
                [f"raw.{d.dataset_id}" for d in group],
                code=[f"assets/{source}"],
                kinds=("duckdb", "parquet"),
            )
            for name, group in by_table.items()
        ],
        can_subset=True,
    )
    def _staging(
        context: dg.AssetExecutionContext, intake: IntakeResource, warehouse: WarehouseResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.connect() as con:
            for name, group in by_table.items():
                table = group[0].staging
                if dg.AssetKey(name.split(".")) in context.selected_asset_keys:
                    build_staging_table(con, intake.paths, table, group, as_of=intake.known_until)
                    yield materialised(con, name, table)

    return _staging


def _raw_spec(dataset: Dataset) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["raw", dataset.dataset_id],
        group_name=f"raw_{dataset.source}",
        description=f"{dataset.title}. Vintages in the archive, each under its sha256. "
        f"Producer: {dataset.producer}. Licence: {dataset.licence}.",
        owners=OWNERS,
        kinds={"python", "file"},
        tags={"source": dataset.source, "layer": "raw"},
        code_version=code_version(f"assets/{dataset.source}", "assets/archive"),
    )


def _refreshed(
    context: dg.AssetExecutionContext, intake: IntakeResource, dataset: Dataset
) -> dg.MaterializeResult[None]:
    outcome = refresh(intake.paths, dataset, profile=intake.profile, judges=intake.judges())
    for line in outcome.lines:
        (context.log.warning if outcome.failed else context.log.debug)(line)
    known = store.vintages(intake.paths, dataset, as_of=intake.known_until)
    return dg.MaterializeResult(
        asset_key=dg.AssetKey(["raw", dataset.dataset_id]),
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
