"""Quasi-Poisson trends against a reference program."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from assets.rates.log_linear import log_linear

# NCHS, US infant deaths and live births, 2018 to 2022.
DEATHS = np.array([[21498.0, 20921, 19578, 19928, 20577]])
BIRTHS = np.array([[3791712.0, 3747540, 3613647, 3664292, 3667758]])


def test_national_trend_2018_to_2022_is_no_trend() -> None:
    found = log_linear(DEATHS, BIRTHS)
    assert found.change[0] == pytest.approx(-0.482439, abs=5e-7)
    assert found.dispersion[0] == pytest.approx(9.216486, abs=5e-7)
    assert found.lower[0] == pytest.approx(-1.777050, abs=5e-7)
    assert found.upper[0] == pytest.approx(0.829235, abs=5e-7)
    assert found.p_value[0] > 0.05


def test_many_series_equal_the_reference_program() -> None:
    generator = np.random.default_rng(7)
    births = generator.integers(500, 90000, size=(20, 9)).astype(float)
    deaths = generator.poisson(births * 0.006).astype(float)
    found = log_linear(deaths, births)
    design = sm.add_constant(np.arange(9) - 4.0)
    for n in range(20):
        model = sm.GLM(deaths[n], design, sm.families.Poisson(), offset=np.log(births[n]))
        plain, widened = model.fit(tol=1e-12), model.fit(scale="X2", tol=1e-12)
        fit = widened if widened.scale > 1 else plain
        low, high = 100 * np.expm1(fit.conf_int()[1])
        assert found.change[n] == pytest.approx(100 * np.expm1(fit.params[1]), rel=1e-7)
        assert (found.lower[n], found.upper[n]) == pytest.approx((low, high), rel=1e-7)
        assert found.dispersion[n] == pytest.approx(widened.scale, rel=1e-7)
        assert found.p_value[n] == pytest.approx(fit.pvalues[1], rel=1e-6)


def test_counts_less_variable_than_chance_do_not_narrow_the_limits() -> None:
    births = np.full((1, 6), 10000.0)
    found = log_linear(np.full((1, 6), 50.0), births)
    assert found.dispersion[0] == pytest.approx(0, abs=1e-12)
    assert found.lower[0] < -1 < 1 < found.upper[0]


def test_no_deaths_have_no_trend_to_fit() -> None:
    found = log_linear(np.zeros((1, 5)), np.full((1, 5), 100.0))
    assert np.isnan(found.change[0])
    assert np.isnan(found.p_value[0])


def test_deaths_of_the_first_or_the_last_year_alone_have_no_trend_to_fit() -> None:
    # The likelihood has no maximum: the steeper the slope the better. The upper limit was infinite.
    deaths = np.array([[0.0, 0, 0, 0, 3], [2, 0, 0, 0, 0], [0, 0, 1, 0, 3]])
    found = log_linear(deaths, np.full((3, 5), 400.0))
    assert np.isnan(found.change).tolist() == [True, True, False]
    assert np.isnan(found.upper).tolist() == [True, True, False]
    assert np.isfinite(found.upper[2])


def test_a_steep_series_is_fitted() -> None:
    births = np.full((1, 5), 1e6)
    deaths = np.array([[0.0, 0, 0, 1, 400]])
    found = log_linear(deaths, births)
    assert np.isfinite(found.change[0])
    assert found.change[0] > 1000
