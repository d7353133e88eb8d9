"""Dagster assets of the rates layer, before disclosure control."""

from collections.abc import Iterator

import dagster as dg

from assets.core.settled import settle_counts
from assets.rates import build
from assets.resources import WarehouseResource
from assets.schema.assets import key_of, materialised, table_spec
from assets.schema.registry import table

_CODE = ("assets/rates",)
_NOTE = "Before disclosure control; not for readers."
_CORE = tuple(
    f"core.{name}"
    for name in (
        "observations",
        "printed_rates",
        "areas",
        "region_members",
        "series_breaks",
        "pools",
    )
)
_DERIVED = {
    "rates.rankings": build.build_rankings,
    "rates.disparities": build.build_disparities,
    "rates.trends": build.build_trends,
    "rates.targets": build.build_targets,
    "rates.claims": build.build_claims,
}


def _registered(full_name: str) -> str:
    return full_name.replace("rates.", "published.", 1)


@dg.multi_asset(
    name="rates_rates",
    specs=[table_spec("rates.rates", table("published.rates"), _CORE, code=_CODE, note=_NOTE)],
)
def rates(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Sum counts over windows, divide, and put limits beside every rate.

    A vintage whose printed rates are not ours is set aside, and the counts are built again.
    """
    with warehouse.connect() as con:
        names = ("rates.rates",)
        for line in settle_counts(con, warehouse.building, (build.build_rates,), names):
            context.log.warning(line)
        yield materialised(con, "rates.rates", table("published.rates"))


@dg.multi_asset(
    name="rates_derived",
    specs=[
        table_spec(
            name,
            table(_registered(name)),
            ("rates.rates", *_CORE),
            code=_CODE,
            note=_NOTE,
        )
        for name in _DERIVED
    ],
    can_subset=True,
)
def derived(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Compare the rates: ranks, disparities, trends, targets, claims."""
    with warehouse.connect() as con:
        for name, build_table in _DERIVED.items():
            if key_of(name) in context.selected_asset_keys:
                build_table(con)
                yield materialised(con, name, table(_registered(name)))


ASSETS = (rates, derived)
