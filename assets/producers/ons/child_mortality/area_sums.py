"""Sums that Table 3 prints, and which of its rows contradict them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.producers.ons.child_mortality.tables import (
    BOTH,
    ENGLAND,
    OUTSIDE,
    REGIONS,
    UNIONS,
    WALES,
)
from assets.producers.ons.workbooks.columns import AREA_COUNTS

_COUNTIES = ("E10", "E11", "E13")
_NO_AUTHORITIES = (*_COUNTIES, "E12", "E92", "W92", "K04", "J99")
_DISTRICTS = ("E07", "E08", "E09")


@dataclass(frozen=True)
class AreaSum:
    """An area that others add up to.

    Attributes:
        whole: Position of its row.
        parts: Positions of the rows of the others.
        described: What the others are.
    """

    whole: int
    parts: tuple[int, ...]
    described: str

    @property
    def rows(self) -> frozenset[int]:
        """Positions of all its rows."""
        return frozenset((self.whole, *self.parts))


@dataclass
class Doubts:
    """Rows of Table 3 that sums contradict, and cells that a sum holds.

    Attributes:
        found: What does not add up, and the positions of the rows that may be wrong.
        confirmed: Position and measure of each cell that is in a sum that holds.
    """

    found: list[tuple[str, frozenset[int]]] = field(default_factory=list)
    confirmed: set[tuple[int, str]] = field(default_factory=set)


def hierarchy(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the areas with the county, region and nation that they are printed under.

    The producer prints a region, then its unitary authorities, counties and boroughs, each county
    followed by its districts; Wales is followed by its authorities.
    """
    region, county, country = None, None, None
    parents = []
    for code in rows["area_code"]:
        kind = code[:3]
        if kind in ("K04", "J99", "K02"):
            region, county, country = None, None, None
        elif kind in ("E92", "W92"):
            region, county, country = None, None, code
        elif kind == "E12":
            region, county, country = code, None, ENGLAND
        elif kind in _COUNTIES:
            county = code
        elif kind not in _DISTRICTS:
            county = None
        inside = county if kind in _DISTRICTS else None
        parents.append(
            {
                "county_code": inside,
                "region_code": region if kind != "E12" else None,
                "country_code": country if kind not in ("E92", "W92") else None,
            }
        )
    return pd.concat([rows, pd.DataFrame(parents, index=rows.index)], axis="columns")


def area_sums(rows: pd.DataFrame) -> Sequence[AreaSum]:
    """Return the sums among the areas of Table 3 (one row per area, in printed order)."""
    above = hierarchy(rows)
    codes = above["area_code"].tolist()
    parts: dict[tuple[str, str], list[int]] = defaultdict(list)
    printed_under = zip(
        codes, above["county_code"], above["region_code"], above["country_code"], strict=True
    )
    for row, (code, county, region, country) in enumerate(printed_under):
        if code in (ENGLAND, WALES):
            parts[BOTH, "nations"].append(row)
        if code in (BOTH, OUTSIDE):
            parts[UNIONS[0], "residents and usual residence elsewhere"].append(row)
        if code in REGIONS:
            parts[ENGLAND, "regions"].append(row)
        if isinstance(county, str):
            parts[county, "districts printed below the county"].append(row)
        if code[:3] not in _NO_AUTHORITIES and isinstance(region, str):
            parts[region, "local authorities printed below the region"].append(row)
        elif code[:3] not in _NO_AUTHORITIES and country == WALES:
            parts[WALES, "local authorities printed below Wales"].append(row)
    return [
        AreaSum(whole, tuple(of_whole), described)
        for (area, described), of_whole in parts.items()
        for whole in (row for row, code in enumerate(codes) if code == area)
    ]


def doubts(rows: pd.DataFrame) -> Doubts:
    """Return which rows of Table 3 may be wrong because its sums do not hold.

    A count that is not there leaves its sums open. A row that is in a sum that holds is not
    doubted; where one row alone is in all that do not hold, it is the one that is wrong.

    Args:
        rows: One row per area, in printed order.
    """
    sums = area_sums(rows)
    result = Doubts()
    for measure in AREA_COUNTS:
        values = rows[measure].to_numpy(dtype="float64")
        known = [s for s in sums if not np.isnan(values[list(s.rows)]).any()]
        failed = [s for s in known if values[s.whole] != values[list(s.parts)].sum()]
        held = frozenset[int]().union(*(s.rows for s in known if s not in failed))
        result.confirmed |= {(row, measure) for row in held}
        result.found += _explained(failed, held, measure, values, rows["source_row"].to_numpy())
    return result


def _explained(
    failed: Sequence[AreaSum],
    held: frozenset[int],
    measure: str,
    values: npt.NDArray[np.float64],
    numbers: npt.NDArray[np.int64],
) -> Iterator[tuple[str, frozenset[int]]]:
    if not failed:
        return
    shared = reduce(frozenset.intersection, (s.rows for s in failed)) - held
    for broken in failed:
        wrong = shared if len(failed) > 1 and len(shared) == 1 else broken.rows - held
        said = (
            f"{broken.described} with {values[list(broken.parts)].sum():,.0f} "
            f"{measure.replace('_', ' ')} of the {values[broken.whole]:,.0f} in row "
            f"{numbers[broken.whole]},"
        )
        # Where other sums hold all of its rows, no row can be told from the others.
        yield said, wrong or broken.rows
