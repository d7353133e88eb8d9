"""Rows on a terminal, as CSV or as JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

FORMATS = ("table", "csv", "json")
_WIDEST = 60


def print_rows(headings: Sequence[str], rows: Sequence[Sequence[Any]], style: str) -> None:
    """Print rows to standard output.

    Args:
        headings: Column names.
        rows: Cells; ``None`` is an absent value.
        style: ``table`` for people, ``csv`` or ``json`` for programs.
    """
    if style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(["" if v is None else _text(v) for v in row] for row in rows)
    elif style == "json":
        records = [dict(zip(headings, map(_plain, row), strict=True)) for row in rows]
        sys.stdout.write(json.dumps(records, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(_aligned(headings, rows))


def _aligned(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield lines; a row that is wider than the terminal is shown whole, not cut."""
    cells = [[_shown(v) for v in row] for row in rows]
    numeric = [
        all(isinstance(row[i], int | float) or row[i] is None for row in rows)
        and any(row[i] is not None for row in rows)
        for i in range(len(headings))
    ]
    widths = [max(len(h), *(len(c[i]) for c in cells), 0) for i, h in enumerate(headings)]

    def line(values: Sequence[str]) -> str:
        padded = (
            v.rjust(w) if right else v.ljust(w)
            for v, w, right in zip(values, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip() + "\n"

    yield line(headings)
    yield line(["-" * w for w in widths])
    for row in cells:
        yield line(row)


def _shown(value: Any) -> str:
    text = "–" if value is None else _text(value)
    if isinstance(value, float):
        text = f"{value:.10g}"
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else _text(value)
