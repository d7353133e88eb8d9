"""Counts that are sums of counts by the groups of one dimension."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

import duckdb
import pandas as pd

from assets.schema.strata.vocabulary import of_the_death
from assets.state.warehouse import literal, sql_of, temp_table

_PLACE_OF_GROUP = "<group>"


class GroupSum(NamedTuple):
    """Groups that are added up.

    Attributes:
        parts: The groups.
        sum_of: Group that the sum is of, where it is of one.
        counted: Name of the sum where it is another count; empty for the same.
        source: Count that is added up; empty for any.
    """

    parts: tuple[str, ...]
    sum_of: str = ""
    counted: str = ""
    source: str = ""


class Sums(Protocol):
    """What groups with a count and groups whose count is withheld add up to."""

    def __call__(self, shown: Collection[str], withheld: Collection[str]) -> Iterable[GroupSum]:
        """Return the sums."""
        ...


def add_sums(con: duckdb.DuckDBPyConnection, dimension: str, sums: Sums, into: str = "") -> None:
    """Add to ``harmonised`` what its counts by the groups of a dimension add up to.

    Args:
        con: Connection to a warehouse with the temporary table ``harmonised``.
        dimension: Dimension whose groups are added up.
        sums: What they add up to.
        into: Dimension of the sums in its place; by default they have none.
    """
    kind, group = (f"['{into}']", f"['{_PLACE_OF_GROUP}']") if into else ("[]", "[]")
    for name in ("group_cells", "group_lists"):
        query = sql_of(__file__, name).replace("{dimension}", dimension)
        query = query.replace("{kind}", kind).replace("{group}", group)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}").fetchall()
    lists = con.execute("SELECT DISTINCT shown, withheld FROM group_lists").fetchall()
    parts = pd.DataFrame(
        [
            (shown, withheld, found.source, found.counted, found.sum_of, part, place)
            for shown, withheld in lists
            for found in sums(shown.split(), withheld.split())
            for place, part in enumerate(found.parts)
        ],
        columns=["shown", "withheld", "source", "counted", "sum_of", "part", "place"],
    )
    temp_table(con, "group_parts", parts.astype({**dict.fromkeys(parts, "str"), "place": "int64"}))
    query = sql_of(__file__, "group_sums").replace("{group}", _PLACE_OF_GROUP)
    query = query.replace("{of_the_death}", ", ".join(map(literal, of_the_death())))
    con.execute(f"INSERT INTO harmonised BY NAME {query}").fetchall()
