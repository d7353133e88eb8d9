"""Score limits of the difference of two Poisson rates, on whole columns.

Source: Ng and Tang (2005), constrained maximum likelihood; as ``confint_poisson_2indep`` of
statsmodels with ``method='score'`` and ``compare='diff'``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assets.rates.limits import Z_95, Numbers

_STEPS = 200


def difference_limits(
    d1: npt.ArrayLike, b1: npt.ArrayLike, d0: npt.ArrayLike, b0: npt.ArrayLike
) -> tuple[Numbers, Numbers]:
    """Return 95 % score limits of ``d1 / b1 − d0 / b0``, per unit of the denominators."""
    counts = tuple(np.asarray(x, dtype=np.float64) for x in (d1, b1, d0, b0))
    middle = counts[0] / counts[1] - counts[2] / counts[3]
    # Further out than any limit: every rate is below its count plus 40, over its births.
    reach = (counts[0] + 40) / counts[1] + (counts[2] + 40) / counts[3]
    return (
        _root(counts, middle - reach, middle, Z_95),
        _root(counts, middle, middle + reach, -Z_95),
    )


def _root(counts: tuple[Numbers, ...], low: Numbers, high: Numbers, target: float) -> Numbers:
    # The statistic falls as the hypothesised difference rises.
    for _ in range(_STEPS):
        centre = (low + high) / 2
        above = _statistic(counts, centre) > target
        low = np.where(above, centre, low)
        high = np.where(above, high, centre)
    return np.asarray((low + high) / 2)


def _statistic(counts: tuple[Numbers, ...], difference: Numbers) -> Numbers:
    d1, b1, d0, b0 = counts
    total = b1 + b0
    linear = total * difference - d1 - d0
    root = np.sqrt(np.maximum(linear**2 + 4 * total * d0 * difference, 0))
    rate0 = np.maximum((-linear + root) / (2 * total), 0)
    rate1 = np.maximum(rate0 + difference, 0)
    variance = rate1 / b1 + rate0 / b0
    shift = d1 / b1 - d0 / b0 - difference
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0, shift / np.sqrt(variance), np.sign(shift) * np.inf)
