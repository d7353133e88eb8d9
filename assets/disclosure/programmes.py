"""Linear programmes over counts that are solved again and again with small changes (HiGHS).

A programme starts from where the last one ended, so that the hundreds of questions about one
system cost a few steps each. Whole numbers are asked for on request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version

import highspy
import numpy as np
from scipy import sparse

from assets.disclosure.system import FloatArray, IntArray


class Outcome(Enum):
    """How solving ended."""

    SOLVED = "solved"
    IMPOSSIBLE = "impossible"
    UNBOUNDED = "unbounded"
    GAVE_UP = "gave up"


_OUTCOMES = {
    highspy.HighsModelStatus.kOptimal: Outcome.SOLVED,
    highspy.HighsModelStatus.kInfeasible: Outcome.IMPOSSIBLE,
    highspy.HighsModelStatus.kUnbounded: Outcome.UNBOUNDED,
}


SOLVER = f"HiGHS {version('highspy')}"
_FEW = 30
"""Counts of a block up to which none is taken out."""
_NONE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Solution:
    """What a programme came to.

    Attributes:
        outcome: How solving ended.
        value: Value of the goal.
        counts: Counts where the goal is smallest; empty where there are none.
    """

    outcome: Outcome
    value: float
    counts: FloatArray


class Programme:
    """Counts that meet some sums, each between bounds."""

    def __init__(
        self,
        left: sparse.csr_array,
        right: FloatArray,
        upper: FloatArray | None = None,
        cost: FloatArray | None = None,
    ) -> None:
        """State the sums.

        Args:
            left: Coefficients, a row for each sum.
            right: What each sum comes to.
            upper: Largest value of each count; none by default. The smallest is zero.
            cost: Coefficients of the goal; zero by default.
        """
        columns = left.tocsc()
        rows, size = columns.shape
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = size, rows
        programme.col_cost_ = cost if cost is not None else np.zeros(size)
        programme.col_lower_ = np.zeros(size)
        programme.col_upper_ = upper if upper is not None else np.full(size, np.inf)
        programme.row_lower_ = programme.row_upper_ = right
        programme.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        programme.a_matrix_.start_ = columns.indptr
        programme.a_matrix_.index_ = columns.indices
        programme.a_matrix_.value_ = columns.data
        self._size = size
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(programme)

    def bound(
        self, columns: Sequence[int] | IntArray, lower: FloatArray, upper: FloatArray
    ) -> None:
        """Set the bounds of some counts."""
        at = np.asarray(columns, dtype=np.int32)
        self._highs.changeColsBounds(len(at), at, lower.astype(float), upper.astype(float))

    def between(self, rows: Sequence[int] | IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set what some sums come to: anything between two values."""
        at = np.asarray(rows, dtype=np.int32)
        self._highs.changeRowsBounds(  # type: ignore[attr-defined]
            len(at), at, lower.astype(float), upper.astype(float)
        )

    def charge(self, columns: Sequence[int] | IntArray, cost: FloatArray) -> None:
        """Set the coefficients that some counts have in the goal."""
        at = np.asarray(columns, dtype=np.int32)
        self._highs.changeColsCost(len(at), at, cost.astype(float))

    def solve(self, *, in_whole_numbers: bool = False) -> Solution:
        """Make the goal as small as possible."""
        if in_whole_numbers:
            return self._in_whole_numbers()
        self._highs.run()
        found = self._found()
        if found.outcome is Outcome.GAVE_UP:
            # From scratch: a start from the last solution can lose its numerical footing.
            self._highs.clearSolver()
            self._highs.run()
            found = self._found()
        return found

    def _in_whole_numbers(self) -> Solution:
        every = np.arange(self._size, dtype=np.int32)
        basis = self._highs.getBasis()
        self._kind(every, highspy.HighsVarType.kInteger)
        self._highs.setOptionValue("presolve", "choose")
        self._highs.run()
        found = self._found()
        self._highs.setOptionValue("presolve", "off")
        self._kind(every, highspy.HighsVarType.kContinuous)
        if basis.valid:
            self._highs.setBasis(basis)
        return Solution(found.outcome, found.value, np.round(found.counts))

    def _kind(self, columns: np.ndarray, kind: highspy.HighsVarType) -> None:
        self._highs.changeColsIntegrality(len(columns), columns, np.full(len(columns), kind))

    def _found(self) -> Solution:
        outcome = _OUTCOMES.get(self._highs.getModelStatus(), Outcome.GAVE_UP)
        if outcome is not Outcome.SOLVED:
            return Solution(outcome, np.nan, np.empty(0))
        counts = np.asarray(self._highs.getSolution().col_value, dtype=float)
        return Solution(outcome, float(self._highs.getInfo().objective_function_value), counts)


class Block:
    """Unknown counts that share sums, asked for again and again."""

    def __init__(self, left: sparse.csr_array, right: FloatArray, limit: float = np.inf) -> None:
        """State the sums.

        Args:
            left: Coefficients, a row for each sum.
            right: What each sum comes to.
            limit: Largest value of any count.
        """
        rows, self._rests = rests(left) if left.shape[1] > _FEW else (_NONE, _NONE)
        self._kept = np.setdiff1d(np.arange(left.shape[1]), self._rests)
        others = left[:, self._kept].tocsr()
        self._others, self._right = others[rows].tocsr(), right[rows]
        self._factors = np.asarray(left[rows].sum(axis=1) - self._others.sum(axis=1)).ravel()
        self._programme = Programme(others, right, np.full(len(self._kept), limit))
        lower = np.where(self._factors > 0, self._right - limit, self._right)
        upper = np.where(self._factors > 0, self._right, self._right + limit)
        self._programme.between(rows, lower, upper)

    def smallest(self, goal: FloatArray, *, in_whole_numbers: bool = False) -> Solution:
        """Make a sum of the counts as small as possible.

        Args:
            goal: Coefficient of each count.
            in_whole_numbers: Whether counts are whole.
        """
        cost = goal[self._kept] - self._others.T @ (goal[self._rests] / self._factors)
        self._programme.charge(np.arange(len(self._kept)), cost)
        found = self._programme.solve(in_whole_numbers=in_whole_numbers)
        if found.outcome is not Outcome.SOLVED:
            return found
        counts = np.empty(len(goal))
        counts[self._kept] = found.counts
        counts[self._rests] = (self._right - self._others @ found.counts) / self._factors
        return Solution(found.outcome, float(goal @ counts), counts)


def rests(left: sparse.csr_array) -> tuple[IntArray, IntArray]:
    """Return sums and, for each, a count that stands in no other: it is what the others leave.

    A programme can do without such a count, and needs a sum with it only between bounds.

    Args:
        left: Coefficients, a row for each sum.
    """
    alone = np.bincount(left.indices, minlength=left.shape[1]) == 1
    rows = np.repeat(np.arange(left.shape[0]), np.diff(left.indptr))
    # With other coefficients it need not be whole where the others are.
    by_ones = np.ones(left.shape[0], dtype=bool)
    by_ones[rows[np.abs(left.data) != 1]] = False
    found = np.flatnonzero(alone[left.indices] & by_ones[rows])
    kept, first = np.unique(rows[found], return_index=True)
    return kept, left.indices[found[first]].astype(np.intp)
