"""Complementary suppression: which further cells to withhold so that no sensitive one leaks.

A linear-programming heuristic of the Kelly–Castro type: for every sensitive cell and each
direction the cheapest way of moving its count by one person, all sums kept, is sought; the cells
that must move are withheld. The audit judges the outcome, not this module.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from assets.disclosure.audit import Attacker, AuditError, Interval, unsafe
from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray, IntArray

LARGEST_PROGRAMME = 10_000
"""Cells of one programme; where more share sums, those nearest to the count are looked at."""

_LARGEST_CLEAN_UP = 200
_HIDDEN_COST = 1e-4


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
    base = _completed(system)
    before = withheld.copy()
    if not unsafe(system, withheld, targets, beyond):
        return withheld
    withheld = _widen(system, base, targets, withheld, fixed, weight, beyond)
    if left := unsafe(system, withheld, targets, beyond):
        targets = targets & ~beyond_help(system, fixed, left, beyond)
        if unsafe(system, withheld, targets, beyond):
            withheld = ~fixed
            return _given_back(
                system, targets, withheld, _dearest(base, withheld & ~before), beyond
            )
    added = _dearest(base, withheld & ~before)
    if len(added) <= _LARGEST_CLEAN_UP:
        for cell in added:
            withheld = _given_back(system, targets, withheld, [cell], beyond)
    return withheld


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


def _widen(
    system: CellSystem,
    base: FloatArray,
    targets: BoolArray,
    withheld: BoolArray,
    fixed: BoolArray,
    weight: FloatArray,
    beyond: FloatArray,
) -> BoolArray:
    withheld = withheld.copy()
    cost = (1 + base) * weight
    # Of a count that nobody here knows three values must remain; below zero there are none.
    rise = np.where(np.isnan(system.values) & (base < 1), 2.0, 1.0)
    fall = np.minimum(1.0, base)
    up = np.zeros(len(base), dtype=bool)
    down = fall == 0
    at_end = (beyond[:, 0] >= base) | (beyond[:, 1] <= base)

    def withhold(cell: int, step: float) -> None:
        nonlocal withheld, up, down, at_end
        move = _cheapest_move(
            system, base, cell, step, np.where(withheld, _HIDDEN_COST, cost), fixed
        )
        if move is None:
            return
        withheld = withheld | (np.abs(move) > TOLERANCE)
        up |= move >= rise - TOLERANCE
        down |= move <= -fall + TOLERANCE
        to = base + move
        at_end |= (to <= beyond[:, 0] + TOLERANCE) | (to >= beyond[:, 1] - TOLERANCE)

    for cell in (int(c) for c in sorted(np.flatnonzero(targets), key=lambda c: (base[c], c))):
        if not at_end[cell] and beyond[cell, 0] >= 0:
            withhold(cell, beyond[cell, 0] - base[cell])
        if not down[cell]:
            withhold(cell, -fall[cell])
        if not at_end[cell]:
            withhold(cell, beyond[cell, 1] - base[cell])
        if not up[cell]:
            withhold(cell, rise[cell])
    return withheld


def _cheapest_move(
    system: CellSystem,
    base: FloatArray,
    cell: int,
    step: float,
    cost: FloatArray,
    fixed: BoolArray,
) -> FloatArray | None:
    size = len(base)
    if size > LARGEST_PROGRAMME and len(near := _nearest(system, cell)) < size:
        part = system.restricted(near)
        local = int(np.searchsorted(near, cell))
        step_near = _cheapest_move(part, base[near], local, step, cost[near], fixed[near])
        if step_near is None:
            return None
        whole_move = np.zeros(size)
        whole_move[near] = step_near
        return whole_move
    # Without the lower bounds a "protecting" move could need negative counts, which an
    # outsider rules out.
    ceilings = np.where(fixed, 0.0, np.inf)
    floors = np.where(fixed, 0.0, base)
    upper = np.concatenate([ceilings, floors])
    lower = np.zeros(2 * size)
    rise, fall = (step, 0.0) if step > 0 else (0.0, -step)
    lower[cell] = upper[cell] = rise
    lower[size + cell] = upper[size + cell] = fall
    both = sparse.hstack([system.relations, -system.relations])
    result = linprog(  # type: ignore[call-overload]
        np.concatenate([cost, cost]),
        A_eq=both,
        b_eq=np.zeros(system.relations.shape[0]),
        bounds=np.column_stack([lower, upper]),
        method="highs",
    )
    if result.status != 0:
        return None
    move: FloatArray = result.x[:size] - result.x[size:]
    if np.allclose(move, np.round(move), atol=TOLERANCE):
        return move
    # People move one by one: half a person here and there protects nobody.
    whole = milp(
        np.concatenate([cost, cost]),
        constraints=LinearConstraint(both, 0.0, 0.0),
        integrality=np.ones(2 * size, dtype=np.int8),
        bounds=Bounds(lower, upper),
    )
    return np.round(whole.x[:size] - whole.x[size:]) if whole.status == 0 else move


def _nearest(system: CellSystem, cell: int) -> IntArray:
    """Return the cells nearest to one by the sums between them, as many as a programme takes."""
    touches = system.relations.copy()
    touches.data = np.ones_like(touches.data)
    near = np.zeros(len(system.names), dtype=bool)
    near[cell] = True
    while True:
        sums = touches @ near.astype(float) > 0
        wider = near | (touches.T @ sums.astype(float) > 0)
        if wider.sum() == near.sum() or (wider.sum() > LARGEST_PROGRAMME and near.sum() > 1):
            return np.flatnonzero(near)
        near = wider


def _completed(system: CellSystem) -> FloatArray:
    """Return the counts with one feasible value in place of every unknown one."""
    values = system.values.copy()
    gaps = np.flatnonzero(np.isnan(values))
    if not len(gaps):
        return values
    attacker = Attacker(system, np.isnan(values))
    for gap in gaps:
        if not np.isnan(values[gap]):
            continue
        _, _, witnesses = attacker.extremes(int(gap))
        if not witnesses:
            raise AuditError(f"no count of {system.names[gap]!r} agrees with the figures")
        cells, solution = witnesses[0]
        values[cells] = solution
    return values
