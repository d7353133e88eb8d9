"""Staging frames built cell by cell: one row per measured cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from assets.ons.cells import Place, read_cell
from assets.ons.layout import FLAG, ColumnLayout, Symbols
from assets.schema.model import LogicalType, Table

_FILLED_LATER = ("dataset_id", "vintage_id")
_PER_CELL = ("source_column", "value", "raw_text")
_DTYPES = {
    LogicalType.INTEGER: "int64",
    LogicalType.NUMBER: "float64",
    LogicalType.BOOLEAN: "bool",
}
_NO_TEXT = -1
_NO_NUMBER = float("nan")
_Known = dict[str, tuple[float, int]]


class StagedCells:
    """Rows of a staging table in the making.

    Texts are kept once and referred to by number: a workbook prints few different ones.
    """

    def __init__(self, table: Table) -> None:
        """Start without rows; labels that a caller does not name stay null."""
        self._table = table
        self._labels = [
            name for name in table.column_names if name not in (*_FILLED_LATER, *_PER_CELL)
        ]
        self._rows: list[Mapping[str, object]] = []
        self._values: list[float] = []
        self._columns: list[npt.NDArray[np.int64]] = []
        self._column_numbers: dict[str, int] = {}
        self._texts: list[int] = []
        self._text_numbers: dict[str, int] = {}

    def add_rows_of(
        self,
        file: str,
        sheet: str,
        measured: Sequence[tuple[int, ColumnLayout]],
        symbols: Symbols,
    ) -> SheetRows:
        """Return what takes the rows of one sheet.

        Args:
            file: File name, for messages.
            sheet: Name of the sheet.
            measured: Position and description of every measured column.
            symbols: Symbols of the edition.
        """
        numbers = [_number(self._column_numbers, column.name) for _, column in measured]
        columns = np.array(numbers, dtype="int64")
        return SheetRows(self, file, sheet, measured, columns, symbols)

    def extend(
        self,
        labels: Mapping[str, object],
        columns: npt.NDArray[np.int64],
        values: Sequence[float],
        texts: Sequence[int],
    ) -> None:
        """Add the cells of one printed row; see :class:`SheetRows`."""
        self._rows.append(labels)
        self._columns.append(columns)
        self._values += values
        self._texts += texts

    def number_of(self, text: str | None) -> int:
        """Return the number that a text of this frame is referred to by."""
        return _NO_TEXT if text is None else _number(self._text_numbers, text)

    def frame(self) -> pd.DataFrame:
        """Return the rows with the columns of the staging table that a parser fills."""
        widths = [len(columns) for columns in self._columns]
        row_of_cell = np.repeat(np.arange(len(self._rows)), widths)
        columns: dict[str, object] = {
            name: self._label(name).take(row_of_cell) for name in self._labels
        }
        columns["source_column"] = _text_array(list(self._column_numbers)).take(
            np.concatenate(self._columns) if self._columns else row_of_cell
        )
        columns["value"] = np.array(self._values, dtype="float64")
        columns["raw_text"] = _text_array(list(self._text_numbers) or [""]).take(
            np.array(self._texts, dtype="int64"), allow_fill=True
        )
        names = [n for n in self._table.column_names if n not in _FILLED_LATER]
        return pd.DataFrame({name: columns[name] for name in names})

    def _label(self, name: str) -> ExtensionArray | npt.NDArray[np.generic]:
        labels = [row.get(name) for row in self._rows]
        kind = self._table.column(name).type
        return _text_array(labels) if kind == LogicalType.TEXT else np.array(labels, _DTYPES[kind])


class SheetRows:
    """Takes the printed rows of one sheet."""

    def __init__(
        self,
        staged: StagedCells,
        file: str,
        sheet: str,
        measured: Sequence[tuple[int, ColumnLayout]],
        columns: npt.NDArray[np.int64],
        symbols: Symbols,
    ) -> None:
        """See :meth:`StagedCells.add_rows_of`."""
        self._staged = staged
        self._file = file
        self._sheet = sheet
        # What a text in a column was read as: an edition prints few different texts.
        self._measured: list[tuple[int, ColumnLayout, type | None, _Known]] = [
            (index, column, None if column.role == FLAG else float, {"": (_NO_NUMBER, _NO_TEXT)})
            for index, column in measured
        ]
        self._columns = columns
        self._symbols = symbols

    def add(self, row: int, cells: Sequence[object], labels: Mapping[str, object]) -> None:
        """Add the measured cells of one printed row.

        Args:
            row: Row counted from 1.
            cells: The row.
            labels: Staging columns that say what the row is about.

        Raises:
            ExtractError: A cell is neither a number nor a symbol of the edition.
        """
        values: list[float] = []
        texts: list[int] = []
        filled = len(cells)
        for index, column, number, known in self._measured:
            cell = cells[index] if index < filled else ""
            if type(cell) is number:
                values.append(cell)  # type: ignore[arg-type]  # only figures have a number type
                texts.append(_NO_TEXT)
                continue
            read = known.get(cell) if type(cell) is str else None
            if read is None:
                place = Place(self._file, self._sheet, row)
                value, text = read_cell(cell, column, self._symbols, place)
                read = (
                    _NO_NUMBER if value is None else value,
                    self._staged.number_of(text),
                )
                if type(cell) is str:
                    known[cell] = read
            values.append(read[0])
            texts.append(read[1])
        self._staged.extend(
            {"source_sheet": self._sheet, "source_row": row, **labels},
            self._columns,
            values,
            texts,
        )


def _number(numbers: dict[str, int], text: str) -> int:
    return numbers.setdefault(text, len(numbers))


def _text_array(texts: Sequence[object]) -> ExtensionArray:
    """Return texts and nulls as pandas keeps them."""
    array: ExtensionArray = pd.array(pa.array(texts, pa.large_string()), dtype="str")
    return array
