"""Print rows and lines: for a terminal, for a pipe, as CSV or as JSON."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from assets.text.spreadsheet import inert
from pipelines.commands.text_columns import aligned, fitted, vertical
from pipelines.terminal import is_terminal, size

_MOST_FOLDS = 2
"""Average lines per row above which a dispensable column is left out."""
FORMATS = ("table", "csv", "json")


def print_rows(
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    style: str,
    *,
    dispensable: Sequence[str] = (),
    upright: bool = False,
    note: str = "",
    paged: bool = False,
) -> None:
    """Print rows to standard output.

    On a terminal a table is never wider than the screen: text folds within its cell, and columns
    that do not fit side by side are shown one below the other. In a pipe each row is one line.

    Args:
        headings: Column names.
        rows: Cells; ``None`` is an absent value.
        style: ``table`` for people, ``csv`` or ``json`` for programs.
        dispensable: Columns to leave out if the terminal is too narrow, in this order.
        upright: One line per column instead of one per row.
        note: Line above the table, for people.
        paged: Use a pager for output longer than the screen.
    """
    if style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(map(inert, headings))
        writer.writerows([_cell(v) for v in row] for row in rows)
    elif style == "json":
        sys.stdout.write(as_json(records(headings, rows)))
    else:
        lines = [note] if note else []
        lines += _for_people(headings, rows, upright, dispensable)
        (print_paged if paged else _print)(lines)


def print_paged(lines: Sequence[str]) -> None:
    """Print lines; if the terminal has fewer, use ``$PAGER``, ``less`` or ``more``."""
    pager = _pager() if len(lines) >= size(sys.stdout)[1] else None
    if pager is None:
        _print(lines)
        return
    try:
        shown = subprocess.Popen(  # noqa: S603
            pager, stdin=subprocess.PIPE, text=True, env={"LESS": "FRX", **os.environ}
        )
    except OSError:
        _print(lines)
        return
    # The pager handles Ctrl-C: it stops a search or ends the pager.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        shown.communicate("".join(f"{line}\n" for line in lines))
    finally:
        signal.signal(signal.SIGINT, before)


def records(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Return rows as objects by column name, with values that JSON can hold."""
    return [dict(zip(headings, map(plain, row), strict=True)) for row in rows]


def as_json(found: Any) -> str:
    """Return indented JSON with a line break at its end."""
    return json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n"


def plain(value: Any) -> Any:
    """Return a value for JSON; dates and times in ISO 8601."""
    return value if isinstance(value, str | int | float | bool | None) else _text(value)


def _for_people(
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    upright: bool,
    dispensable: Sequence[str],
) -> list[str]:
    width = size(sys.stdout)[0] if is_terminal(sys.stdout) else 0
    if upright or not width:
        return list(vertical(headings, rows, width) if upright else aligned(headings, rows))
    places = list(range(len(headings)))
    # Leave out a dispensable column before breaking a word of another one.
    for least, whole_words in (*((name, True) for name in ("", *dispensable)), ("", False)):
        places = [i for i in places if headings[i] != least]
        lines = fitted(
            [headings[i] for i in places],
            [[row[i] for i in places] for row in rows],
            width,
            whole_words=whole_words,
        )
        few = not dispensable or len(lines or ()) <= _MOST_FOLDS * (len(rows) + 2)
        if lines is not None and (few or not whole_words):
            return lines
    return list(vertical(headings, rows, width))


def _pager() -> list[str] | None:
    """Return the command of a pager, or ``None`` if there is none or no terminal."""
    if not is_terminal(sys.stdout) or not sys.stdin.isatty():
        return None
    wished = os.environ.get("PAGER")
    if wished is not None:
        words = shlex.split(wished)
        return words if words and words[0] != "cat" else None
    found = shutil.which("less") or shutil.which("more")
    return [found] if found else None


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _cell(value: Any) -> str:
    """Return a cell of a CSV file, escaped so that no spreadsheet runs it as a formula."""
    text = "" if value is None else _text(value)
    return text if isinstance(value, int | float | date) else inert(text)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
