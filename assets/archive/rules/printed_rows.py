"""Staging cells laid side by side again: one row per printed row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

Columns = Mapping[str, tuple[str, ...]]
"""Measures, and the printed columns that may hold each."""
ROW = ["source_sheet", "source_row"]
Positions = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.float64]


class PrintedRows:
    """Cells of a staging frame indexed by printed row and column.

    Where a row holds several cells of the same columns, the first of them counts.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        """Index the cells of ``frame`` (rows of a staging table)."""
        self._frame = frame
        sheets, _ = pd.factorize(frame["source_sheet"])
        numbers = frame["source_row"].to_numpy(dtype="int64")
        span = int(numbers.max(initial=0)) + 1
        row_of_cell, _ = pd.factorize(sheets.astype("int64") * span + numbers)
        self._row_of_cell: Positions = row_of_cell
        self._count = int(row_of_cell.max(initial=-1)) + 1
        self._first = self._placed(np.arange(len(frame), dtype=np.intp))
        self._values: Numbers = frame["value"].to_numpy(dtype="float64")
        columns, names = pd.factorize(frame["source_column"])
        order = np.argsort(columns, kind="stable").astype(np.intp)
        ends = np.searchsorted(columns[order], np.arange(len(names) + 1))
        self._cells: dict[str, Positions] = {
            str(name): order[ends[i] : ends[i + 1]] for i, name in enumerate(names)
        }

    def wide(self, columns: Columns, labels: Sequence[str]) -> pd.DataFrame:
        """Return one row per printed row, one column per measure.

        Args:
            columns: Measures and the printed columns that may hold them.
            labels: Label columns to keep.

        Returns:
            Columns of :data:`ROW`, ``labels`` and measures; a measure that the edition does not
            print is null.
        """
        named = [*ROW, *labels]
        data: dict[str, object] = {n: self._frame[n].array.take(self._first) for n in named}
        data.update((measure, self.numbers(names)) for measure, names in columns.items())
        return pd.DataFrame(data)

    def has(self, names: Sequence[str]) -> bool:
        """Return whether one of the printed columns is there."""
        return any(name in self._cells for name in names)

    def numbers(self, names: Sequence[str]) -> Numbers:
        """Return the values of one printed column, one per printed row."""
        placed = self._placed(self._positions(names))
        found = np.full(self._count, np.nan)
        there = placed >= 0
        found[there] = self._values[placed[there]]
        return found

    def texts(self, names: Sequence[str]) -> ExtensionArray:
        """Return the raw texts of one printed column, one per printed row."""
        placed = self._placed(self._positions(names))
        texts: ExtensionArray = self._frame["raw_text"].array
        return texts.take(placed, allow_fill=True)

    def _positions(self, names: Sequence[str]) -> Positions:
        found = [self._cells[name] for name in names if name in self._cells]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate(found)) if found else np.empty(0, dtype=np.intp)

    def _placed(self, cells: Positions) -> Positions:
        """Return the first of ``cells`` in every printed row, -1 where there is none."""
        placed = np.full(self._count, -1, dtype=np.intp)
        backwards = cells[::-1]
        placed[self._row_of_cell[backwards]] = backwards
        return placed
