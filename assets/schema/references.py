"""References between tables: which columns of a table are the key of another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.schema.model import Table

_REFERRED_TO = ("areas", "definitions")
"""Tables that hold every key that other tables of a release refer to."""


@dataclass(frozen=True)
class Reference:
    """Columns of a table that are the key of another table.

    Attributes:
        table: The table that is referred to.
        columns: The columns, under the same names in both.
    """

    table: str
    columns: tuple[str, ...]


def references(table: Table, tables: Sequence[Table]) -> tuple[Reference, ...]:
    """Return the references to the tables whose whole key stands among the columns of a table."""
    return tuple(
        Reference(other.name, other.key)
        for other in tables
        if other.name in _REFERRED_TO
        and other.name != table.name
        and set(other.key) <= set(table.column_names)
    )
