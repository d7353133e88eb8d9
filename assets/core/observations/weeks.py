"""Counts of babies born at or after a week of gestation, made of counts by weeks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import duckdb
import pandas as pd

from assets.core.observations.group_sums import GroupSum, add_sums
from assets.schema.strata.partitions import tiling, unknown
from assets.schema.strata.vocabulary import groups_of
from assets.schema.sums import count_sums
from assets.state.warehouse import sql_of, temp_table

WEEKS, FROM = "gestation", "gestation_from"
KNOWN, UNKNOWN, UNLINKED = "known_weeks", "unknown_weeks", "unlinked"
"""Groups beside those from a week on: all whose week is known, those without, deaths without a
birth."""

_STILLBIRTHS = ("24_weeks", "28_weeks", UNKNOWN)
"""Groups in which fetal deaths of the United States are stillbirths as other nations count them."""


def add_from_weeks(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``harmonised`` what its counts by weeks add up to.

    Args:
        con: Connection to a warehouse with the temporary table ``harmonised``.
    """
    add_sums(con, WEEKS, _sums, into=FROM)
    temp_table(con, "count_sum_parts", _ways())
    con.execute(f"INSERT INTO harmonised BY NAME {sql_of(__file__, 'week_ages')}").fetchall()


def sums_of_weeks(
    shown: Collection[str], withheld: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the groups from a week on that groups of weeks add up to, with the parts of each.

    Where a sum of shown groups fills the range it is taken, and otherwise one with withheld groups.

    Args:
        shown: Groups of weeks with a count, or with nothing to count.
        withheld: Groups of weeks whose count the producer withholds.

    >>> dict(sums_of_weeks(["under_24", "24_and_over", "not_stated", "unlinked"], []))["24_weeks"]
    ('24_and_over',)
    """
    bounds = {code: g.lower for code, g in groups_of(FROM).items() if g.has_bounds}
    for stratum, lower in {KNOWN: None, **bounds}.items():
        for present in (shown, [*shown, *withheld]):
            chosen = _whole(present, lower) or tiling(WEEKS, present, lower, None)
            if chosen:
                yield stratum, chosen
                break
    unlinked = {UNLINKED} & {*shown, *withheld}
    without = unknown(WEEKS, {*shown, *withheld} - unlinked)
    if without:
        yield UNKNOWN, without
    if unlinked:
        yield UNLINKED, tuple(unlinked)


def _sums(shown: Collection[str], withheld: Collection[str]) -> Iterator[GroupSum]:
    for stratum, parts in sums_of_weeks(shown, withheld):
        yield GroupSum(parts, sum_of=stratum)
        if stratum in _STILLBIRTHS:
            yield GroupSum(parts, stratum, "stillbirths", "fetal_deaths")


def _whole(present: Collection[str], lower: float | None) -> tuple[str, ...]:
    """Return the group that is printed for all weeks from one on, which no sum can better."""
    known = groups_of(WEEKS)
    found = [
        g
        for g in present
        if lower is not None and g in known and (known[g].lower, known[g].upper) == (lower, None)
    ]
    return tuple(found[:1])


def _ways() -> pd.DataFrame:
    return pd.DataFrame(
        [
            (whole, way, part, len(parts), place)
            for way, (whole, parts) in enumerate(count_sums())
            for place, part in enumerate(parts)
        ],
        columns=["whole", "way", "part", "parts", "place"],
    )
