"""Search pairs of figures: the ratio of two groups, and the change between two periods."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import duckdb

from assets.rates.rounding import half_away
from assets.release.claim_search.wording import Statement
from assets.state.warehouse import records, sql_of

_DECIMALS = {"one_decimal": 1, "two_decimals": 2}


def is_comparison(stated: Statement) -> bool:
    """Return whether a statement compares two figures."""
    return stated.unit == "change" or (stated.unit == "ratio" and len(stated.groups) == 2)


def pairs(con: duckdb.DuckDBPyConnection, stated: Statement, most: int) -> list[dict[str, Any]]:
    """Return the pairs of figures that are near the number of a statement."""
    change = stated.unit == "change"
    old, new = None, None
    if change and stated.periods:
        *before, new = sorted(stated.periods, key=lambda p: (p.end, p.start))
        old = before[0] if before else None
    return records(
        con,
        sql_of(__file__, "pairs"),
        {
            "asks": "change" if change else "ratio",
            "unit": "percent" if change or stated.per == 100 else "ratio",
            "new_start": new and new.start,
            "new_end": new and new.end,
            "old_start": old and old.start,
            "old_end": old and old.end,
            "number": float(stated.number.value),
            "step": float(stated.number.step),
            "most": most,
        },
    )


def exact(row: Mapping[str, Any]) -> Fraction:
    """Return the compared value without the error of binary fractions."""
    rates = [_rate(row, ""), _rate(row, "other_")]
    if row["rounded"] in _DECIMALS:
        rates = [Fraction(half_away(rate, _DECIMALS[row["rounded"]])) for rate in rates]
    ratio = rates[0] / rates[1]
    return 100 * (ratio - 1) if row["taken_as"] == "percent" else ratio


def _rate(row: Mapping[str, Any], side: str) -> Fraction:
    numerator, denominator = row[f"{side}numerator"], row[f"{side}denominator"]
    if numerator is None or not denominator:
        return Fraction(repr(row[f"{side}rate"]))
    return int(row["rate_per"]) * Fraction(numerator) / Fraction(denominator)
