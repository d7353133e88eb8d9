"""Dagster assets of the release: the gate, then the folder, then the pointer; then the copy."""

import logging
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from assets.archive.overview import overview
from assets.archive.sources import stale_datasets
from assets.archive.withdrawal import set_aside
from assets.defs.code_references import code_references
from assets.defs.resources import GateResource, ObjectStoreResource, WarehouseResource
from assets.defs.specs import OWNERS, key_of
from assets.disclosure.published_tables import PUBLISHED
from assets.object_store.catch_up import behind, catch_up
from assets.object_store.push import STORE_LOGGER
from assets.producers.catalogue import DATASETS
from assets.release.publish import publish_release
from assets.release.rebuild import published_before
from assets.state.code_version import whole_code_version


@dg.asset(
    key=["release", "nightly"],
    description="Versioned folder of validated tables that readers build on, and the nightly "
    "pointer to it. Nothing is published without stored, passing evidence for exactly its content; "
    "unchanged content makes no new release.",
    metadata={"dagster/code_references": code_references((publish_release,))},
    deps=[key_of(name) for name in PUBLISHED],
    group_name="release",
    owners=OWNERS,
    kinds={"parquet", "csv"},
    tags={"layer": "release"},
    code_version=whole_code_version(),
    # Dagster judges by when an asset was last materialised. The night's check materialises every
    # raw asset, news or none, so whether a producer is late is judged by its calendar instead
    # (assets/archive/overview.py).
    freshness_policy=dg.FreshnessPolicy.cron(
        deadline_cron="0 6 * * *", lower_bound_delta=timedelta(hours=4), timezone="Europe/London"
    ),
)
def release(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource, gate: GateResource
) -> dg.MaterializeResult[None]:
    """Publish the tables as a release; the gate asks for their evidence in every kind of run."""
    home = warehouse.paths
    as_of = warehouse.as_of
    today = date.fromisoformat(as_of[:10]) if as_of else datetime.now(UTC).date()
    with warehouse.connect() as con:
        rebuilt = published_before(con, home.releases, "nightly", as_of) if as_of else None
        outcome = rebuilt or publish_release(
            con,
            home,
            required_rules={k: frozenset(v) for k, v in gate.required_rules.items()},
            stale_sources=stale_datasets(home, DATASETS, as_of=as_of),
            set_aside=set_aside(home, DATASETS, as_of=as_of),
            datasets=overview(home, DATASETS, today=today, as_of=as_of),
            as_of=as_of,
        )
    context.log.info(
        f"release {outcome.version} " + ("published" if outcome.published else "unchanged")
    )
    return dg.MaterializeResult(
        metadata={
            "version": outcome.version,
            "published": outcome.published,
            "as of": as_of or "now",
            "dagster/uri": str(outcome.path),
        },
        data_version=dg.DataVersion(outcome.version),
    )


@dg.asset(
    key=["release", "object_store"],
    description="The same releases in the object store of IMR_STORE_URL, and its pointers. "
    "A failure leaves the local release standing.",
    metadata={"dagster/code_references": code_references((catch_up,))},
    deps=[["release", "nightly"]],
    group_name="release",
    owners=OWNERS,
    kinds={"s3"},
    tags={"layer": "release"},
    code_version=whole_code_version(),
)
def object_store(
    context: dg.AssetExecutionContext,
    warehouse: WarehouseResource,
    object_store: ObjectStoreResource,
) -> dg.MaterializeResult[None]:
    """Upload what the store lacks, also of earlier runs.

    The manifest comes last and only where there is none, then the pointer by a conditional write.
    """
    progress = logging.getLogger(STORE_LOGGER)

    def say(line: str) -> None:
        context.log.info(line)
        progress.info(line)

    done = catch_up(warehouse.paths.releases, object_store.location, say)
    if done.problems:
        raise behind(done.location, done.problems)
    return dg.MaterializeResult(
        metadata={
            "summary": done.line,
            "uploaded": [p.version for p in done.pushed],
            "bytes": sum(p.size for p in done.pushed),
            "dagster/uri": done.location.url,
        },
        data_version=dg.DataVersion(done.shows) if done.shows else None,
    )


ASSETS = (release,)
STORE_ASSETS = (object_store,)
"""Only where an object store is set."""
