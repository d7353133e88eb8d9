"""Complementary suppression: which further cells to withhold so that no sensitive one leaks.

A linear-programming heuristic of the Kelly–Castro type: for every sensitive cell and each
direction the cheapest way of moving its count by one person, all sums kept, is sought; the cells
that must move are withheld. The audit judges the outcome, not this module.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from assets.disclosure.audit import Attacker, AuditError, unsafe
from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray, IntArray

LARGEST_COMPONENT = 10_000
"""Cells; above this the programmes take too long and the whole component is withheld instead."""

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
        away no pattern helps; the audit reports it.
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
        if len(cells) > LARGEST_COMPONENT:
            withheld[cells] |= ~fixed[cells]
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
    if unsafe(system, withheld, targets, beyond):
        withheld = _widen(system, base, targets, withheld, fixed, weight, beyond)
        added = np.flatnonzero(withheld & ~before)
        if len(added) <= _LARGEST_CLEAN_UP:
            withheld = _clean_up(system, base, targets, withheld, added, beyond)
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


def _clean_up(
    system: CellSystem,
    base: FloatArray,
    targets: BoolArray,
    withheld: BoolArray,
    added: IntArray,
    beyond: FloatArray,
) -> BoolArray:
    withheld = withheld.copy()
    if unsafe(system, withheld, targets, beyond):
        return withheld
    for cell in sorted(added, key=lambda c: (-base[c], c)):
        withheld[cell] = False
        if unsafe(system, withheld, targets, beyond):
            withheld[cell] = True
    return withheld


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
