"""Which areas add up to others, however many levels of the geography lie between them.

A part that is not in the data is taken apart into its own parts: a region is the sum of its
districts where the county between them has no count. Parts of one sum are all of one boundary set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass

Place = tuple[str, str]
"""An area: its code, and its boundary set where the code counts differently in another one."""
Groups = Mapping[Place, Collection["Group"]]
"""For an area every set of areas that it is the sum of."""


@dataclass(frozen=True, order=True)
class Group:
    """Areas that another one is the sum of.

    Attributes:
        boundaries: Boundary set in which they are.
        members: The areas.
    """

    boundaries: str
    members: frozenset[Place]


Parts = tuple[frozenset[Place], bool]
"""Areas that are in the data, and whether they are the whole of the one that they are part of."""


def groups_of_areas(
    members: Iterable[tuple[str, str, str]], apart: Collection[str] = ()
) -> dict[Place, set[Group]]:
    """Return which areas add up to others.

    Args:
        members: Code of the sum, boundary set and code of a part.
        apart: Codes of areas whose boundary sets count differently.
    """
    parts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for parent, boundaries, member in members:
        parts[parent, boundaries].add(member)
    groups: dict[Place, set[Group]] = defaultdict(set)
    for (parent, boundaries), codes in parts.items():

        def place(code: str, boundaries: str = boundaries) -> Place:
            return code, boundaries if code in apart else ""

        group = Group(boundaries, frozenset(place(code) for code in codes))
        groups[place(parent)].add(group)
    return groups


def parts_at_hand(
    total: Place, groups: Groups, present: Set[Place]
) -> dict[frozenset[Place], bool]:
    """Return the sets of areas in the data that are parts of one, and whether they are all of it.

    Whole ones stand first, then those of many parts.

    Args:
        total: Area that is the sum.
        groups: Which areas add up to others.
        present: Areas in the data.

    >>> groups = groups_of_areas([("R", "v", "A"), ("R", "v", "C"), ("C", "v", "D")])
    >>> parts_at_hand(("R", ""), groups, {("A", ""), ("D", "")})[frozenset({("A", ""), ("D", "")})]
    True
    """
    found: dict[frozenset[Place], bool] = {}
    for group in sorted(groups.get(total, ()), key=lambda g: (g.boundaries, sorted(g.members))):
        for boundaries in _sets_below(group, groups, present):
            parts, whole = _cut(group, boundaries, groups, present, {total})
            if parts:
                found[parts] = found.get(parts, False) or whole
    return dict(sorted(found.items(), key=lambda f: (not f[1], -len(f[0]), sorted(f[0]))))


def _sets_below(group: Group, groups: Groups, present: Set[Place]) -> list[str]:
    """Return the boundary sets in which the parts of absent members are to be looked for."""
    found, left, seen = {group.boundaries}, [group], {group}
    while left:
        for member in left.pop().members - present:
            for below in groups.get(member, ()):
                if below not in seen and _in_one(group.boundaries, below.boundaries):
                    found.add(below.boundaries)
                    seen.add(below)
                    left.append(below)
    return sorted(found)


def _cut(
    group: Group, boundaries: str, groups: Groups, present: Set[Place], above: Set[Place]
) -> Parts:
    """Return the nearest areas in the data below a group."""
    parts: set[Place] = set()
    whole = True
    for member in group.members - above:
        if member in present:
            parts.add(member)
            continue
        below = [
            _cut(g, boundaries, groups, present, above | {member})
            for g in sorted(groups.get(member, ()))
            if _in_one(boundaries, g.boundaries)
        ]
        found, complete = max(below, key=lambda p: (p[1], len(p[0])), default=(frozenset(), False))
        parts |= found
        whole = whole and complete and bool(found)
    return frozenset(parts), whole


def _in_one(one: str, other: str) -> bool:
    """Return whether areas of two sets stand side by side: ``EW`` is part of each of its years."""
    return one.startswith(other) or other.startswith(one)
