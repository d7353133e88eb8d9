"""Undo what R and pandas do to an export that they read and write again.

Both put numbers of rows before the columns unless told not to; R writes ``NA`` into the empty cells
of a numeric column, pandas makes decimals of its whole numbers where the lines of the footer leave
it cells without a value. The producer prints none of these.
"""

from __future__ import annotations

import csv
import io
import re

_FIRST_IS_UNNAMED = re.compile(r'(?:"")?[\t,;]"?Notes"?[\t,;]', re.IGNORECASE)
_NA = re.compile(r'(?:^|[\t,;])"?NA"?(?=[\t,;]|$)', re.MULTILINE)
_WHOLE = re.compile(r"([0-9]+)\.0")
ROW_NUMBERS = "the numbers of rows before the columns were left out"
NOT_AVAILABLE = "'NA' was read as an empty cell"


def as_printed(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of an export without numbers of rows and ``NA``, and what was undone.

    Args:
        text: Text of the file, its lines separated by line feeds.
    """
    lines = text.split("\n")
    header = next((line for line in lines if line.strip()), "")
    numbered = _FIRST_IS_UNNAMED.match(header) is not None
    has_na = _NA.search(text) is not None
    if not numbered and not has_na:
        return text, ()
    delimiter = delimiter_of(header)
    done = (ROW_NUMBERS,) * numbered + (NOT_AVAILABLE,) * has_na
    return "\n".join(_line(line, delimiter, numbered) for line in lines), done


def delimiter_of(header: str) -> str:
    """Return what separates the cells of a header line."""
    if "\t" in header:
        return "\t"
    return ";" if header.count(";") > header.count(",") else ","


def whole(code: str) -> str:
    """Return a code without the decimal that pandas gives it (``2015.0``)."""
    match = _WHOLE.fullmatch(code)
    return match[1] if match else code


def _line(line: str, delimiter: str, numbered: bool) -> str:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line  # named where lines are cut into cells
    if numbered and cells and (cells[0] == "" or cells[0].isdigit()):
        cells = cells[1:]
    found = io.StringIO()
    writer = csv.writer(found, delimiter=delimiter, lineterminator="")
    writer.writerow("" if cell.strip() == "NA" else cell for cell in cells)
    return found.getvalue()
