"""Perinatal periods of risk: deaths around birth by weight and age, beside a reference.

Source: Sappenfield and others (2010), Maternal and Child Health Journal 14, 838-842: four periods
by birth weight and age at death, whose rates add up to the feto-infant rate of one population.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.rates.limits import Numbers

PERIODS = ("maternal_health_prematurity", "maternal_care", "newborn_care", "infant_health")
"""Fetal and infant deaths below 1,500 g; from 1,500 g fetal deaths, days 0-27 and days 28-364."""


@dataclass(frozen=True)
class Excess:
    """Deaths of a population beyond the rates of the reference, period by period.

    Attributes:
        rates: Deaths per birth and fetal death.
        reference_rates: The same of the reference.
        deaths: Deaths beyond those expected at the rates of the reference; below 0 where the
            population has fewer.
        errors: Standard errors of these; deaths of both populations vary.
        shares: Their shares of all of them; ``nan`` where one is below 0.
    """

    rates: Numbers
    reference_rates: Numbers
    deaths: Numbers
    errors: Numbers
    shares: Numbers


def excess(
    deaths: Numbers, births: float, reference_deaths: Numbers, reference_births: float
) -> Excess:
    """Return the excess of a population over a reference in each period.

    Args:
        deaths: Deaths of each period.
        births: Births and fetal deaths with a known weight.
        reference_deaths: Deaths of the reference.
        reference_births: Its births and fetal deaths with a known weight.

    England and Wales 2010 against 2018 (ONS child mortality workbook 2022, table 9):

    >>> then, now = np.array([3008.0, 2120, 725, 656]), np.array([2475.0, 1390, 476, 399])
    >>> found = excess(then, 719622, now, 645868)
    >>> found.deaths.round(2).tolist(), found.errors.round(2).tolist()
    ([250.37, 571.27, 194.64, 211.44], [77.98, 62.01, 36.28, 33.93])
    """
    ratio = births / reference_births
    beyond = deaths - ratio * reference_deaths
    shares = beyond / beyond.sum() if (beyond >= 0).all() and beyond.sum() > 0 else beyond * np.nan
    return Excess(
        rates=deaths / births,
        reference_rates=reference_deaths / reference_births,
        deaths=beyond,
        errors=np.sqrt(deaths + ratio**2 * reference_deaths),
        shares=shares,
    )
