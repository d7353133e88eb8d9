"""The groups by which two populations are compared, and the counts of both in each of them.

A part is never taken for the whole: the groups hold all births of both populations, or what they
lack is one group more, or the reason why there is no comparison is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from assets.rates.decompositions.segments import Segment, common, tiling
from assets.rates.limits import Numbers

OTHER = "other"
"""Group of what the total has and the groups that are shown have not."""
_LEFT_OUT = 0.001
"""Births that belong to no group, as a share of all, up to which they may be left out."""
_EXACT = 0.5


_RANGE = re.compile(r"under_(?P<under>\d+)|(?P<lower>\d+)(?P<open>_and_over)?(_(?P<last>\d+))?")


class NoGroupingError(Exception):
    """Two populations cannot be compared by groups; the message says why."""


@dataclass(frozen=True)
class Bounds:
    """A group of the vocabulary: its place, and its bounds where it has any."""

    position: float = inf
    lower: float = -inf
    upper: float = inf

    @property
    def bounded(self) -> bool:
        """True where the group has a bound."""
        return self.lower > -inf or self.upper < inf


@dataclass(frozen=True)
class Cell:
    """Births and deaths of one group.

    Attributes:
        births: Births; ``None`` where they are not known.
        deaths: Deaths, by age where there are several ages; ``None`` where withheld or absent.
    """

    births: float | None
    deaths: tuple[float, ...] | None

    @property
    def known(self) -> bool:
        """True where both counts are there."""
        return self.births is not None and self.deaths is not None


@dataclass(frozen=True)
class Side:
    """One of two populations.

    Attributes:
        name: What it is called in messages.
        cells: Groups by code.
        births: All births.
        deaths: All deaths, by age where there are several ages.
        unlinked: Deaths that the producer states as belonging to no group of births, by age.
        largest_withheld: Largest count that the producer withholds in groups that it then leaves
            out; 0 where it leaves out none.
    """

    name: str
    cells: Mapping[str, Cell]
    births: float
    deaths: tuple[float, ...]
    unlinked: tuple[float, ...] = ()
    largest_withheld: float = 0.0

    @property
    def withheld(self) -> int:
        """Number of groups whose deaths are withheld."""
        return sum(cell.deaths is None for cell in self.cells.values())

    def rest(self, codes: Sequence[str]) -> tuple[float, Numbers]:
        """Return births and deaths of the total that are in none of these groups."""
        births, deaths = self.counts(codes)
        lost = np.array(self.unlinked or (0.0,) * len(self.deaths))
        return self.births - births, np.array(self.deaths) - deaths - lost

    def counts(self, codes: Sequence[str]) -> tuple[float, Numbers]:
        """Return births and deaths of groups together; a group that is not there has none."""
        births, deaths = 0.0, np.zeros(len(self.deaths))
        for code in codes:
            cell = self.cells.get(code)
            if cell is not None and cell.births is not None and cell.deaths is not None:
                births += cell.births
                deaths = deaths + np.array(cell.deaths)
        return births, deaths


@dataclass(frozen=True)
class Rules:
    """How the groups of a dimension are put together.

    Attributes:
        words: Groups of the vocabulary by code.
        cuts: Bounds that may be used; all by default.
        merged: Groups that are the sum of others; where both lists have the others, these are used.
        wholes: The sums are used all the same.
        ranges: Codes that the vocabulary lacks say their bounds, such as ``22_23``.
    """

    words: Mapping[str, Bounds]
    cuts: tuple[float, ...] | None = None
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wholes: bool = False
    ranges: bool = False


@dataclass(frozen=True)
class Counts:
    """Counts of one population in the common groups: births, deaths by age × group, the rest.

    Attributes:
        births: Births of each group.
        deaths: Deaths, one row for each age.
        unlinked: Deaths that belong to no group, by age.
        members: Groups of the producer that each group is made of.
        left_out: Births of the total that belong to no group and are left out.
    """

    births: Numbers
    deaths: Numbers
    unlinked: Numbers
    members: tuple[tuple[str, ...], ...]
    left_out: float


@dataclass(frozen=True)
class Grouped:
    """Two populations in their common groups."""

    codes: tuple[str, ...]
    own: Counts
    reference: Counts


def group(own: Side, reference: Side, rules: Rules) -> Grouped:
    """Put two populations into their common groups.

    Args:
        own: Population of interest.
        reference: Population that it is compared with.
        rules: How groups are put together.

    Raises:
        NoGroupingError: There is none, or what is lacking must not be computed.

    >>> words = {"under_37": Bounds(1, upper=37), "37_and_over": Bounds(2, lower=37)}
    >>> cells = {"under_37": Cell(100, (30.0,)), "37_and_over": Cell(900, (20.0,))}
    >>> own = Side("own", cells, 1000, (53.0,))
    >>> found = group(own, Side("reference", cells, 1000, (50.0,)), Rules(words))
    >>> found.codes, found.own.deaths.tolist(), found.own.unlinked.tolist()
    (('under_37', '37_and_over'), [[30.0, 20.0]], [3.0])
    """
    sides = own, reference
    plan = _plan(sides, rules)
    lacking = [_lacks(side, _used(side, place, plan)) for place, side in enumerate(sides)]
    if any(lacking):
        plan = _with_rest(plan, lacking)
    codes = tuple(plan)
    own_counts, reference_counts = (
        _counts(side, [plan[code][place] for code in codes], lacks, OTHER in codes)
        for place, (side, lacks) in enumerate(zip(sides, lacking, strict=True))
    )
    empty = (own_counts.births == 0) & (reference_counts.births == 0)
    if empty.any() and not (own_counts.deaths + reference_counts.deaths)[:, empty].any():
        kept = np.flatnonzero(~empty)
        codes = tuple(codes[k] for k in kept)
        own_counts, reference_counts = _kept(own_counts, kept), _kept(reference_counts, kept)
    if len(codes) < 2:
        raise NoGroupingError(_no_common(sides))
    return Grouped(codes, own_counts, reference_counts)


@dataclass(frozen=True)
class Members:
    """Groups of one population that make up a common one, and whether they are all of it."""

    codes: tuple[str, ...] = ()
    whole: bool = False


Plan = dict[str, tuple[Members, Members]]
"""By common group: what it is made of in either population."""


def _plan(sides: Sequence[Side], rules: Rules) -> Plan:
    own, reference = sides
    plan: Plan = {}
    segments = [
        [
            Segment(bounds_of(code, rules).lower, bounds_of(code, rules).upper, code)
            for code, cell in side.cells.items()
            if cell.known and bounds_of(code, rules).bounded
        ]
        for side in sides
    ]
    if any(segments):
        merged = common(segments[0], segments[1], rules.cuts)
        if len(merged) < 2:
            raise NoGroupingError(_no_common(sides))
        wanted = {b for s in merged for b in (s.lower, s.upper)}
        tiled = [tiling(each, wanted) for each in segments]
        for whole in merged:
            first, second = (_members([s for s in tiles if s.within(whole)]) for tiles in tiled)
            plan[_named(whole, rules)] = first, second
    for root in _roots(sides, rules):
        for code in _split(root, sides, rules):
            plan[code] = _of_category(own, code, rules), _of_category(reference, code, rules)
    return plan


def _members(tiles: Sequence[Segment]) -> Members:
    codes = tuple(tile.group for tile in tiles if tile.group is not None)
    return Members(codes, len(codes) == len(tiles))


def _roots(sides: Sequence[Side], rules: Rules) -> list[str]:
    """Return the groups without bounds that are part of no other one, in order."""
    of = {part: whole for whole, parts in rules.merged.items() for part in parts}
    found = set()
    for side in sides:
        for code in side.cells:
            if not bounds_of(code, rules).bounded:
                while code in of:
                    code = of[code]
                found.add(code)
    return sorted(found, key=lambda code: (bounds_of(code, rules).position, code))


def _split(code: str, sides: Sequence[Side], rules: Rules) -> list[str]:
    """Return the finest groups that a group falls into in both populations."""
    parts = rules.merged.get(code, ())
    if rules.wholes or not parts or not all(_falls_apart(side, code, rules) for side in sides):
        return [code]
    there = [p for p in parts if any(_resolved(side, p, rules) for side in sides)]
    return [one for part in there for one in _split(part, sides, rules)]


def _falls_apart(side: Side, code: str, rules: Rules) -> bool:
    """Return whether the parts of a group are all of it, or it is not there at all."""
    parts = [c for part in rules.merged.get(code, ()) for c in _resolved(side, part, rules)]
    cell = side.cells.get(code)
    if cell is None or not cell.known:
        return cell is None
    return bool(parts) and abs(side.counts(parts)[0] - side.counts([code])[0]) <= _EXACT


def _resolved(side: Side, code: str, rules: Rules) -> tuple[str, ...]:
    """Return the known groups that make up a group: itself, or its parts."""
    cell = side.cells.get(code)
    if cell is not None and cell.known:
        return (code,)
    return tuple(c for part in rules.merged.get(code, ()) for c in _resolved(side, part, rules))


def _of_category(side: Side, code: str, rules: Rules) -> Members:
    """Return the groups of a population that make up a common one, if they are all of it."""
    known = _resolved(side, code, rules)
    unknown = any(
        part in side.cells and not side.cells[part].known
        for part in (code, *rules.merged.get(code, ()))
    )
    return Members(known, bool(known) and (known == (code,) or not unknown))


def _used(side: Side, place: int, plan: Plan) -> list[str]:
    return sorted(code for members in plan.values() for code in members[place].codes)


def _lacks(side: Side, used: Sequence[str]) -> bool:
    """Return whether the groups lack births of the total that must be one group more.

    Raises:
        NoGroupingError: What they lack is a single withheld group, or not to be explained.
    """
    births, deaths = side.rest(used)
    some = _EXACT + 0.5 * len(used)
    if (deaths < -some).any() or births < -_LEFT_OUT * side.births - _EXACT:
        raise NoGroupingError(
            f"the groups of {side.name} hold more than its total: {_more(births, deaths)}"
        )
    hides = side.withheld > 0 or (side.largest_withheld > 0 and births > _EXACT)
    if hides and (deaths > _EXACT).any():
        if side.withheld >= 2 or 0 < side.largest_withheld < deaths.min():
            return True
        raise NoGroupingError(
            f"of {side.name} one group is withheld, and what its total has beside the others "
            "would give it away"
        )
    if births > _LEFT_OUT * side.births + _EXACT:
        raise NoGroupingError(
            f"the groups of {side.name} hold {side.births - births:,.0f} of its "
            f"{side.births:,.0f} births"
        )
    return False


def _more(births: float, deaths: Numbers) -> str:
    over = [f"{-births:,.0f} births"] if births < 0 else []
    over += [f"{-each:,.0f} deaths" for each in deaths if each < 0]
    return " and ".join(over) + " more"


def _with_rest(plan: Plan, lacking: Sequence[bool]) -> Plan:
    """Move what is not known of a population into one group for both."""
    kept: Plan = {}
    moved: list[list[str]] = [[], []]
    for code, members in plan.items():
        if any(lacks and not one.whole for one, lacks in zip(members, lacking, strict=True)):
            for place, one in enumerate(members):
                moved[place].extend(one.codes)
        else:
            kept[code] = members
    kept[OTHER] = Members(tuple(moved[0])), Members(tuple(moved[1]))
    return kept


def _counts(side: Side, members: Sequence[Members], lacks: bool, has_other: bool) -> Counts:
    each = [side.counts(one.codes) for one in members]
    births = np.array([b for b, _ in each])
    deaths = np.array([d for _, d in each]).T.reshape(len(side.deaths), len(members))
    named = tuple(one.codes for one in members)
    rest_births, rest_deaths = side.births - births.sum(), side.deaths - deaths.sum(axis=1)
    stated = np.array(side.unlinked or (0.0,) * len(side.deaths))
    if has_other and lacks:
        births[-1] += rest_births
        deaths[:, -1] += rest_deaths - stated
        return Counts(births, deaths, stated, named, 0.0)
    # Weighted counts are rounded group by group, so that a sum may exceed its total a little.
    return Counts(births, deaths, np.maximum(rest_deaths, 0.0), named, float(rest_births))


def _kept(counts: Counts, places: Numbers | np.ndarray) -> Counts:
    return Counts(
        counts.births[places],
        counts.deaths[:, places],
        counts.unlinked,
        tuple(counts.members[int(k)] for k in places),
        counts.left_out,
    )


def bounds_of(code: str, rules: Rules) -> Bounds:
    """Return the bounds of a group, by the vocabulary or by its code.

    Args:
        code: Group.
        rules: How groups are put together.

    >>> bounds_of("22_23", Rules({}, ranges=True)) == Bounds(lower=22, upper=24)
    True
    """
    known = rules.words.get(code)
    said = _RANGE.fullmatch(code) if known is None and rules.ranges else None
    if said is None:
        return known or Bounds()
    if said["under"]:
        return Bounds(upper=float(said["under"]))
    last = float(said["last"] or said["lower"])
    return Bounds(lower=float(said["lower"]), upper=inf if said["open"] else last + 1)


def _named(segment: Segment, rules: Rules) -> str:
    """Return the group of the vocabulary with these bounds, or a code that says them."""
    for code, known in rules.words.items():
        if known.bounded and (known.lower, known.upper) == (segment.lower, segment.upper):
            return code
    if segment.lower == -inf:
        return f"under_{segment.upper:g}"
    if segment.upper == inf:
        return f"{segment.lower:g}_and_over"
    last = segment.upper - 1
    return f"{segment.lower:g}" if last == segment.lower else f"{segment.lower:g}_{last:g}"


def _no_common(sides: Sequence[Side]) -> str:
    lists = "; ".join(f"{side.name} has {', '.join(sorted(side.cells))}" for side in sides)
    return f"no grouping that both have: {lists}"
