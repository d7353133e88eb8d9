"""Months, several years in one figure and groups of real CDC WONDER exports, as counts and rates.

Each figure is the one that the export itself prints, or a sum of its months.
"""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from tests.component.core.conftest import Wonder

MONTHLY = (
    "D66_births_by_month_2007-2023.csv",
    "D192_births_by_month_2023-2025.csv",
    "D176_infant_deaths_by_month_2021-2025.csv",
    "will_provisional.txt",
)


@pytest.fixture(scope="module")
def monthly(wonder: Wonder) -> duckdb.DuckDBPyConnection:
    return wonder(*MONTHLY)


@pytest.mark.parametrize(
    ("measure", "year", "value", "provisional"),
    [
        ("live_births", 2007, 4_316_233, False),
        ("live_births", 2023, 3_596_017, False),
        ("live_births", 2024, 3_618_267, True),
        ("infant_deaths", 2021, 19_920, False),
        ("infant_deaths", 2022, 20_553, False),
        ("infant_deaths", 2023, 20_145, False),
        ("infant_deaths", 2024, 20_050, True),
    ],
)
def test_twelve_whole_months_make_a_year(
    monthly: duckdb.DuckDBPyConnection, measure: str, year: int, value: int, provisional: bool
) -> None:
    rows = monthly.execute(
        "SELECT value, is_provisional, raw_text FROM core.observations WHERE area_code = 'US' "
        "AND period_type = 'year' AND measure = ? AND year(period_end) = ?",
        [measure, year],
    ).fetchall()
    assert rows == [(value, provisional, "sum of 12 months")]


def test_a_partial_year_is_neither_a_year_nor_months(monthly: duckdb.DuckDBPyConnection) -> None:
    rows = monthly.execute(
        "SELECT period_type, max(period_end) FROM core.observations "
        "WHERE area_code = 'US' AND measure = 'infant_deaths' GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert rows == [("month", dt.date(2024, 12, 31)), ("year", dt.date(2024, 12, 31))]
    births = monthly.execute(
        "SELECT max(period_end) FILTER (period_type = 'year'), max(period_end) "
        "FROM core.observations WHERE area_code = 'US' AND measure = 'live_births'"
    ).fetchall()
    assert births == [(dt.date(2024, 12, 31), dt.date(2025, 7, 31))], "births through July 2025"


@pytest.mark.parametrize(("end", "rate"), [("2022-12-31", "5.604"), ("2024-12-31", "5.541")])
def test_windows_of_twelve_months(monthly: duckdb.DuckDBPyConnection, end: str, rate: str) -> None:
    rows = monthly.execute(
        "SELECT printf('%.3f', rate), source_family FROM rates.rates WHERE area_code = 'US' "
        "AND measure = 'infant_mortality' AND window_type = 'rolling_12_month' "
        "AND period_end = CAST(? AS DATE) AND rate IS NOT NULL",
        [end],
    ).fetchall()
    assert rows == [(rate, "nchs_mortality")]


def test_births_of_states_by_month(monthly: duckdb.DuckDBPyConnection) -> None:
    """Alabama, January 2023: 4,996; two months of 2024 make no year."""
    rows = monthly.execute(
        "SELECT value FROM core.observations WHERE area_code = 'US-AL' "
        "AND period_type = 'month' AND period_start = '2023-01-01'"
    ).fetchall()
    assert rows == [(4_996,)]
    years = monthly.execute(
        "SELECT DISTINCT year(period_end), is_provisional FROM core.observations "
        "WHERE area_code = 'US-AL' AND period_type = 'year'"
    ).fetchall()
    assert years == [(2023, True)]


@pytest.fixture(scope="module")
def pooled(wonder: Wonder) -> duckdb.DuckDBPyConnection:
    return wonder(
        "paris_death_rates_state.txt",
        "paris_death_rates.txt",
        "paris_IMR_by_race__2007-2016.txt",
        "paris_imr_by_year_by_race__2007-2016.txt",
    )


@pytest.mark.parametrize(
    ("area", "stratum", "deaths", "births", "rate"),
    [
        ("US-AL", "all", 5_349, 606_074, "8.83"),
        ("01073", "all", 983, 91_579, "10.73"),
        ("US", "black", 73_877, 6_477_025, "11.41"),
    ],
)
def test_several_years_in_one_figure_are_a_pooled_window(
    pooled: duckdb.DuckDBPyConnection, area: str, stratum: str, deaths: int, births: int, rate: str
) -> None:
    rows = pooled.execute(
        "SELECT numerator, denominator, split_part(rate_text, ' ', 1), value_status "
        "FROM rates.rates WHERE area_code = ? AND stratum = ? AND window_type = 'pooled' "
        "AND period_start = '2007-01-01' AND period_end = '2016-12-31'",
        [area, stratum],
    ).fetchall()
    assert rows == [(deaths, births, rate, "ok")]


def test_pooled_figures_are_not_split_and_not_added(pooled: duckdb.DuckDBPyConnection) -> None:
    rows = pooled.execute(
        "SELECT DISTINCT window_type FROM rates.rates WHERE area_code IN ('US-AL', '01073')"
    ).fetchall()
    assert rows == [("pooled",)]


@pytest.fixture(scope="module")
def strata(wonder: Wonder) -> duckdb.DuckDBPyConnection:
    return wonder(
        "derived_hispanic_origin_2016.txt",
        "derived_cause_2016.txt",
        "paris_imr_by_prenatal_care_start__2007-2016.txt",
        "paris_birth_weight_state.csv",
        "mch_infant_mortality_census_00_10.txt",
        "mch_fetal_mortality_yearly_05_22.txt",
    )


@pytest.mark.parametrize(
    ("area", "kind", "stratum", "deaths", "births"),
    [
        ("US", "hispanic_origin", "mexican", 2_646, 535_993),
        ("US", "hispanic_origin", "puerto_rican", 431, 70_517),
        ("US", "hispanic_origin", "cuban", 85, 22_573),
        ("US", "hispanic_origin", "central_or_south_american", 623, 143_983),
        ("US", "hispanic_origin", "non_hispanic_white", 10_191, 2_094_054),
        ("US", "hispanic_origin", "non_hispanic_black", 6_536, 583_786),
        ("US", "hispanic_origin", "not_stated", 471, 36_292),
        ("US", "prenatal_care", "none", 1_600, 59_493),
        ("US-AL", "birth_weight", "under_500", 128, 160),
    ],
)
def test_groups_of_an_export_are_strata(
    strata: duckdb.DuckDBPyConnection,
    area: str,
    kind: str,
    stratum: str,
    deaths: int,
    births: int,
) -> None:
    rows = strata.execute(
        "SELECT numerator, denominator, value_status FROM rates.rates WHERE area_code = ? "
        "AND stratum_type = ? AND stratum = ? AND window_type = 'annual' AND rate IS NOT NULL",
        [area, kind, stratum],
    ).fetchall()
    assert rows == [(deaths, births, "ok")]


def test_one_label_of_several_causes_is_told_by_its_code(
    strata: duckdb.DuckDBPyConnection,
) -> None:
    rows = strata.execute(
        "SELECT stratum, count(*) FROM core.observations WHERE stratum_type = 'cause_icd' "
        "AND measure = 'infant_deaths' AND stratum LIKE 'By parent%' GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert rows == [("By parent (Y06.1)", 1), ("By parent (Y07.1)", 1)]


def test_printed_regions_are_areas(strata: duckdb.DuckDBPyConnection) -> None:
    rows = strata.execute(
        "SELECT value, period_start, period_end, area_type FROM core.observations "
        "JOIN core.areas USING (area_code, geography_vintage) "
        "WHERE area_code = 'US-CENS-R1' AND measure = 'infant_deaths'"
    ).fetchall()
    assert rows == [(40_097, dt.date(2001, 1, 1), dt.date(2010, 12, 31), "region")]


def test_fetal_deaths_are_counted(strata: duckdb.DuckDBPyConnection) -> None:
    rows = strata.execute(
        "SELECT year(period_end), value FROM core.observations WHERE measure = 'fetal_deaths' "
        "AND area_code = 'US' AND stratum_type = 'all' ORDER BY 1 LIMIT 2"
    ).fetchall()
    assert rows == [(2005, 25_894), (2006, 25_972)]
