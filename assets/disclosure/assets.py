"""Dagster assets of the published layer: what may be shown, table by table."""

from collections.abc import Iterator

import dagster as dg

from assets.disclosure.patterns import release_folders
from assets.disclosure.publish import publish_tables
from assets.resources import WarehouseResource
from assets.schema.assets import materialised, table_spec
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of
from assets.schema.tables.published import COMPUTED, COPIES, OF_THE_RELEASE

PUBLISHED = tuple(t.full_name for t in tables_of(Layer.PUBLISHED) if t.name not in OF_THE_RELEASE)


def _upstream(full_name: str) -> tuple[str, ...]:
    name = full_name.partition(".")[2]
    if name in COPIES:
        return (COPIES[name],)
    own = (f"rates.{name}",) if name in COMPUTED else ()
    return tuple(dict.fromkeys((*own, "rates.rates")))


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
