"""All tables in one place, and the version of the contract that they form."""

from __future__ import annotations

from assets.schema.model import Layer, Table
from assets.schema.producers import tables_declared
from assets.schema.tables.core import CORE_TABLES
from assets.schema.tables.published import PUBLISHED_TABLES

SCHEMA_VERSION = "2.4.0"
"""Version of the published tables: major for a breaking change, minor for an addition."""

METHOD_VERSION = "1.2.0"
"""Version of the formulas; raised with any change that alters a published number."""

TABLES: dict[str, Table] = {
    t.full_name: t for t in (*tables_declared(), *CORE_TABLES, *PUBLISHED_TABLES)
}


def table(full_name: str) -> Table:
    """Return the table called ``layer.name``.

    Raises:
        KeyError: There is no such table; the message lists those of the layer.
    """
    try:
        return TABLES[full_name]
    except KeyError:
        layer = full_name.partition(".")[0]
        near = sorted(n for n in TABLES if n.startswith(f"{layer}."))
        raise KeyError(f"no table {full_name!r} in the registry; known: {near}") from None


def tables_of(layer: Layer) -> tuple[Table, ...]:
    """Return the tables of one layer in their declared order."""
    return tuple(t for t in TABLES.values() if t.layer is layer)
