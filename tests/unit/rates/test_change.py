"""Test of two rates by the rule of the US statistical agency."""

from __future__ import annotations

import pytest

from assets.rates.change import RateCount, z_test


@pytest.mark.parametrize(
    ("deaths", "z", "p"), [(20553, 3.003010, 0.002673), (20577, 3.120982, 0.001802)]
)
def test_rise_from_2021_to_2022(deaths: int, z: float, p: float) -> None:
    found = z_test(RateCount(deaths, 3667758), RateCount(19928, 3664292))
    assert found == pytest.approx((z, p), abs=5e-7)


def test_fewer_than_100_deaths_have_no_z_test() -> None:
    with pytest.raises(ValueError, match="100 deaths"):
        z_test(RateCount(99, 20000), RateCount(300, 20000))
