"""Disparities between groups against published examples and reference programs."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import pytest
from scipy.stats import norm
from statsmodels.stats.rates import confint_poisson_2indep

from assets.rates.builders import build_disparities, build_rates
from assets.schema.registry import table
from tests.component.rates.core_tables import CoreTables, fixed_births_from, one, rates

RACE = "race_and_hispanic_origin"
TABLE = "rates.disparities"


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    build_disparities(con)
    return con


def pair(
    core: CoreTables,
    year: int,
    group: tuple[float, float],
    reference: tuple[float, float],
    *,
    total: tuple[float, float] | None = None,
    family: str = "nchs_linked",
) -> None:
    options: dict[str, Any] = {"family": family}
    core.infant("A", year, *group, stratum=(RACE, "Non-Hispanic Black"), **options)
    core.infant("A", year, *reference, stratum=(RACE, "Non-Hispanic White"), **options)
    if total:
        core.infant("A", year, *total, **options)


def annual(con: duckdb.DuckDBPyConnection, year: int = 2010) -> dict[str, Any]:
    return one(con, f"window_type = 'annual' AND year(period_end) = {year}", TABLE)


@pytest.mark.parametrize(
    ("family", "ratio_limits", "difference_limits"),
    [
        ("ons_registration", (2.599910, 3.461659), (7.497232, 10.684586)),
        ("nchs_linked", (2.598012, 3.464187), (7.486852, 10.694966)),
    ],
)
def test_ratio_and_difference(
    family: str, ratio_limits: tuple[float, float], difference_limits: tuple[float, float]
) -> None:
    core = CoreTables()
    pair(core, 2010, (300, 22000), (500, 110000), family=family)
    row = annual(built(core))
    assert row["rate_ratio"] == pytest.approx(3.0, rel=1e-14)
    found = (row["rate_ratio_lower_95"], row["rate_ratio_upper_95"])
    assert found == pytest.approx(ratio_limits, abs=5e-7)
    assert row["rate_difference"] == pytest.approx(9.090909, abs=5e-7)
    found = (row["rate_difference_lower_95"], row["rate_difference_upper_95"])
    assert found == pytest.approx(difference_limits, abs=5e-7)
    assert row["excess_deaths"] == pytest.approx(200)
    assert row["attributable_fraction"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("family", "expected"),
    [("ons_registration", (1.3612801, 3.2705170)), ("nchs_linked", (1.361054, 3.271059))],
)
def test_published_pair_of_poisson_rates(family: str, expected: tuple[float, float]) -> None:
    # Gu, Ng, Tang and Schucany (2008), births taken as fixed; and with births that vary.
    core = CoreTables()
    pair(core, 2010, (60, 51477.5), (30, 54308.7), family=family)
    row = annual(built(core))
    assert row["rate_ratio"] == pytest.approx(2.1099976, abs=5e-8)
    found = (row["rate_ratio_lower_95"], row["rate_ratio_upper_95"])
    assert found == pytest.approx(expected, abs=5e-7)


def test_published_pair_as_a_test_of_no_difference() -> None:
    # The same pair: Wald limits of the difference per 1,000, and z that the limits imply.
    core = CoreTables()
    pair(core, 2010, (60, 51477.5), (30, 54308.7), family="ons_registration")
    row = annual(built(core))
    lower, upper = row["rate_difference_lower_95"], row["rate_difference_upper_95"]
    assert (lower, upper) == pytest.approx((0.258122, 0.968198), abs=5e-7)
    z = row["rate_difference"] / ((upper - lower) / (2 * norm.isf(0.025)))
    assert z == pytest.approx(3.384913, abs=5e-7)
    width = math.log(row["rate_ratio_upper_95"] / row["rate_ratio_lower_95"])
    z = math.log(row["rate_ratio"]) / (width / (2 * norm.isf(0.025)))
    assert z == pytest.approx(3.3393, abs=5e-5)


# NCHS period linked file, non-Hispanic Black and White (2009 is not held): rates, ratio, its limits
# with births taken as fixed, difference.
PUBLISHED = {
    2008: (12.6703, 5.5159, 2.297063, 2.233251, 2.362699, 7.154439),
    2010: (11.4580, 5.1757, 2.213793, 2.147950, 2.281655, 6.282250),
}


def linked(family: str) -> duckdb.DuckDBPyConnection:
    core = CoreTables()
    pair(core, 2008, (7894, 623031), (12509, 2267817), family=family)
    pair(core, 2010, (6758, 589808), (11192, 2162406), family=family)
    return built(core)


def test_change_from_2008_to_2010_differs_by_scale() -> None:
    con = linked("ons_registration")
    for year, (rate, reference, ratio, lower, upper, difference) in PUBLISHED.items():
        row = annual(con, year)
        assert (round(row["rate"], 4), round(row["reference_rate"], 4)) == (rate, reference)
        found = (row["rate_ratio"], row["rate_ratio_lower_95"], row["rate_ratio_upper_95"])
        assert found == pytest.approx((ratio, lower, upper), abs=5e-7)
        assert row["rate_difference"] == pytest.approx(difference, abs=5e-7)
    assert annual(con, 2008)["previous_period_end"] is None
    later = annual(con)
    assert later["previous_period_end"].year == 2008
    assert later["ratio_change"] == pytest.approx(0.963750, abs=5e-7)
    assert later["difference_change"] == pytest.approx(6.282250 - 7.154439, abs=1e-6)
    # z = -1.752439, not significant; z = -4.130451, significant.
    assert later["ratio_change_p_value"] == pytest.approx(0.0797, abs=5e-5)
    assert norm.isf(later["ratio_change_p_value"] / 2) == pytest.approx(1.752439, abs=5e-7)
    assert norm.isf(later["difference_change_p_value"] / 2) == pytest.approx(4.130451, abs=5e-7)


def test_the_change_differs_by_scale_with_births_that_vary_too() -> None:
    later = annual(linked("nchs_linked"))
    assert later["ratio_change"] == pytest.approx(0.963750, abs=5e-7)
    assert later["ratio_change_p_value"] > 0.05
    assert later["difference_change_p_value"] < 0.001


def test_change_on_both_scales_with_fixed_births() -> None:
    core = CoreTables()
    pair(core, 2010, (280, 24000), (420, 112000), family="ons_registration")
    pair(core, 2011, (300, 22000), (500, 110000), family="ons_registration")
    row = annual(built(core), 2011)
    assert row["ratio_change"] == pytest.approx(0.964286, abs=5e-7)
    assert row["ratio_change_p_value"] == pytest.approx(0.732099, abs=5e-7)
    assert norm.isf(row["ratio_change_p_value"] / 2) == pytest.approx(0.342334, abs=5e-7)


def test_overlapping_windows_are_not_compared() -> None:
    core = CoreTables()
    for year in range(2000, 2007):
        pair(core, year, (300, 22000), (500, 110000))
    found = {
        r["period_end"].year: r["previous_period_end"]
        for r in rates(built(core), "window_type = 'rolling_3_year' AND rate IS NOT NULL", TABLE)
    }
    assert {end: p.year if p else None for end, p in found.items()} == {
        2002: None,
        2003: None,
        2004: None,
        2005: 2002,
        2006: 2003,
    }


def test_share_of_deaths_stands_beside_share_of_births() -> None:
    core = CoreTables()
    pair(core, 2010, (2067, 100000), (3000, 500000), total=(6200, 800000))
    row = annual(built(core))
    assert row["share_of_deaths"] == pytest.approx(0.333387, abs=5e-7)
    found = (row["share_of_deaths_lower_95"], row["share_of_deaths_upper_95"])
    assert found == pytest.approx((0.321759, 0.345222), abs=5e-7)
    assert row["share_of_births"] == pytest.approx(0.125)
    assert row["share_ratio"] == pytest.approx((2067 / 100000) / (6200 / 800000))


def test_no_deaths_in_the_group() -> None:
    core = CoreTables()
    pair(core, 2010, (0, 2000), (30, 4000), family="ons_registration")
    row = annual(built(core))
    assert (row["rate_ratio"], row["rate_ratio_lower_95"]) == (0, 0)
    expected = confint_poisson_2indep(0, 2000, 30, 4000, method="score", compare="ratio")[1]
    assert row["rate_ratio_upper_95"] == pytest.approx(expected, rel=1e-6)
    assert row["value_status"] == "unreliable"


def test_no_deaths_in_the_reference() -> None:
    core = CoreTables()
    pair(core, 2010, (30, 4000), (0, 2000))
    row = annual(built(core))
    assert row["rate_ratio"] is None
    assert row["rate_ratio_upper_95"] is None
    assert row["rate_difference"] == pytest.approx(7.5)
    assert row["rate_difference_lower_95"] is not None


def test_few_deaths_have_score_limits_of_the_difference() -> None:
    core = CoreTables()
    pair(core, 2010, (15, 19017), (41, 28010))
    row = annual(built(core))
    expected = confint_poisson_2indep(15, 19017, 41, 28010, method="score", compare="diff")
    found = (row["rate_difference_lower_95"] / 1000, row["rate_difference_upper_95"] / 1000)
    assert found == pytest.approx(expected, rel=1e-4)


def against_a_group_without_figure(status: str) -> CoreTables:
    core = CoreTables()
    pair(core, 2010, (300, 22000), (500, 110000))
    core.count(
        "A", 2011, "infant_deaths", None, status=status, stratum=(RACE, "Non-Hispanic Black")
    )
    core.count("A", 2011, "live_births", 22000, stratum=(RACE, "Non-Hispanic Black"))
    core.infant("A", 2011, 500, 110000, stratum=(RACE, "Non-Hispanic White"))
    return core


def test_a_group_that_is_missing_is_no_row() -> None:
    found = rates(built(against_a_group_without_figure("missing")), "true", TABLE)
    assert {r["period_end"].year for r in found} == {2010}


def test_a_group_that_is_withheld_gives_no_number() -> None:
    row = annual(built(against_a_group_without_figure("suppressed")), 2011)
    assert row["value_status"] == "suppressed"
    numbers = [c.name for c in table("published.disparities").columns if c.type == "number"]
    assert all(row[name] is None for name in numbers)
    assert row["previous_period_end"] is None


def test_groups_of_different_schemes_are_never_compared() -> None:
    core = CoreTables()
    core.infant("A", 2018, 300, 22000, stratum=("race_bridged", "Black"))
    core.infant("A", 2018, 500, 110000, stratum=("race_single", "White"))
    assert rates(built(core), "true", TABLE) == []


def test_limits_follow_the_policy_of_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.rates.measures.rate_policies", lambda: fixed_births_from(2011))
    core = CoreTables()
    for year in (2010, 2011):
        pair(core, year, (300, 22000), (500, 110000))
    con = built(core)
    limits = {
        year: (row["rate_ratio_lower_95"], row["rate_ratio_upper_95"])
        for year in (2010, 2011)
        for row in [annual(con, year)]
    }
    assert limits[2010] == pytest.approx((2.598012, 3.464187), abs=5e-7)
    assert limits[2011] == pytest.approx((2.599910, 3.461659), abs=5e-7)


def test_slope_index_stands_on_the_row_of_the_extremes() -> None:
    core = CoreTables()
    births = [60000, 58000, 57000, 56000, 55000, 54000, 53000, 52000, 51000, 50000]
    deaths = [340, 300, 280, 250, 220, 200, 180, 160, 150, 140]
    for decile, (d, b) in enumerate(zip(deaths, births, strict=True), start=1):
        core.infant(
            "E92000001", 2022, d, b, family="ons_occurrence", kind="country",
            stratum=("deprivation_decile", str(decile)),
        )  # fmt: skip
    con = built(core)
    row = one(con, "window_type = 'annual' AND stratum = '1'", TABLE)
    assert row["reference_stratum"] == "10"
    assert -3.5 < row["slope_index"] < -2.5
    assert row["slope_index_lower_95"] < row["slope_index"] < row["slope_index_upper_95"] < 0
    assert 0.4 < row["relative_index"] < 0.6
    others = rates(con, "window_type = 'annual' AND stratum <> '1'", TABLE)
    assert len(others) == 8
    assert all(r["slope_index"] is None for r in others)


def test_nine_deciles_have_no_slope_index() -> None:
    core = CoreTables()
    for decile in (1, 2, 3, 4, 5, 6, 7, 8, 10):
        core.infant("E92000001", 2022, 200, 50000, family="ons_occurrence",
                    stratum=("deprivation_decile", str(decile)))  # fmt: skip
    row = one(built(core), "window_type = 'annual' AND stratum = '1'", TABLE)
    assert row["rate_ratio"] == pytest.approx(1)
    assert row["slope_index"] is None
