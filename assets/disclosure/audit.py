"""Disclosure audit: what an outsider can compute about a withheld count.

For every withheld count two linear programmes give the smallest and the largest value that agrees
with everything published. Where they lie close together two integer programmes follow, because
people are counted in whole numbers: 3 u + 5 v = 8 leaves u at 1 alone. HiGHS solves both kinds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray, IntArray

_HOPELESS = 2
_UNBOUNDED = 3
NARROW = 6
"""Persons between smallest and largest count, up to which whole numbers are asked for."""
PROTECTION = 3
"""Whole numbers that must remain possible for a count that nobody here knows either."""


class AuditError(RuntimeError):
    """The audit could not be carried out; nothing may be published without it."""


class ContradictionError(AuditError):
    """No counts agree with all the figures that were taken as known."""


@dataclass(frozen=True)
class Interval:
    """Counts that an outsider cannot rule out for one withheld cell, in persons.

    Attributes:
        cell: Name of the cell.
        value: True count; ``nan`` where a supplier withheld it from us as well.
        lowest: Smallest count that agrees with everything published.
        highest: Largest such count; infinite where nothing bounds it.
        beyond: Nearest counts below and above those that are withheld for being small.
        is_past: Earlier releases leave no more room, whatever is withheld now.
    """

    cell: Hashable
    value: float
    lowest: float
    highest: float
    beyond: tuple[float, float] = (np.inf, -np.inf)
    is_past: bool = False

    @property
    def is_safe(self) -> bool:
        """True where neither neighbour of the true count is ruled out.

        Where the true count is not known here, at least three counts must remain possible. It must
        not be certain that the count is one of those that are withheld.
        """
        if self.lowest > self.beyond[0] + TOLERANCE and self.highest < self.beyond[1] - TOLERANCE:
            return False
        if np.isnan(self.value):
            return self.highest - self.lowest >= PROTECTION - 1 - TOLERANCE
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
        members, left, right = self._block(int(self._bound[at]))
        local = int(np.searchsorted(members, cell))
        bounds: list[float] = []
        witnesses: list[tuple[np.ndarray, FloatArray]] = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(members))
            goal[local] = sign
            result = linprog(  # type: ignore[call-overload]
                goal, A_eq=left, b_eq=right, bounds=(0, None), method="highs"
            )
            if result.status == _UNBOUNDED or (result.status == _HOPELESS and not len(right)):
                bounds.append(np.inf)
                continue
            if result.status != 0:
                raise (ContradictionError if result.status == _HOPELESS else AuditError)(
                    f"the published figures around {self._system.names[cell]!r} contradict each "
                    f"other or could not be solved ({result.message}). Check that the parts of "
                    "its area and window add up, then run again."
                )
            bounds.append(sign * float(result.fun))
            witnesses.append((members, result.x))
        low, high = bounds
        if TOLERANCE < high - low <= NARROW:
            low, high, witnesses = _in_whole_numbers(members, local, left, right, (low, high))
        return low, high, witnesses

    def blocks(self) -> Iterator[tuple[IntArray, sparse.csr_array, FloatArray]]:
        """Yield unknown cells that share relations: cells, relations and what these add up to."""
        for label in range(int(self._bound.max(initial=-1)) + 1):
            yield self._block(label)

    def _block(self, label: int) -> tuple[IntArray, sparse.csr_array, FloatArray]:
        inside = np.flatnonzero(self._bound == label)
        rows = np.flatnonzero(np.diff(self._left[:, inside].tocsr().indptr))
        return self._unknown[inside], self._left[rows][:, inside], self._right[rows]

    def _component_labels(self) -> np.ndarray:
        pattern = self._left.copy()
        pattern.data = np.ones_like(pattern.data)
        _, labels = sparse.csgraph.connected_components(pattern.T @ pattern, directed=False)
        return np.asarray(labels)


def _in_whole_numbers(
    members: IntArray,
    local: int,
    left: sparse.csr_array,
    right: FloatArray,
    known: tuple[float, float],
) -> tuple[float, float, list[tuple[np.ndarray, FloatArray]]]:
    """Return smallest and largest whole count, with the solutions; ``known`` where none is found.

    Counts that no whole numbers meet (births by a producer's weights) keep the wider interval.
    """
    found: list[float] = []
    witnesses: list[tuple[np.ndarray, FloatArray]] = []
    for sign in (1.0, -1.0):
        goal = np.zeros(len(members))
        goal[local] = sign
        result = milp(
            goal,
            constraints=LinearConstraint(left, right, right),
            integrality=np.ones(len(members), dtype=np.int8),
            bounds=Bounds(0, np.inf),
        )
        if result.status != 0:
            return (*known, [])
        found.append(round(sign * float(result.fun)))
        witnesses.append((members, np.round(result.x)))
    return found[0], found[1], witnesses


def interval(system: CellSystem, hidden: BoolArray, cell: Hashable) -> Interval:
    """Return what an outsider can infer about one hidden cell."""
    at = system.names.index(cell)
    low, high, _ = Attacker(system, hidden).extremes(at)
    return Interval(cell, float(system.values[at]), low, high)


def unsafe(
    system: CellSystem,
    hidden: BoolArray,
    sensitive: BoolArray,
    beyond: FloatArray | None = None,
) -> list[Interval]:
    """Return the sensitive hidden cells that an outsider can compute.

    A cell is safe where the largest feasible count is at least one above and the smallest at
    least ``min(1, count)`` below the true count; one whose count is not known here where three
    counts remain possible. Each solution in whole numbers also proves other cells, which are then
    not solved for.

    Args:
        system: Cells and relations.
        hidden: Mask of cells that are not published.
        sensitive: Mask of cells that must not be computable; those that are not hidden are
            reported as computed exactly.
        beyond: For every cell the nearest counts below and above those that are withheld: one of
            the two must remain possible.

    Raises:
        AuditError: The figures contradict each other.
    """
    values = system.values
    targets = np.flatnonzero(sensitive)
    if not len(targets):
        return []
    ends = beyond if beyond is not None else np.tile([np.inf, -np.inf], (len(values), 1))
    open_cells = [int(c) for c in targets if not hidden[c]]
    found = [Interval(system.names[c], values[c], values[c], values[c]) for c in open_cells]
    attacker = Attacker(system, hidden)
    above = np.zeros(len(values), dtype=bool)
    below = np.zeros(len(values), dtype=bool)
    at_end = np.zeros(len(values), dtype=bool)
    for cell in (int(c) for c in targets if hidden[c]):
        if above[cell] and below[cell] and at_end[cell]:
            continue
        low, high, witnesses = attacker.extremes(cell)
        for cells, solution in witnesses:
            if not np.allclose(solution, np.round(solution), atol=TOLERANCE):
                # It proves nothing: other counts may not be whole there.
                continue
            above[cells] |= solution >= values[cells] + 1 - TOLERANCE
            need = np.minimum(1.0, values[cells])
            below[cells] |= solution <= values[cells] - need + TOLERANCE
            at_end[cells] |= (solution <= ends[cells, 0] + TOLERANCE) | (
                solution >= ends[cells, 1] - TOLERANCE
            )
        judged = Interval(
            system.names[cell],
            float(values[cell]),
            low,
            high,
            (float(ends[cell, 0]), float(ends[cell, 1])),
        )
        if not judged.is_safe:
            found.append(judged)
    return found
