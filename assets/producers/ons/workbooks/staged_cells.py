"""Staging frames built column by column: one row per measured cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from assets.archive.errors import CellPosition, ExtractError
from assets.producers.ons.workbooks.cells import read_cell
from assets.producers.ons.workbooks.headers import RELIABILITY
from assets.producers.ons.workbooks.layout import COUNT, FLAG, MEASURED, RATE, ColumnLayout
from assets.producers.ons.workbooks.locate import LocatedTable
from assets.producers.ons.workbooks.rows import DataRows
from assets.schema.model import Table

ITALIC = "italic"
"""Raw text of the mark of a rate that is printed in italics."""
_FILLED_LATER = ("dataset_id", "vintage_id")
_NO_LABELS = ("source_row", "source_column", "value", "raw_text")
_NO_NUMBER = float("nan")
_TEXT = pa.large_string()
_STR = pd.StringDtype("pyarrow", na_value=float("nan"))
Subject = tuple[tuple[str, str], ...]
"""What columns are about: staging column and text."""
_Label = str | None | Sequence[str | None]
_Run = tuple[str | None, int]
_Cells = tuple[Sequence[float], Sequence[str | None]]


@dataclass(frozen=True)
class _Part:
    """Cells of some columns of one sheet, column after column.

    Attributes:
        numbers: Row number of each data row.
        names: ``source_column`` of each column.
        cells: Values of the cells, as many as rows times columns.
        raw: Raw texts of the same cells.
        labels: Staging columns that say what a row is about: one text per row, or one for all.
    """

    numbers: Sequence[int]
    names: Sequence[str]
    cells: Sequence[float]
    raw: Sequence[str | None]
    labels: Mapping[str, _Label]

    def texts(self, name: str) -> Iterator[_Run | pa.Array]:
        """Return the texts of a label column."""
        label = self.labels.get(name)
        if label is None or isinstance(label, str):
            yield label, len(self.cells)
        else:
            yield from [pa.array(label, _TEXT)] * len(self.names)


@dataclass(frozen=True)
class Fraction:
    """A count that is no whole number, which was set aside."""

    row: int
    column: str
    value: float


class StagedCells:
    """Rows of a staging table in the making: sheet by sheet, the cells of one column together."""

    def __init__(self, table: Table, *, whole_counts: bool = False) -> None:
        """Start without rows; labels that a caller does not name stay null.

        Args:
            table: The staging table.
            whole_counts: Set a count aside that is no whole number.
        """
        self.fractions: list[Fraction] = []
        self._whole_counts = whole_counts
        self._names = [name for name in table.column_names if name not in _FILLED_LATER]
        self._parts: list[_Part] = []

    def add(
        self, rows: DataRows, labels: Mapping[str, _Label], positions: Collection[int] | None = None
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """Add the measured cells of the data rows of one sheet.

        Args:
            rows: The data rows.
            labels: Staging columns that say what a row is about: one text per row, or one for all.
            positions: Columns of the sheet whose cells are added; all where it is ``None``.

        Returns:
            The figures that were added, by column.

        Raises:
            ExtractError: A count is neither a number nor a symbol.
        """
        names: list[str] = []
        cells: list[float] = []
        raw: list[str | None] = []
        figures: dict[str, npt.NDArray[np.float64]] = {}
        height, italics = len(rows.numbers), rows.table.italics
        for position, column in enumerate(rows.table.layout.columns):
            if positions is not None and position not in positions:
                continue
            if column.role in MEASURED:
                numbers, texts = _read(rows, position, column)
                if self._whole_counts and column.role == COUNT:
                    numbers, texts = self._without_fractions(rows, column, numbers, texts)
                if column.role != FLAG:
                    figures[column.name] = np.array(numbers, dtype="float64")
                names.append(column.name)
                cells += numbers
                raw += texts
            if column.role == RATE and italics is not None:
                names.append(column.name + RELIABILITY)
                cells += [_NO_NUMBER] * height
                raw += [ITALIC if (n, position) in italics else None for n in rows.numbers]
        about = {**labels, "source_sheet": rows.table.grid.sheet}
        self._parts.append(_Part(rows.numbers, names, cells, raw, about))
        return figures

    @property
    def told(self) -> list[str]:
        """The counts that were set aside, in words."""
        return [f"{f.value:.10g} {f.column.lower()} in row {f.row}" for f in self.fractions]

    def _without_fractions(
        self,
        rows: DataRows,
        column: ColumnLayout,
        values: Sequence[float],
        raw: Sequence[str | None],
    ) -> _Cells:
        if all(value != value or value.is_integer() for value in values):
            return values, raw
        kept, texts = list(values), list(raw)
        for index, value in enumerate(values):
            if value == value and not value.is_integer():
                self.fractions.append(Fraction(rows.numbers[index], column.name, value))
                kept[index], texts[index] = _NO_NUMBER, f"{value:.10g}, no whole number"
        return kept, texts

    def extend(self, other: StagedCells) -> None:
        """Add the rows of others, which were read apart because they could fail."""
        self._parts += other._parts

    def frame(self) -> pd.DataFrame:
        """Return the rows with the columns of the staging table that a parser fills."""
        parts = self._parts
        columns: dict[str, object] = {
            name: _text_column(_joined(chain.from_iterable(part.texts(name) for part in parts)))
            for name in self._names
            if name not in _NO_LABELS
        }
        names = [name for part in parts for name in part.names]
        heights = [len(part.numbers) for part in parts for _ in part.names]
        columns["source_row"] = np.concatenate(
            [np.tile(np.array(part.numbers, dtype="int64"), len(part.names)) for part in parts]
        )
        columns["source_column"] = _text_column(
            pa.array(names, _TEXT).take(pa.array(np.repeat(np.arange(len(names)), heights)))
        )
        values = list(chain.from_iterable(part.cells for part in parts))
        columns["value"] = np.array(values, dtype="float64")
        raw = list(chain.from_iterable(part.raw for part in parts))
        columns["raw_text"] = _text_column(pa.array(raw, _TEXT))
        return pd.DataFrame({name: columns[name] for name in self._names}, copy=False)


def by_subject(table: LocatedTable) -> Mapping[Subject, Collection[int]]:
    """Return the positions of the measured columns by the thing that they are about."""
    subjects: dict[Subject, list[int]] = {}
    for position, column in enumerate(table.layout.columns):
        if column.role in MEASURED:
            subjects.setdefault(column.about, []).append(position)
    return subjects


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


def _joined(runs: Iterable[_Run | pa.Array]) -> pa.Array:
    """Return texts one after the other; runs of one text that follow each other are one."""
    chunks: list[pa.Array] = []
    text: str | None = None
    times = 0
    for run in runs:
        if isinstance(run, tuple) and run[0] == text:
            times += run[1]
            continue
        if times:
            chunks.append(pa.repeat(pa.scalar(text, _TEXT), times))
        text, times = run if isinstance(run, tuple) else (None, 0)
        if not isinstance(run, tuple):
            chunks.append(run)
    if times or not chunks:
        chunks.append(pa.repeat(pa.scalar(text, _TEXT), times))
    return pa.concat_arrays(chunks)


def _text_column(texts: pa.Array) -> pd.arrays.ArrowStringArray:
    return pd.arrays.ArrowStringArray(texts, dtype=_STR)  # type: ignore[call-arg]  # newer than its stubs
