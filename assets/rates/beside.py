"""Comparisons of our rates with figures that others state, and of two series.

Each is one query, which the rules of ``quality`` and the table ``disagreements`` both read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from assets.state.warehouse import sql_of

_NAMES = ("printed_beside_ours", "fingertips_beside_ours", "series_beside_series")


@cache
def comparisons() -> Mapping[str, str]:
    """Return the queries by name, without the comments at their head.

    ``{relation}`` stands in them for the rates, ``{counted_rates}`` for the rates of which every
    count is there.
    """
    return {name: _without_head(sql_of(__file__, name)) for name in _NAMES}


def _without_head(text: str) -> str:
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if not line.startswith("--"))
    return "\n".join(lines[first:]).strip()
