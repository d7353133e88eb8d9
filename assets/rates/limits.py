"""Confidence limits of Poisson counts and of proportions, and of chi-square, on whole columns.

Sources of the methods: NCHS, National Vital Statistics Reports, technical notes on the linked file
(gamma limits below 100 deaths, normal from 100); OHID, PHEindicatormethods ``phe_rate`` (exact
Poisson below 10, Byar from 10); Wilson (1927) for proportions.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammainccinv, gammaincinv

Numbers = npt.NDArray[np.float64]

Z_95 = 1.959963984540054
Z_998 = 3.090232306167814
Z_95_NCHS = 1.96
"""NCHS prints its normal limits with the rounded multiplier."""

EXACT_BELOW = 10
"""OHID: exact limits below this count, Byar's from it."""

NORMAL_FROM = 100
"""NCHS: gamma limits below this count, normal from it."""

_TAILS = {95: (0.025, 0.975, Z_95), 998: (0.001, 0.999, Z_998)}


def exact_limits(count: npt.ArrayLike, level: int = 95) -> tuple[Numbers, Numbers]:
    """Return exact Poisson limits of counts, in persons.

    Args:
        count: Counts at or above 0; weighted counts need not be whole.
        level: 95, or 998 for 99.8 %.

    Returns:
        Lower and upper limits; the lower limit of 0 is 0.

    Of no death in a year no more than 3.69 are compatible with chance:

    >>> lower, upper = exact_limits([0, 10])
    >>> lower.round(4).tolist(), upper.round(4).tolist()
    ([0.0, 4.7954], [3.6889, 18.3904])
    """
    x = np.asarray(count, dtype=np.float64)
    lower_tail, upper_tail, _ = _TAILS[level]
    lower = np.where(x > 0, gammaincinv(np.where(x > 0, x, 1.0), lower_tail), 0.0)
    return lower, np.asarray(gammaincinv(x + 1, upper_tail), dtype=np.float64)


def byar_limits(count: npt.ArrayLike, level: int = 95) -> tuple[Numbers, Numbers]:
    """Return Byar's limits of counts in OHID's form, in persons; NaN where below zero.

    The upper limit stands on count + 1. The variant on count + 0.5 that some packages call Byar's
    differs by several percent.

    Args:
        count: Counts above 0.
        level: 95, or 998 for 99.8 %.

    Returns:
        Lower and upper limits.

    Source: OHID, PHEindicatormethods ``byars_lower`` and ``byars_upper``, with its published
    expectation for 65:

    >>> lower, upper = byar_limits([65])
    >>> lower.round(4).tolist(), upper.round(4).tolist()
    ([50.1632], [82.8491])
    """
    x = np.asarray(count, dtype=np.float64)
    z = _TAILS[level][2]
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    above = x + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return np.where(lower >= 0, lower, np.nan), upper


def ohid_limits(count: npt.ArrayLike, level: int = 95) -> tuple[Numbers, Numbers]:
    """Return OHID's limits of counts, in persons: exact below 10, Byar's from 10.

    Args:
        count: Counts at or above 0.
        level: 95, or 998 for 99.8 %.

    Returns:
        Lower and upper limits.

    Source: OHID, PHEindicatormethods ``phe_rate``, which publishes limits per 100,000 for 5 and 20
    of 100:

    >>> lower, upper = ohid_limits([5, 20])
    >>> (lower / 100 * 1e5).round(4).tolist(), (upper / 100 * 1e5).round(4).tolist()
    ([1623.4864, 12211.4288], [11668.3321, 30889.8804])
    """
    x = np.asarray(count, dtype=np.float64)
    exact = exact_limits(x, level)
    byar = byar_limits(np.maximum(x, EXACT_BELOW), level)
    small = x < EXACT_BELOW
    return np.where(small, exact[0], byar[0]), np.where(small, exact[1], byar[1])


def chi_square_limit(freedom: npt.ArrayLike, share: float) -> Numbers:
    """Return the chi-square that chance exceeds in this share of cases, by degrees of freedom.

    Args:
        freedom: Degrees of freedom, above 0.
        share: Share of cases, between 0 and 1.

    >>> chi_square_limit([1, 10], 0.05).round(3).tolist()
    [3.841, 18.307]
    """
    half = np.asarray(freedom, dtype=np.float64) / 2
    return np.asarray(2 * gammainccinv(half, share), dtype=np.float64)


def wilson_limits(
    part: npt.ArrayLike, whole: npt.ArrayLike, level: int = 95
) -> tuple[Numbers, Numbers]:
    """Return Wilson limits of the proportion ``part / whole``.

    Args:
        part: Counts at or above 0, in persons.
        whole: Counts that the parts belong to, in persons.
        level: 95, or 998 for 99.8 %.

    Returns:
        Lower and upper limits, as proportions.

    Source: Wilson (1927), as OHID's ``phe_proportion``. A third of Missouri's infant deaths, 2,067
    of 6,200:

    >>> lower, upper = wilson_limits([2067], [6200])
    >>> lower.round(6).tolist(), upper.round(6).tolist()
    ([0.321759], [0.345222])

    Raises:
        ValueError: A part is larger than its whole.
    """
    x = np.asarray(part, dtype=np.float64)
    n = np.asarray(whole, dtype=np.float64)
    if np.any(x > n):
        raise ValueError("a part is larger than its whole; a proportion cannot exceed 1")
    z = _TAILS[level][2]
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = 2 * x + z**2
        spread = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
        width = 2 * (n + z**2)
        return (centre - spread) / width, (centre + spread) / width
