"""Disclosure audit: what an outsider can compute about a withheld count.

For every withheld count two linear programmes give the smallest and the largest value that agrees
with everything published. The programmes are solved by HiGHS.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray

_HOPELESS = 2
_UNBOUNDED = 3


class AuditError(RuntimeError):
    """The audit could not be carried out; nothing may be published without it."""


class ContradictionError(AuditError):
    """No counts agree with all the figures that were taken as known."""


@dataclass(frozen=True)
class Interval:
    """Counts that an outsider cannot rule out for one withheld cell, in persons.

    Attributes:
        cell: Name of the cell.
        value: True count.
        lowest: Smallest count that agrees with everything published.
        highest: Largest such count; infinite where nothing bounds it.
    """

    cell: Hashable
    value: float
    lowest: float
    highest: float

    @property
    def is_safe(self) -> bool:
        """True where neither neighbour of the true count is ruled out."""
        return (
            self.highest >= self.value + 1 - TOLERANCE
            and self.lowest <= self.value - min(1.0, self.value) + TOLERANCE
        )


class Attacker:
    """An outsider who knows every published cell and all relations."""

    def __init__(self, system: CellSystem, hidden: BoolArray) -> None:
        """Fix the published cells.

        Args:
            system: Cells and relations.
            hidden: Mask of cells that are not published; a cell without a known count counts
                as hidden.
        """
        self._unknown = np.flatnonzero(hidden | np.isnan(system.values))
        self._position = {int(c): i for i, c in enumerate(self._unknown)}
        known = np.setdiff1d(np.arange(len(system.names)), self._unknown)
        free = system.relations[:, self._unknown].tocsr()
        rows = np.flatnonzero(np.diff(free.indptr))
        self._left = free[rows].tocsr()
        self._right = -(system.relations[rows][:, known] @ system.values[known])
        self._bound = self._component_labels()
        self._system = system

    def extremes(self, cell: int) -> tuple[float, float, list[tuple[np.ndarray, FloatArray]]]:
        """Return the smallest and largest count of a hidden cell, with the solutions found.

        Raises:
            ContradictionError: The published figures contradict each other.
            AuditError: The solver gave up.
        """
        at = self._position[cell]
        members = np.flatnonzero(self._bound == self._bound[at])
        rows = np.flatnonzero(np.diff(self._left[:, members].tocsr().indptr))
        left = self._left[rows][:, members]
        local = int(np.searchsorted(members, at))
        bounds: list[float] = []
        witnesses: list[tuple[np.ndarray, FloatArray]] = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(members))
            goal[local] = sign
            result = linprog(  # type: ignore[call-overload]
                goal, A_eq=left, b_eq=self._right[rows], bounds=(0, None), method="highs"
            )
            if result.status == _UNBOUNDED or (result.status == _HOPELESS and not len(rows)):
                bounds.append(np.inf)
                continue
            if result.status != 0:
                raise (ContradictionError if result.status == _HOPELESS else AuditError)(
                    f"the published figures around {self._system.names[cell]!r} contradict each "
                    f"other or could not be solved ({result.message}). Check that the parts of "
                    "its area and window add up, then run again."
                )
            bounds.append(sign * float(result.fun))
            witnesses.append((self._unknown[members], result.x))
        return bounds[0], bounds[1], witnesses

    def _component_labels(self) -> np.ndarray:
        pattern = self._left.copy()
        pattern.data = np.ones_like(pattern.data)
        _, labels = sparse.csgraph.connected_components(pattern.T @ pattern, directed=False)
        return np.asarray(labels)


def interval(system: CellSystem, hidden: BoolArray, cell: Hashable) -> Interval:
    """Return what an outsider can infer about one hidden cell."""
    at = system.names.index(cell)
    low, high, _ = Attacker(system, hidden).extremes(at)
    return Interval(cell, float(system.values[at]), low, high)


def unsafe(system: CellSystem, hidden: BoolArray, sensitive: BoolArray) -> list[Interval]:
    """Return the sensitive hidden cells that an outsider can compute.

    A cell is safe where the largest feasible count is at least one above and the smallest at
    least ``min(1, count)`` below the true count. Each solution also proves other cells, which
    are then not solved for.

    Args:
        system: Cells and relations.
        hidden: Mask of cells that are not published.
        sensitive: Mask of cells that must not be computable; those that are not hidden are
            reported as computed exactly.

    Raises:
        AuditError: The figures contradict each other.
    """
    values = system.values
    targets = np.flatnonzero(sensitive & ~np.isnan(values))
    if not len(targets):
        return []
    open_cells = [int(c) for c in targets if not hidden[c]]
    found = [Interval(system.names[c], values[c], values[c], values[c]) for c in open_cells]
    attacker = Attacker(system, hidden)
    above = np.zeros(len(values), dtype=bool)
    below = np.zeros(len(values), dtype=bool)
    for cell in (int(c) for c in targets if hidden[c]):
        if above[cell] and below[cell]:
            continue
        low, high, witnesses = attacker.extremes(cell)
        for cells, solution in witnesses:
            above[cells] |= solution >= values[cells] + 1 - TOLERANCE
            need = np.minimum(1.0, values[cells])
            below[cells] |= solution <= values[cells] - need + TOLERANCE
        judged = Interval(system.names[cell], float(values[cell]), low, high)
        if not judged.is_safe:
            found.append(judged)
    return found
