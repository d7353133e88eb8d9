"""Which counts are sums or parts of others, derived from what each of them counts.

Deaths by age follow from the ages of ``DEATH_AGES``, so that a new age of death is tied to the
others by being declared; sums of different things are declared in ``COUNT_SUMS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from assets.schema.codes import COUNT_SUMS, DEATH_AGES
from assets.schema.traits import trait_parts

Sum = tuple[str, tuple[str, ...]]
"""A count and the counts that it is the sum of."""


@cache
def count_sums() -> tuple[Sum, ...]:
    """Return every way in which a count is the sum of others."""
    by_age = ((whole, tiling) for whole in DEATH_AGES for tiling in _tilings(whole))
    return (*by_age, *COUNT_SUMS.items())


@cache
def count_parts() -> tuple[tuple[str, str], ...]:
    """Return pairs of a count and a larger one that it is a part of."""
    by_age = (
        (part, whole)
        for whole, (first, last) in DEATH_AGES.items()
        for part, (begin, end) in DEATH_AGES.items()
        if part != whole and first <= begin and end <= last
    )
    summed = ((part, whole) for whole, parts in COUNT_SUMS.items() for part in parts)
    return (*by_age, *summed, *trait_parts())


@cache
def untiled_parts() -> tuple[Sum, ...]:
    """Return counts with one part each, where no declared sum holds that part.

    Together with an unknown rest they are the whole.
    """
    tied = {(part, whole) for whole, parts in count_sums() for part in parts}
    return tuple((whole, (part,)) for part, whole in count_parts() if (part, whole) not in tied)


def _tilings(whole: str) -> Iterator[tuple[str, ...]]:
    """Yield sets of adjacent age groups that together make up this one."""
    first, last = DEATH_AGES[whole]

    def from_hour(hour: int, chosen: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if hour == last:
            yield chosen
            return
        for part, (begin, end) in DEATH_AGES.items():
            if part != whole and begin == hour and end <= last:
                yield from from_hour(end, (*chosen, part))

    yield from from_hour(first, ())
