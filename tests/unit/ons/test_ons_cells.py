"""Measured cells: numbers, symbols, blanks, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from assets.archive.errors import CellPosition, ExtractError
from assets.producers.ons.workbooks.cells import read_cell
from assets.producers.ons.workbooks.layout import count, flag, other, rate

POSITION = CellPosition("book.xlsx", 12, sheet="3")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (0.0, (0.0, None)),
        (17, (17.0, None)),
        ("17", (17.0, None)),
        (" [x] ", (None, "[x]")),
        ("", (None, None)),
        ("   ", (None, None)),
        (" - ", (None, "-")),
        ("40..7", (None, "40..7")),
    ],
)
def test_zero_withheld_and_blank_stay_different(
    cell: object, expected: tuple[float | None, str | None]
) -> None:
    assert read_cell(cell, rate("Infant mortality rate"), POSITION) == expected


@pytest.mark.parametrize("cell", ["1O", "12a", "1,234", "[u]", "#REF!", "40..7", True, date.max])
def test_letters_and_foreign_symbols_are_refused_with_their_place(cell: object) -> None:
    with pytest.raises(ExtractError) as caught:
        read_cell(cell, count("Infant deaths"), POSITION)
    error = caught.value
    assert (error.file, error.sheet, error.row) == ("book.xlsx", "3", 12)
    assert error.column == "Infant deaths"
    assert "one of the symbols -, :, .." in error.expected


def test_what_nothing_is_made_of_refuses_nothing() -> None:
    assert read_cell("40..7", other("Percentage"), POSITION) == (None, "40..7")
    assert read_cell(date.max, other("Remark"), POSITION) == (None, "9999-12-31")


@pytest.mark.parametrize("cell", ["[u]", "u", "U", "[w]"])
def test_a_mark_is_staged_as_it_is(cell: str) -> None:
    assert read_cell(cell, flag("Infant unreliable indicator"), POSITION) == (None, cell)


def test_a_number_among_marks_was_shifted() -> None:
    with pytest.raises(ExtractError, match="Infant unreliable indicator"):
        read_cell(3.0, flag("Infant unreliable indicator"), POSITION)
