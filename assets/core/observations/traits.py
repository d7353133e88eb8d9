"""Counts of babies with a trait, made of counts by the groups of a dimension."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import duckdb

from assets.core.observations.group_sums import GroupSum, add_sums
from assets.schema.traits import each_of, traits


def add_traits(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``harmonised`` the counts of ``traits.csv`` that its counts by groups add up to.

    Args:
        con: Connection to a warehouse with the temporary table ``harmonised``.
    """
    for dimension in dict.fromkeys(trait.dimension for trait in traits()):

        def sums(
            shown: Collection[str], withheld: Collection[str], of: str = dimension
        ) -> Iterator[GroupSum]:
            for trait in each_of(of):
                if parts := trait.parts(shown, withheld):
                    yield GroupSum(parts, counted=trait.count, source=trait.of)

        add_sums(con, dimension, sums)
