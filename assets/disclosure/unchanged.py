"""Readers who take every hidden count of an earlier release as what it is today.

They need not be right: where an unseen count was restated they solve a system that the true counts
do not meet. A range that they find there and that holds the true count is one that they act on all
the same, so further rows are withheld until it is wide. What no withholding keeps from them is left
to them: they may be wrong.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan

import numpy as np

from assets.disclosure.audit import Attacker, ContradictionError, Interval, feasible
from assets.disclosure.cells import Cell
from assets.disclosure.complementary import protect
from assets.disclosure.drawn import weights
from assets.disclosure.history import View, joint_system
from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray


@dataclass(frozen=True)
class Believed:
    """What such readers solve.

    Attributes:
        system: Cells and relations; ``nan`` where nobody but us knows the count.
        can_be_withheld: Counts that today alone shows.
    """

    system: CellSystem
    can_be_withheld: BoolArray


@dataclass(frozen=True)
class Secret:
    """A count that must not be narrowed.

    Attributes:
        value: The count; ``nan`` where a supplier withheld it from us.
        beyond: Nearest counts below and above those that are withheld.
    """

    value: float
    beyond: tuple[float, float]


def believed(
    views: Sequence[View], shown: frozenset[Cell], remainders: Mapping[Cell, float]
) -> Believed:
    """Return the system of readers who take what they cannot see change for what it was.

    Args:
        views: Counts of today, and those that earlier releases show, the newest first.
        shown: Counts that stay shown today.
        remainders: Remainders that readers know or guess.
    """
    today = views[0]
    public = {cell: v if cell in shown else nan for cell, v in today.counts.items()}
    joint = joint_system([replace(today, counts=public), *views[1:]])
    known = np.array([remainders.get(cell, nan) for cell in joint.system.names])
    values = np.where(np.isnan(joint.system.values), known, joint.system.values)
    can_be_withheld = [c in shown and c not in joint.shown_before for c in joint.system.names]
    return Believed(replace(joint.system, values=values), np.array(can_be_withheld, dtype=bool))


def narrowed(told: Believed, secrets: Mapping[Cell, Secret]) -> Iterator[Interval]:
    """Yield the secrets that such readers narrow, with what they take them for."""
    attacker = Attacker(told.system, np.isnan(told.system.values))
    for at, cell in enumerate(told.system.names):
        secret = secrets.get(cell)
        if secret is None or not isnan(told.system.values[at]):
            continue
        try:
            low, high = attacker.extremes(at)
        except ContradictionError:
            continue
        found = Interval(cell, secret.value, low, high, secret.beyond)
        # Where the range leaves the true count out they are wrong.
        if not found.is_safe and not (
            secret.value < low - TOLERANCE or secret.value > high + TOLERANCE
        ):
            yield found


def beyond_help(
    told: Believed, leaks: Sequence[Interval], secrets: Mapping[Cell, Secret]
) -> set[Hashable]:
    """Return the leaks that stay whatever is withheld today."""
    sought = {leak.cell for leak in leaks}
    values = np.where(told.can_be_withheld, nan, told.system.values)
    everything = replace(told, system=replace(told.system, values=values))
    wanted = {cell: secret for cell, secret in secrets.items() if cell in sought}
    return {leak.cell for leak in narrowed(everything, wanted)}


def widened(told: Believed, leak: Interval, secret: bytes | None) -> set[Cell]:
    """Return further counts to withhold, so that a secret is narrowed no more.

    Args:
        told: What such readers solve.
        leak: What they narrow.
        secret: Draws the choice.
    """
    system, at = told.system, told.system.names.index(leak.cell)
    hidden = np.isnan(system.values)
    (cells,) = (c for c in system.components() if at in c)
    part = system.restricted(cells)
    target = np.array([name == leak.cell for name in part.names], dtype=bool)
    try:
        withheld = protect(
            replace(part, values=_taken_for(part, target, leak)),
            target,
            hidden=hidden[cells],
            forced=~hidden[cells] & ~told.can_be_withheld[cells],
            weights=weights(secret, part.names),
            beyond=np.tile(leak.beyond, (len(cells), 1)),
        )
    except ContradictionError:
        return set()
    return {part.names[i] for i in np.flatnonzero(withheld & ~hidden[cells])}


def _taken_for(system: CellSystem, target: BoolArray, leak: Interval) -> FloatArray:
    """Return counts that such readers find possible, with the true one of the target."""
    values = system.values.copy()
    if not isnan(leak.value):
        values[target] = leak.value
    attacker = Attacker(replace(system, values=values), np.isnan(values))
    for members, left, right in attacker.blocks():
        point = feasible(left, right)
        # Elsewhere they contradict themselves; that is no reason to leave this count to them.
        values[members] = point if point is not None else 0.0
    return values
