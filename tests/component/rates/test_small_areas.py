"""Stabilised rates, funnel and nation: the counties of North Carolina, 1974 to 1978."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from assets.rates.builders import build_rates
from tests.component.rates.core_tables import CoreTables, rates

DATA = Path(__file__).parents[2] / "unit" / "rates" / "data"


@pytest.fixture(scope="module")
def counties() -> dict[str, dict]:
    # One window of five years; the series is an English one for the sake of OHID's limits.
    core = CoreTables()
    core.infant("E92000001", 1978, 667, 329962, family="ons_registration", kind="country")
    with (DATA / "nc_sids_1974_78.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            core.area(row["fips"], "county", "EW", parent="E92000001")
            core.infant(
                row["fips"], 1978, float(row["deaths"]), float(row["births"]),
                family="ons_registration",
            )  # fmt: skip
    con: duckdb.DuckDBPyConnection = core.write()
    build_rates(con)
    found = rates(con, "window_type = 'annual' AND area_type = 'county'")
    return {r["area_code"]: r for r in found}


def test_totals_are_those_published(counties: dict[str, dict]) -> None:
    deaths = sum(r["numerator"] for r in counties.values())
    births = sum(r["denominator"] for r in counties.values())
    assert (len(counties), deaths, births) == (100, 667, 329962)
    assert round(1000 * deaths / births, 10) == 2.0214448937


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


# PHEindicatormethods, testdata of funnel ratios: observed, expected, significance.
FUNNEL_RATIOS = [
    (8, 6.239860, "not_significant"),
    (151, 106.442972, "high_001"),
    (159, 232.932904, "low_001"),
    (191, 184.096386, "not_significant"),
    (150, 119.569550, "high_025"),
    (0, 240.627350, "low_001"),
    (220, 249.801294, "not_significant"),
]


def test_funnel_of_observed_against_expected_deaths() -> None:
    # A second area brings the average of each year to 5 per 1,000, so that the first one has as
    # many births as give the expected deaths.
    core = CoreTables()
    for year, (observed, expected, _) in enumerate(FUNNEL_RATIOS, start=2000):
        core.infant("A", year, observed, expected * 200, family="ons_registration")
        rest = 5_000 + expected - observed
        core.infant("B", year, rest, 1_000_000, family="ons_registration")
    con = core.write()
    build_rates(con)
    found = rates(con, "window_type = 'annual' AND area_code = 'A'")
    assert [r["funnel"] for r in found] == [significance for *_, significance in FUNNEL_RATIOS]


def test_crude_rates_and_limits(counties: dict[str, dict]) -> None:
    ashe, alleghany, surry = (counties[f] for f in ("37009", "37005", "37171"))
    assert ashe["rate"] == pytest.approx(0.9165902841, abs=5e-11)
    assert ashe["ci_lower_95"] == pytest.approx(0.0232060568, abs=5e-11)
    assert ashe["ci_upper_95"] == pytest.approx(5.1069141988, abs=5e-11)
    assert (alleghany["rate"], alleghany["ci_lower_95"]) == (0, 0)
    assert alleghany["ci_upper_95"] == pytest.approx(7.5747011378, abs=5e-11)
    assert surry["rate"] == pytest.approx(1.5683814304, abs=5e-11)
    assert surry["ci_lower_95"] == pytest.approx(0.5092491813, abs=5e-11)
    assert surry["ci_upper_95"] == pytest.approx(3.6600790713, abs=5e-11)


# PHEindicatormethods: the limits of the areas against the rate of all give the areas of the funnel.
def test_comparison_with_the_nation(counties: dict[str, dict]) -> None:
    found: dict[str, set[str]] = {}
    for fips, row in counties.items():
        found.setdefault(row["compared_with_nation"], set()).add(fips)
    assert found["worse_998"] == {"37083", "37007", "37155"}
    assert found["worse_95"] == {"37131", "37157", "37161", "37047"}
    assert found["better_95"] == {"37067", "37183", "37159"}
    assert len(found["similar"]) == 90
    assert set(found) == {"worse_998", "worse_95", "better_95", "similar"}


def test_areas_are_compared_with_their_own_nation_series_and_group() -> None:
    core = CoreTables()
    options = {"family": "ons_occurrence"}
    for nation, region, area in (
        ("E92000001", "E12000001", "E06000001"),
        ("W92000004", None, "W06000001"),
    ):
        core.area(nation, "country", "EW", parent="K04000001")
        if region:
            core.area(region, "region", "EW", parent=nation)
        core.area(area, "unitary_authority", "EW-2023-04", parent=region or nation)
    core.area("K04000001", "country_group", "EW")
    core.area("J99000001", "outside_area", "EW", parent="K04000001")
    # The same counts, worse than England and better than Wales.
    for area in ("E06000001", "W06000001"):
        core.infant(area, 2020, 300, 100000, vintage="EW-2023-04", **options)
    core.infant("E92000001", 2020, 2000, 1000000, **options)
    core.infant("W92000004", 2020, 400, 100000, **options)
    core.infant("K04000001", 2020, 2400, 1100000, **options)
    core.infant("J99000001", 2020, 90, 10000, **options)
    core.infant("E06000001", 2020, 9, 1000, vintage="EW-2023-04", family="ons_registration")
    core.infant(
        "E06000001", 2020, 60, 20000, stratum=("deprivation_decile", "1"), vintage="EW-2023-04",
        **options,
    )  # fmt: skip
    core.region("X-EW", ["E06000001"], vintage="EW-2023-04")
    core.region("X-BOTH", ["E06000001", "W06000001"], vintage="EW-2023-04")
    con = core.write()
    build_rates(con)
    found = {
        (r["source_family"], r["area_code"], r["stratum"]): r["compared_with_nation"]
        for r in rates(con, "window_type = 'annual' AND rate IS NOT NULL")
    }
    assert found == {
        ("ons_occurrence", "E06000001", "all"): "worse_998",
        ("ons_occurrence", "W06000001", "all"): "better_998",
        ("ons_occurrence", "X-EW", "all"): "worse_998",
        ("ons_occurrence", "X-BOTH", "all"): "not_compared",
        ("ons_occurrence", "E92000001", "all"): "not_compared",
        ("ons_occurrence", "W92000004", "all"): "not_compared",
        ("ons_occurrence", "K04000001", "all"): "not_compared",
        ("ons_occurrence", "J99000001", "all"): "not_compared",
        ("ons_occurrence", "E06000001", "1"): "not_compared",
        ("ons_occurrence", "X-EW", "1"): "not_compared",
        ("ons_registration", "E06000001", "all"): "not_compared",
        ("ons_registration", "X-EW", "all"): "not_compared",
    }
    empty = rates(con, "rate IS NULL")
    assert {r["compared_with_nation"] for r in empty} == {"not_compared"}


def test_births_per_population_are_neither_better_nor_worse() -> None:
    core = CoreTables()
    core.area("E92000001", "country", "EW")
    core.area("E06000001", "unitary_authority", "EW", parent="E92000001")
    for area, births, people in (("E92000001", 600000, 6e7), ("E06000001", 20000, 1e6)):
        core.count(area, 2020, "live_births", births, family="ons_occurrence")
        core.count(area, 2020, "population", people, family="ons_occurrence")
    con = core.write()
    build_rates(con)
    found = rates(con, "window_type = 'annual' AND rate IS NOT NULL")
    assert {(r["measure"], r["compared_with_nation"]) for r in found} == {
        ("live_births_per_population", "not_compared")
    }


def stabilised(deaths: list[int], births: int = 10000) -> set[bool]:
    core = CoreTables()
    for number, count in enumerate(deaths):
        core.infant(f"A{number:02}", 2020, count, births)
    con = core.write()
    build_rates(con)
    return {r["rate_eb"] is not None for r in rates(con, "window_type = 'annual'")}


# Twenty deaths each on average: chi-square is the sum of squared differences over 20, and exceeds
# 30.144 (19 degrees of freedom) once in 20 by chance.
@pytest.mark.parametrize(("differences", "expected"), [
    ((13, 11, 3, 1, 1, 0, 0, 0, 0, 0), {False}),
    ((13, 11, 3, 1, 1, 1, 0, 0, 0, 0), {True}),
])  # fmt: skip
def test_rates_are_stabilised_where_areas_differ_by_more_than_chance(
    differences: tuple[int, ...], expected: set[bool]
) -> None:
    deaths = [20 + sign * d for d in differences for sign in (1, -1)]
    assert (len(deaths), sum(deaths)) == (20, 400)
    assert stabilised(deaths) == expected


def test_fewer_than_twenty_areas_are_not_stabilised() -> None:
    assert stabilised([10, 30] * 9 + [20]) == {False}
    assert stabilised([10, 30] * 10) == {True}


def test_nations_and_declared_regions_are_not_a_population_of_areas() -> None:
    core = CoreTables()
    areas = [f"A{number:02}" for number in range(20)]
    for number, area in enumerate(areas):
        core.infant(area, 2020, 40 if number % 2 else 10, 5000)
    core.infant("US", 2020, 500, 100000, kind="country")
    core.region("X-AB", areas[:2])
    core.region("X-BA", areas[1::-1])
    con = core.write()
    build_rates(con)
    found = {r["area_code"]: r for r in rates(con, "window_type = 'annual'")}
    for area, row in found.items():
        assert (row["rate_eb"] is None) == (row["funnel"] is None) == (area not in areas)


def test_areas_without_a_figure_have_no_stabilised_rate() -> None:
    core = CoreTables()
    for number in range(20):
        core.infant(f"A{number:02}", 2020, 40 if number % 2 else 10, 5000)
    core.count("C", 2020, "infant_deaths", None, status="suppressed")
    core.count("C", 2020, "live_births", 5000)
    con = core.write()
    build_rates(con)
    found = {r["area_code"]: r for r in rates(con, "window_type = 'annual'")}
    assert found["C"]["rate_eb"] is None
    assert found["C"]["funnel"] is None
    assert found["A00"]["rate_eb"] is not None
