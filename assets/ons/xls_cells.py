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
        self._book: Any = xlrd.open_workbook(
            path, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        )
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
