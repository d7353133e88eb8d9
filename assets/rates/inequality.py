"""Slope and relative index of inequality over quantiles of deprivation, on whole columns.

Source: PHEindicatormethods ``phe_sii``: least squares of the rate on the midpoints of the
cumulative population shares, weighted by population share. Its limits are order
statistics of simulated rates; here they are the first-order normal limits of the same linear
estimate, which need no random draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.rates.limits import Z_95, Numbers


@dataclass(frozen=True)
class Inequality:
    """Indices of several areas, one element per area.

    Attributes:
        slope: Slope index: rate at the least deprived end − rate at the most deprived end.
        slope_lower: Lower 95 % limit.
        slope_upper: Upper 95 % limit.
        relative: Relative index: rate at the least deprived end / rate at the most deprived end.
        relative_lower: Lower 95 % limit.
        relative_upper: Upper 95 % limit.
        intercept: Rate at the most deprived end (its logarithm with ``log_rates``).
    """

    slope: Numbers
    slope_lower: Numbers
    slope_upper: Numbers
    relative: Numbers
    relative_lower: Numbers
    relative_upper: Numbers
    intercept: Numbers


def inequality(
    population: Numbers,
    rate: Numbers,
    lower: Numbers,
    upper: Numbers,
    *,
    log_rates: bool = False,
) -> Inequality:
    """Return the slope and relative index of inequality.

    Args:
        population: Population of every quantile, shape (areas, quantiles), most deprived first.
        rate: Rates of the same shape.
        lower: Lower 95 % limits of the rates.
        upper: Upper 95 % limits of the rates.
        log_rates: Fit the logarithm of the rates; the indices are on the rate scale all the same.

    Source: PHEindicatormethods ``phe_sii``. Rates that fall by 1 per quantile of equal size:

    >>> rates = np.array([[5.0, 4, 3, 2, 1]])
    >>> found = inequality(np.full((1, 5), 100.0), rates, 0.9 * rates, 1.1 * rates)
    >>> found.slope.round(6).tolist(), found.relative.round(6).tolist()
    ([-5.0], [0.090909])

    Raises:
        ValueError: A population is not positive.
    """
    if np.any(population <= 0):
        raise ValueError("every quantile needs a population above 0")
    share = population / population.sum(axis=1, keepdims=True)
    midpoint = np.cumsum(share, axis=1) - share / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        log_error = (np.log(upper) - np.log(lower)) / (2 * Z_95)
        outcome = np.log(rate) if log_rates else rate
        error = log_error if log_rates else rate * log_error
    centred = midpoint - (share * midpoint).sum(axis=1, keepdims=True)
    per_slope = share * centred / (share * centred**2).sum(axis=1, keepdims=True)
    per_intercept = share - per_slope * (share * midpoint).sum(axis=1, keepdims=True)
    slope = (per_slope * outcome).sum(axis=1)
    intercept = (per_intercept * outcome).sum(axis=1)
    if log_rates:
        start, end = np.exp(intercept), np.exp(intercept + slope)
        gradient = end[:, None] * (per_intercept + per_slope) - start[:, None] * per_intercept
        index, relative = end - start, end / start
        log_relative = per_slope
    else:
        end = intercept + slope
        gradient = per_slope
        index, relative = slope, end / intercept
        log_relative = (per_intercept + per_slope) / end[:, None] - (
            per_intercept / intercept[:, None]
        )
    spread = Z_95 * np.sqrt(((gradient * error) ** 2).sum(axis=1))
    factor = np.exp(Z_95 * np.sqrt(((log_relative * error) ** 2).sum(axis=1)))
    return Inequality(
        slope=index,
        slope_lower=index - spread,
        slope_upper=index + spread,
        relative=relative,
        relative_lower=relative / factor,
        relative_upper=relative * factor,
        intercept=intercept,
    )
