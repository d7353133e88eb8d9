"""Score limits of the difference and of the ratio of two Poisson rates, on whole columns.

Sources: Ng and Tang (2005) for the difference, constrained maximum likelihood; Gu, Ng, Tang and
Schucany (2008) for the ratio. As ``confint_poisson_2indep`` of statsmodels with ``method='score'``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assets.rates.limits import Z_95, Numbers

_STEPS = 200
_Counts = tuple[Numbers, Numbers, Numbers, Numbers]


def difference_limits(
    d1: npt.ArrayLike, b1: npt.ArrayLike, d0: npt.ArrayLike, b0: npt.ArrayLike
) -> tuple[Numbers, Numbers]:
    """Return 95 % score limits of ``d1 / b1 − d0 / b0``, per unit of the denominators.

    Args:
        d1: Events of the first rate, in persons.
        b1: Its denominator, above 0.
        d0: Events of the second rate.
        b0: Its denominator, above 0.

    Returns:
        Lower and upper limits, e.g. deaths per birth.

    Source: Ng and Tang (2005). 60 of 51,477.5 against 30 of 54,308.7, per 1,000:

    >>> lower, upper = difference_limits([60], [51477.5], [30], [54308.7])
    >>> (1000 * lower).round(6).tolist(), (1000 * upper).round(6).tolist()
    ([0.265796], [0.989192])
    """
    counts = _columns(d1, b1, d0, b0)
    n1, m1, n0, m0 = counts
    middle = n1 / m1 - n0 / m0
    # Further out than any limit: every rate is below its count plus 40, over its births.
    reach = (n1 + 40) / m1 + (n0 + 40) / m0
    return (
        _root(counts, middle - reach, middle, Z_95),
        _root(counts, middle, middle + reach, -Z_95),
    )


def ratio_limits(
    d1: npt.ArrayLike, b1: npt.ArrayLike, d0: npt.ArrayLike, b0: npt.ArrayLike
) -> tuple[Numbers, Numbers]:
    """Return 95 % score limits of ``(d1 / b1) / (d0 / b0)``; NaN where ``d0`` is 0.

    Args:
        d1: Events of the first rate, in persons.
        b1: Its denominator, above 0.
        d0: Events of the second rate.
        b0: Its denominator, above 0.

    Returns:
        Lower and upper limits.

    Source: Gu, Ng, Tang and Schucany (2008), with their example:

    >>> lower, upper = ratio_limits([60], [51477.5], [30], [54308.7])
    >>> lower.round(6).tolist(), upper.round(6).tolist()
    ([1.365962], [3.259306])
    """
    n1, m1, n0, m0 = _columns(d1, b1, d0, b0)
    # Ratios r of the counts that are z standard errors away: (n1 - r n0)^2 = z^2 r (n1 + n0).
    product = n1 * n0
    margin = Z_95**2 * (n1 + n0) / 2
    far = product + margin + np.sqrt(margin * (margin + 2 * product))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(n0 > 0, m0 / m1 / n0**2, np.nan)
        return product**2 / far * scale, far * scale


def difference_z(
    d1: npt.ArrayLike,
    b1: npt.ArrayLike,
    d0: npt.ArrayLike,
    b0: npt.ArrayLike,
    difference: npt.ArrayLike = 0.0,
) -> Numbers:
    """Return the score statistic of ``d1 / b1 − d0 / b0`` against a hypothesised difference.

    Args:
        d1: Events of the first rate, in persons.
        b1: Its denominator, above 0.
        d0: Events of the second rate.
        b0: Its denominator, above 0.
        difference: Hypothesised difference of the rates.

    Source: Ng and Tang (2005), with their example of 41 in 28,010 against 15 in 19,017:

    >>> difference_z([41], [28010], [15], [19017]).round(4).tolist()
    [2.0818]
    """
    n1, m1, n0, m0 = _columns(d1, b1, d0, b0)
    expected = np.asarray(difference, dtype=np.float64)
    total = m1 + m0
    linear = total * expected - n1 - n0
    root = np.sqrt(np.maximum(linear**2 + 4 * total * n0 * expected, 0))
    rate0 = np.maximum((-linear + root) / (2 * total), 0)
    rate1 = np.maximum(rate0 + expected, 0)
    variance = rate1 / m1 + rate0 / m0
    shift = n1 / m1 - n0 / m0 - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(variance > 0, shift / np.sqrt(variance), np.sign(shift) * np.inf)
    return np.asarray(z)


def _columns(d1: npt.ArrayLike, b1: npt.ArrayLike, d0: npt.ArrayLike, b0: npt.ArrayLike) -> _Counts:
    first, second, third, fourth = (np.asarray(x, dtype=np.float64) for x in (d1, b1, d0, b0))
    return first, second, third, fourth


def _root(counts: _Counts, low: Numbers, high: Numbers, target: float) -> Numbers:
    # The statistic falls as the hypothesised difference rises.
    for _ in range(_STEPS):
        centre = (low + high) / 2
        above = difference_z(*counts, centre) > target
        low = np.where(above, centre, low)
        high = np.where(above, high, centre)
    return np.asarray((low + high) / 2)
