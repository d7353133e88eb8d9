"""Ways of changing hidden counts, all sums kept: what to withhold so that readers can be wrong.

Each move proves that readers cannot rule something out: a larger count, a smaller one, or one that
is not withheld for being small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from scipy import sparse

from assets.disclosure.audit import unsafe
from assets.disclosure.programmes import Outcome, Programme, rests
from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray, IntArray

_HIDDEN_COST = 1e-4
_END, _DOWN, _UP = "not a small one", "a smaller one", "a larger one"
Need = tuple[int, str]
"""A count, and what must not be ruled out."""


class Moves:
    """The cheapest moves of the counts of one system, and what they prove.

    Attributes:
        withheld: Cells that are withheld by now.
    """

    def __init__(
        self,
        system: CellSystem,
        base: FloatArray,
        cost: FloatArray,
        fixed: BoolArray,
        withheld: BoolArray,
        beyond: FloatArray,
    ) -> None:
        """State the system.

        Args:
            system: Cells and relations.
            base: Counts to move from.
            cost: Cost of withholding each cell.
            fixed: Cells that cannot be withheld.
            withheld: Cells that are withheld anyway.
            beyond: For every cell the nearest counts below and above those that are withheld.
        """
        self.withheld = withheld.copy()
        self._system, self._base, self._beyond = system, base, beyond
        # Of a count that nobody here knows three values must remain; below zero there are none.
        self._rise = np.where(np.isnan(system.values) & (base < 1), 2.0, 1.0)
        self._fall = np.minimum(1.0, base)
        both = sparse.hstack([system.relations, -system.relations]).tocsr()
        # Without a floor a "protecting" move could need negative counts, which readers rule out.
        self._ceilings = np.where(fixed, 0.0, np.inf), np.where(fixed, 0.0, base)
        charged = np.where(withheld, _HIDDEN_COST, cost)
        self._programme = Programme(
            both,
            np.zeros(both.shape[0]),
            np.concatenate(self._ceilings),
            np.concatenate([charged, charged]),
        )
        self._shut = np.zeros(len(base), dtype=bool)
        # What is withheld and stands in one sum alone takes whatever the others leave.
        rows, cells = rests(system.relations)
        self._row_of = dict(zip(map(int, cells), map(int, rows), strict=True))
        self._factors = np.zeros(len(base))
        self._factors[cells] = np.asarray(system.relations.sum(axis=0)).ravel()[cells]
        self._is_rest = np.zeros(len(base), dtype=bool)
        self._leave_rests(np.flatnonzero(withheld))
        self._moves: list[Mapping[int, float]] = []
        self._moving: dict[int, list[int]] = defaultdict(list)
        self._proofs: dict[Need, int] = {}
        self._doubtful = np.zeros(len(base), dtype=bool)

    def widen(self, targets: Iterable[int]) -> None:
        """Withhold what must move so that nothing can be ruled out of the targets."""
        for cell in sorted(map(int, targets), key=lambda c: (self._base[c], c)):
            for what, step in self._steps(cell):
                if not self._is_proven((cell, what)):
                    self._prove((cell, what), step)
            self._doubtful[cell] = not all(
                self._is_proven((cell, what)) for what in (_END, _DOWN, _UP)
            )

    def give_back(self, cells: Sequence[int], targets: BoolArray) -> None:
        """Show what the targets can do without.

        Args:
            cells: Withheld cells, in the order in which to try.
            targets: Cells of which nothing may be ruled out.
        """
        self._set(np.flatnonzero(~self.withheld), is_open=False)
        for cell in cells:
            proofs = self._proofs
            lost = [need for need, number in proofs.items() if cell in self._moves[number]]
            self._proofs = {n: p for n, p in proofs.items() if cell not in self._moves[p]}
            self.withheld[cell] = False
            self._set([cell], is_open=False)
            if not all(self._can_be_proven(need) for need in lost if targets[need[0]]) or unsafe(
                self._system, self.withheld, targets & self._doubtful, self._beyond
            ):
                self.withheld[cell] = True
                self._set([cell], is_open=True)
                self._proofs = proofs

    def _can_be_proven(self, need: Need) -> bool:
        return self._is_proven(need) or any(
            self._prove(need, step) for what, step in self._steps(need[0]) if what == need[1]
        )

    def _steps(self, cell: int) -> Iterator[tuple[str, float]]:
        """Yield what must not be ruled out, and how far the count must move for it."""
        base, (below, above) = self._base[cell], self._beyond[cell]
        if 0 <= below < np.inf:
            yield _END, below - base
        yield _DOWN, -self._fall[cell]
        if above > -np.inf:
            yield _END, above - base
        yield _UP, self._rise[cell]

    def _is_proven(self, need: Need) -> bool:
        if need in self._proofs or self._meets(need, 0.0):
            return True
        for number in self._moving[need[0]]:
            move = self._moves[number]
            if self._meets(need, move[need[0]]) and all(self.withheld[c] for c in move):
                self._proofs[need] = number
                return True
        return False

    def _meets(self, need: Need, move: float) -> bool:
        cell, what = need
        if what == _UP:
            return bool(move >= self._rise[cell] - TOLERANCE)
        if what == _DOWN:
            return bool(move <= -self._fall[cell] + TOLERANCE)
        below, above = self._beyond[cell]
        to = self._base[cell] + move
        return bool(to <= below + TOLERANCE or to >= above - TOLERANCE)

    def _prove(self, need: Need, step: float) -> bool:
        """Find the cheapest move, and withhold what moves."""
        found = self._cheapest(need[0], step)
        if found is None:
            return False
        cells = np.flatnonzero(np.abs(found) > TOLERANCE)
        for cell in cells:
            self._moving[int(cell)].append(len(self._moves))
        self._proofs[need] = len(self._moves)
        self._moves.append({int(cell): float(found[cell]) for cell in cells})
        further = cells[~self.withheld[cells]]
        self.withheld[further] = True
        self._leave_rests(further)
        for at in (further, further + len(self._base)):
            self._programme.charge(at, np.full(len(at), _HIDDEN_COST))
        return True

    def _cheapest(self, cell: int, step: float) -> FloatArray | None:
        self._move(cell, step)
        found = self._programme.solve()
        # People move one by one: half a person here and there protects nobody.
        if found.outcome is Outcome.SOLVED and not np.allclose(
            found.counts, np.round(found.counts), atol=TOLERANCE
        ):
            whole = self._programme.solve(in_whole_numbers=True)
            found = whole if whole.outcome is Outcome.SOLVED else found
        self._set([cell], is_open=not self._shut[cell])
        if found.outcome is not Outcome.SOLVED:
            return None
        size = len(self._base)
        move: FloatArray = found.counts[:size] - found.counts[size:]
        rests_ = np.flatnonzero(self._is_rest)
        rows = [self._row_of[int(c)] for c in rests_]
        left = (self._system.relations @ move)[rows]
        move[rests_] = -left * self._factors[rests_]
        return move

    def _move(self, cell: int, step: float) -> None:
        """Let one cell move by a step, neither more nor less."""
        if self._is_rest[cell]:
            left = -step * self._factors[[cell]]
            self._programme.between([self._row_of[cell]], left, left)
            return
        exactly = np.array([max(step, 0.0), max(-step, 0.0)])
        self._programme.bound([cell, cell + len(self._base)], exactly, exactly)

    def _leave_rests(self, cells: IntArray) -> None:
        """Take withheld cells that stand in one sum alone out of the programme."""
        alone = [int(c) for c in cells if int(c) in self._row_of]
        self._is_rest[alone] = True
        self._set(alone, is_open=True)

    def _set(self, cells: Sequence[int] | IntArray, *, is_open: bool) -> None:
        """Let cells move, or not."""
        at = np.asarray(cells, dtype=np.intp)
        self._shut[at] = not is_open
        rests_ = at[self._is_rest[at]]
        if len(rests_):
            factor, floor = self._factors[rests_], self._base[rests_]
            lower = np.where(factor < 0, -floor, -np.inf) if is_open else np.zeros(len(rests_))
            upper = np.where(factor > 0, floor, np.inf) if is_open else np.zeros(len(rests_))
            self._programme.between([self._row_of[int(c)] for c in rests_], lower, upper)
        for number, ceilings in enumerate(self._ceilings):
            upper = np.where(self._is_rest[at] | (not is_open), 0.0, ceilings[at])
            self._programme.bound(at + number * len(self._base), np.zeros(len(at)), upper)
