"""Samples rewritten with one fault."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from assets.producers.ons.workbooks.workbook import Workbook
from tools.samples.ons.generate import FILES

Sheets = dict[str, list[list[object]]]
Rewrite = Callable[[str, Callable[[Sheets], None]], Path]


@cache
def _grids(sample: str) -> dict[str, list[list[object]]]:
    """Return the cells of a sample, which takes longer to read than to write."""
    workbook = Workbook(FILES / sample)
    return {name: [list(row) for row in workbook.grid(name).rows] for name in workbook.sheets}


@pytest.fixture
def rewrite(tmp_path: Path) -> Rewrite:
    """Return a function that copies a sample workbook, edits its cells and saves it."""
    xlsxwriter = pytest.importorskip("xlsxwriter")

    def write(sample: str, edit: Callable[[Sheets], None]) -> Path:
        sheets: Sheets = {
            name: [list(row) for row in rows] for name, rows in _grids(sample).items()
        }
        edit(sheets)
        path = tmp_path / f"{Path(sample).stem}.xlsx"
        book = xlsxwriter.Workbook(path, {"default_date_format": "d mmmm yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
        book.close()
        return path

    return write
