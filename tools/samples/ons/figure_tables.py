"""Read the figure tables from which the samples are written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

FIGURES = Path(__file__).parent / "figures"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Texts = Mapping[str, list[list[str]]]


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a figure table, every cell as text."""
    with (FIGURES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def cells_of(name: str) -> dict[str, list[list[str]]]:
    """Return the cells as printed of a figure table of several tables, by source."""
    with (FIGURES / name).open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    found: dict[str, list[list[str]]] = {}
    for source, *cells in rows:
        found.setdefault(source, []).append(cells)
    return found


def printed_texts(publication: str) -> dict[str, object]:
    """Return titles, headers and notes of a publication as printed, per sheet."""
    texts = json.loads((FIGURES / "printed_texts.json").read_text(encoding="utf-8"))
    return cast("dict[str, object]", texts[publication])


def text_rows(texts: Mapping[str, object], sheet: str) -> list[list[str]]:
    """Return the text rows of one sheet."""
    return cast("list[list[str]]", texts[sheet])


def as_cell(text: str) -> float | str:
    """Return a figure as a number, a symbol as it is."""
    return float(text) if _NUMBER.fullmatch(text) else text
