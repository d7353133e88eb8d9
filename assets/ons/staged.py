"""Staging frames built cell by cell: one row per measured cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from assets.ons.cells import Place, read_cell
from assets.ons.layout import FLAG, ColumnLayout, Symbols
from assets.schema.model import LogicalType, Table

_FILLED_LATER = ("dataset_id", "vintage_id")
_PER_CELL = ("source_column", "value", "raw_text")
_DTYPES = {
    LogicalType.TEXT: "str",
    LogicalType.INTEGER: "int64",
    LogicalType.NUMBER: "float64",
    LogicalType.BOOLEAN: "bool",
}


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
        self._rows: list[list[object]] = []
        self._widths: list[int] = []
        self._values: list[float | None] = []
        self._columns: list[int] = []
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
        return SheetRows(self, file, sheet, measured, numbers, symbols)

    def extend(
        self,
        labels: Mapping[str, object],
        columns: Sequence[int],
        values: Sequence[float | None],
        texts: Sequence[str | None],
    ) -> None:
        """Add the cells of one printed row; see :class:`SheetRows`."""
        self._rows.append([labels.get(name) for name in self._labels])
        self._widths.append(len(values))
        self._columns.extend(columns)
        self._values.extend(values)
        self._texts.extend(
            -1 if text is None else _number(self._text_numbers, text) for text in texts
        )

    def frame(self) -> pd.DataFrame:
        """Return the rows with the columns of the staging table that a parser fills."""
        row_of_cell = np.repeat(np.arange(len(self._rows)), self._widths)
        columns: dict[str, object] = {}
        for i, name in enumerate(self._labels):
            labels = pd.Series([row[i] for row in self._rows], dtype=self._dtype(name)).array
            columns[name] = labels.take(row_of_cell)
        columns["source_column"] = _texts_of(self._column_numbers, self._columns)
        columns["value"] = np.array(self._values, dtype="float64")
        columns["raw_text"] = _texts_of(self._text_numbers, self._texts)
        names = [n for n in self._table.column_names if n not in _FILLED_LATER]
        return pd.DataFrame({name: columns[name] for name in names})

    def _dtype(self, name: str) -> str:
        return _DTYPES[self._table.column(name).type]


class SheetRows:
    """Takes the printed rows of one sheet."""

    def __init__(
        self,
        staged: StagedCells,
        file: str,
        sheet: str,
        measured: Sequence[tuple[int, ColumnLayout]],
        numbers: Sequence[int],
        symbols: Symbols,
    ) -> None:
        """See :meth:`StagedCells.add_rows_of`."""
        self._staged = staged
        self._file = file
        self._sheet = sheet
        self._measured = [(index, column, column.role != FLAG) for index, column in measured]
        self._numbers = numbers
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
        values: list[float | None] = []
        texts: list[str | None] = []
        filled = len(cells)
        for index, column, is_figure in self._measured:
            cell = cells[index] if index < filled else ""
            # Most cells are numbers or blank: they are told apart here without a call.
            if is_figure and isinstance(cell, float):
                values.append(cell)
                texts.append(None)
            elif cell == "":
                values.append(None)
                texts.append(None)
            else:
                place = Place(self._file, self._sheet, row)
                value, text = read_cell(cell, column, self._symbols, place)
                values.append(value)
                texts.append(text)
        self._staged.extend(
            {"source_sheet": self._sheet, "source_row": row, **labels},
            self._numbers,
            values,
            texts,
        )


def _number(numbers: dict[str, int], text: str) -> int:
    return numbers.setdefault(text, len(numbers))


def _texts_of(numbers: Mapping[str, int], codes: Sequence[int]) -> ExtensionArray:
    """Return the texts that codes stand for; -1 stands for none."""
    texts = pd.Series(list(numbers) or [""], dtype="str").array
    return texts.take(np.array(codes, dtype="int64"), allow_fill=True)
