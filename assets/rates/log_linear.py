"""Quasi-Poisson log-linear trends of many series of equal length at once.

Source: generalised linear model with log link and log births as offset; the limits are widened by
the Pearson dispersion where it exceeds 1, as ``GLM(…, Poisson()).fit(scale='X2')`` of statsmodels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from assets.rates.limits import Z_95, Numbers

_STEPS = 50
_PRECISION = 1e-14


@dataclass(frozen=True)
class LogLinear:
    """Trends, one element per series; NaN where there is nothing to fit.

    Attributes:
        change: Annual percent change.
        lower: Lower 95 % limit, percent.
        upper: Upper 95 % limit, percent.
        dispersion: Pearson chi-square over its degrees of freedom.
        z: Slope over its standard error.
        p_value: Two-sided p-value.
    """

    change: Numbers
    lower: Numbers
    upper: Numbers
    dispersion: Numbers
    z: Numbers
    p_value: Numbers


def log_linear(deaths: Numbers, births: Numbers) -> LogLinear:
    """Fit the trend of every series.

    Args:
        deaths: Deaths of consecutive years, shape (series, years), 3 years at least.
        births: Births of the same shape, above 0.

    Returns:
        Annual percent change with limits, dispersion, z and p-value.

    Source: quasi-Poisson model, see above. Deaths that fall by a tenth a year:

    >>> found = log_linear(np.array([[1000.0, 900, 810, 729]]), np.full((1, 4), 1e5))
    >>> found.change.round(6).tolist()
    [-10.0]
    """
    years = deaths.shape[1]
    time = np.arange(years) - (years - 1) / 2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        level, slope = _fit(deaths, births, time)
        mean = births * np.exp(level[:, None] + slope[:, None] * time)
        dispersion = ((deaths - mean) ** 2 / mean).sum(axis=1) / (years - 2)
        total = mean.sum(axis=1)
        spread = (mean * time**2).sum(axis=1) - (mean * time).sum(axis=1) ** 2 / total
        error = np.sqrt(np.maximum(dispersion, 1) / spread)
        z = slope / error
        # Where only the first year or only the last one has deaths no slope is steep enough.
        has_slope = (deaths[:, 1:].sum(axis=1) > 0) & (deaths[:, :-1].sum(axis=1) > 0)
        fits = has_slope & np.isfinite(z) & np.isfinite(dispersion)

        def shown(values: Numbers) -> Numbers:
            return np.where(fits, values, np.nan)

        return LogLinear(
            change=shown(100 * np.expm1(slope)),
            lower=shown(100 * np.expm1(slope - Z_95 * error)),
            upper=shown(100 * np.expm1(slope + Z_95 * error)),
            dispersion=shown(dispersion),
            z=shown(z),
            p_value=shown(2 * ndtr(-np.abs(z))),
        )


def _fit(deaths: Numbers, births: Numbers, time: Numbers) -> tuple[Numbers, Numbers]:
    slope = np.zeros(len(deaths))
    # Given the slope the level is closed, so that Newton's method runs on the slope alone; the
    # profile likelihood is concave.
    observed = (deaths * time).sum(axis=1)
    events = deaths.sum(axis=1)
    for _ in range(_STEPS):
        weight = births * np.exp(slope[:, None] * time)
        weight = weight / weight.sum(axis=1, keepdims=True)
        centre = (weight * time).sum(axis=1)
        curvature = events * ((weight * time**2).sum(axis=1) - centre**2)
        step = np.nan_to_num((observed - events * centre) / curvature)
        slope = slope + np.clip(step, -1, 1)
        if np.all(np.abs(step) <= _PRECISION):
            break
    level = np.log(events / (births * np.exp(slope[:, None] * time)).sum(axis=1))
    return level, slope
