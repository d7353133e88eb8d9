"""Grammar of a measured cell in NCHS extracts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.archive.errors import CellPosition, ExtractError

WORDS = frozenset({"Suppressed", "Not Available", "Not Applicable", "Unreliable", "Missing"})
"""Words that the producer prints instead of a number."""

COUNT, RATE, PERCENT, ANY = "count", "rate", "percent", "any"
"""Kinds of cells; ``ANY`` is a column that the layout does not know."""

_COUNT = re.compile(r"-?[0-9]{1,15}(?:\.0+)?")
_RATE = re.compile(r"-?[0-9]{1,15}(?:\.(?P<decimals>[0-9]{1,15}))?")
_UNRELIABLE = re.compile(r"(?P<number>[^ ]+) \(Unreliable\)")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


@dataclass(frozen=True)
class Cell:
    """One measured cell.

    Attributes:
        value: The number; ``None`` where the cell prints no number.
        raw_text: The cell's text unless it is a plain number; ``""`` for an empty cell.
        decimals: Decimal places printed; ``None`` where there is no number.
    """

    value: float | None
    raw_text: str | None
    decimals: int | None


def read_cell(text: str, kind: str, position: CellPosition) -> Cell:
    """Read a measured cell.

    Args:
        text: The cell as printed.
        kind: ``COUNT`` (whole numbers), ``RATE`` (decimals, perhaps marked unreliable),
            ``PERCENT`` (a rate that may end in ``%``) or ``ANY`` (one of them).
        position: Where the cell stands.

    Raises:
        ExtractError: The cell is neither a number of that kind nor a word of the producer.
    """
    if text in WORDS and not (kind == COUNT and text == "Unreliable"):
        return Cell(None, text, None)
    number = text
    if kind != COUNT and (marked := _UNRELIABLE.fullmatch(text)):
        number = marked["number"]
    if kind in (PERCENT, ANY):
        number = number.removesuffix("%")
    match = (_COUNT if kind == COUNT else _RATE).fullmatch(number)
    if match is None:
        raise _refused(text, kind, position)
    decimals = len(match["decimals"] or "") if kind != COUNT else 0
    return Cell(float(number), None if number == text else text, decimals)


def _refused(text: str, kind: str, position: CellPosition) -> ExtractError:
    wanted = "a whole number" if kind == COUNT else "a number"
    remedy = "Export the file again; do not edit it by hand."
    if _THOUSANDS.fullmatch(text):
        remedy = (
            "The producer prints no thousands separators: the file was re-saved by another "
            "program. Export it again and leave it as it is."
        )
    return position.refusal(
        "CELL-NUMBER",
        f"{text[:60]!r}",
        f"{wanted} or one of the words {', '.join(sorted(WORDS))}",
        remedy,
    )
