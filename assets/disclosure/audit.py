"""Disclosure audit: what an outsider can compute about a withheld count.

For every withheld count two linear programmes give the smallest and the largest value that agrees
with everything published. Where they lie close together two integer programmes follow, because
people are counted in whole numbers: 3 u + 5 v = 8 leaves u at 1 alone. HiGHS solves both kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from assets.disclosure.programmes import Block, Outcome
from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray, IntArray

NARROW = 6
"""Persons between smallest and largest count, up to which whole numbers are asked for."""
PROTECTION = 3
"""Whole numbers that must remain possible for a count that nobody here knows either."""

MANY = 40
"""Cells of one block from which on possible counts are looked for before each is asked for."""
_DIRECTIONS = 24
_FAR = 100.0


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
    """An outsider who knows every published cell and all relations.

    What he cannot rule out is kept: whole counts that were found possible on the way to one answer
    are the answer to others.
    """

    def __init__(self, system: CellSystem, hidden: BoolArray) -> None:
        """Fix the published cells.

        Args:
            system: Cells and relations.
            hidden: Mask of cells that are not published; a cell without a known count counts
                as hidden.
        """
        self._unknown = np.flatnonzero(hidden | np.isnan(system.values))
        known = np.setdiff1d(np.arange(len(system.names)), self._unknown)
        free = system.relations[:, self._unknown].tocsr()
        rows = np.flatnonzero(np.diff(free.indptr))
        self._left = free[rows].tocsr()
        self._right = -(system.relations[rows][:, known] @ system.values[known])
        self._system = system
        _, labels = sparse.csgraph.connected_components(
            abs(self._left).T @ abs(self._left), directed=False
        )
        self._label = np.asarray(labels)
        # All cells of a relation are of one block.
        self._label_of_row = self._label[self._left.indices[self._left.indptr[:-1]]]
        self._open: tuple[int, IntArray, Block] | None = None
        self._looked_at: set[int] = set()
        self.lowest = np.full(len(system.names), np.inf)
        self.highest = np.full(len(system.names), -np.inf)

    def ranges(
        self, cells: Iterable[int], is_enough: Callable[[int, float, float], bool]
    ) -> Iterator[tuple[int, float, float]]:
        """Yield each hidden cell with a range of counts that cannot be ruled out.

        The range is the whole one where it is not enough.

        Args:
            cells: Cells to look at.
            is_enough: Whether what is known of the range of a cell need not be known better.

        Raises:
            ContradictionError: The published figures contradict each other.
            AuditError: The solver gave up.
        """
        for together in self.by_block(cells):
            if len(together) > MANY:
                self._look_around(int(self._label[np.searchsorted(self._unknown, together[0])]))
            for cell in together:
                low, high = float(self.lowest[cell]), float(self.highest[cell])
                if low > high or not is_enough(cell, low, high):
                    low, high = self.extremes(cell)
                yield cell, low, high

    def by_block(self, cells: Iterable[int]) -> Iterator[list[int]]:
        """Yield hidden cells, those together that share relations."""
        wanted = np.array(sorted(cells), dtype=np.intp)
        labels = self._label[np.searchsorted(self._unknown, wanted)]
        for label in np.unique(labels):
            yield wanted[labels == label].tolist()

    def extremes(self, cell: int) -> tuple[float, float]:
        """Return the smallest and largest count of a hidden cell.

        Raises:
            ContradictionError: The published figures contradict each other.
            AuditError: The solver gave up.
        """
        members, block = self._block(int(self._label[np.searchsorted(self._unknown, cell)]))
        goal = np.zeros(len(members))
        local = int(np.searchsorted(members, cell))
        ends = []
        for goal[local] in (1.0, -1.0):
            found = block.smallest(goal)
            if found.outcome is Outcome.UNBOUNDED:
                ends.append(-np.inf)
                continue
            if found.outcome is not Outcome.SOLVED:
                error = ContradictionError if found.outcome is Outcome.IMPOSSIBLE else AuditError
                raise error(
                    f"the published figures around {self._system.names[cell]!r} contradict each "
                    f"other or could not be solved ({found.outcome.value}). Check that the parts "
                    "of its area and window add up, then run again."
                )
            self._note(members, found.counts)
            ends.append(found.value)
        low, high = ends[0], -ends[1]
        is_whole = self.lowest[cell] <= low + TOLERANCE and self.highest[cell] >= high - TOLERANCE
        if TOLERANCE < high - low <= NARROW and not is_whole:
            low, high = self._in_whole_numbers(members, block, local, (low, high))
        return low, high

    def _in_whole_numbers(
        self, members: IntArray, block: Block, local: int, known: tuple[float, float]
    ) -> tuple[float, float]:
        """Return smallest and largest whole count; ``known`` where none is found.

        Counts that no whole numbers meet (births by a producer's weights) keep the wider range.
        """
        goal = np.zeros(len(members))
        whole = []
        for goal[local] in (1.0, -1.0):
            found = block.smallest(goal, in_whole_numbers=True)
            if found.outcome is not Outcome.SOLVED:
                return known
            self._note(members, found.counts)
            whole.append(float(np.round(found.counts[local])))
        return whole[0], whole[1]

    def blocks(self) -> Iterator[tuple[IntArray, sparse.csr_array, FloatArray]]:
        """Yield unknown cells that share relations: cells, relations and what these add up to."""
        order = np.argsort(self._label, kind="stable")
        for inside in np.split(order, np.flatnonzero(np.diff(self._label[order])) + 1):
            if len(inside):
                yield self._cut(int(self._label[inside[0]]), inside)

    def _cut(self, label: int, inside: IntArray) -> tuple[IntArray, sparse.csr_array, FloatArray]:
        rows = np.flatnonzero(self._label_of_row == label)
        part = self._left[rows]
        columns = np.searchsorted(inside, part.indices)
        left = sparse.csr_array((part.data, columns, part.indptr), shape=(len(rows), len(inside)))
        return self._unknown[inside], left, self._right[rows]

    def _block(self, label: int) -> tuple[IntArray, Block]:
        if self._open is None or self._open[0] != label:
            members, left, right = self._cut(label, np.flatnonzero(self._label == label))
            self._open = label, members, Block(left, right)
        return self._open[1:]

    def _look_around(self, label: int) -> None:
        """Find counts of a block that are possible, in directions that are drawn."""
        if label in self._looked_at:
            return
        self._looked_at.add(label)
        members, left, right = self._cut(label, np.flatnonzero(self._label == label))
        block = Block(left, right, max(float(np.abs(right).max(initial=0)), _FAR))
        draw = np.random.default_rng(len(members))
        for _ in range(_DIRECTIONS):
            found = block.smallest(draw.uniform(-1.0, 1.0, len(members)))
            if found.outcome is Outcome.SOLVED:
                self._note(members, found.counts)

    def _note(self, members: IntArray, counts: FloatArray) -> None:
        # Otherwise it proves nothing: other counts may not be whole there.
        if np.allclose(counts, np.round(counts), atol=TOLERANCE):
            self.lowest[members] = np.minimum(self.lowest[members], counts)
            self.highest[members] = np.maximum(self.highest[members], counts)


def feasible(left: sparse.csr_array, right: FloatArray) -> FloatArray | None:
    """Return counts that meet some sums, whole ones if there are any; ``None`` if there are none.

    Args:
        left: Coefficients, a row for each sum.
        right: What each sum comes to.
    """
    block, nothing = Block(left, right), np.zeros(left.shape[1])
    found = block.smallest(nothing)
    if found.outcome is not Outcome.SOLVED:
        return None
    if np.allclose(found.counts, np.round(found.counts), atol=TOLERANCE):
        return found.counts
    whole = block.smallest(nothing, in_whole_numbers=True)
    return whole.counts if whole.outcome is Outcome.SOLVED else found.counts


def interval(system: CellSystem, hidden: BoolArray, cell: Hashable) -> Interval:
    """Return what an outsider can infer about one hidden cell."""
    at = system.names.index(cell)
    return Interval(cell, float(system.values[at]), *Attacker(system, hidden).extremes(at))


def unsafe(
    system: CellSystem,
    hidden: BoolArray,
    sensitive: BoolArray,
    beyond: FloatArray | None = None,
) -> list[Interval]:
    """Return the sensitive hidden cells that an outsider can compute.

    A cell is safe where the largest feasible count is at least one above and the smallest at
    least ``min(1, count)`` below the true count; one whose count is not known here where three
    counts remain possible.

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
    ends = beyond if beyond is not None else np.tile([np.inf, -np.inf], (len(values), 1))

    def judged(cell: int, low: float, high: float) -> Interval:
        nearest = float(ends[cell, 0]), float(ends[cell, 1])
        return Interval(system.names[cell], float(values[cell]), low, high, nearest)

    found = [
        Interval(system.names[c], v, v, v) for c in targets if not hidden[c] for v in (values[c],)
    ]
    covered = [int(c) for c in targets if hidden[c]]
    if covered:
        attacker = Attacker(system, hidden)
        for result in attacker.ranges(covered, lambda *range_: judged(*range_).is_safe):
            if not (leak := judged(*result)).is_safe:
                found.append(leak)
    return found
