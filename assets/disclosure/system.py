"""Published figures as a linear system: cells, and the sums that tie them together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

TOLERANCE = 1e-6


@dataclass(frozen=True)
class CellSystem:
    """Counts and the linear relations among them, as an outsider knows them.

    Attributes:
        names: One name per cell.
        values: True counts in persons; ``nan`` where nobody here knows the count.
        relations: One row per relation; ``relations @ counts`` is zero.
    """

    names: tuple[Any, ...]
    values: FloatArray
    relations: sparse.csr_array

    def index(self, names: Iterable[Hashable]) -> BoolArray:
        """Return a mask of the cells called ``names``."""
        wanted = set(names)
        return np.array([n in wanted for n in self.names], dtype=bool)

    def components(self) -> list[IntArray]:
        """Return the groups of cells that share relations; groups can be treated alone."""
        pattern = self.relations.copy()
        pattern.data = np.ones_like(pattern.data)
        _, labels = sparse.csgraph.connected_components(pattern.T @ pattern, directed=False)
        order = np.argsort(labels, kind="stable")
        return list(np.split(order, np.flatnonzero(np.diff(labels[order])) + 1))

    def restricted(self, cells: IntArray) -> CellSystem:
        """Return the system of some cells, with the relations that touch them."""
        part = self.relations[:, cells].tocsr()
        touched = np.flatnonzero(np.diff(part.indptr))
        return CellSystem(
            tuple(self.names[i] for i in cells), self.values[cells], part[touched].tocsr()
        )


def build(values: Mapping[Any, float], relations: Sequence[Mapping[Any, float]]) -> CellSystem:
    """Build a system from named cells and relations.

    A relation that the true counts do not meet (a producer's table that does not add up) is left
    out: an outsider who used it would compute a wrong count.

    Args:
        values: Cell name to count; ``nan`` where unknown.
        relations: Mappings of cell name to coefficient; each sums to zero over the counts.
    """
    names = tuple(values)
    position = {name: i for i, name in enumerate(names)}
    counts = np.array([values[n] for n in names], dtype=float)
    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    used = 0
    for relation in relations:
        index = [position[n] for n in relation]
        factors = np.array(list(relation.values()), dtype=float)
        residual = float(counts[index] @ factors)
        if not np.isnan(residual) and abs(residual) > TOLERANCE:
            continue
        rows += [used] * len(index)
        columns += index
        data += list(factors)
        used += 1
    matrix = sparse.csr_array((data, (rows, columns)), shape=(used, len(names)))
    return CellSystem(names, counts, matrix)
