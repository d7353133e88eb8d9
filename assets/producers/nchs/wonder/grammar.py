"""Lines of a CDC WONDER export: header, rows, footer.

The table ends at the first line that reads ``---``. A file without it was cut off, or trimmed by
hand, and nothing in the grammar tells which (see :mod:`assets.producers.nchs.wonder.footerless`).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from assets.archive.errors import ExtractError
from assets.producers.nchs.wonder.footer import is_separator
from assets.producers.nchs.wonder.resaved import delimiter_of

FOOTER, REMOVED = "Footer", "(footer removed)"
"""Member of the metadata, and its value, of a copy without footer."""

AGAIN = "Export the table again from CDC WONDER with Export Results and leave the file as it is."
_HEADER = re.compile(r'"?Notes"?\s*[\t,;]', re.IGNORECASE)
_MERGE_MARK = re.compile(r"(?:<{7}|>{7}) ")


@dataclass(frozen=True)
class Row:
    """One line of the table: its number in the file and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """An export cut into its parts.

    Attributes:
        header: First row.
        rows: Rows below it, in file order.
        footer: Lines from the first separator on; empty where there is none.
        syntax: ``tsv`` or ``csv``.
    """

    header: Row
    rows: tuple[Row, ...]
    footer: tuple[str, ...]
    syntax: str


def cut(text: str, file: str) -> Export:
    """Cut the text of an export into header, rows and footer.

    Raises:
        ExtractError: There is no table, or a line is not well-formed.
    """
    # Spreadsheets and web pages write blanks that do not break a line; the producer writes none.
    lines = text.replace("\u00a0", " ").split("\n")
    end = next((i for i, line in enumerate(lines) if is_separator(line)), len(lines))
    numbered = [(i + 1, line) for i, line in enumerate(lines[:end]) if line.strip(" \t,;")]
    if (
        merged := next((n for n, x in enumerate(lines, 1) if _MERGE_MARK.match(x)), None)
    ) is not None:
        raise ExtractError(
            "WONDER-LINE",
            f"the mark {lines[merged - 1][:20]!r}, which git puts between two versions of a file",
            "one version of an export",
            f"Which version is meant cannot be told. {AGAIN}",
            file,
            row=merged,
        )
    if not numbered:
        raise ExtractError(
            "WONDER-EMPTY", "no table", "a header and rows of figures", AGAIN, file, row=1
        )
    # What stands above the header is no export's; it must not tell how the rest is separated.
    header = next((line for _, line in numbered if _HEADER.match(line)), numbered[0][1])
    delimiter = delimiter_of(header)
    cells = [(number, _cells(line, delimiter, number, file)) for number, line in numbered]
    width = len(_trimmed(cells[0][1]))
    rows = [Row(number, _trimmed(found, width)) for number, found in cells]
    _refuse_rows_below(lines[end:], delimiter, end, file)
    syntax = {"\t": "tsv", ",": "csv", ";": "csv with semicolons"}[delimiter]
    return Export(rows[0], tuple(rows[1:]), tuple(lines[end:]), syntax)


def _refuse_rows_below(footer: list[str], delimiter: str, offset: int, file: str) -> None:
    for number, line in enumerate(footer, start=offset + 1):
        cells = [cell for cell in line.split(delimiter) if cell.strip()]
        is_text = not line.startswith(delimiter) and (delimiter != "\t" or len(cells) < 2)
        if cells and not is_text:
            raise ExtractError(
                "WONDER-FOOTER",
                f"a row of figures below the table: {line[:60]!r}",
                "all rows above the first line '---'",
                AGAIN,
                file,
                row=number,
            )


def _trimmed(cells: tuple[str, ...], width: int = 0) -> tuple[str, ...]:
    """Return cells without the empty ones that a spreadsheet puts behind the last column."""
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _cells(line: str, delimiter: str, number: int, file: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ExtractError(
            "WONDER-LINE",
            f"a line that cannot be split into cells ({error}): {line[:60]!r}",
            "cells separated by tabs or commas, text in double quotes",
            AGAIN,
            file,
            row=number,
        ) from error
    return tuple(cell.strip() for cell in cells)
