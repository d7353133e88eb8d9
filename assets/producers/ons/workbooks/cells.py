"""Measured cells of ONS workbooks: a number, a symbol, another text, or an error."""

from __future__ import annotations

import re
from dataclasses import replace

from assets.archive.errors import CellPosition, ExtractError
from assets.producers.ons.workbooks.layout import COUNT, FLAG, ColumnLayout
from assets.producers.ons.workbooks.symbols import MEANINGS, is_mark, symbol

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def is_number(cell: object) -> bool:
    """Return whether a cell is a number, or the text of one."""
    if isinstance(cell, str):
        return _NUMBER.fullmatch(cell.strip()) is not None
    return type(cell) in (int, float)


def read_cell(
    cell: object, column: ColumnLayout, position: CellPosition
) -> tuple[float | None, str | None]:
    """Return the value and the raw text of a measured cell.

    A number has no raw text, a symbol has no value, a blank cell has neither. Texts that are no
    symbol stay as they are where no count is made of the column.

    Raises:
        ExtractError: A count is no number and no symbol, or a number stands among marks.
    """
    if is_number(cell):
        if column.role == FLAG:
            raise _refused(cell, column, position)
        return float(cell), None  # type: ignore[arg-type]  # a number, or the text of one
    text = cell.strip() if isinstance(cell, str) else str(cell)
    if not text:
        return None, None
    if column.role == COUNT and not _stands_for_a_count(cell, text):
        raise _refused(cell, column, position)
    return None, text


def _stands_for_a_count(cell: object, text: str) -> bool:
    return isinstance(cell, str) and symbol(text) is not None and not is_mark(text)


def _refused(cell: object, column: ColumnLayout, position: CellPosition) -> ExtractError:
    if column.role == FLAG:
        expected = "a reliability mark or a blank cell"
        remedy = "Cells were shifted sideways. Fetch the workbook again."
    else:
        expected = f"a number, a blank cell or one of the symbols {', '.join(MEANINGS)}"
        remedy = (
            "Fetch the workbook again; if the producer prints a new symbol, find its meaning in "
            "the notes of the workbook and add it to assets/producers/ons/workbooks/symbols.py."
        )
    return replace(position, column=column.name).refusal("ONS-CELL", f"{cell!r}", expected, remedy)
