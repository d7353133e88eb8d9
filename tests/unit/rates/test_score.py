"""Score limits of differences and ratios of rates against published examples and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.rates import confint_poisson_2indep

from assets.rates.score import difference_limits, difference_z, ratio_limits


def test_published_example() -> None:
    # Gu, Ng, Tang and Schucany (2008): 60 in 51,477.5 against 30 in 54,308.7 years.
    lower, upper = difference_limits([60], [51477.5], [30], [54308.7])
    assert lower[0] * 1000 == pytest.approx(0.265796, abs=5e-7)
    assert upper[0] * 1000 == pytest.approx(0.989192, abs=5e-7)
    lower, upper = ratio_limits([60], [51477.5], [30], [54308.7])
    assert (lower[0], upper[0]) == pytest.approx((1.365962, 3.259306), abs=5e-7)
    assert difference_z([60], [51477.5], [30], [54308.7])[0] == pytest.approx(3.417402, abs=5e-7)


def test_second_published_example() -> None:
    # Ng and Tang (2005): 41 in 28,010 against 15 in 19,017 years, one-sided.
    z = difference_z([41], [28010], [15], [19017])[0]
    assert z == pytest.approx(2.0818, abs=5e-5)
    assert norm.sf(z) == pytest.approx(0.0187, abs=5e-5)


def test_whole_columns_equal_the_reference_program() -> None:
    d1, b1 = np.array([3.0, 19, 0, 12]), np.array([900.0, 4000, 500, 2000])
    d0, b0 = np.array([8.0, 2, 5, 40]), np.array([2500.0, 3000, 700, 9000])
    lower, upper = difference_limits(d1, b1, d0, b0)
    for n in range(len(d1)):
        # The reference solves with a loose tolerance.
        expected = confint_poisson_2indep(
            d1[n], b1[n], d0[n], b0[n], method="score", compare="diff"
        )
        assert (lower[n], upper[n]) == pytest.approx(expected, rel=1e-4, abs=1e-7)
    lower, upper = ratio_limits(d1, b1, d0, b0)
    for n in range(len(d1)):
        expected = confint_poisson_2indep(
            d1[n], b1[n], d0[n], b0[n], method="score", compare="ratio"
        )
        # The reference takes another root for the lower limit of no deaths.
        expected = (expected[0] if d1[n] else 0, expected[1])
        assert (lower[n], upper[n]) == pytest.approx(expected, rel=1e-7)


def test_no_deaths_at_all_still_have_limits_around_zero() -> None:
    lower, upper = difference_limits([0], [1000], [0], [1000])
    assert lower[0] < 0 < upper[0]
    assert lower[0] == pytest.approx(-upper[0])


def test_no_deaths_in_the_reference_have_no_ratio() -> None:
    assert np.isnan(ratio_limits([5], [1000], [0], [1000])).all()
