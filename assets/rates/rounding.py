"""Rounding half away from zero on the decimal value: done once, where a number is printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def half_away(value: float | Fraction, decimals: int) -> str:
    """Return a number as text with so many decimals, ties rounded away from zero.

    Args:
        value: Number; a float stands for its shortest decimal form, so that 2.675 is a tie.
        decimals: Decimal places; negative for tens, hundreds and so on.

    >>> half_away(6.25, 1), half_away(-2.5, 0), half_away(2.675, 2)
    ('6.3', '-3', '2.68')
    >>> half_away(Fraction(6255), -2)
    '6300'
    """
    step = Decimal(1).scaleb(-decimals)
    if isinstance(value, Fraction):
        scaled = value * Fraction(10) ** decimals
        units = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
        rounded = Decimal(units) * step * (-1 if value < 0 else 1)
    else:
        rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    return format(rounded, "f")
