"""Limits of counts and proportions against published tables and reference programs."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from assets.rates.limits import (
    byar_limits,
    exact_limits,
    ohid_limits,
    wilson_limits,
)

DATA = Path(__file__).parent / "data"

# NCHS, National Vital Statistics Reports: factors for gamma limits by number of deaths.
FACTORS = {
    1: (0.02532, 5.57164),
    2: (0.12110, 3.61234),
    3: (0.20622, 2.92242),
    4: (0.27247, 2.56040),
    5: (0.32470, 2.33367),
    6: (0.36698, 2.17658),
    7: (0.40205, 2.06038),
    8: (0.43173, 1.97040),
    9: (0.45726, 1.89831),
    10: (0.47954, 1.83904),
    11: (0.49920, 1.78928),
    12: (0.51671, 1.74680),
    13: (0.53246, 1.71003),
    14: (0.54671, 1.67783),
    15: (0.55969, 1.64935),
    16: (0.57159, 1.62394),
    17: (0.58254, 1.60110),
    18: (0.59266, 1.58043),
    19: (0.60207, 1.56162),
    20: (0.61083, 1.54442),
    25: (0.64715, 1.47620),
    30: (0.67470, 1.42756),
    40: (0.71441, 1.36172),
    50: (0.74222, 1.31838),
    80: (0.79294, 1.24459),
    99: (0.81275, 1.21746),
    100: (0.81364, 1.21627),
}

# PHEindicatormethods 2.1.0, testdata of byars_lower and byars_upper.
BYAR = [
    (65, 95, 50.163187710459454, 82.84913854593984),
    (1045, 95, 982.5932018073325, 1110.33121298565),
    (1, 95, 0.01307213290150435, 5.5637555824752605),
    (65, 998, 42.8802614714802, 94.00029084431802),
    (1045, 998, 947.9407035610374, 1148.806160988033),
    (10, 998, 2.916318374695686, 24.193724927880535),
]

# PHEindicatormethods phe_rate, multiplier 100,000: count, births, limits.
RATES = [
    (1, 100, 25.3178, 5571.6434, 1.0005, 9233.4135),
    (5, 100, 1623.4864, 11668.3321, 739.3717, 16454.7452),
    (20, 100, 12211.4288, 30889.8804, 8922.8024, 38085.0356),
    (9856, 12345, 78269.4906, 81430.0165, None, None),
    (250, 220, 99984.9474, 128631.1449, 92710.0055, 137651.2377),
    (2, 200, 121.1046, 3612.3438, None, None),
]


@pytest.mark.parametrize("count", FACTORS)
def test_gamma_factors_equal_the_printed_table(count: int) -> None:
    lower, upper = exact_limits([count])
    assert round(lower[0] / count, 5) == FACTORS[count][0]
    assert round(upper[0] / count, 5) == FACTORS[count][1]


@pytest.mark.parametrize(("count", "level", "lower", "upper"), BYAR)
def test_byar_limits_equal_the_reference(
    count: int, level: int, lower: float, upper: float
) -> None:
    found = byar_limits([count], level)
    assert found[0][0] == pytest.approx(lower, rel=1e-12)
    assert found[1][0] == pytest.approx(upper, rel=1e-12)


def test_byar_lower_limit_below_zero_is_no_number() -> None:
    lower, upper = byar_limits([1], 998)
    assert np.isnan(lower[0])
    assert upper[0] == pytest.approx(9.362180217908362, rel=1e-12)


def test_byar_is_not_the_variant_on_half_counts() -> None:
    # 15 of 400: OHID 0.0209731600 to 0.0618540784; the other variant gives 0.0219 to 0.0603.
    lower, upper = ohid_limits([15])
    assert lower[0] / 400 == pytest.approx(0.0209731600, abs=5e-11)
    assert upper[0] / 400 == pytest.approx(0.0618540784, abs=5e-11)
    # statsmodels, tests of confint_poisson: exact limits of the same rate.
    lower, upper = exact_limits([15])
    assert lower[0] / 400 == pytest.approx(0.0209884653, abs=5e-11)
    assert upper[0] / 400 == pytest.approx(0.0618505472, abs=5e-11)


def test_no_deaths_have_a_zero_lower_and_an_exact_upper_limit() -> None:
    lower, upper = ohid_limits([0])
    assert lower[0] == 0
    assert upper[0] == pytest.approx(3.688879454, abs=5e-10)


@pytest.mark.parametrize(("count", "births", "low", "high", "low_998", "high_998"), RATES)
def test_rates_per_100_000_equal_the_reference(
    count: int, births: int, low: float, high: float, low_998: float | None, high_998: float | None
) -> None:
    lower, upper = ohid_limits([count])
    assert lower[0] / births * 1e5 == pytest.approx(low, abs=5e-5)
    assert upper[0] / births * 1e5 == pytest.approx(high, abs=5e-5)
    if low_998 is not None and high_998 is not None:
        lower, upper = ohid_limits([count], 998)
        assert lower[0] / births * 1e5 == pytest.approx(low_998, abs=5e-5)
        assert upper[0] / births * 1e5 == pytest.approx(high_998, abs=5e-5)


def test_all_reference_vectors() -> None:
    with (DATA / "phe_rate_vectors.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 98
    counts = np.array([float(r["deaths"]) for r in rows])
    births = np.array([float(r["births"]) for r in rows])
    for level, name in ((95, "95_0cl"), (998, "99_8cl")):
        lower, upper = ohid_limits(counts, level)
        expected_lower = [float(r[f"lower{name}"]) for r in rows]
        expected_upper = [float(r[f"upper{name}"]) for r in rows]
        np.testing.assert_allclose(lower / births * 1000, expected_lower, rtol=1e-10)
        np.testing.assert_allclose(upper / births * 1000, expected_upper, rtol=1e-10)


def test_exact_limits_equal_other_programs() -> None:
    counts = np.array([0, 1, 7, 43, 99, 1045])
    lower, upper = exact_limits(counts)
    reference = confint_poisson(counts, 1, method="exact-c")
    np.testing.assert_allclose(lower, reference[0], rtol=1e-12)
    np.testing.assert_allclose(upper, reference[1], rtol=1e-12)


def test_weighted_counts_need_not_be_whole() -> None:
    lower, upper = exact_limits([24.6], 95)
    assert lower[0] == pytest.approx(stats.gamma.ppf(0.025, 24.6), rel=1e-12)
    assert upper[0] == pytest.approx(stats.gamma.ppf(0.975, 25.6), rel=1e-12)


@pytest.mark.parametrize(
    ("part", "whole", "lower", "upper"),
    [
        (65, 100, 0.552544433, 0.736357518),
        (1045, 5000, 0.197955499, 0.220491304),
        (1, 100, 0.001767432, 0.054486196),
        (9856, 12345, 0.791210175, 0.805364007),
        (2067, 6200, 0.321759, 0.345222),
    ],
)
def test_wilson_limits(part: int, whole: int, lower: float, upper: float) -> None:
    found = wilson_limits([part], [whole])
    assert found[0][0] == pytest.approx(lower, abs=5e-7)
    assert found[1][0] == pytest.approx(upper, abs=5e-7)
    other = proportion_confint(part, whole, method="wilson")
    assert (found[0][0], found[1][0]) == pytest.approx(other, rel=1e-12)


def test_a_part_larger_than_its_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than its whole"):
        wilson_limits([11], [10])
