"""Differences of rates that reports print rounded, within what their digits allow."""

from __future__ import annotations

import numpy as np
import pytest

from assets.rates.decompositions.population import Population
from assets.rates.decompositions.two_factors import averted, two_factors


def of_risks(births: float, preterm: float, risk: tuple[float, float]) -> Population:
    """Return a population of two groups with these deaths per 1,000 births of each."""
    born = np.array([preterm * births, (1 - preterm) * births])
    return Population(born, born * np.array(risk) / 1000)


def test_nchs_data_brief_23_within_its_print() -> None:
    # "If the United States had Sweden's distribution of births by gestational age, nearly 8,000
    # infant deaths would be averted and the rate would be one-third lower": 2005, 5.8 against 3.9
    # per 1,000 of 4,138,349 births. Risks that give both rates, for any share of preterm births.
    for preterm, swedish in ((0.124, 0.063), (0.127, 0.056)):
        worse = (5.8 - 3.9) / (preterm - swedish)
        risk = 5.8 + (1 - preterm) * worse, 5.8 - preterm * worse
        own, reference = of_risks(4_138_349, preterm, risk), of_risks(100_000, swedish, risk)
        less = averted(own, reference)
        assert less.distribution == pytest.approx(7863, abs=1)
        assert 7500 < less.distribution < 8000
        assert less.distribution / own.deaths.sum() == pytest.approx(1 / 3, abs=0.01)
        assert less.all == pytest.approx(less.distribution)
        assert less.rates == pytest.approx(0, abs=1e-6)


def test_nvsr_63_5_within_its_print() -> None:
    # 2010, ≥ 24 weeks: United States 4.2, Sweden 2.1; at ≥ 37 weeks 2.2 and 1.1. "47 % due to" the
    # rate at ≥ 37 weeks; 3.2 if that alone were Sweden's.
    us = of_risks(3_999_386, 0.10, ((4.2 - 2.2 * 0.90) / 0.10, 2.2))
    sweden = of_risks(115_000, 0.09, ((2.1 - 1.1 * 0.91) / 0.09, 1.1))
    found = two_factors(us, sweden)
    assert 1000 * found.difference == pytest.approx(2.1, abs=1e-9)
    assert found.rate[1] / found.difference == pytest.approx(0.47, abs=0.01)
    mended = us.rate - us.shares[1] * (us.deaths[1] / us.births[1] - 0.0011)
    assert 1000 * mended == pytest.approx(3.2, abs=0.05)
    # "Reduced by 43 %, with nearly 7,300 fewer deaths" if both were: risks that are so much lower.
    better = of_risks(3_999_386, 0.10, (0.57 * (4.2 - 2.2 * 0.90) / 0.10, 0.57 * 2.2))
    assert averted(us, better).all == pytest.approx(7223, abs=1)
    assert averted(us, better).all == pytest.approx(7300, abs=0.005 * 4.2 * 3999.386)
