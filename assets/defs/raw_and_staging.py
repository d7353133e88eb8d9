"""Dagster assets of the archive and of staging: one step per producer, one asset per dataset.

Datasets of a producer share a step because each step costs more than taking in a small file; a
dataset that fails is an outcome of its own and does not stop the others.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.archive.dataset import Dataset
from assets.archive.dataset_version import dataset_version
from assets.archive.http.side_by_side import Fetching
from assets.archive.inbox import sort_inbox, wait_for_arrivals
from assets.archive.refresh import RefreshOutcome, lines_of, refresh
from assets.archive.waiting import retry
from assets.archive.withdrawal import in_use
from assets.core.settled import settle_staging
from assets.defs.code_references import code_references
from assets.defs.resources import IntakeResource, WarehouseResource
from assets.defs.specs import OWNERS, table_spec
from assets.producers.catalogue import DATASETS
from assets.producers.identify import describe_unknown, identify
from assets.state.code_version import code_version

_begun: dict[str, Fetching] = {}
"""Fetch in progress, by run id; a process executes one run at a time."""


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
        fetching = _fetching(context, intake)
        wait_for_arrivals(intake.paths)
        for line in sort_inbox(intake.paths, identify, describe_unknown):
            context.log.warning(line)
        chosen = [d for key, d in by_key.items() if key in context.selected_asset_keys]
        outcomes = [_refreshed(context, intake, dataset, fetching) for dataset in chosen]
        # Waiting files are retried last, so that the order of the datasets does not matter.
        for found in retry(intake.paths, chosen, DATASETS, intake.judges()):
            for line in lines_of(found):
                context.log.warning(f"tried again: {line}")
        for dataset, outcome in zip(chosen, outcomes, strict=True):
            yield _taken_in(intake, dataset, outcome)

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
                code=[d.parse for d in group],
                kinds=("duckdb", "parquet"),
            )
            for name, group in by_table.items()
        ],
        can_subset=True,
    )
    def _staging(
        context: dg.AssetExecutionContext, warehouse: WarehouseResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        with warehouse.connect() as con:
            for name, group in by_table.items():
                table = group[0].staging
                if dg.AssetKey(name.split(".")) in context.selected_asset_keys:
                    for line in settle_staging(con, warehouse.building, group):
                        context.log.warning(line)
                    yield warehouse.made(con, name, table)

    return _staging


def _fetching(context: dg.AssetExecutionContext, intake: IntakeResource) -> Fetching | None:
    """Return the fetch of all datasets of this run, starting it in the first raw step.

    Servers of all producers are asked in parallel, so that none waits for another.
    """
    if intake.profile == "sample":
        return None
    if context.run.run_id not in _begun:
        keys = context.job_def.asset_layer.selected_asset_keys
        chosen = [d for d in DATASETS if dg.AssetKey(["raw", d.dataset_id]) in keys]
        _begun.clear()
        _begun[context.run.run_id] = Fetching(intake.paths, chosen)
    return _begun[context.run.run_id]


def _raw_spec(dataset: Dataset) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["raw", dataset.dataset_id],
        group_name=f"raw_{dataset.source}",
        description=f"{dataset.title}. Vintages in the archive, each under its sha256. "
        f"Producer: {dataset.producer}. Licence: {dataset.licence}.",
        owners=OWNERS,
        kinds={"python", "file"},
        tags={"source": dataset.source, "layer": "raw"},
        metadata={
            "dagster/code_references": code_references((refresh,)),
            "producer's page": dg.MetadataValue.url(dataset.url),
            "how to get it by hand": dataset.how_to_get,
        },
        code_version=code_version(f"assets/producers/{dataset.source}", "assets/archive"),
    )


def _refreshed(
    context: dg.AssetExecutionContext,
    intake: IntakeResource,
    dataset: Dataset,
    fetching: Fetching | None,
) -> RefreshOutcome:
    outcome = refresh(
        intake.paths, dataset, profile=intake.profile, judges=intake.judges(), fetching=fetching
    )
    for line in outcome.lines:
        (context.log.warning if outcome.failed else context.log.debug)(line)
    return outcome


def _taken_in(
    intake: IntakeResource, dataset: Dataset, outcome: RefreshOutcome
) -> dg.MaterializeResult[None]:
    known = in_use(intake.paths, dataset, as_of=intake.as_of)
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
        data_version=dg.DataVersion(dataset_version(intake.paths, dataset, as_of=intake.as_of)),
    )


ASSETS = tuple(
    assets_of(source, [d for d in DATASETS if d.source == source])
    for source in dict.fromkeys(d.source for d in DATASETS)
    for assets_of in (raw_assets, staging_assets)
)
