"""Year-on-year tests, log-linear trends and runs."""

from __future__ import annotations

import duckdb
import pytest

from assets.rates.builders import build_rates, build_trends
from tests.component.rates.core_tables import CoreTables, fixed_births_from, one, rates

TABLE = "rates.trends"
NATIONAL = {
    2018: (21498, 3791712),
    2019: (20921, 3747540),
    2020: (19578, 3613647),
    2021: (19928, 3664292),
    2022: (20577, 3667758),
}


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    build_trends(con)
    return con


def step(con: duckdb.DuckDBPyConnection, year: int) -> dict:
    return one(con, f"trend_type = 'year_on_year' AND year(period_end) = {year}", TABLE)


@pytest.fixture(scope="module")
def national() -> duckdb.DuckDBPyConnection:
    core = CoreTables()
    for year, counts in NATIONAL.items():
        core.infant("US", year, *counts, kind="country")
    return built(core)


def test_rise_from_2021_to_2022_is_significant(national: duckdb.DuckDBPyConnection) -> None:
    row = step(national, 2022)
    assert (row["test"], row["verdict"]) == ("z", "significant_rise")
    assert row["z"] == pytest.approx(3.120982, abs=5e-7)
    assert row["p_value"] == pytest.approx(0.001802, abs=5e-7)
    # 5.44 to 5.61 printed is +3.13 %, unrounded +3.16 %.
    assert row["change_percent"] == pytest.approx(3.159, abs=5e-4)
    assert row["period_start"].year == 2021


def test_five_years_to_2022_are_no_trend(national: duckdb.DuckDBPyConnection) -> None:
    row = one(national, "trend_type = 'log_linear'", TABLE)
    assert row["verdict"] == "no_trend"
    assert row["change_percent"] == pytest.approx(-0.482439, abs=5e-7)
    assert row["change_lower_95"] == pytest.approx(-1.777050, abs=5e-7)
    assert row["change_upper_95"] == pytest.approx(0.829235, abs=5e-7)
    assert row["dispersion"] == pytest.approx(9.216486, abs=5e-7)
    assert (row["period_start"].year, row["period_end"].year, row["points"]) == (2018, 2022, 5)


def test_runs_count_years_in_the_same_direction(national: duckdb.DuckDBPyConnection) -> None:
    # Printed: 5.67 5.58 5.42 5.44 5.61.
    assert {year: step(national, year)["run_length"] for year in range(2019, 2023)} == {
        2019: 1,
        2020: 2,
        2021: 1,
        2022: 2,
    }


def test_equal_printed_rates_end_a_run() -> None:
    core = CoreTables()
    for year, deaths in enumerate((500, 490, 490, 480), start=2000):
        core.infant("A", year, deaths, 100000)
    con = built(core)
    assert [step(con, year)["run_length"] for year in (2001, 2002, 2003)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ((50, 10000), (99, 10000), "significant_rise"),
        ((50, 10000), (70, 10000), "no_significant_change"),
        ((99, 10000), (30, 10000), "significant_fall"),
    ],
)
def test_fewer_than_100_deaths_are_compared_by_their_intervals(
    old: tuple[int, int], new: tuple[int, int], verdict: str
) -> None:
    core = CoreTables()
    core.infant("A", 2020, *old)
    core.infant("A", 2021, *new)
    row = step(built(core), 2021)
    assert (row["test"], row["verdict"]) == ("ci_overlap", verdict)
    assert row["z"] is None
    assert row["p_value"] is None


def test_a_missing_year_is_not_tested() -> None:
    core = CoreTables()
    core.infant("A", 2019, 300, 50000)
    core.infant("A", 2021, 400, 50000)
    assert rates(built(core), "trend_type = 'year_on_year'", "rates.trends") == []


def test_nothing_is_tested_or_fitted_over_a_break() -> None:
    core = CoreTables()
    for year in range(2000, 2010):
        core.infant("A", year, 300 + year % 7, 50000)
    core.series_break("nchs_linked", "*", 2004)
    con = built(core)
    assert step(con, 2004)["value_status"] == "series_break"
    assert step(con, 2004)["rate_end"] is None
    assert step(con, 2005)["test"] == "z"
    spans = {
        (r["period_start"].year, r["period_end"].year)
        for r in rates(con, "trend_type = 'log_linear'", TABLE)
    }
    assert spans == {(2004, 2009), (2005, 2009)}


def test_spans_stop_at_gaps_and_need_five_years() -> None:
    core = CoreTables()
    for year in (*range(2000, 2012), *range(2013, 2017)):
        core.infant("A", year, 300, 50000)
    spans = {
        (r["period_start"].year, r["period_end"].year)
        for r in rates(built(core), "trend_type = 'log_linear'", TABLE)
    }
    assert spans == {(2000, 2011)}


def test_the_latest_stretch_has_its_last_ten_and_five_years() -> None:
    core = CoreTables()
    for year in range(2000, 2013):
        core.infant("A", year, 300, 50000)
    spans = {
        (r["period_start"].year, r["points"])
        for r in rates(built(core), "trend_type = 'log_linear'", TABLE)
    }
    assert spans == {(2000, 13), (2003, 10), (2008, 5)}


def test_a_steady_fall_is_found() -> None:
    core = CoreTables()
    for year in range(2000, 2010):
        core.infant("A", year, round(1000 * 0.95 ** (year - 2000)), 100000)
    row = one(built(core), "trend_type = 'log_linear' AND points = 10", TABLE)
    assert row["verdict"] == "significant_fall"
    assert row["change_percent"] == pytest.approx(-5, abs=0.02)


def test_twelve_months_are_compared_with_the_year_before_only() -> None:
    core = CoreTables()
    for year in (2019, 2020):
        for end in ("03-31", "06-30"):
            start = {"03-31": "04-01", "06-30": "07-01"}[end]
            core.infant(
                "US", ("12_months_ending", f"{year - 1}-{start}", f"{year}-{end}"),
                21000 if year == 2019 else 20000, 3750000,
                family="nchs_provisional", kind="country", rounded_to=100,
            )  # fmt: skip
    found = rates(built(core), "true", TABLE)
    assert [(r["period_start"].isoformat(), r["period_end"].isoformat()) for r in found] == [
        ("2018-04-01", "2020-03-31"),
        ("2018-07-01", "2020-06-30"),
    ]
    assert {r["verdict"] for r in found} == {"significant_fall"}


def test_births_are_fixed_in_series_of_england_and_wales() -> None:
    core = CoreTables()
    core.infant("A", 2020, 200, 1000, family="ons_occurrence")
    core.infant("A", 2021, 250, 1000, family="ons_occurrence")
    row = step(built(core), 2021)
    assert row["z"] == pytest.approx(50 / (200 + 250) ** 0.5)


def test_each_rate_is_tested_by_the_policy_of_its_own_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.rates.measures.rate_policies", lambda: fixed_births_from(2020))
    core = CoreTables()
    for year, deaths in enumerate((200, 250, 200, 250), start=2018):
        core.infant("A", year, deaths, 1000)
    con = built(core)
    # Squared errors of 0.2 and 0.25: 0.00020 and 0.00025, births varying 0.00024 and 0.0003125.
    assert step(con, 2019)["z"] == pytest.approx(0.05 / (0.00024 + 0.0003125) ** 0.5)
    assert step(con, 2020)["z"] == pytest.approx(-0.05 / (0.0003125 + 0.00020) ** 0.5)
    assert step(con, 2021)["z"] == pytest.approx(0.05 / (0.00020 + 0.00025) ** 0.5)
