"""One linear system over the counts of today and of every release that was ever made.

What a release printed stays known for good, with all its sums. A count that a later release
restates is a new unknown: the old value and the old sums stay, and tie what was withheld then. A
count that nobody could see change is taken as unchanged, as an outsider would take it
(methods2 section 9, point 3, with r = 0).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan

import numpy as np

from assets.disclosure.audit import Attacker
from assets.disclosure.cells import Cell
from assets.disclosure.programmes import Outcome, Programme
from assets.disclosure.relations import edges_of, relations_of
from assets.disclosure.sums_of_areas import Group, Groups
from assets.disclosure.system import CellSystem, build

_Relation = dict[Cell, float]


@dataclass(frozen=True)
class View:
    """The counts of one release, or those that the warehouse holds.

    Attributes:
        counts: Count of every cell in persons; ``nan`` where the view does not say it.
        groups: Which areas add up in this view.
        regions: Codes of declared regions: what they count is what they are declared to be.
    """

    counts: Mapping[Cell, float]
    groups: Groups
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JointSystem:
    """All views as one system.

    Attributes:
        system: Cells of all views, with the relations of all.
        shown_before: Cells whose count a view after the first shows.
        is_as_it_was: Nothing that an earlier view says contradicts the first one.
    """

    system: CellSystem
    shown_before: frozenset[Cell]
    is_as_it_was: bool


def joint_system(views: Sequence[View], withdrawn: Collection[Cell] = ()) -> JointSystem:
    """Return one system over several views.

    Args:
        views: The newest first. The first one's counts are taken as true; those of the others are
            what the public saw.
        withdrawn: Counts that nobody here knows by now; what they were says nothing of them.
    """
    edges = edges_of(cell for view in views for cell in view.counts)
    first, *earlier = views
    values, sums = relations_of(first.counts, first.groups, edges)
    relations = {frozenset(relation.items()): relation for relation in sums}
    current = len(relations)
    newest = dict(first.counts)
    shown: set[Cell] = set()
    is_as_it_was = True
    for view in earlier:
        restated = _otherwise(view, first, newest, withdrawn)
        is_as_it_was = is_as_it_was and not restated
        renamed = _Renaming(view.counts, restated)
        # What nobody prints of the past is known from today's counts, or not at all.
        for relation in relations_of(view.counts, view.groups, edges)[1]:
            named = renamed.of(relation)
            relations.setdefault(frozenset(named.items()), named)
            for cell in named:
                values.setdefault(cell, nan)
        for cell, value in view.counts.items():
            if isnan(value):
                values.setdefault(cell, nan)
                continue
            of_view = restated.get(cell, cell)
            shown.add(of_view)
            if isnan(values.get(of_view, nan)):
                values[of_view] = value
    system = _consistent(values, list(relations.values()), current)
    return JointSystem(
        system, frozenset(shown), is_as_it_was and system.relations.shape[0] == len(relations)
    )


def _otherwise(
    view: View, first: View, newest: dict[Cell, float], withdrawn: Collection[Cell]
) -> dict[Cell, Cell]:
    """Return the cells that count something else now, each with the name of what it counted.

    ``newest`` grows by the counts that no newer view has.
    """
    declared = {
        place: "of " + " ".join(sorted(code for g in groups for code, _ in g.members))
        for place, groups in view.groups.items()
        if place[0] in view.regions and not _same(groups, first.groups.get(place, groups))
    }
    found: dict[Cell, Cell] = {}
    for cell, value in view.counts.items():
        meant = replace(cell, role=declared[cell.place]) if cell.place in declared else cell
        known = newest.get(meant, nan)
        is_shown = not isnan(value)
        if isnan(known) and meant not in withdrawn:
            newest[meant] = value
        elif is_shown and value != known:
            meant = replace(cell, role=f"{meant.role} stated as {value:g}".strip())
        if meant != cell:
            found[cell] = meant
    return found


def _same(one: Collection[Group], other: Collection[Group]) -> bool:
    return not {g.members for g in one}.isdisjoint(g.members for g in other)


class _Renaming:
    """Names for the cells of a view some of whose counts were restated later.

    What nobody prints (a year inside a window, a remainder) is another one too where a count of
    its series was restated: with the old count of it today's sums would not add up.
    """

    def __init__(self, counts: Mapping[Cell, float], restated: Mapping[Cell, Cell]) -> None:
        self._counts = counts
        self._restated = restated
        self._series: dict[Cell, list[str]] = defaultdict(list)
        for cell in sorted(restated):
            self._series[_series(cell)].append(f"{cell.start} {restated[cell].role}")

    def of(self, relation: _Relation) -> _Relation:
        if not self._restated:
            return relation
        moved = "; ".join(sorted(self._restated[c].role for c in relation if c in self._restated))
        return {self._named(cell, moved): factor for cell, factor in relation.items()}

    def _named(self, cell: Cell, moved: str) -> Cell:
        if cell in self._restated:
            return self._restated[cell]
        if cell in self._counts:
            return cell
        if cell.role:
            return replace(cell, role=f"{cell.role} ({moved})") if moved else cell
        of_series = "; ".join(self._series.get(_series(cell), ()))
        return replace(cell, role=f"before ({of_series})") if of_series else cell


def _series(cell: Cell) -> Cell:
    return replace(cell, start=cell.start.min, end=cell.start.min, role="")


def _consistent(
    values: Mapping[Cell, float], relations: Sequence[_Relation], current: int
) -> CellSystem:
    """Return the system, without old sums where no counts agree with them and with today's.

    An unseen count was restated there; an outsider who used those sums would compute a wrong one.
    """
    system = build(values, relations)
    if current == len(relations):
        return system
    doubtful = _contradicted(system)
    if not doubtful:
        return system
    kept = [
        relation
        for number, relation in enumerate(relations)
        if number < current or not doubtful.intersection(relation)
    ]
    return build(values, kept)


def _contradicted(system: CellSystem) -> set[Cell]:
    """Return the unknown cells around which no counts agree with all that is known."""
    attacker = Attacker(system, np.isnan(system.values))
    found: set[Cell] = set()
    for members, left, right in attacker.blocks():
        if Programme(left, right).solve().outcome is Outcome.IMPOSSIBLE:
            found |= {system.names[i] for i in members}
    return found
