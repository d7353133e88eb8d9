"""Which groups of a dimension add up to the total, or to another group."""

from __future__ import annotations

from collections.abc import Collection
from math import inf

from assets.schema.strata.vocabulary import (
    BOUNDS,
    NOT_STATED,
    OVERLAPPING,
    Group,
    dimensions,
    groups_of,
)

_WITHOUT_ANSWER = frozenset({NOT_STATED, "not_reported", "not_available"})


def siblings(dimension: str, present: Collection[str]) -> list[tuple[str, ...]]:
    """Return sets of groups that do not overlap: each adds up to no more than the total.

    Several groupings of one dimension can stand side by side, such as single weeks beside two
    halves. Each set is one of them, as fine as can be at its place, with those not stated.

    Args:
        dimension: Name of the dimension.
        present: Groups for which there are figures.

    >>> siblings("age_of_mother", ["under_20", "15_19", "20_24", "not_stated"])
    [('15_19', '20_24', 'not_stated'), ('under_20', '20_24', 'not_stated')]
    """
    known = groups_of(dimension)
    how = dimensions()[dimension].adds_up if dimension in dimensions() else OVERLAPPING
    if how == OVERLAPPING:
        return [(group,) for group in sorted(present)]
    if how == BOUNDS:
        ranges = [known[g] for g in present if g in known and known[g].has_bounds]
        rest = unknown(dimension, present)
        open_words = [(g,) for g in sorted(present) if g not in known]
        return [(*found, *rest) for found in _ranges_apart(ranges)] + open_words
    top = {g for g in present if g not in known or not known[g].part_of}
    found = [tuple(sorted(top))] if top else []
    for parent in sorted({known[g].part_of for g in present if g in known and known[g].part_of}):
        parts = {g for g in present if g in known and known[g].part_of == parent}
        found.append(tuple(sorted((top - {parent}) | parts)))
    return found


def lacks_only_unstated(dimension: str, present: Collection[str]) -> bool:
    """Return whether all that some groups lack of the total are those without an answer.

    Args:
        dimension: Name of the dimension.
        present: Groups that do not overlap.

    >>> lacks_only_unstated("sex", ["female", "male"]), lacks_only_unstated("sex", ["male"])
    (True, False)
    """
    known = groups_of(dimension)
    if dimension not in dimensions() or dimensions()[dimension].adds_up == OVERLAPPING:
        return False
    if dimensions()[dimension].adds_up == BOUNDS:
        return tiling(dimension, present, None, None) is not None
    answers = {g for g in known if not known[g].part_of} - _WITHOUT_ANSWER
    return bool(answers) and answers <= set(present)


def parts_of(dimension: str, group: str, present: Collection[str]) -> tuple[tuple[str, ...], bool]:
    """Return the groups that are parts of a group, and whether they are the whole of it.

    Args:
        dimension: Name of the dimension.
        group: Group whose parts are wanted.
        present: Groups for which there are figures.

    >>> parts_of("hispanic_origin", "hispanic", ["mexican", "cuban", "hispanic", "not_hispanic"])
    (('cuban', 'mexican'), False)
    """
    known = groups_of(dimension)
    whole = known.get(group)
    if whole is None:
        return (), False
    if dimensions()[dimension].adds_up != BOUNDS:
        return tuple(sorted(g for g in present if g in known and known[g].part_of == group)), False
    if not whole.has_bounds:
        return (), False
    inside = [
        known[g]
        for g in present
        if g != group and g in known and known[g].has_bounds and _within(known[g], whole)
    ]
    tiled = tiling(dimension, [g.code for g in inside], whole.lower, whole.upper)
    if tiled is not None:
        return tiled, True
    apart = _ranges_apart(inside)
    return (apart[0], False) if apart else ((), False)


def tiling(
    dimension: str, present: Collection[str], lower: float | None, upper: float | None
) -> tuple[str, ...] | None:
    """Return the groups that fill a range without gap and overlap, the finest; or ``None``.

    Args:
        dimension: Name of the dimension.
        present: Groups for which there are figures.
        lower: Smallest value of the range; ``None`` where it is open below.
        upper: Smallest value beyond it; ``None`` where it is open above.

    >>> tiling("age_of_mother", ["under_20", "15_19", "under_15", "20_24"], None, 25)
    ('under_15', '15_19', '20_24')
    """
    known = groups_of(dimension)
    ranges = [known[g] for g in present if g in known and known[g].has_bounds]
    start, end = _start(lower), _end(upper)
    filled: list[str] = []
    while start < end:
        here = [g for g in ranges if _start(g.lower) == start and _end(g.upper) <= end]
        if not here:
            return None
        finest = min(here, key=lambda g: (_end(g.upper), g.position))
        filled.append(finest.code)
        start = _end(finest.upper)
        if start == inf:
            break
    return tuple(filled)


def unknown(dimension: str, present: Collection[str]) -> tuple[str, ...]:
    """Return the groups of those whose value is not known, each of them in one group only.

    Args:
        dimension: Name of a dimension whose groups have bounds.
        present: Groups for which there are figures.

    >>> unknown("gestation", ["24_and_over", "not_stated", "unlinked"])
    ('not_stated', 'unlinked')
    >>> unknown("gestation", ["not_stated", "inconsistent", "not_stated_or_inconsistent"])
    ('not_stated_or_inconsistent',)
    """
    known = groups_of(dimension)
    without = {g for g in present if g in known and not known[g].has_bounds}
    return tuple(sorted(g for g in without if known[g].part_of not in without))


def _ranges_apart(ranges: Collection[Group]) -> list[tuple[str, ...]]:
    """Return sets of ranges without overlap, so that every range is in at least one of them."""
    found: list[tuple[str, ...]] = []
    left = sorted(ranges, key=lambda g: (_end(g.upper) - _start(g.lower), g.position))
    while left:
        first = left[0]
        chosen = [first]
        others = [g for g in ranges if g is not first]
        others.sort(key=lambda g: (g not in left, _end(g.upper) - _start(g.lower), g.position))
        for group in others:
            if not any(_overlap(group, other) for other in chosen):
                chosen.append(group)
        left = [g for g in left if g not in chosen]
        found.append(tuple(g.code for g in sorted(chosen, key=lambda g: _start(g.lower))))
    return found


def _within(part: Group, whole: Group) -> bool:
    return _start(part.lower) >= _start(whole.lower) and _end(part.upper) <= _end(whole.upper)


def _overlap(one: Group, other: Group) -> bool:
    return _start(one.lower) < _end(other.upper) and _start(other.lower) < _end(one.upper)


def _start(lower: float | None) -> float:
    return -inf if lower is None else lower


def _end(upper: float | None) -> float:
    return inf if upper is None else upper
