"""Complementary suppression: which further cells to withhold so that no sensitive one leaks.

A linear-programming heuristic of the Kelly–Castro type: for every sensitive cell and each
direction the cheapest way of moving its count by one person, all sums kept, is sought; the cells
that must move are withheld. The audit judges the outcome, not this module.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets.disclosure.audit import Attacker, ContradictionError, Interval, feasible, unsafe
from assets.disclosure.moves import Moves
from assets.disclosure.system import BoolArray, CellSystem, FloatArray


def protect(
    system: CellSystem,
    sensitive: BoolArray,
    *,
    hidden: BoolArray | None = None,
    forced: BoolArray | None = None,
    weights: FloatArray | None = None,
    beyond: FloatArray | None = None,
) -> BoolArray:
    """Return the mask of cells to withhold.

    Args:
        system: Cells and relations.
        sensitive: Cells that must not be computable; all are withheld.
        hidden: Cells that are withheld anyway.
        forced: Cells that are public already and cannot be taken back.
        weights: Cost of withholding a cell, multiplied by one plus its count; 1 by default.
        beyond: For every cell the nearest counts below and above those that are withheld; one of
            the two must remain possible. Without it any count may be.

    Returns:
        Sensitive, already hidden and further cells. Where forced cells give a sensitive cell
        away no pattern helps; the audit reports it, and the others are protected.
    """
    size = len(system.names)
    fixed = forced if forced is not None else np.zeros(size, dtype=bool)
    withheld = (sensitive | (hidden if hidden is not None else False)) & ~fixed
    weight = weights if weights is not None else np.ones(size)
    ends = beyond if beyond is not None else np.tile([np.inf, -np.inf], (size, 1))
    for cells in system.components():
        targets = sensitive[cells] & ~fixed[cells]
        if not targets.any():
            continue
        part = system.restricted(cells)
        withheld[cells] = _protect_component(
            part, targets, withheld[cells], fixed[cells], weight[cells], ends[cells]
        )
    return withheld


def _protect_component(
    system: CellSystem,
    targets: BoolArray,
    withheld: BoolArray,
    fixed: BoolArray,
    weight: FloatArray,
    beyond: FloatArray,
) -> BoolArray:
    leaks = unsafe(system, withheld, targets, beyond)
    if not leaks:
        return withheld
    # What is safe stays so, whatever else is withheld.
    targets = system.index(leak.cell for leak in leaks)
    base = _completed(system)
    cost = (1 + base) * weight
    moves = Moves(system, base, cost, fixed, withheld, beyond)
    moves.widen(np.flatnonzero(targets))
    if left := unsafe(system, moves.withheld, targets, beyond):
        targets = targets & ~beyond_help(system, fixed, left, beyond)
        if unsafe(system, moves.withheld, targets, beyond):
            return _given_back(system, targets, ~fixed, _dearest(cost, ~fixed & ~withheld), beyond)
    moves.give_back(_dearest(cost, moves.withheld & ~withheld), targets)
    return moves.withheld


def beyond_help(
    system: CellSystem, fixed: BoolArray, leaks: Sequence[Interval], beyond: FloatArray
) -> BoolArray:
    """Return the mask of leaks that stay whatever is withheld.

    Args:
        system: Cells and relations.
        fixed: Cells that are public already.
        leaks: Counts that can be computed.
        beyond: For every cell the nearest counts below and above those that are withheld.
    """
    cells = system.index(leak.cell for leak in leaks)
    return system.index(leak.cell for leak in unsafe(system, ~fixed, cells, beyond))


def _dearest(base: FloatArray, cells: BoolArray) -> list[int]:
    return sorted((int(c) for c in np.flatnonzero(cells)), key=lambda c: (-base[c], c))


def _given_back(
    system: CellSystem,
    targets: BoolArray,
    withheld: BoolArray,
    cells: Sequence[int],
    beyond: FloatArray,
) -> BoolArray:
    """Show all of some cells that can be shown, half by half."""
    shown = withheld.copy()
    shown[cells] = False
    if not cells or not unsafe(system, shown, targets, beyond):
        return shown
    if len(cells) == 1:
        return withheld
    half = len(cells) // 2
    for part in (cells[:half], cells[half:]):
        withheld = _given_back(system, targets, withheld, part, beyond)
    return withheld


def _completed(system: CellSystem) -> FloatArray:
    """Return the counts with one feasible value in place of every unknown one."""
    values = system.values.copy()
    if not np.isnan(values).any():
        return values
    for members, left, right in Attacker(system, np.isnan(values)).blocks():
        found = feasible(left, right)
        if found is None:
            raise ContradictionError(
                f"no counts around {system.names[members[0]]!r} agree with the figures"
            )
        values[members] = found
    return values
