"""Births and deaths of a population by group, as a decomposition takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assets.rates.limits import Numbers


@dataclass(frozen=True)
class Population:
    """Births and deaths of one population, group by group.

    Attributes:
        births: Live births of each group.
        deaths: Deaths of each group; those of a group without births are counted as unlinked.
        unlinked: Deaths that belong to no group of births.

    Example:
        >>> found = Population.of([100, 900, 0], [30, 20, 2], unlinked=1)
        >>> found.deaths.tolist(), found.unlinked, round(1000 * found.rate, 6)
        ([30.0, 20.0, 0.0], 3.0, 53.0)
    """

    births: Numbers
    deaths: Numbers
    unlinked: float = 0.0
    total: float = field(init=False)

    def __post_init__(self) -> None:
        """Refuse counts of which no rate can be made."""
        if min(self.births.min(initial=0), self.deaths.min(initial=0), self.unlinked) < 0:
            raise ValueError("counts of births and deaths cannot be negative")
        object.__setattr__(self, "total", float(self.births.sum()))
        if not self.total > 0:
            raise ValueError("a population without births has no rate")

    @classmethod
    def of(
        cls, births: Sequence[float], deaths: Sequence[float], unlinked: float = 0.0
    ) -> Population:
        """Return the population of these counts; deaths without births become unlinked."""
        if len(births) != len(deaths):
            raise ValueError("expected one count of births and one of deaths for every group")
        born, died = np.asarray(births, dtype=float), np.asarray(deaths, dtype=float)
        lost = born == 0
        return cls(born, np.where(lost, 0.0, died), float(unlinked + died[lost].sum()))

    @property
    def shares(self) -> Numbers:
        """Births of each group as a share of all births."""
        return self.births / self.total

    @property
    def rate(self) -> float:
        """Deaths per birth, the unlinked ones included."""
        return float(self.deaths.sum() + self.unlinked) / self.total


def risks(own: Population, reference: Population) -> tuple[Numbers, Numbers]:
    """Return the deaths per birth of each group in both populations.

    Where a group has no births in one of them, its risk is that of the other, so that the group
    differs by its births alone; where it has none in both it is 0.

    Args:
        own: Population of interest.
        reference: Population that it is compared with; the same groups in the same order.

    >>> with_new = Population.of([100, 10], [5, 4]), Population.of([100, 0], [4, 0])
    >>> [risk.tolist() for risk in risks(*with_new)]
    [[0.05, 0.4], [0.04, 0.4]]
    """
    of_own, of_reference = _own_risks(own), _own_risks(reference)
    first = np.where(np.isnan(of_own), of_reference, of_own)
    second = np.where(np.isnan(of_reference), of_own, of_reference)
    return np.nan_to_num(first), np.nan_to_num(second)


def _own_risks(population: Population) -> Numbers:
    found = np.full_like(population.births, np.nan)
    np.divide(population.deaths, population.births, out=found, where=population.births > 0)
    return found
