"""Cells of .xls workbooks.

The fast reader used for .xlsx allocates the whole rectangle up to the farthest cell of an .xls
sheet, which one damaged byte can put beyond any memory; xlrd keeps rows ragged.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any


class XlsBook:
    """An .xls workbook read with xlrd."""

    def __init__(self, path: Path) -> None:
        """Open a workbook; xlrd raises many kinds of exceptions on a damaged one."""
        import xlrd

        self._xlrd: Any = xlrd
        self._path = path
        self._book: Any = self._opened(formatting=False)
        self.sheet_names: list[str] = list(self._book.sheet_names())

    def rows(self, sheet: str) -> list[list[object]]:
        """Return the rows of a sheet from its first row on; a blank cell is ``""``."""
        found = self._book.sheet_by_name(sheet)
        return [
            [
                self._cell(kind, value)
                for kind, value in zip(found.row_types(i), found.row_values(i), strict=True)
            ]
            for i in range(found.nrows)
        ]

    def italics(self, sheet: str) -> frozenset[tuple[int, int]]:
        """Return row (counted from 1) and index of column of the numbers printed in italics.

        The fonts are read apart from the values: few editions say anything by them.
        """
        book = self._opened(formatting=True)
        fonts = [book.font_list[style.font_index].italic for style in book.xf_list]
        found = book.sheet_by_name(sheet)
        return frozenset(
            (row + 1, column)
            for row in range(found.nrows)
            for column, kind in enumerate(found.row_types(row))
            if kind == self._xlrd.XL_CELL_NUMBER and fonts[found.cell_xf_index(row, column)]
        )

    def _opened(self, *, formatting: bool) -> Any:
        return self._xlrd.open_workbook(
            self._path,
            logfile=io.StringIO(),
            on_demand=True,
            ragged_rows=True,
            formatting_info=formatting,
        )

    def _cell(self, kind: int, value: Any) -> object:
        if kind in (self._xlrd.XL_CELL_NUMBER, self._xlrd.XL_CELL_TEXT):
            return value
        if kind in (self._xlrd.XL_CELL_EMPTY, self._xlrd.XL_CELL_BLANK):
            return ""
        if kind == self._xlrd.XL_CELL_DATE:
            return self._xlrd.xldate.xldate_as_datetime(value, self._book.datemode)
        if kind == self._xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        return self._xlrd.error_text_from_code.get(value, "#ERROR")
