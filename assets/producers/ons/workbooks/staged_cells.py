"""Staging frames built column by column: one row per measured cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from assets.archive.errors import CellPosition, ExtractError
from assets.producers.ons.workbooks.cells import read_cell
from assets.producers.ons.workbooks.headers import RELIABILITY
from assets.producers.ons.workbooks.layout import FLAG, MEASURED, RATE, ColumnLayout
from assets.producers.ons.workbooks.rows import DataRows
from assets.schema.model import Table

ITALIC = "italic"
"""Raw text of the mark of a rate that is printed in italics."""
_FILLED_LATER = ("dataset_id", "vintage_id")
_NO_LABELS = ("source_row", "source_column", "value", "raw_text")
_NO_NUMBER = float("nan")
_TEXT = pa.large_string()
_STR = pd.StringDtype("pyarrow", na_value=float("nan"))
_Label = str | None | Sequence[str | None]
_Cells = tuple[Sequence[float], Sequence[str | None]]


class StagedCells:
    """Rows of a staging table in the making: sheet by sheet, the cells of one column together."""

    def __init__(self, table: Table) -> None:
        """Start without rows; labels that a caller does not name stay null."""
        self._names = [name for name in table.column_names if name not in _FILLED_LATER]
        self._texts: dict[str, list[pa.Array]] = {
            name: [] for name in self._names if name not in _NO_LABELS
        }
        self._columns: list[pa.Array] = []
        self._numbers: list[npt.NDArray[np.int64]] = []
        self._values: list[float] = []
        self._raw: list[str | None] = []

    def add(self, rows: DataRows, labels: Mapping[str, _Label]) -> None:
        """Add the measured cells of the data rows of one sheet.

        Args:
            rows: The data rows.
            labels: Staging columns that say what a row is about: one text per row, or one for all.

        Raises:
            ExtractError: A count is neither a number nor a symbol.
        """
        names = []
        height, italics = len(rows.numbers), rows.table.italics
        for position, column in enumerate(rows.table.layout.columns):
            if column.role in MEASURED:
                values, raw = _read(rows, position, column)
                names.append(column.name)
                self._values += values
                self._raw += raw
            if column.role == RATE and italics is not None:
                names.append(column.name + RELIABILITY)
                self._values += [_NO_NUMBER] * height
                self._raw += [ITALIC if (n, position) in italics else None for n in rows.numbers]
        width = len(names)
        self._numbers.append(np.tile(np.array(rows.numbers, dtype="int64"), width))
        known: dict[str, _Label] = {**labels, "source_sheet": rows.table.grid.sheet}
        for name in self._texts:
            label = known.get(name)
            self._texts[name] += (
                [_repeated(label, height * width)]
                if label is None or isinstance(label, str)
                else [pa.array(label, _TEXT)] * width
            )
        self._columns += [_repeated(name, height) for name in names]

    def extend(self, other: StagedCells) -> None:
        """Add the rows of others, which were read apart because they could fail."""
        for name, chunks in other._texts.items():
            self._texts[name] += chunks
        self._columns += other._columns
        self._numbers += other._numbers
        self._values += other._values
        self._raw += other._raw

    def frame(self) -> pd.DataFrame:
        """Return the rows with the columns of the staging table that a parser fills."""
        columns: dict[str, object] = {n: _joined(chunks) for n, chunks in self._texts.items()}
        columns["source_row"] = np.concatenate(self._numbers)
        columns["source_column"] = _joined(self._columns)
        columns["value"] = np.array(self._values, dtype="float64")
        columns["raw_text"] = _joined([pa.array(self._raw, _TEXT)])
        return pd.DataFrame({name: columns[name] for name in self._names}, copy=False)


def _read(rows: DataRows, position: int, column: ColumnLayout) -> _Cells:
    """Return values and raw texts of one column; each different text is read once."""
    cells = rows.columns[position]
    number = None if column.role == FLAG else float
    kinds = set(map(type, cells))
    if kinds == {number}:
        return cells, [None] * len(cells)  # type: ignore[return-value]  # nothing but floats
    # Not every type may be put into a set beside numbers: True equals 1.
    different = set(cells) if kinds <= {float, str} else cells
    odd = [cell for cell in different if type(cell) is not number]
    try:
        known = {text: read_cell(text, column, _position(rows, 0)) for text in odd}
    except ExtractError:
        _refuse_first(rows, position, column)
        raise
    texts = [None if type(cell) is number else known[cell][1] for cell in cells]
    if number is None:
        return [_NO_NUMBER] * len(cells), texts
    numbers = {text: _NO_NUMBER if read[0] is None else read[0] for text, read in known.items()}
    return [cell if type(cell) is number else numbers[cell] for cell in cells], texts


def _refuse_first(rows: DataRows, position: int, column: ColumnLayout) -> None:
    """Raise the error of the topmost cell that cannot be read."""
    for index, cell in enumerate(rows.columns[position]):
        if column.role == FLAG or type(cell) is not float:
            read_cell(cell, column, _position(rows, index))


def _position(rows: DataRows, index: int) -> CellPosition:
    grid = rows.table.grid
    return CellPosition(grid.file, rows.numbers[index], sheet=grid.sheet)


def _repeated(text: str | None, times: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, _TEXT), times)


def _joined(chunks: list[pa.Array]) -> pd.arrays.ArrowStringArray:
    return pd.arrays.ArrowStringArray(pa.concat_arrays(chunks), dtype=_STR)  # type: ignore[call-arg]  # newer than its stubs
