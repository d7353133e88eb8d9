"""Dagster assets of the published layer: what may be shown, table by table."""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from assets.defs.resources import WarehouseResource
from assets.defs.specs import table_spec
from assets.disclosure.dropped import read_drops
from assets.disclosure.patterns import release_folders
from assets.disclosure.published_tables import PUBLISHED, publishing
from assets.rates.builders import DERIVED, RATES
from assets.schema.registry import table
from assets.schema.tables.published import ALSO_READ, COMPUTED, COPIES
from assets.state.home_key import keyed


def _upstream(full_name: str) -> tuple[str, ...]:
    name = full_name.partition(".")[2]
    if name in COPIES:
        return (COPIES[name],)
    own = (f"rates.{name}",) if name in COMPUTED else ALSO_READ.get(name, ())
    return tuple(dict.fromkeys((*own, "rates.rates")))


@dg.multi_asset(
    name="published_tables",
    specs=[
        table_spec(name, table(name), _upstream(name), code=(publishing,), skippable=True)
        for name in PUBLISHED
    ],
)
def published_tables(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult[None]]:
    """Apply disclosure control to every table about to be published.

    A vintage with which that cannot be done, or a required rule fails, is set aside.
    """
    history = release_folders(warehouse.paths.releases, as_of=warehouse.as_of)
    dropped = read_drops(warehouse.paths.dropped)
    with warehouse.connect() as con:
        shown = publishing(history, dropped, partial(keyed, warehouse.paths))
        if warehouse.settles(con, context.log, RATES, DERIVED, shown):
            for name in PUBLISHED:
                yield warehouse.made(con, name, table(name))


ASSETS = (published_tables,)
