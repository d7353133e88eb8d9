"""Format rows as text: aligned columns that fit a width, or one line per column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from textwrap import wrap
from typing import Any

GAP = "  "
ABSENT = "–"
_WIDEST_TEXT = 60
_NARROWEST_TEXT = 10
_USUAL_TEXT = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text_of(value: Any) -> str:
    """Return a cell as text on one line; an absent value is a dash, never a zero."""
    if value is None:
        return ABSENT
    if isinstance(value, float):
        return f"{value:.10g}"
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    # Control characters of a file must not move the cursor.
    return _CONTROL.sub(" ", text)


def brief(value: Any) -> Any:
    """Return a number with at most four decimals; other values unchanged."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.4f}") if abs(value) >= 1 else float(f"{value:.4g}")


def aligned(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield one line per row with uncut cells, for a pipe or a file."""
    cells = [[text_of(v) for v in row] for row in rows]
    widths = [max(len(h), *(len(c[i]) for c in cells), 0) for i, h in enumerate(headings)]
    yield from _lines([list(headings)], [[[c] for c in row] for row in cells], widths,
                      _numeric(len(headings), rows))  # fmt: skip


def fitted(
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    width: int,
    *,
    whole_words: bool = False,
) -> list[str] | None:
    """Return lines of at most ``width``, or ``None`` if the columns do not fit.

    Numbers and dates are not cut. Text continues in the next line of its cell, and headings break
    at underscores. ``whole_words``: text folds between words only.
    """
    cells = [[text_of(v) for v in row] for row in rows]
    numeric = _numeric(len(headings), rows)
    fixed = _fixed(len(headings), rows)
    widths = _widths(headings, cells, fixed, width, whole_words)
    if widths is None:
        return None
    folded = [[_folded(c, w) for c, w in zip(row, widths, strict=True)] for row in cells]
    heads = [_folded_heading(h, w) for h, w in zip(headings, widths, strict=True)]
    deep = max(map(len, heads))
    # The last part of a broken heading is next to its numbers.
    columns = [[""] * (deep - len(h)) + h for h in heads]
    return list(_lines([[h[i] for h in columns] for i in range(deep)], folded, widths, numeric))


def vertical(headings: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> Iterator[str]:
    """Yield one line per column of every row; with ``width`` 0 no line is folded."""
    left = max(map(len, headings), default=0)
    for number, row in enumerate(rows, 1):
        yield f"row {number}"
        for heading, value in zip(headings, row, strict=True):
            room = max(width - left - len(GAP) * 2, _NARROWEST_TEXT) if width else 0
            first, *more = _folded(text_of(value), room) if room else [text_of(value)]
            yield f"{GAP}{heading.ljust(left)}{GAP}{first}".rstrip()
            for rest in more:
                yield f"{GAP}{' ' * left}{GAP}{rest}"


def natural_width(heading: str, values: Sequence[Any]) -> int:
    """Return the width that a column needs if its heading breaks and its text folds."""
    head = max(len(part) for part in _parts(heading))
    longest = max((len(text_of(v)) for v in values), default=0)
    text = any(isinstance(v, str) for v in values)
    return max(head, min(longest, _USUAL_TEXT) if text else longest)


def _numeric(columns: int, rows: Sequence[Sequence[Any]]) -> list[bool]:
    return [
        all(_is_number(row[i]) or row[i] is None for row in rows)
        and any(row[i] is not None for row in rows)
        for i in range(columns)
    ]


def _fixed(columns: int, rows: Sequence[Sequence[Any]]) -> list[bool]:
    """Return which columns contain no text and are not cut."""
    return [
        all(not isinstance(row[i], str) or _is_number(row[i]) for row in rows)
        for i in range(columns)
    ]


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"[-−]?\d[\d,]*(\.\d+)?", value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _widths(
    headings: Sequence[str],
    cells: Sequence[Sequence[str]],
    fixed: Sequence[bool],
    width: int,
    whole_words: bool,
) -> list[int] | None:
    longest = [max((len(row[i]) for row in cells), default=0) for i in range(len(headings))]
    heads = [max(len(p) for p in _parts(h)) for h in headings]
    words = [
        max((len(word) for row in cells for word in row[i].split()), default=0) * whole_words
        for i in range(len(headings))
    ]
    least = [
        max(head, word, most if whole else min(most, _NARROWEST_TEXT))
        for head, word, most, whole in zip(heads, words, longest, fixed, strict=True)
    ]
    wished = [max(len(h), min(n, _WIDEST_TEXT)) for h, n in zip(headings, longest, strict=True)]
    room = width - len(GAP) * (len(headings) - 1)
    if sum(least) > room:
        return None
    found = list(wished)
    while sum(found) > room:
        # Shorten headings before text, and the widest text first.
        spare = [
            (w - max(lo, n if whole else 0), w, i)
            for i, (w, lo, n, whole) in enumerate(zip(found, least, longest, fixed, strict=True))
        ]
        heads_only = [s for s in spare if s[0] > 0 and found[s[2]] > longest[s[2]]]
        _, _, widest = max(heads_only or [s for s in spare if s[0] > 0], key=lambda s: s[1])
        found[widest] -= 1
    return found


def _parts(heading: str) -> list[str]:
    return re.findall(r"[^_ -]+[_ -]?|[_ -]+", heading) or [heading]


def _folded_heading(heading: str, width: int) -> list[str]:
    lines = [""]
    for part in _parts(heading):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def _folded(text: str, width: int) -> list[str]:
    return wrap(text, width, break_on_hyphens=True) if len(text) > width else [text]


def _lines(
    heads: Sequence[Sequence[str]],
    rows: Sequence[Sequence[Sequence[str]]],
    widths: Sequence[int],
    numeric: Sequence[bool],
) -> Iterator[str]:
    def line(values: Sequence[str]) -> str:
        padded = (
            v.rjust(w) if right else v.ljust(w)
            for v, w, right in zip(values, widths, numeric, strict=True)
        )
        return GAP.join(padded).rstrip()

    for head in heads:
        yield line(head)
    yield line(["-" * w for w in widths])
    for row in rows:
        for i in range(max((len(cell) for cell in row), default=0)):
            yield line([cell[i] if i < len(cell) else "" for cell in row])
