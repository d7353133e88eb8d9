"""Staging frames built column by column: one row per measured cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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
        self._texts = {name: _Runs() for name in self._names if name not in _NO_LABELS}
        self._columns = _Runs()
        self._numbers: list[npt.NDArray[np.int64]] = []
        self._values: list[float] = []
        self._raw: list[str | None] = []

    def add(
        self, rows: DataRows, labels: Mapping[str, _Label], positions: Collection[int] | None = None
    ) -> None:
        """Add the measured cells of the data rows of one sheet.

        Args:
            rows: The data rows.
            labels: Staging columns that say what a row is about: one text per row, or one for all.
            positions: Columns of the sheet whose cells are added; all where it is ``None``.

        Raises:
            ExtractError: A count is neither a number nor a symbol.
        """
        names = []
        height, italics = len(rows.numbers), rows.table.italics
        for position, column in enumerate(rows.table.layout.columns):
            if positions is not None and position not in positions:
                continue
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
        for name, runs in self._texts.items():
            runs.add(known.get(name), height, width)
        for name in names:
            self._columns.add(name, height)

    def extend(self, other: StagedCells) -> None:
        """Add the rows of others, which were read apart because they could fail."""
        for name, runs in other._texts.items():
            self._texts[name].extend(runs)
        self._columns.extend(other._columns)
        self._numbers += other._numbers
        self._values += other._values
        self._raw += other._raw

    def frame(self) -> pd.DataFrame:
        """Return the rows with the columns of the staging table that a parser fills."""
        columns: dict[str, object] = {n: runs.joined() for n, runs in self._texts.items()}
        columns["source_row"] = np.concatenate(self._numbers)
        columns["source_column"] = self._columns.joined()
        columns["value"] = np.array(self._values, dtype="float64")
        columns["raw_text"] = _text_column(pa.array(self._raw, _TEXT))
        return pd.DataFrame({name: columns[name] for name in self._names}, copy=False)


def _read(rows: DataRows, position: int, column: ColumnLayout) -> _Cells:
    """Return values and raw texts of one column; each different text is read once."""
    cells = rows.columns[position]
    number = None if column.role == FLAG else float
    kinds = set(map(type, cells))
    if kinds == {number}:
        return cells, [None] * len(cells)  # type: ignore[return-value]  # nothing but floats
    # Not every type may be put into a set beside numbers: True equals 1.
    plain = kinds <= {float, str}
    odd = [cell for cell in (set(cells) if plain else cells) if type(cell) is not number]
    anywhere = _position(rows, 0)
    try:
        known = {text: read_cell(text, column, anywhere) for text in odd}
    except ExtractError:
        _refuse_first(rows, position, column)
        raise
    if plain and number is not None:
        raws = {text: read[1] for text, read in known.items()}
        counted = {text: _NO_NUMBER if read[0] is None else read[0] for text, read in known.items()}
        return list(map(counted.get, cells, cells)), list(map(raws.get, cells))  # type: ignore[arg-type]  # floats stay
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


class _Runs:
    """Texts of one column in the making; one text for many rows is kept once."""

    def __init__(self) -> None:
        self._runs: list[tuple[str | None, int] | pa.Array] = []

    def add(self, label: _Label, height: int, width: int = 1) -> None:
        """Add one text for all of ``height`` rows or one per row, ``width`` times over."""
        if label is None or isinstance(label, str):
            self._add_run(label, height * width)
        else:
            self._runs += [pa.array(label, _TEXT)] * width

    def extend(self, other: _Runs) -> None:
        for run in other._runs:
            if isinstance(run, tuple):
                self._add_run(*run)
            else:
                self._runs.append(run)

    def joined(self) -> pd.arrays.ArrowStringArray:
        return _text_column(
            pa.concat_arrays(
                pa.repeat(pa.scalar(run[0], _TEXT), run[1]) if isinstance(run, tuple) else run
                for run in self._runs
            )
        )

    def _add_run(self, text: str | None, times: int) -> None:
        last = self._runs[-1] if self._runs else None
        if isinstance(last, tuple) and last[0] == text:
            self._runs[-1] = (text, last[1] + times)
        else:
            self._runs.append((text, times))


def _text_column(texts: pa.Array) -> pd.arrays.ArrowStringArray:
    return pd.arrays.ArrowStringArray(texts, dtype=_STR)  # type: ignore[call-arg]  # newer than its stubs
