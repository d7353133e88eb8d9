"""Which rates a row of ``decompositions`` stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assets.schema.strata.vocabulary import ALL, stratum_of

Wanted = tuple[dict[str, str], tuple[str, str]]
"""Columns of a rate, and its stratum."""


def rates_of_pair(row: Mapping[str, Any]) -> Iterator[Wanted]:
    """Yield both rates, or the rates of both in the producer's groups that a group is made of.

    Args:
        row: Row of ``decompositions``.
    """
    own_members, _, other_members = str(row["members"] or "").partition(" / ")
    for prefix, members in (("", own_members), ("reference_", other_members or own_members)):
        wanted = {
            name: str(row[f"{prefix}{name}"])
            for name in (
                "source_family", "area_code", "geography_vintage", "period_start", "period_end",
            )
        }  # fmt: skip
        wanted |= {name: str(row[name]) for name in ("measure", "window_type")}
        kind, group = str(row["stratum_type"]), str(row[f"{prefix}stratum"])
        population = {} if kind == ALL else {kind: group}
        groups = [{str(row["dimension"]): member} for member in members.split()]
        for one in groups or [{}]:
            yield wanted, stratum_of(population | one)
