"""The ways in which an exact value can have become the number that somebody states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from assets.rates.rounding import half_away

Bound = Literal["", "more than", "less than"]


@dataclass(frozen=True)
class Number:
    """A number as it is stated.

    Attributes:
        text: As written.
        value: Its value.
        decimals: Decimals that are written.
        coarsest: Decimals that remain without the zeros at its end; negative for tens, hundreds
            and so on.
        bound: Whether more or less than the number is stated.
    """

    text: str
    value: Fraction
    decimals: int
    coarsest: int
    bound: Bound = ""

    @property
    def step(self) -> Fraction:
        """One unit of the last digit that is not a zero."""
        return _step(self.coarsest)

    @property
    def last_digit(self) -> Fraction:
        """One unit of the last digit that is written."""
        return _step(self.decimals)


@dataclass(frozen=True)
class Rounding:
    """A way in which a value becomes the stated number.

    Attributes:
        name: ``exact``, ``half_up``, ``half_even``, ``twice``, ``truncated`` or ``bound``.
        words: The way in words.
        cost: How unusual it is; 0 for rounding half up to the decimals that are written.
    """

    name: str
    words: str
    cost: float


def number(text: str, bound: Bound = "") -> Number:
    """Return a number that is written with a point for decimals and commas for thousands.

    >>> number("19,800").coarsest, number("6.50").decimals, number("6.50").coarsest
    (-2, 2, 1)
    """
    plain = text.replace(",", "").replace("\N{MINUS SIGN}", "-").lstrip("+")
    whole, _, decimals = plain.partition(".")
    kept = decimals.rstrip("0")
    zeros = len(whole) - len(whole.rstrip("0"))
    coarsest = len(kept) if kept or not whole.strip("-0") else -zeros
    return Number(text, Fraction(plain), len(decimals), min(coarsest, len(decimals)), bound)


def rounding(value: Fraction, stated: Number) -> Rounding | None:
    """Return the most usual way in which a value becomes the stated number, if there is one."""
    return min(_ways(value, stated), key=lambda way: way.cost, default=None)


def _ways(value: Fraction, stated: Number) -> Iterator[Rounding]:
    if value == stated.value:
        yield Rounding("exact", "exactly", 0)
    for dropped, decimals in enumerate(range(stated.decimals, stated.coarsest - 1, -1)):
        place = places(decimals)
        # Zeros at the end of a whole number mean that it is rounded; zeros behind the point do not.
        coarser = 0.2 * dropped if decimals < 0 else float(dropped)
        if _half_up(value, decimals) == stated.value:
            yield Rounding("half_up", f"rounded to {place}", coarser)
        if round(value, decimals) == stated.value:
            yield Rounding("half_even", f"rounded half to even to {place}", coarser + 1)
        if _half_up(_half_up(value, decimals + 1), decimals) == stated.value:
            before = places(decimals + 1)
            yield Rounding("twice", f"rounded to {before} first and then to {place}", coarser + 2)
        if _truncated(value, decimals) == stated.value:
            yield Rounding("truncated", f"cut, not rounded, to {place}", coarser + 4)
    above = abs(value) - abs(stated.value)
    if stated.bound == "more than" and 0 < above < stated.step:
        yield Rounding("bound", f"more than {stated.text}, by less than one unit", 0)
    if stated.bound == "less than" and -stated.step < above < 0:
        yield Rounding("bound", f"less than {stated.text}, by less than one unit", 0)


def places(decimals: int) -> str:
    """Return to what a number is rounded, in words."""
    words = {0: "whole numbers", 1: "one decimal", -1: "tens", -2: "hundreds", -3: "thousands"}
    return words.get(decimals, f"{decimals} decimals" if decimals > 0 else f"10^{-decimals}")


def _half_up(value: Fraction, decimals: int) -> Fraction:
    return Fraction(half_away(value, decimals))


def _truncated(value: Fraction, decimals: int) -> Fraction:
    return int(value / _step(decimals)) * _step(decimals)


def _step(decimals: int) -> Fraction:
    return Fraction(10) ** -decimals
