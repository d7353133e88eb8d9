"""How an exact value can have become the number that is stated."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rates.rounding import half_away
from assets.release.claim_search.roundings import number, rounding


@pytest.mark.parametrize(
    ("value", "stated", "name"),
    [
        ("6.25", "6.25", "exact"),
        ("6.27", "6.3", "half_up"),
        # A tie: away from zero, and to the even digit.
        ("6.25", "6.3", "half_up"),
        ("6.25", "6.2", "half_even"),
        # 6.147 is printed as 6.15, and that as 6.2.
        ("6.147", "6.2", "twice"),
        ("6.39", "6.3", "truncated"),
        ("-6.65", "-7", "half_up"),
        ("-6.65", "-6", "truncated"),
        # Zeros at the end say that hundreds are meant, or are put there.
        ("19753", "19,800", "half_up"),
        ("6.48", "6.50", "half_up"),
        ("6255", "6,200", "truncated"),
        ("0.4", "0", "half_up"),
    ],
)
def test_the_most_usual_way_is_named(value: str, stated: str, name: str) -> None:
    way = rounding(Fraction(value), number(stated))
    assert way is not None
    assert way.name == name


@pytest.mark.parametrize(
    ("value", "stated"),
    [("6.50", "6.3"), ("6.4", "6.3"), ("6.2", "6.3"), ("20145", "19,800"), ("-6.65", "7")],
)
def test_another_value_becomes_the_number_in_no_way(value: str, stated: str) -> None:
    assert rounding(Fraction(value), number(stated)) is None


def test_more_than_a_number_is_up_to_one_unit_more() -> None:
    more = number("6,200", "more than")
    way = rounding(Fraction(6255), more)
    assert way is not None and (way.name, way.cost) == ("bound", 0)
    assert rounding(Fraction(6301), more) is None
    assert rounding(Fraction(6180), more) is not None, "6,180 is 6,200, rounded"
    less = rounding(Fraction(6150), number("6,200", "less than"))
    assert less is not None and less.cost == 0


@given(st.integers(1, 10**7), st.integers(1, 10**6), st.integers(0, 4))
def test_a_value_is_what_it_is_rounded_to_and_not_one_unit_beside(
    deaths: int, births: int, decimals: int
) -> None:
    value = 1000 * Fraction(deaths, births)
    shown = half_away(value, decimals)
    way = rounding(value, number(shown))
    assert way is not None and way.cost == 0
    unit = Fraction(10) ** -decimals
    beside = half_away(Fraction(shown) + unit, decimals)
    # One unit more ends in zeros where a coarser rounding may be meant.
    if not beside.endswith("0"):
        way = rounding(value, number(beside))
        assert way is None or way.name == "twice"
