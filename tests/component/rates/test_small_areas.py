"""Stabilised rates and the funnel: the counties of North Carolina, 1974 to 1978."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from assets.rates.build import build_rates
from tests.component.rates.core_tables import CoreTables, rates

DATA = Path(__file__).parents[2] / "unit" / "rates" / "data"


@pytest.fixture(scope="module")
def counties() -> dict[str, dict]:
    # One window of five years; the series is an English one for the sake of OHID's limits.
    core = CoreTables()
    with (DATA / "nc_sids_1974_78.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            core.infant(
                row["fips"], 1978, float(row["deaths"]), float(row["births"]),
                family="ons_registration", kind="county",
            )  # fmt: skip
    con: duckdb.DuckDBPyConnection = core.write()
    build_rates(con)
    return {r["area_code"]: r for r in rates(con, "window_type = 'annual'")}


def test_totals_are_those_published(counties: dict[str, dict]) -> None:
    deaths = sum(r["numerator"] for r in counties.values())
    births = sum(r["denominator"] for r in counties.values())
    assert (len(counties), deaths, births) == (100, 667, 329962)
    assert round(1000 * deaths / births, 10) == 2.0214448937


# esda Empirical_Bayes, published in its tests: Ashe, Alleghany, Surry, Currituck, Northampton.
@pytest.mark.parametrize(
    ("fips", "expected"),
    [
        ("37009", 1.6973),
        ("37005", 1.7054),
        ("37171", 1.7731),
        ("37053", 2.0129),
        ("37131", 3.5349),
    ],
)
def test_stabilised_rates(counties: dict[str, dict], fips: str, expected: float) -> None:
    assert round(counties[fips]["rate_eb"], 4) == expected


def test_stabilised_rates_span_less_than_crude_ones(counties: dict[str, dict]) -> None:
    stabilised = [r["rate_eb"] for r in counties.values()]
    crude = [r["rate"] for r in counties.values()]
    assert (round(min(stabilised), 3), round(max(stabilised), 3)) == (1.057, 4.839)
    assert (round(min(crude), 3), round(max(crude), 3)) == (0, 9.554)


def test_funnel(counties: dict[str, dict]) -> None:
    found: dict[str, set[str]] = {}
    for fips, row in counties.items():
        found.setdefault(row["funnel"], set()).add(fips)
    assert found["high_001"] == {"37083", "37007", "37155"}
    assert found["high_025"] == {"37131", "37157", "37161", "37047"}
    assert found["low_025"] == {"37067", "37183", "37159"}
    assert len(found["not_significant"]) == 90
    assert "low_001" not in found


def test_crude_rates_and_limits(counties: dict[str, dict]) -> None:
    ashe, alleghany, surry = (counties[f] for f in ("37009", "37005", "37171"))
    assert ashe["rate"] == pytest.approx(0.9165902841, abs=5e-11)
    assert ashe["ci_lower_95"] == pytest.approx(0.0232060568, abs=5e-11)
    assert ashe["ci_upper_95"] == pytest.approx(5.1069141988, abs=5e-11)
    assert alleghany["ci_upper_95"] == pytest.approx(7.5747011378, abs=5e-11)
    assert surry["ci_lower_95"] == pytest.approx(0.5092491813, abs=5e-11)
    assert surry["ci_upper_95"] == pytest.approx(3.6600790713, abs=5e-11)


def test_nations_and_declared_regions_are_not_a_population_of_areas() -> None:
    core = CoreTables()
    for area in ("A", "B"):
        core.infant(area, 2020, 30, 5000)
    core.infant("US", 2020, 60, 10000, kind="country")
    core.region("X-AB", ["A", "B"])
    core.region("X-BA", ["B", "A"])
    con = core.write()
    build_rates(con)
    found = {r["area_code"]: r["rate_eb"] for r in rates(con, "window_type = 'annual'")}
    assert found == {"A": 6, "B": 6, "US": None, "X-AB": None, "X-BA": None}


def test_areas_without_a_figure_have_no_stabilised_rate() -> None:
    core = CoreTables()
    core.infant("A", 2020, 30, 5000)
    core.infant("B", 2020, 10, 5000)
    core.count("C", 2020, "infant_deaths", None, status="suppressed")
    core.count("C", 2020, "live_births", 5000)
    con = core.write()
    build_rates(con)
    found = {r["area_code"]: r for r in rates(con, "window_type = 'annual'")}
    assert found["C"]["rate_eb"] is None
    assert found["C"]["funnel"] is None
    assert found["A"]["rate_eb"] is not None
