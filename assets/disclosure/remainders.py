"""What a sum lacks may be nothing: it protects no part of the sum by itself.

Of 40 deaths 36 were boys, the girls are withheld and no row says of how many the sex is not known.
These are none as a rule, and whoever takes that for granted knows that 4 were girls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assets.disclosure.audit import Attacker
from assets.disclosure.cells import Cell
from assets.disclosure.programmes import Outcome, Programme
from assets.disclosure.system import TOLERANCE, BoolArray, CellSystem, FloatArray
from assets.schema.strata.vocabulary import NOT_STATED

_STARTS = (NOT_STATED, "other ", "rest of ", "areas other than ")
_UNSTATED = f"{NOT_STATED} "


@dataclass(frozen=True)
class Remainders:
    """The system as somebody sees it who guesses remainders.

    Attributes:
        system: The system, with zero for what may be nothing.
        nothing: Remainders that are nothing.
        guessed: Remainders that may be nothing, and of those alone whose characteristic is not
            known: readers may guess them.
    """

    system: CellSystem
    nothing: BoolArray
    guessed: BoolArray


def is_unstated(cell: Cell) -> bool:
    """Return whether a remainder is of those alone of whom a characteristic is not known."""
    return cell.role.startswith(_UNSTATED)


def guessed(system: CellSystem, marked: BoolArray, highest: FloatArray) -> Remainders:
    """Take as nothing every remainder that may be nothing, as far as all of them can be.

    A remainder that nobody here knows may be nothing where what is left of the sum can be as small
    as the counts that its supplier withheld are.

    Args:
        system: Cells and relations.
        marked: Counts that a supplier withheld from us.
        highest: Largest count of each cell that its policy withholds.
    """
    role = [cell.role if isinstance(cell, Cell) else "" for cell in system.names]
    remainder = np.array([r.startswith(_STARTS) for r in role], dtype=bool)
    values = system.values.copy()
    nothing = remainder & (np.abs(np.nan_to_num(values, nan=1.0)) <= TOLERANCE)
    may_be = _none_at_once(system, _may_be_nothing(system, remainder, marked, highest))
    values[may_be] = 0.0
    unstated = np.array([r.startswith(_UNSTATED) for r in role], dtype=bool)
    return Remainders(
        replace(system, values=values),
        nothing,
        may_be | (unstated & ~np.isnan(values) & ~nothing),
    )


def _may_be_nothing(
    system: CellSystem, remainder: BoolArray, marked: BoolArray, highest: FloatArray
) -> BoolArray:
    found = np.zeros(len(system.names), dtype=bool)
    if not marked.any():
        return found
    unknown = np.isnan(system.values)
    rows = system.relations
    for start, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        cells, factors = rows.indices[start:end], rows.data[start:end]
        rest = cells[remainder[cells] & unknown[cells]]
        if not len(rest):
            continue
        total = cells[factors > 0]
        parts = cells[unknown[cells] & (factors < 0) & ~remainder[cells]]
        if unknown[total].any():
            found[rest] = marked[total].all()
            continue
        shown = cells[~unknown[cells]]
        left = float(system.values[shown] @ factors[~unknown[cells]])
        found[rest] = len(parts) > 0 and left <= highest[parts].sum() + TOLERANCE
    return found


def _none_at_once(system: CellSystem, candidates: BoolArray) -> BoolArray:
    """Return the candidates that are nothing where as few persons as possible are in any."""
    found = np.zeros(len(system.names), dtype=bool)
    if not candidates.any():
        return found
    attacker = Attacker(system, np.isnan(system.values))
    for members, left, right in attacker.blocks():
        goal = candidates[members].astype(float)
        if not goal.any():
            continue
        result = Programme(left, right, cost=goal).solve()
        if result.outcome is Outcome.SOLVED:
            found[members] = candidates[members] & (result.counts <= TOLERANCE)
    return found
