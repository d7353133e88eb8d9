"""Text in CSV files for spreadsheets, which run a cell that starts like a formula.

A text that would be run gets an apostrophe in front; numbers stay as they are. A text that starts
with apostrophes and then like a formula gets one more, so that taking one away gives it back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_STARTS = r"^'*(?:[\t\r\n]|[ \t\r\n\f=+@\-＝＋－＠])"
_NUMBER = r"^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?: ?%)?$"
_BETWEEN = "\x1f"
_MAY_START = rf"(?:^|{_BETWEEN})[ \t\r\n\f''=+@\-＝＋－＠]"
_RUN, _PLAIN_NUMBER = re.compile(_STARTS), re.compile(_NUMBER)


def inert(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs."""
    return f"'{text}" if _RUN.search(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def original(cell: str) -> str:
    """Return the text that :func:`inert` has written as a cell."""
    return cell[1:] if cell.startswith("'") and _RUN.search(cell) else cell


def inert_sql(expression: str) -> str:
    """Return the SQL equivalent of :func:`inert`."""
    starts = _STARTS.replace("'", "''")
    return (
        f"CASE WHEN regexp_matches({expression}, '{starts}') "
        f"AND NOT regexp_matches({expression}, '{_NUMBER}') "
        f"THEN concat('''', {expression}) ELSE {expression} END"
    )


def may_run_sql(expressions: Sequence[str]) -> str:
    """Return SQL that is true for a row with a text that :func:`inert` may change.

    One look at all texts of a row takes a small part of the time of matching each, and most tables
    have none.
    """
    texts = ", ".join(expressions)
    return f"regexp_matches(concat_ws('{_BETWEEN}', {texts}), '{_MAY_START}')"
