"""Groups with bounds, such as weeks or grams: what two lists of them have in common.

A list may hold groups inside groups (single weeks beside ``24 and over``), and may leave some out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

_GAP = -1_000_000.0
_WANTED = 1_000.0


@dataclass(frozen=True, order=True)
class Segment:
    """What lies between two bounds.

    Attributes:
        lower: Lower bound, inclusive.
        upper: Upper bound, exclusive.
        group: Group of the list with these bounds; ``None`` where the list has none.
    """

    lower: float
    upper: float
    group: str | None = None

    def within(self, other: Segment) -> bool:
        """Return whether this one lies inside another one."""
        return other.lower <= self.lower and self.upper <= other.upper


def tiling(groups: Iterable[Segment], wanted: Iterable[float] = ()) -> list[Segment]:
    """Return groups that lie side by side from end to end, with gaps where there is none.

    Of several ways the one with the fewest gaps is taken, then the one that has most of the wanted
    bounds, then the one with most groups.

    Args:
        groups: Groups of one list, which may overlap.
        wanted: Bounds that the result should have.

    >>> single = [Segment(22, 23, "22"), Segment(23, 24, "23"), Segment(24, inf, "24_and_over")]
    >>> [each.group for each in tiling([*single, Segment(-inf, 24, "under_24")], [24])]
    ['under_24', '24_and_over']
    """
    known = sorted(set(groups))
    bounds = sorted({-inf, inf, *(s.lower for s in known), *(s.upper for s in known)})
    chosen = set(wanted)
    steps = [*known, *(Segment(a, b) for a, b in pairwise(bounds))]
    best: dict[float, tuple[float, list[Segment]]] = {-inf: (0.0, [])}
    for bound in bounds[1:]:
        ways = [
            (best[step.lower][0] + _worth(step, chosen), [*best[step.lower][1], step])
            for step in steps
            if step.upper == bound
        ]
        best[bound] = max(ways, key=lambda way: way[0])
    return best[inf][1]


def _worth(step: Segment, wanted: set[float]) -> float:
    gap = _GAP if step.group is None else 0.0
    return gap + 1 + (_WANTED if step.upper in wanted else 0.0)


def common(
    first: Sequence[Segment], second: Sequence[Segment], cuts: Iterable[float] | None = None
) -> list[Segment]:
    """Return the finest segments into which two lists can be merged.

    Args:
        first: Groups of one list, which may overlap.
        second: Groups of the other list.
        cuts: Bounds that may be used; all by default.

    Returns:
        Segments from end to end; one alone where the lists have no bound in common.

    Weeks ``37 to 41`` in one edition, ``37 to 38``, ``39 to 40`` and ``41`` in the other:

    >>> ends = [Segment(-inf, 37, "under_37"), Segment(42, inf, "42_and_over")]
    >>> older = [*ends, Segment(37, 42, "37_41")]
    >>> newer = [*ends, Segment(37, 39, "37_38"), Segment(39, 41, "39_40"), Segment(41, 42, "41")]
    >>> [(each.lower, each.upper) for each in common(older, newer)]
    [(-inf, 37), (37, 42), (42, inf)]
    """
    allowed = None if cuts is None else set(cuts)
    found = [
        _bounds(tiling(own, allowed if allowed is not None else _bounds(other)))
        for own, other in ((first, second), (second, first))
    ]
    bounds = found[0] & found[1]
    if allowed is not None:
        bounds &= {-inf, inf, *allowed}
    return [Segment(a, b) for a, b in pairwise(sorted(bounds))]


def _bounds(segments: Iterable[Segment]) -> set[float]:
    return {-inf, inf, *(b for s in segments for b in (s.lower, s.upper))}
