"""Empirical Bayes rates against the estimator's published examples.

The released column shows the weight of an area, and the weight shows the variance between areas.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assets.rates.builders import build_rates
from tests.component.rates.core_tables import CoreTables, rates

DATA = Path(__file__).parents[2] / "unit" / "rates" / "data"


def released(name: str, deaths: str, births: str, years: int = 1) -> list[dict]:
    """Return the rates of the areas of a file, in its order."""
    core = CoreTables()
    with (DATA / name).open(encoding="utf-8") as handle:
        for number, row in enumerate(csv.DictReader(handle)):
            core.infant(
                f"A{number:03}", 1978, float(row[deaths]), years * float(row[births]), kind="county"
            )
    con = core.write()
    build_rates(con)
    return rates(con, "window_type = 'annual'")


def mean(found: list[dict]) -> float:
    return sum(r["numerator"] for r in found) / sum(r["denominator"] for r in found)


def weight(row: dict, average: float) -> float:
    """Share of the crude rate in the stabilised one."""
    return (row["rate_eb"] / 1000 - average) / (row["rate"] / 1000 - average)


def between(row: dict, average: float) -> float:
    """Variance between areas beyond chance that the weight of one area implies."""
    share = weight(row, average)
    return share / (1 - share) * average / row["denominator"]


@pytest.fixture(scope="module")
def north_carolina() -> list[dict]:
    return released("nc_sids_1974_78.csv", "deaths", "births")


@pytest.fixture(scope="module")
def auckland() -> list[dict]:
    return released("auckland_1977_85.csv", "deaths_under_5", "children_under_5", years=9)


# esda, tests of Empirical_Bayes: Ashe, Alleghany, Surry, Currituck, Northampton, with the risk
# against the mean (Excess_Risk) and the weights of the crude rates.
COUNTIES = [
    (0.0016973, 0.45343, 0.29338),
    (0.0017054, 0, 0.15636),
    (0.0017731, 0.77587, 0.54817),
    (0.0020129, 0.97381, 0.16201),
    (0.0035349, 3.13319, 0.35098),
]


def test_first_counties_of_north_carolina(north_carolina: list[dict]) -> None:
    average = mean(north_carolina)
    for row, (stabilised, risk, share) in zip(north_carolina, COUNTIES, strict=False):
        assert round(row["rate_eb"] / 1000, 7) == stabilised
        assert round(row["rate"] / 1000 / average, 5) == risk
        assert round(weight(row, average), 5) == share


def test_parameters_of_north_carolina(north_carolina: list[dict]) -> None:
    average = mean(north_carolina)
    births = sum(r["denominator"] for r in north_carolina)
    assert average == pytest.approx(0.0020214448937, abs=5e-14)
    for row in north_carolina:
        variance = between(row, average)
        assert variance == pytest.approx(7.69293065e-07, rel=1e-8)
        # Variance of the crude rates, weighted by births; and their chi-square, on 99 degrees.
        weighted = variance + average / (births / len(north_carolina))
        assert weighted == pytest.approx(1.38192267e-06, rel=1e-8)
        assert weighted * births / average == pytest.approx(225.5723, abs=5e-5)


def test_parameters_of_auckland(auckland: list[dict]) -> None:
    # spdep, example of EBest: a 7.284173e-07, b 0.002633436.
    average = mean(auckland)
    assert len(auckland) == 167
    assert average == pytest.approx(0.002633436, abs=5e-10)
    for row in auckland:
        assert between(row, average) == pytest.approx(7.284173e-07, abs=5e-14)
