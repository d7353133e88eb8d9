"""Slope and relative index of inequality against the reference program's published test data."""

from __future__ import annotations

import numpy as np
import pytest

from assets.rates.inequality import inequality

# PHEindicatormethods 2.1.0, phe_sii test data "rate (e.g. infant mortality)".
POPULATION = [[13837, 14519, 14940, 14599, 12311, 21675, 20065, 19750, 24713, 20112]]
RATE = [[4.89675, 4.5678, 4.67666, 4.35666, 3.9, 3.8, 3.5, 3.2, 3.21, 2.8]]
POPULATION_1 = [[279012, 255993, 236961, 214315, 192812, 183546, 168593, 164822, 154836, 138165]]
RATE_1 = [
    [
        5.892219689475721, 4.7345044591063035, 3.827634083245766, 3.8681380211371112,
        3.6771570234217785, 3.1436261209723995, 3.1258711808912585, 2.942568346458604,
        2.82879950399132, 2.7648101907140012,
    ]
]  # fmt: skip


def columns(population: list, rate: list) -> tuple:
    rates = np.array(rate)
    return np.array(population, dtype=float), rates, rates - 0.12, rates + 0.08


def test_rates_as_they_are() -> None:
    found = inequality(*columns(POPULATION, RATE))
    assert found.slope[0] == pytest.approx(-2.287678902778742, rel=1e-12)
    assert found.relative[0] == pytest.approx(0.5352517697987614, rel=1e-12)
    assert found.intercept[0] == pytest.approx(4.922404764808173, rel=1e-12)
    # Simulated by the reference program, hence the tolerance.
    assert found.slope_lower[0] == pytest.approx(-2.3985, abs=5e-3)
    assert found.slope_upper[0] == pytest.approx(-2.1762, abs=5e-3)
    assert found.relative_lower[0] == pytest.approx(0.51734, abs=5e-3)
    assert found.relative_upper[0] == pytest.approx(0.55374, abs=5e-3)


def test_logarithms_of_rates() -> None:
    found = inequality(*columns(POPULATION, RATE), log_rates=True)
    assert found.slope[0] == pytest.approx(-2.2954691808474057, rel=1e-12)
    assert found.relative[0] == pytest.approx(0.5446144759737053, rel=1e-12)
    assert np.exp(found.intercept[0]) == pytest.approx(5.040716183843519, rel=1e-12)


def test_limits_of_logarithms_equal_a_simulation_of_the_same_model() -> None:
    # The reference prints -2.4232 to -2.1681, wider than simulating its own model gives.
    population, rate, lower, upper = columns(POPULATION, RATE)
    share = population[0] / population.sum()
    middle = np.cumsum(share) - share / 2
    design = np.column_stack([np.sqrt(share), np.sqrt(share) * middle])
    error = (np.log(upper[0]) - np.log(lower[0])) / (2 * 1.959963984540054)
    draws = np.random.default_rng(1).normal(np.log(rate[0]), error, size=(100_000, 10))
    level, slope = np.linalg.lstsq(design, (draws * np.sqrt(share)).T, rcond=None)[0]
    simulated = np.quantile(np.exp(level + slope) - np.exp(level), [0.025, 0.975])
    found = inequality(population, rate, lower, upper, log_rates=True)
    assert (found.slope_lower[0], found.slope_upper[0]) == pytest.approx(simulated, abs=5e-3)
    relative = np.quantile(np.exp(slope), [0.025, 0.975])
    assert (found.relative_lower[0], found.relative_upper[0]) == pytest.approx(relative, abs=5e-3)


def test_several_areas_at_once() -> None:
    both = inequality(*columns(POPULATION + POPULATION_1, RATE + RATE_1))
    assert both.slope[0] == pytest.approx(-2.287678902778742, rel=1e-12)
    assert both.slope[1] == pytest.approx(-3.2752012326471758, rel=1e-12)
    assert both.relative[1] == pytest.approx(0.40600068953980034, rel=1e-12)
    logs = inequality(*columns(POPULATION_1, RATE_1), log_rates=True)
    assert logs.slope[0] == pytest.approx(-3.15590713895456, rel=1e-12)
    assert logs.relative[0] == pytest.approx(0.4418848436076823, rel=1e-12)


def test_a_quantile_without_population_is_refused() -> None:
    population, rate, lower, upper = columns(POPULATION, RATE)
    population[0, 3] = 0
    with pytest.raises(ValueError, match="population above 0"):
        inequality(population, rate, lower, upper)
