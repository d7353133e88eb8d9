"""Difference of two infant mortality rates by three factors.

They are who is born, the risk of the first 28 days, and the risk of those who survive them:
infant mortality is the sum over groups of ``share × (neonatal + (1 − neonatal) × later)``.
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.rates.decompositions.many_factors import effects
from assets.rates.decompositions.population import Population, risks
from assets.rates.limits import Numbers


@dataclass(frozen=True)
class TwoAges:
    """Births and deaths of one population in two ages that follow each other.

    Attributes:
        first: Births, and deaths of days 0 to 27.
        later: Deaths of days 28 to 364, over those who survived the first 28 days.
        unlinked: Deaths of the first year that belong to no group of births.
    """

    first: Population
    later: Population
    unlinked: float

    @classmethod
    def of(
        cls, births: Numbers, neonatal: Numbers, postneonatal: Numbers, unlinked: float = 0.0
    ) -> TwoAges:
        """Return the population of these counts; deaths without births become unlinked."""
        first = Population.of(births.tolist(), neonatal.tolist())
        later = Population.of((births - first.deaths).tolist(), postneonatal.tolist())
        return cls(first, later, unlinked + first.unlinked + later.unlinked)


@dataclass(frozen=True)
class ThreeFactors:
    """Parts of the difference of two infant mortality rates, in deaths per birth.

    Attributes:
        distribution: Part of each group that lies in its share of births.
        neonatal: Part that lies in its risk of the first 28 days.
        postneonatal: Part that lies in the risk of its survivors.
        unlinked: Part that lies in deaths that belong to no group of births.
    """

    distribution: Numbers
    neonatal: Numbers
    postneonatal: Numbers
    unlinked: float

    @property
    def difference(self) -> float:
        """Sum of all parts."""
        parts = self.distribution.sum() + self.neonatal.sum() + self.postneonatal.sum()
        return float(parts) + self.unlinked


def infant_mortality(shares: Numbers, neonatal: Numbers, later: Numbers) -> Numbers:
    """Return what each group adds to the deaths per birth.

    Args:
        shares: Births of each group as a share of all.
        neonatal: Risk of the first 28 days.
        later: Risk of those who survive them.

    >>> import numpy as np
    >>> infant_mortality(np.array([0.5, 0.5]), np.array([0.1, 0.0]), np.array([0.1, 0.02])).tolist()
    [0.095, 0.01]
    """
    return shares * (neonatal + (1 - neonatal) * later)


def three_factors(own: TwoAges, reference: TwoAges) -> ThreeFactors:
    """Split the difference of two infant mortality rates.

    Args:
        own: Population of interest.
        reference: Population that it is compared with; the same groups in the same order.

    With the same births, and the same risk of those who survive the first 28 days:

    >>> import numpy as np
    >>> born, later = np.array([100.0, 900.0]), np.array([9.0, 9.0])
    >>> own = TwoAges.of(born, np.array([20.0, 9.0]), np.array([8.0, 9.0]))
    >>> reference = TwoAges.of(born, np.array([10.0, 9.0]), later)
    >>> found = three_factors(own, reference)
    >>> parts = found.distribution, found.neonatal, found.postneonatal
    >>> [(1000 * part.sum()).round(6).tolist() for part in parts]
    [0.0, 9.0, 0.0]
    """
    neonatal, reference_neonatal = risks(own.first, reference.first)
    later, reference_later = risks(own.later, reference.later)
    distribution, first, second = effects(
        infant_mortality,
        (own.first.shares, neonatal, later),
        (reference.first.shares, reference_neonatal, reference_later),
    )
    lost = own.unlinked / own.first.total - reference.unlinked / reference.first.total
    return ThreeFactors(distribution, first, second, lost)
