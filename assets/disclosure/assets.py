"""Dagster assets of the published layer: what may be shown, table by table."""

from collections.abc import Iterator

import dagster as dg

from assets.disclosure.patterns import release_folders
from assets.disclosure.publish import publish_tables
from assets.resources import WarehouseResource
from assets.schema.assets import materialised, table_spec
from assets.schema.registry import table

_COMPUTED = ("rates", "rankings", "disparities", "trends", "targets", "claims")
PUBLISHED = tuple(f"published.{n}" for n in (*_COMPUTED, "suppression", "areas", "sources"))
_MADE_FROM = {
    "published.suppression": ("rates.rates",),
    "published.areas": ("core.areas",),
    "published.sources": ("core.vintages",),
}


def _upstream(full_name: str) -> tuple[str, ...]:
    name = full_name.partition(".")[2]
    return _MADE_FROM.get(full_name) or tuple(dict.fromkeys((f"rates.{name}", "rates.rates")))


@dg.multi_asset(
    name="published_tables",
    specs=[
        table_spec(name, table(name), _upstream(name), code=("assets/disclosure",))
        for name in PUBLISHED
    ],
)
def published_tables(warehouse: WarehouseResource) -> Iterator[dg.MaterializeResult[None]]:
    """Apply disclosure control to every table about to be published."""
    with warehouse.connect() as con:
        publish_tables(con, release_folders(warehouse.paths.releases, as_of=warehouse.known_until))
        for name in PUBLISHED:
            yield materialised(con, name, table(name))


ASSETS = (published_tables,)
