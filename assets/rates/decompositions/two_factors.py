"""Difference of two rates by two factors: who is born, and the risk of each group.

Source: Kitagawa (1955), Journal of the American Statistical Association 50, 1168-1194. The same
numbers follow from Das Gupta (1993), US Census Bureau P23-186, with two factors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assets.rates.decompositions.population import Population, risks
from assets.rates.limits import Numbers


@dataclass(frozen=True)
class TwoFactors:
    """Parts of the difference of two rates, in deaths per birth.

    Attributes:
        composition: Part of each group that lies in its share of births.
        centred: The same against the mean rate of both populations: positive where there are more
            births of a group above the mean, or fewer of one below it. Its sum is the same.
        rate: Part of each group that lies in its own risk.
        unlinked: Part that lies in deaths that belong to no group of births.
    """

    composition: Numbers
    centred: Numbers
    rate: Numbers
    unlinked: float

    @property
    def difference(self) -> float:
        """Sum of all parts: the rate of the population less that of the reference."""
        return float(self.composition.sum() + self.rate.sum()) + self.unlinked


def two_factors(own: Population, reference: Population) -> TwoFactors:
    """Split the difference of two rates.

    Args:
        own: Population of interest.
        reference: Population that it is compared with; the same groups in the same order.

    Three in ten of 100 births before term die, and 20 of 900 at term; of the reference 10 of 50 and
    18 of 950. Of the 22 deaths per 1,000 by which the rates differ, 11.47 lie in more births before
    term:

    >>> found = two_factors(Population.of([100, 900], [30, 20]), Population.of([50, 950], [10, 18]))
    >>> [(1000 * part.sum()).round(5).tolist() for part in (found.composition, found.rate)]
    [11.47076, 10.52924]
    >>> (1000 * found.centred).round(6).tolist()
    [10.55, 0.92076]
    """
    composition, centred, rate = parts(own.shares, reference.shares, *risks(own, reference))
    lost = own.unlinked / own.total - reference.unlinked / reference.total
    return TwoFactors(composition, centred, rate, lost)


def parts(
    shares: Numbers, reference_shares: Numbers, risk: Numbers, reference_risk: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return composition, centred composition and rate, groups on the last axis.

    Args:
        shares: Births of each group as a share of all.
        reference_shares: The same of the reference.
        risk: Deaths per birth of each group.
        reference_risk: The same of the reference.

    >>> composition, _, rate = parts(*np.array([[0.5, 0.5], [0.25, 0.75], [0.2, 0], [0.1, 0]]))
    >>> composition.round(4).tolist(), rate.round(4).tolist()
    ([0.0375, -0.0], [0.0375, 0.0])
    """
    more, mean = shares - reference_shares, (risk + reference_risk) / 2
    middle = (shares * risk + reference_shares * reference_risk).sum(axis=-1, keepdims=True) / 2
    worse, weight = risk - reference_risk, (shares + reference_shares) / 2
    return more * mean, more * (mean - middle), worse * weight


@dataclass(frozen=True)
class Averted:
    """Deaths that would not have occurred, of those that belong to a group of births.

    Attributes:
        all: With both the births and the risks of the reference.
        distribution: With the reference's distribution of births and the own risks.
        rates: With the reference's risks and the own distribution.
        interaction: Counted in both of the two: all = distribution + rates − interaction.
    """

    all: float
    distribution: float
    rates: float
    interaction: float


def averted(own: Population, reference: Population) -> Averted:
    """Return how many deaths there would be less if the reference held; negative means more.

    Direct standardisation of the own population, as NCHS Data Brief 23 puts it: "if the United
    States had Sweden's distribution". The four numbers belong together.

    Args:
        own: Population of interest.
        reference: Population that it is compared with; the same groups in the same order.

    >>> found = averted(Population.of([100, 900], [30, 20]), Population.of([50, 950], [10, 18]))
    >>> [round(n, 6) for n in (found.all, found.distribution, found.rates, found.interaction)]
    [22.0, 13.888889, 12.947368, 4.836257]
    """
    shares, reference_shares = own.shares, reference.shares
    risk, reference_risk = risks(own, reference)
    more, worse = shares - reference_shares, risk - reference_risk
    return Averted(
        all=float(own.total * (shares @ risk - reference_shares @ reference_risk)),
        distribution=float(own.total * (more @ risk)),
        rates=float(own.total * (shares @ worse)),
        interaction=float(own.total * (more @ worse)),
    )


def share_unknown(each: Numbers, unlinked: float, unknown: Numbers) -> float:
    """Return how much of all parts, whatever their sign, lies in groups that are not known.

    Args:
        each: Parts that add up to a difference, one row per factor and one column per group.
        unlinked: Part of the deaths that belong to no group.
        unknown: True for groups of which nothing is known, such as ``not_stated``.

    >>> share_unknown(np.array([[3.0, -1.0], [4.0, 1.0]]), 1.0, np.array([False, True]))
    0.3
    """
    size = np.abs(each).sum(axis=0)
    whole = float(size.sum()) + abs(unlinked)
    return (float(size[unknown].sum()) + abs(unlinked)) / whole if whole > 0 else 0.0
