"""Limits and standard errors of the US producer's rates against published figures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import duckdb
import pytest

from assets.rates.builders import build_rates, build_trends
from assets.rates.measures import rate_policies
from assets.rates.rounding import half_away
from tests.component.rates.core_tables import CoreTables, one, printed_of


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    return con


# NCHS, national vital statistics (2022 as provisional in the linked file, and final): year, deaths,
# births, rate, RSE, standard error, lower, upper (z = 1.96).
NATIONAL = [
    (2020, 19578, 3613647, 5.417795, 0.716620, 0.038825, 5.341698, 5.493892),
    (2021, 19928, 3664292, 5.438431, 0.710307, 0.038630, 5.362717, 5.514145),
    (2022, 20553, 3667758, 5.603696, 0.699481, 0.039197, 5.526870, 5.680521),
    (2022, 20577, 3667758, 5.610239, 0.699075, 0.039220, 5.533369, 5.687110),
]


def test_national_rates_of_the_linked_file() -> None:
    core = CoreTables()
    for row, (year, deaths, births, *_) in enumerate(NATIONAL):
        core.infant(f"US-{row}", year, deaths, births)
    con = built(core)
    for number, (_, _, _, value, rse, error, lower, upper) in enumerate(NATIONAL):
        row = one(con, f"area_code = 'US-{number}' AND window_type = 'annual'")
        assert row["rate"] == pytest.approx(value, abs=5e-7)
        assert row["relative_standard_error"] == pytest.approx(rse, abs=5e-7)
        standard_error = row["rate"] * row["relative_standard_error"] / 100
        assert standard_error == pytest.approx(error, abs=5e-7)
        assert row["ci_lower_95"] == pytest.approx(lower, abs=5e-7)
        assert row["ci_upper_95"] == pytest.approx(upper, abs=5e-7)
        assert row["ci_method"] == "normal"


# NCHS, deaths of 2022 as provisional and final: change of the printed rates (5.44 to 5.60 and 5.61)
# and of the unrounded ones, in per cent; both are printed as 3 %.
@pytest.mark.parametrize(
    ("deaths", "printed", "of_printed", "unrounded", "z", "p"),
    [
        (20553, "5.60", "2.94", 3.04, 3.003010, 0.002673),
        (20577, "5.61", "3.13", 3.16, 3.120982, 0.001802),
    ],
)
def test_change_from_2021_to_2022(
    deaths: int, printed: str, of_printed: str, unrounded: float, z: float, p: float
) -> None:
    core = CoreTables()
    core.infant("US", 2021, 19928, 3664292, kind="country")
    core.infant("US", 2022, deaths, 3667758, kind="country")
    con = built(core)
    build_trends(con)
    displayed = [
        printed_of(one(con, f"window_type = 'annual' AND year(period_end) = {year}"))
        for year in (2021, 2022)
    ]
    assert displayed == ["5.44", printed]
    of_displayed = 100 * (Fraction(displayed[1]) / Fraction(displayed[0]) - 1)
    assert half_away(of_displayed, 2) == of_printed
    step = one(con, "trend_type = 'year_on_year' AND year(period_end) = 2022", "rates.trends")
    assert round(step["change_percent"], 2) == unrounded
    assert (step["z"], step["p_value"]) == pytest.approx((z, p), abs=5e-7)
    assert step["verdict"] == "significant_rise"


GAMMA = [
    ("A1", 25, 1500, 16.6667, 10.78579, 24.60329),
    ("A2", 45, 3000, 15, 10.89902, 20.13680),
    ("A3", 20, 400, 50, 30.10327, 78.08119),
    ("A4", 99, 20000, 4.95, 4.02312, 6.02645),
]


def test_gamma_limits_when_deaths_and_births_vary() -> None:
    core = CoreTables()
    for code, deaths, births, *_ in GAMMA:
        core.infant(code, 2020, deaths, births)
    con = built(core)
    for code, _, _, value, lower, upper in GAMMA:
        row = one(con, f"area_code = '{code}' AND window_type = 'annual'")
        assert row["rate"] == pytest.approx(value, abs=5e-5)
        assert row["ci_lower_95"] == pytest.approx(lower, abs=5e-6)
        assert row["ci_upper_95"] == pytest.approx(upper, abs=5e-6)
        assert row["ci_method"] == "gamma"
        assert row["value_status"] == "ok"


# County Health Rankings 2025 (NCHS 2017-2023), births taken as fixed: deaths, births, rate, limits.
MISSOURI = [
    ("29201", 21, 3390, 6.195, 3.83, 9.47, "gamma"),
    ("29071", 40, 8237, 4.856, 3.47, 6.61, "gamma"),
    ("29187", 33, 4820, 6.846, 4.71, 9.61, "gamma"),
    ("29510", 245, 27382, 8.947, 7.83, 10.07, "normal"),
    ("29189", 468, 77388, 6.047, 5.50, 6.60, "normal"),
]


def missouri() -> CoreTables:
    core = CoreTables()
    for code, deaths, births, *_ in MISSOURI:
        core.infant(code, 2023, deaths, births, kind="county", family="state_extract")
    return core


def test_missouri_counties_with_fixed_births(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = tuple(
        replace(p, interval="nchs_fixed") if "state_extract" in p.source_families else p
        for p in rate_policies()
    )
    monkeypatch.setattr("assets.rates.measures.rate_policies", lambda: fixed)
    con = built(missouri())
    for code, _, _, value, lower, upper, method in MISSOURI:
        row = one(con, f"area_code = '{code}' AND window_type = 'annual'")
        assert row["measure"] == "infant_mortality"
        assert round(row["rate"], 3) == value
        assert (round(row["ci_lower_95"], 2), round(row["ci_upper_95"], 2)) == (lower, upper)
        assert row["ci_method"] == method


def test_births_vary_where_the_policy_does_not_fix_them() -> None:
    # The same city with the births varying too: 7.82 instead of 7.83.
    row = one(built(missouri()), "area_code = '29510' AND window_type = 'annual'")
    assert round(row["ci_lower_95"], 2) == 7.82


# AHRQ National Healthcare Quality Report 2005, table 1.63e (2002): deaths, rate, standard error.
STANDARD_ERRORS = {
    "US-AL": (538, 9.1, 0.4),
    "US-AK": (56, 5.6, 0.8),
    "US-AZ": (564, 6.4, 0.3),
    "US-CA": (2873, 5.4, 0.1),
    "US-CT": (273, 6.5, 0.4),
    "US-DE": (95, 8.6, 0.9),
    "US-DC": (85, 11.0, 1.2),
    "US-ME": (58, 4.3, 0.6),
    "US-MS": (423, 10.0, 0.5),
    "US-MO": (638, 8.5, 0.3),
    "US-NH": (72, 5.0, 0.6),
    "US-ND": (49, 6.3, 0.9),
    "US-SD": (72, 6.7, 0.8),
    "US-VT": (28, 4.4, 0.8),
    "US-HI": (130, 7.4, 0.7),
}


def test_published_standard_errors() -> None:
    core = CoreTables()
    for code, (deaths, rate, _) in STANDARD_ERRORS.items():
        core.infant(code, 2002, deaths, round(1000 * deaths / rate))
    con = built(core)
    for code, (_, _, error) in STANDARD_ERRORS.items():
        row = one(con, f"area_code = '{code}' AND window_type = 'annual'")
        assert round(row["rate"] * row["relative_standard_error"] / 100, 1) == error
