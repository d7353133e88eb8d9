"""Limits of the parts of a difference: by the delta method, and by a parametric bootstrap.

Births vary as well as deaths: with births taken as exact the composition would have almost no
error, and limits three to four times too narrow. Limits by the delta method are published where
every group has 20 deaths or more in both populations, bootstrap limits elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.rates.decompositions.many_factors import effects
from assets.rates.decompositions.population import Population, risks
from assets.rates.decompositions.three_factors import TwoAges, infant_mortality
from assets.rates.decompositions.two_factors import parts
from assets.rates.limits import Z_95, Numbers

ENOUGH = 20
"""Deaths of every group from which the limits are those of the delta method."""
REPLICATES = 4000
SEED = 20261128
_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Limits:
    """95 % limits of parts, in deaths per birth, as arrays of shape (2, …): lower, then upper.

    Attributes:
        method: ``delta`` or ``bootstrap``.
        composition: Of each group, plain.
        centred: Of each group, centred.
        rate: Of each group.
        totals: Of the composition, the rates, the unlinked deaths and the whole difference.
    """

    method: str
    composition: Numbers
    centred: Numbers
    rate: Numbers
    totals: Numbers


def limits(own: Population, reference: Population) -> Limits:
    """Return the limits that are published.

    Args:
        own: Population of interest.
        reference: Population that it is compared with.

    >>> few = Population.of([100, 900], [30, 20]), Population.of([50, 950], [10, 18])
    >>> limits(*few).method
    'bootstrap'
    """
    enough = min(own.deaths.min(), reference.deaths.min()) >= ENOUGH
    return delta(own, reference) if enough else bootstrap(own, reference)


def delta(own: Population, reference: Population) -> Limits:
    """Return limits by the delta method, deaths binomial in births and births multinomial.

    Args:
        own: Population of interest.
        reference: Population that it is compared with.

    >>> few = Population.of([100, 900], [30, 20]), Population.of([50, 950], [10, 18])
    >>> (1000 * delta(*few).totals[:, 0]).round(4).tolist()
    [5.0966, 17.8449]
    """
    point = _Point(own, reference)
    errors = point.errors()
    estimate = _stacked(
        *point.factors, own.unlinked / own.total, reference.unlinked / reference.total
    )
    spread = Z_95 * errors
    return _named("delta", np.stack([estimate - spread, estimate + spread]), len(own.births))


def bootstrap(own: Population, reference: Population, replicates: int = REPLICATES) -> Limits:
    """Return limits as 2.5 % and 97.5 % quantiles of drawn populations, the same in every run.

    Args:
        own: Population of interest.
        reference: Population that it is compared with.
        replicates: Populations to draw.

    >>> few = Population.of([100, 900], [30, 20]), Population.of([50, 950], [10, 18])
    >>> (1000 * bootstrap(*few).totals[:, 3]).round(1).tolist()
    [5.0, 39.0]
    """
    random = np.random.default_rng(SEED)
    risk, reference_risk = risks(own, reference)
    born = _births(random, own, replicates)
    reference_born = _births(random, reference, replicates)
    died = random.binomial(born, np.minimum(risk, 1))
    reference_died = random.binomial(reference_born, np.minimum(reference_risk, 1))
    drawn = _drawn_risks(born, died, reference_born, reference_died, (risk, reference_risk))
    lost = random.poisson(own.unlinked, replicates) / own.total
    reference_lost = random.poisson(reference.unlinked, replicates) / reference.total
    found = _stacked(
        born / born.sum(axis=1, keepdims=True),
        reference_born / reference_born.sum(axis=1, keepdims=True),
        *drawn,
        lost,
        reference_lost,
    )
    return _named("bootstrap", np.quantile(found, [0.025, 0.975], axis=0), len(own.births))


def bootstrap_three(own: TwoAges, reference: TwoAges, replicates: int = REPLICATES) -> Numbers:
    """Return bootstrap limits of three factors.

    Args:
        own: Population of interest.
        reference: Population that it is compared with.
        replicates: Populations to draw.

    Returns:
        Array of shape (2, 3 × groups + 5): lower and upper limits of the three parts of every
        group, one factor after the other, then of their sums, of the unlinked deaths and of the
        whole difference.

    >>> born, few = np.array([100.0, 900.0]), np.array([8.0, 9.0])
    >>> own = TwoAges.of(born, np.array([20.0, 9.0]), few)
    >>> bootstrap_three(own, TwoAges.of(born, np.array([10.0, 9.0]), few)).shape
    (2, 11)
    """
    random = np.random.default_rng(SEED)
    first, later = risks(own.first, reference.first), risks(own.later, reference.later)
    populations = (own, reference)
    born = [_births(random, each.first, replicates) for each in populations]
    died = [random.binomial(b, np.minimum(r, 1)) for b, r in zip(born, first, strict=True)]
    lived = [b - d for b, d in zip(born, died, strict=True)]
    died_later = [random.binomial(b, np.minimum(r, 1)) for b, r in zip(lived, later, strict=True)]
    lost = [random.poisson(p.unlinked, replicates) / p.first.total for p in populations]
    shares = [b / b.sum(axis=1, keepdims=True) for b in born]
    neonatal = _drawn_risks(born[0], died[0], born[1], died[1], first)
    postneonatal = _drawn_risks(lived[0], died_later[0], lived[1], died_later[1], later)
    each = effects(
        infant_mortality,
        (shares[0], neonatal[0], postneonatal[0]),
        (shares[1], neonatal[1], postneonatal[1]),
    )
    sums = each.sum(axis=-1)
    apart = lost[0] - lost[1]
    found = np.concatenate(
        [*each, np.stack([*sums, apart, sums.sum(axis=0) + apart], axis=-1)], axis=-1
    )
    ends: Numbers = np.quantile(found, [0.025, 0.975], axis=0)
    return ends


def _births(random: np.random.Generator, population: Population, replicates: int) -> _Counts:
    drawn: _Counts = random.multinomial(round(population.total), population.shares, size=replicates)
    return drawn


def _drawn_risks(
    born: _Counts,
    died: _Counts,
    reference_born: _Counts,
    reference_died: _Counts,
    estimated: tuple[Numbers, Numbers],
) -> tuple[Numbers, Numbers]:
    """Return the drawn risks; where a group has drawn no births, that of the other population."""
    risk = _ratio(died, born)
    reference_risk = _ratio(reference_died, reference_born)
    other = np.where(np.isnan(reference_risk), estimated[0], reference_risk)
    reference_other = np.where(np.isnan(risk), estimated[1], risk)
    return (
        np.where(np.isnan(risk), other, risk),
        np.where(np.isnan(reference_risk), reference_other, reference_risk),
    )


def _ratio(above: _Counts, below: _Counts) -> Numbers:
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found


def _stacked(
    shares: Numbers,
    reference_shares: Numbers,
    risk: Numbers,
    reference_risk: Numbers,
    lost: Numbers | float,
    reference_lost: Numbers | float,
) -> Numbers:
    """Return all parts side by side on the last axis, for one population or for many draws."""
    each = parts(shares, reference_shares, risk, reference_risk)
    by_birth, by_risk = each[0].sum(axis=-1), each[2].sum(axis=-1)
    apart = np.asarray(lost - reference_lost)
    totals = np.stack([by_birth, by_risk, apart, by_birth + by_risk + apart], axis=-1)
    return np.concatenate([*each, totals], axis=-1)


def _named(method: str, found: Numbers, groups: int) -> Limits:
    composition, centred, rate, totals = np.split(found, [groups, 2 * groups, 3 * groups], axis=1)
    return Limits(method, composition, centred, rate, totals)


class _Point:
    """The parts as a function of shares and risks, and its slopes at the estimate."""

    def __init__(self, own: Population, reference: Population) -> None:
        self._populations = own, reference
        self.factors = (own.shares, reference.shares, *risks(own, reference))

    def errors(self) -> Numbers:
        """Return the standard error of every part."""
        by_share, by_risk = self._slopes()
        own, reference = self._populations
        # A risk that was taken from the other population varies with that one.
        borrowed = own.births == 0, reference.births == 0
        by_risk = (
            np.where(borrowed[0], 0.0, by_risk[0]) + np.where(borrowed[1], by_risk[1], 0.0),
            np.where(borrowed[1], 0.0, by_risk[1]) + np.where(borrowed[0], by_risk[0], 0.0),
        )
        variance: Numbers = np.zeros(3 * len(own.births) + 4)
        for place, population in enumerate(self._populations):
            shares, risk = self.factors[place], np.minimum(self.factors[2 + place], 1)
            births = np.where(population.births > 0, population.births, 1.0)
            of_risk = np.where(population.births > 0, risk * (1 - risk) / births, 0.0)
            slopes = by_share[place]
            of_shares = (slopes**2 @ shares - (slopes @ shares) ** 2) / population.total
            variance = variance + by_risk[place] ** 2 @ of_risk + np.maximum(of_shares, 0)
        lost = own.unlinked / own.total**2 + reference.unlinked / reference.total**2
        groups = len(own.births)
        variance[3 * groups + 2 :] += lost
        errors: Numbers = np.sqrt(variance)
        return errors

    def _slopes(self) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
        """Return the derivatives by the shares and by the risks of both populations."""
        shares, reference_shares, risk, reference_risk = self.factors
        more, mean = shares - reference_shares, (risk + reference_risk) / 2
        worse, middle_share = risk - reference_risk, (shares + reference_shares) / 2
        middle = (shares @ risk + reference_shares @ reference_risk) / 2
        away = np.diag(mean - middle)
        return (
            (
                _rows(np.diag(mean), away - np.outer(more, risk / 2), np.diag(worse / 2)),
                _rows(
                    -np.diag(mean), -away - np.outer(more, reference_risk / 2), np.diag(worse / 2)
                ),
            ),
            (
                _rows(
                    np.diag(more / 2),
                    np.diag(more / 2) - np.outer(more, shares / 2),
                    np.diag(middle_share),
                ),
                _rows(
                    np.diag(more / 2),
                    np.diag(more / 2) - np.outer(more, reference_shares / 2),
                    -np.diag(middle_share),
                ),
            ),
        )


def _rows(composition: Numbers, centred: Numbers, rate: Numbers) -> Numbers:
    """Return the derivatives of all parts, those of the totals included, one row per part."""
    in_composition, in_rate = composition.sum(axis=0), rate.sum(axis=0)
    totals = [in_composition, in_rate, np.zeros_like(in_rate), in_composition + in_rate]
    return np.vstack([composition, centred, rate, *totals])
