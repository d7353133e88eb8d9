"""What may stand in a cell: numbers as they are, texts that nothing runs, a reason for no value.

Texts come from files of producers and of health departments. A library that writes links, notes and
formulas from marks in a text is given none of these marks.
"""

from __future__ import annotations

import math
import re
from datetime import date

CONFIDENTIAL, NOT_AVAILABLE, NOT_APPLICABLE, LOW_RELIABILITY = "[c]", "[x]", "[z]", "[u]"
"""Shorthand of the Government Analysis Function for symbols in tables."""

_LONGEST = 32_000
"""Characters; a cell of a workbook holds 32,767."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_LETTER_OR_DIGIT = re.compile(r"[a-zA-Z0-9]")

Cell = str | int | float


def cell(value: object, status: str) -> Cell:
    """Return what stands in a cell for a value.

    Args:
        value: Value of a table; ``None`` or NaN where there is none.
        status: Status of its row, which says why there is none.
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return CONFIDENTIAL if status == "suppressed" else NOT_AVAILABLE
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return text(str(value))


def text(value: str) -> str:
    """Return a text without control characters and without marks of links and notes."""
    plain = _CONTROL.sub(" ", value).replace("](", "] (")
    while "$$" in plain:
        plain = plain.replace("$$", "$ $")
    plain = plain.strip()[:_LONGEST]
    if not plain:
        return NOT_AVAILABLE
    # The library takes a text without any of these letters for a symbol that needs a legend.
    return plain if _LETTER_OR_DIGIT.search(plain) else f"{plain} (as named)"
