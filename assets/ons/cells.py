"""Measured cells of ONS workbooks: a number, a symbol of the edition, or an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.archive.errors import ExtractError
from assets.ons.layout import FLAG, ColumnLayout, Symbols

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Place:
    """Where a cell stands, for messages.

    Attributes:
        file: File name.
        sheet: Sheet name.
        row: Row counted from 1.
    """

    file: str
    sheet: str
    row: int


def read_cell(
    cell: object, column: ColumnLayout, symbols: Symbols, place: Place
) -> tuple[float | None, str | None]:
    """Return the value and the raw text of a measured cell.

    A number has no raw text, a symbol has no value, a blank cell has neither.

    Raises:
        ExtractError: The cell is no number and no symbol of the edition.
    """
    if type(cell) is float or type(cell) is int:
        if column.role == FLAG:
            raise _refused(cell, column, symbols, place)
        return float(cell), None
    if not isinstance(cell, str):
        raise _refused(cell, column, symbols, place)
    text = cell.strip()
    if not text:
        return None, None
    if text in (symbols.flags if column.role == FLAG else symbols.figures):
        return None, text
    if column.role != FLAG and _NUMBER.fullmatch(text):
        return float(text), None
    if text in symbols.misprints:
        return None, text
    raise _refused(cell, column, symbols, place)


def _refused(cell: object, column: ColumnLayout, symbols: Symbols, place: Place) -> ExtractError:
    allowed = sorted(symbols.flags if column.role == FLAG else symbols.figures)
    printed = ", ".join(allowed) or "nothing else"
    wanted = "a blank cell" if column.role == FLAG else "a number, a blank cell"
    return ExtractError(
        rule="ONS-CELL",
        seen=f"{cell!r}",
        expected=f"{wanted} or one of the symbols of this edition ({printed})",
        remedy="Fetch the workbook again; if the producer prints a new symbol, find its meaning "
        "in the notes of the workbook and add it to the edition's symbols.",
        file=place.file,
        sheet=place.sheet,
        row=place.row,
        column=column.name,
    )
