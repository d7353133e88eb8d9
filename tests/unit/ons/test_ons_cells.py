"""Measured cells: numbers, symbols, blanks, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from assets.archive.errors import ExtractError
from assets.ons.cells import Place, read_cell
from assets.ons.layout import count, flag, rate, symbols

SYMBOLS = symbols(("[x]", "[z]"), ("[u]",), ("40..7",))
PLACE = Place("book.xlsx", "3", 12)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (0.0, (0.0, None)),
        (17, (17.0, None)),
        ("17", (17.0, None)),
        (" [x] ", (None, "[x]")),
        ("", (None, None)),
        ("   ", (None, None)),
        ("40..7", (None, "40..7")),
    ],
)
def test_zero_withheld_and_blank_stay_different(
    cell: object, expected: tuple[float | None, str | None]
) -> None:
    assert read_cell(cell, rate("Infant mortality rate"), SYMBOLS, PLACE) == expected


@pytest.mark.parametrize("cell", ["1O", "12a", "1,234", "[u]", "-", "*", "#REF!", True, date.max])
def test_letters_and_foreign_symbols_are_refused_with_their_place(cell: object) -> None:
    with pytest.raises(ExtractError) as caught:
        read_cell(cell, count("Infant deaths"), SYMBOLS, PLACE)
    error = caught.value
    assert (error.file, error.sheet, error.row) == ("book.xlsx", "3", 12)
    assert error.column == "Infant deaths"
    assert "[x]" in error.expected


@pytest.mark.parametrize("cell", [3.0, "[x]", "u"])
def test_a_flag_column_holds_flags_only(cell: object) -> None:
    assert read_cell("[u]", flag("Infant unreliable indicator"), SYMBOLS, PLACE) == (None, "[u]")
    with pytest.raises(ExtractError, match="Infant unreliable indicator"):
        read_cell(cell, flag("Infant unreliable indicator"), SYMBOLS, PLACE)
