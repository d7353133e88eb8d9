"""Rounding half away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rates.rounding import half_away


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (6.25, 1, "6.3"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (2.675, 2, "2.68"),
        (97.687, 0, "98"),
        (568.6, -2, "600"),
        (5.7, 2, "5.70"),
        (Fraction(1000 * 7, 1120), 1, "6.3"),
        (Fraction(-5, 2), 0, "-3"),
    ],
)
def test_ties_go_away_from_zero(value: float | Fraction, decimals: int, expected: str) -> None:
    assert half_away(value, decimals) == expected


@given(st.integers(-(10**7), 10**7), st.integers(0, 4))
def test_thousandths_round_as_decimals_do(thousandths: int, decimals: int) -> None:
    step = Decimal(1).scaleb(-decimals)
    expected = (Decimal(thousandths) / 1000).quantize(step, rounding=ROUND_HALF_UP)
    assert Decimal(half_away(thousandths / 1000, decimals)) == expected
    assert Decimal(half_away(Fraction(thousandths, 1000), decimals)) == expected
