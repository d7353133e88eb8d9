"""Dagster assets of the rates layer, before disclosure control."""

from collections.abc import Iterator

import dagster as dg

from assets.core.settled import Stage
from assets.defs.resources import WarehouseResource
from assets.defs.specs import key_of, table_spec
from assets.rates.builders import BUILDERS, DERIVED, RATES
from assets.rates.rates import build_rates
from assets.schema.registry import table

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


def _registered(full_name: str) -> str:
    return full_name.replace("rates.", "published.", 1)


@dg.multi_asset(
    name="rates_rates",
    specs=[
        table_spec(
            "rates.rates",
            table("published.rates"),
            _CORE,
            code=(build_rates,),
            note=_NOTE,
            skippable=True,
        )
    ],
)
def rates(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Sum counts over windows, divide, and put limits beside every rate.

    A vintage whose printed rates are not ours is set aside, and the counts are built again.
    """
    with warehouse.connect() as con:
        if warehouse.settles(con, context.log, RATES):
            yield warehouse.made(con, "rates.rates", table("published.rates"))


@dg.multi_asset(
    name="rates_derived",
    specs=[
        table_spec(
            name,
            table(_registered(name)),
            ("rates.rates", *_CORE),
            code=(build,),
            note=_NOTE,
        )
        for name, build in BUILDERS.items()
    ],
    can_subset=True,
)
def derived(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Compare the rates: ranks, disparities, trends, targets, claims.

    A vintage with which one of them cannot be made, or fails a required rule, is set aside.
    """
    names = [n for n in DERIVED.names if key_of(n) in context.selected_asset_keys]
    chosen = Stage(tuple(BUILDERS[n] for n in names), names)
    with warehouse.connect() as con:
        if warehouse.settles(con, context.log, RATES, DERIVED, chosen=chosen):
            for name in names:
                yield warehouse.made(con, name, table(_registered(name)))


ASSETS = (rates, derived)
