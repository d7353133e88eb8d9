"""Counts of babies with a trait, as sums of counts by the groups of one dimension.

``traits.csv`` declares them: the count, the count whose groups are added up, the dimension, and the
ranges that the groups must fill, as ``lower-upper`` in the unit of the dimension, either end open;
``unknown`` stands for the groups of those of whom the characteristic was asked and is not known.
``open_from`` is a value from which on a range that is open above may end: what lies beyond is rare,
and producers leave out rows of nobody.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from assets.schema.strata.partitions import tiling, unknown
from assets.schema.strata.vocabulary import groups_of

_FILE = Path(__file__).with_name("traits.csv")
_UNKNOWN = "unknown"
_APART = frozenset({"unlinked", "excluded", "not_reported", "not_available"})
"""Groups of those whom nobody asked, or who are no births: neither known nor unknown."""


@dataclass(frozen=True)
class Trait:
    """A count of those with a trait.

    Attributes:
        count: Its name.
        of: Count of which it is a part.
        dimension: Dimension whose groups are added up.
        ranges: Lower end, and smallest value beyond the upper end, of each range; ``None`` is open.
            Empty for those of whom nothing is known.
        open_from: Upper end from which on a range may be taken for open; ``None`` for none.
    """

    count: str
    of: str
    dimension: str
    ranges: tuple[tuple[float | None, float | None], ...]
    open_from: float | None

    def parts(self, shown: Collection[str], withheld: Collection[str]) -> tuple[str, ...]:
        """Return the groups that make up the count; empty where they do not fill its ranges.

        Args:
            shown: Groups with a count, or with nothing to count.
            withheld: Groups whose count the producer withholds; used where the others do not do.

        >>> late = next(t for t in traits() if t.count == "births_with_late_or_no_prenatal_care")
        >>> late.parts(["none", "1_3", "4_6", "7", "8", "9"], [])
        ('none', '7', '8', '9')
        """
        if not self.ranges:
            return unknown(self.dimension, {*shown, *withheld} - _APART)
        for present in (shown, [*shown, *withheld]):
            filled = [self._filled(present, lower, upper) for lower, upper in self.ranges]
            if all(filled):
                return tuple(chain.from_iterable(filled))
        return ()

    def _filled(
        self, present: Collection[str], lower: float | None, upper: float | None
    ) -> tuple[str, ...]:
        for end in (upper, *self._ends(present)) if upper is None else (upper,):
            if found := tiling(self.dimension, present, lower, end):
                return found
        return ()

    def _ends(self, present: Collection[str]) -> list[float]:
        """Return the upper ends of the groups at which an open range may end, the last first."""
        least = self.open_from
        known = groups_of(self.dimension)
        ends = {known[g].upper for g in present if g in known}
        return sorted(
            (e for e in ends if e is not None and least is not None and e >= least), reverse=True
        )


@cache
def traits() -> tuple[Trait, ...]:
    """Return the declared counts, in the order of ``traits.csv``."""
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return tuple(
            Trait(
                row["count"],
                row["of"],
                row["dimension"],
                tuple(_range(text) for text in row["ranges"].split() if text != _UNKNOWN),
                float(row["open_from"]) if row["open_from"] else None,
            )
            for row in csv.DictReader(handle)
        )


@cache
def trait_parts() -> tuple[tuple[str, str], ...]:
    """Return pairs of a count and a larger one that it is a part of, whatever the groups are."""
    found = []
    for trait in traits():
        found.append((trait.count, trait.of))
        for other in traits():
            same = (other.of, other.dimension) == (trait.of, trait.dimension)
            if other is not trait and same and trait.ranges and _within(trait, other):
                found.append((trait.count, other.count))
    return tuple(found)


def unknown_count(known: str) -> str | None:
    """Return the count of those of whom nothing is known, beside a count of those with a trait."""
    own = next((t for t in traits() if t.count == known), None)
    if own is None:
        return None
    found = (t for t in traits() if not t.ranges and (t.of, t.dimension) == (own.of, own.dimension))
    return next((t.count for t in found), None)


def _within(part: Trait, whole: Trait) -> bool:
    return bool(whole.ranges) and all(
        any(
            (low is None or (lower is not None and lower >= low))
            and (high is None or (upper is not None and upper <= high))
            for low, high in whole.ranges
        )
        for lower, upper in part.ranges
    )


def _range(text: str) -> tuple[float | None, float | None]:
    lower, upper = text.split("-")
    return (float(lower) if lower else None, float(upper) if upper else None)


def each_of(dimension: str) -> Iterator[Trait]:
    """Yield the traits that stand on the groups of a dimension."""
    return (trait for trait in traits() if trait.dimension == dimension)
