"""Measured cells: numbers, words of the producer, and everything else."""

from __future__ import annotations

import pytest

from assets.archive.errors import CellPosition, ExtractError
from assets.producers.nchs.cells import COUNT, PERCENT, RATE, read_cell

POSITION = CellPosition("export.txt", 7, "Deaths")


@pytest.mark.parametrize(
    ("text", "kind", "value", "raw_text", "decimals"),
    [
        ("0", COUNT, 0.0, None, 0),
        ("3613647", COUNT, 3613647.0, None, 0),
        ("-4", COUNT, -4.0, None, 0),
        ("5.41780", RATE, 5.4178, None, 5),
        ("6", RATE, 6.0, None, 0),
        ("2.04 (Unreliable)", RATE, 2.04, "2.04 (Unreliable)", 2),
        ("Unreliable", RATE, None, "Unreliable", None),
        ("Suppressed", COUNT, None, "Suppressed", None),
        ("Not Available", COUNT, None, "Not Available", None),
        ("Not Applicable", RATE, None, "Not Applicable", None),
        ("Missing", COUNT, None, "Missing", None),
        ("12.5%", PERCENT, 12.5, "12.5%", 1),
    ],
)
def test_a_cell_keeps_its_number_or_its_word(text, kind, value, raw_text, decimals):
    cell = read_cell(text, kind, POSITION)
    assert (cell.value, cell.raw_text, cell.decimals) == (value, raw_text, decimals)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("12a", COUNT),
        ("", COUNT),
        ("2.5", COUNT),
        ("2.04 (Unreliable)", COUNT),
        ("Unreliable", COUNT),
        ("suppressed", COUNT),
        ("1e3", RATE),
        ("nan", RATE),
        ("inf", RATE),
        ("٣", COUNT),
        ("9" * 16, COUNT),
        ("5.", RATE),
        ("12.5%", RATE),
        ("5 (Unreliable) ", RATE),
    ],
)
def test_anything_else_is_refused_with_its_place(text, kind):
    with pytest.raises(ExtractError) as caught:
        read_cell(text, kind, POSITION)
    assert caught.value.rule == "CELL-NUMBER"
    assert (caught.value.file, caught.value.row, caught.value.column) == ("export.txt", 7, "Deaths")
    assert "number" in caught.value.expected


def test_thousands_separators_are_named_as_the_cause():
    with pytest.raises(ExtractError, match="thousands separators"):
        read_cell("1,234", COUNT, POSITION)
