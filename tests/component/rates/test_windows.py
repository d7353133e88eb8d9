"""Windows of years and months: complete or nothing, gaps and breaks never bridged."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.core.declarations import build_series_breaks
from assets.rates.builders import build_rates
from tests.component.rates.core_tables import CoreTables, one, rates

NUMBERS = (
    "numerator",
    "denominator",
    "rate",
    "rate_text",
    "ci_lower_95",
    "ci_upper_95",
    "ci_lower_998",
    "ci_upper_998",
    "ci_method",
    "relative_standard_error",
    "rate_eb",
    "mean_of_rates",
    "band",
    "funnel",
)
SHOWN = ("ok", "unreliable")


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    return con


def by_end_year(con: duckdb.DuckDBPyConnection, window_type: str) -> dict[int, dict]:
    return {r["period_end"].year: r for r in rates(con, f"window_type = '{window_type}'")}


def test_a_gap_is_never_bridged() -> None:
    core = CoreTables()
    for year, deaths, births in (
        (2007, 6, 1000),
        (2000, 5, 1000),
        (2001, 7, 1100),
        (2003, 4, 900),
        (2006, 6, 1000),
        (2005, 6, 1000),
    ):
        core.infant("A", year, deaths, births)
    core.infant("A", 2002, None, 1000)
    found = by_end_year(built(core), "rolling_3_year")
    # Of 2002 and 2004 there is no figure: what begins or ends there is no row.
    assert sorted(found) == [2003, 2005, 2007]
    assert found[2007]["rate"] == 6.0
    assert found[2007]["period_start"] == date(2005, 1, 1)
    for year in (2003, 2005):
        assert found[year]["value_status"] == "incomplete_window"
        assert found[year]["status_reason"].startswith("2 of 3 periods have figures")
        assert all(found[year][column] is None for column in NUMBERS)


def test_every_year_between_the_first_and_the_last_has_a_row() -> None:
    core = CoreTables()
    core.infant("A", 2010, 30, 5000)
    core.infant("A", 2013, 30, 5000)
    found = by_end_year(built(core), "annual")
    assert {y: r["value_status"] for y, r in found.items()} == {
        2010: "ok",
        2011: "missing",
        2012: "missing",
        2013: "ok",
    }
    assert found[2011]["status_reason"] == "no figures for the year"


# ONS child mortality 2022, table 1: live births and infant deaths of England, Wales and elsewhere.
EW = {
    2014: (695233, 2517),
    2015: (697852, 2578),
    2016: (696271, 2651),
    2017: (679106, 2636),
    2018: (657076, 2488),
    2019: (640370, 2390),
    2020: (613936, 2226),
    2021: (624828, 2323),
    2022: (605479, 2349),
}


def test_pooled_values_of_england_and_wales() -> None:
    core = CoreTables()
    for year, (births, deaths) in EW.items():
        core.infant("EW", year, deaths, births, family="ons_occurrence", kind="country_group")
    core.pool("ons_occurrence", "EW", 2018, 2022)
    core.pool("ons_occurrence", "*", 2014, 2015)
    core.pool("ons_registration", "*", 2014, 2015)
    con = built(core)
    found = by_end_year(con, "rolling_3_year")
    for end, deaths, births, value in (
        (2016, 7746, 2089356, 3.707362),
        (2018, 7775, 2032453, 3.825427),
        (2020, 7104, 1911382, 3.716682),
        (2022, 6898, 1844243, 3.740288),
    ):
        assert (found[end]["numerator"], found[end]["denominator"]) == (deaths, births)
        assert round(found[end]["rate"], 6) == value
    assert min(found) == 2016
    pooled = by_end_year(con, "pooled")
    assert sorted(pooled) == [2015, 2022]
    assert pooled[2022]["numerator"] == by_end_year(con, "rolling_5_year")[2022]["numerator"]
    assert pooled[2022]["period_start"] == date(2018, 1, 1)
    assert pooled[2015]["numerator"] == 2517 + 2578


def test_the_mean_of_rates_is_another_number() -> None:
    # NCHS: 2008 28,059 / 4,247,694 and 2009 26,412 / 4,130,665: pooled 6.501392, mean 6.499915.
    core = CoreTables()
    core.infant("US", 2008, 28059, 4247694, family="nchs_mortality", kind="country")
    core.infant("US", 2009, 26412, 4130665, family="nchs_mortality", kind="country")
    core.pool("nchs_mortality", "US", 2008, 2009)
    con = built(core)
    for window in ("rolling_2_year", "pooled"):
        row = by_end_year(con, window)[2009]
        assert round(row["rate"], 6) == 6.501392
        assert round(row["mean_of_rates"], 6) == 6.499915
    assert by_end_year(con, "annual")[2009]["mean_of_rates"] is None


def test_reliability_follows_the_sum_and_not_the_years() -> None:
    core = CoreTables()
    core.infant("A", 2019, 10, 2000)
    core.infant("A", 2020, 10, 2000)
    con = built(core)
    assert by_end_year(con, "annual")[2020]["value_status"] == "unreliable"
    assert by_end_year(con, "rolling_2_year")[2020]["value_status"] == "ok"


@pytest.mark.parametrize("area", ["A", "*"])
def test_a_window_over_a_break_is_no_figure(area: str) -> None:
    core = CoreTables()
    for year in range(1990, 1997):
        core.infant("A", year, 50, 6000)
    core.series_break("nchs_linked", area, 1993)
    core.pool("nchs_linked", "A", 1990, 1996)
    con = built(core)
    status = {y: r["value_status"] for y, r in by_end_year(con, "rolling_3_year").items()}
    broken = "series_break"
    assert status == {1992: "ok", 1993: broken, 1994: broken, 1995: "ok", 1996: "ok"}
    row = by_end_year(con, "pooled")[1996]
    assert row["value_status"] == "series_break"
    assert "1993: counted otherwise" in row["status_reason"]
    assert all(row[column] is None for column in NUMBERS)
    assert by_end_year(con, "annual")[1993]["value_status"] == "ok"


@pytest.mark.parametrize("before", [None, "missing", "suppressed"])
def test_only_a_window_with_figures_on_both_sides_is_over_a_break(before: str | None) -> None:
    core = CoreTables()
    if before is not None:
        core.count("A", 1994, "infant_deaths", None, status=before)
        core.count("A", 1994, "live_births", 6000)
    for year in range(1995, 1998):
        core.infant("A", year, 50, 6000)
    core.series_break("nchs_linked", "*", 1995)
    core.pool("nchs_linked", "A", 1994, 1997)
    con = built(core)
    status = {y: r["value_status"] for y, r in by_end_year(con, "rolling_3_year").items()}
    pooled = [r["value_status"] for r in by_end_year(con, "pooled").values()]
    if before == "suppressed":
        assert status == {1996: "series_break", 1997: "ok"}
        assert pooled == ["series_break"]
    else:
        # Before its first figure a series has no windows.
        assert (status, pooled) == ({1997: "ok"}, [])


def test_a_break_of_another_measure_or_series_does_not_count() -> None:
    core = CoreTables()
    for year in (2000, 2001):
        core.infant("A", year, 50, 6000)
    core.series_break("nchs_linked", "*", 2001, measure="stillbirth")
    core.series_break("nchs_mortality", "*", 2001)
    assert by_end_year(built(core), "rolling_2_year")[2001]["value_status"] == "ok"


DECLARED = [
    # Coding of maternal deaths (National Vital Statistics Reports 49-2 and 69-2).
    ("nchs_mortality", "maternal_mortality", ("maternal_deaths", "live_births"), 1999),
    ("nchs_mortality", "maternal_mortality", ("maternal_deaths", "live_births"), 2018),
    # Period files follow birth cohorts.
    ("nchs_linked", "infant_mortality", ("infant_deaths", "live_births"), 1995),
    ("nchs_linked", "neonatal_mortality", ("neonatal_deaths", "live_births"), 1995),
    ("nchs_linked", "postneonatal_mortality", ("postneonatal_deaths", "live_births"), 1995),
    # Stillbirths from 24 weeks instead of 28.
    ("ons_occurrence", "stillbirth", ("stillbirths", "live_births"), 1993),
]


@pytest.fixture(scope="module")
def with_declared_breaks() -> duckdb.DuckDBPyConnection:
    """Two years before and two from each break, and infant deaths about one of maternal deaths."""
    counted = {
        (family, year, count): value
        for family, _, counts, first_year in DECLARED
        for year in range(first_year - 2, first_year + 2)
        for count, value in zip(counts, (700, 3800000), strict=True)
    }
    counted |= {("nchs_mortality", year, "infant_deaths"): 22000 for year in (2017, 2018)}
    core = CoreTables()
    for (family, year, count), value in counted.items():
        core.count("US", year, count, value, family=family, kind="country")
    con = core.write()
    build_series_breaks(con)
    build_rates(con)
    return con


@pytest.mark.parametrize(("family", "measure", "counts", "first_year"), DECLARED)
def test_declared_breaks_are_not_bridged(
    with_declared_breaks: duckdb.DuckDBPyConnection,
    family: str, measure: str, counts: tuple[str, str], first_year: int,
) -> None:  # fmt: skip
    found = rates(
        with_declared_breaks,
        f"source_family = '{family}' AND measure = '{measure}' AND window_type = 'rolling_2_year' "
        f"AND year(period_end) BETWEEN {first_year - 1} AND {first_year + 1}",
    )
    assert [r["value_status"] for r in found] == ["ok", "series_break", "ok"]
    assert f"a break in {first_year}: " in found[1]["status_reason"]


def test_maternal_deaths_do_not_break_infant_deaths(
    with_declared_breaks: duckdb.DuckDBPyConnection,
) -> None:
    row = one(
        with_declared_breaks,
        "source_family = 'nchs_mortality' AND measure = 'infant_mortality' "
        "AND window_type = 'rolling_2_year' AND year(period_end) = 2018",
    )
    assert row["value_status"] == "ok"


def test_withheld_missing_and_zero_stay_different() -> None:
    core = CoreTables()
    core.infant("zero", 2020, 0, 900)
    core.infant("gone", 2020, None, 900)
    core.count("held", 2020, "infant_deaths", None, status="suppressed")
    core.count("held", 2020, "live_births", None, status="suppressed")
    core.count("blank", 2020, "infant_deaths", None, status="missing")
    core.count("blank", 2020, "live_births", 900)
    core.infant("empty", 2020, 0, 0)
    found = {r["area_code"]: r for r in rates(built(core), "window_type = 'annual'")}
    assert {a: r["value_status"] for a, r in found.items()} == {
        "zero": "unreliable",
        "gone": "missing",
        "held": "suppressed",
        "blank": "missing",
        "empty": "missing",
    }
    assert found["zero"]["rate"] == 0
    assert found["empty"]["status_reason"] == "no births"
    assert found["gone"]["status_reason"] == "no figure for infant deaths"
    for area in ("gone", "held", "blank", "empty"):
        assert all(found[area][column] is None for column in NUMBERS)


def test_a_withheld_year_withholds_its_windows() -> None:
    core = CoreTables()
    for year in (2018, 2020, 2021):
        core.infant("A", year, 30, 5000)
    core.count("A", 2019, "infant_deaths", None, status="suppressed")
    core.count("A", 2019, "live_births", 5000)
    found = by_end_year(built(core), "rolling_2_year")
    assert {y: r["value_status"] for y, r in found.items()} == {
        2019: "suppressed",
        2020: "suppressed",
        2021: "ok",
    }


def test_provisional_spreads_to_every_window_that_contains_it() -> None:
    core = CoreTables()
    for year in (2020, 2021, 2022):
        core.infant("A", year, 30, 5000, provisional=year == 2021)
    con = built(core)
    assert [r["is_provisional"] for r in by_end_year(con, "annual").values()] == [
        False,
        True,
        False,
    ]
    assert by_end_year(con, "rolling_2_year")[2022]["is_provisional"]


def test_an_area_that_changes_its_code_is_not_joined_up() -> None:
    core = CoreTables()
    core.infant("E07000100", 2011, 30, 5000, family="ons_registration", vintage="EW-2009")
    core.infant("E07000240", 2012, 30, 5000, family="ons_registration", vintage="EW-2012")
    assert rates(built(core), "window_type = 'rolling_2_year'") == []


counts = st.one_of(
    st.tuples(st.just("ok"), st.integers(0, 60), st.integers(1, 5000)),
    st.tuples(st.sampled_from(["suppressed", "missing", "absent"]), st.just(0), st.just(0)),
)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(counts, min_size=1, max_size=9), min_size=20, max_size=30))
def test_windows_are_the_sum_of_their_years(areas: list[list[tuple[str, int, int]]]) -> None:
    core = CoreTables()
    core.infant("Z", 1999, 1, 1000)
    for n, years in enumerate(areas):
        for offset, (status, deaths, births) in enumerate(years):
            if status == "absent":
                continue
            core.count(f"A{n}", 2000 + offset, "infant_deaths", deaths, status=status)
            core.count(f"A{n}", 2000 + offset, "live_births", births, status=status)
        core.pool("nchs_linked", f"A{n}", 2000, 1999 + len(years))
    found = rates(built(core), "area_code <> 'Z'")
    counted = {f"A{n}" for n, years in enumerate(areas) if {s for s, _, _ in years} - {"absent"}}
    assert {row["area_code"] for row in found} == counted
    for row in found:
        _is_the_sum_of(row, areas[int(row["area_code"][1:])])


def _is_the_sum_of(row: dict[str, Any], years: list[tuple[str, int, int]]) -> None:
    states = {2000 + n: status for n, (status, _, _) in enumerate(years)}
    span = range(row["period_start"].year, row["period_end"].year + 1)
    parts = [states.get(year, "absent") for year in span]
    if "suppressed" in parts:
        expected = {"suppressed"}
    elif set(parts) != {"ok"}:
        expected = {"missing"} if len(parts) == 1 else {"incomplete_window"}
    else:
        expected = set(SHOWN)
    assert row["value_status"] in expected
    if row["value_status"] not in SHOWN:
        assert all(row[column] is None for column in NUMBERS)
        assert row["status_reason"]
        return
    deaths = sum(years[year - 2000][1] for year in span)
    births = sum(years[year - 2000][2] for year in span)
    assert (row["numerator"], row["denominator"]) == (deaths, births)
    assert row["rate"] == pytest.approx(1000 * deaths / births, rel=1e-15)
    assert row["ci_lower_998"] <= row["ci_lower_95"] <= row["rate"]
    assert row["rate"] <= row["ci_upper_95"] <= row["ci_upper_998"]


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.integers(0, 500), min_size=4, max_size=8), min_size=5, max_size=9))
def test_adjacent_windows_differ_by_the_years_that_enter_and_leave(areas: list[list[int]]) -> None:
    core = CoreTables()
    for n, deaths in enumerate(areas):
        for offset, value in enumerate(deaths):
            core.infant(f"A{n}", 2000 + offset, value, 10000)
    con = built(core)
    for n, deaths in enumerate(areas):
        found = rates(con, f"area_code = 'A{n}' AND window_type = 'rolling_3_year'")
        sums = {row["period_end"].year: row["numerator"] for row in found}
        for first, second in pairwise(range(2002, 2000 + len(deaths))):
            assert sums[second] - sums[first] == deaths[second - 2000] - deaths[first - 2002]


def test_the_order_of_the_rows_does_not_matter() -> None:
    forwards, backwards = CoreTables(), CoreTables()
    values = [(year, 24.1 + year / 7, 5000) for year in range(2000, 2010)]
    for core, rows in ((forwards, values), (backwards, values[::-1])):
        for year, deaths, births in rows:
            core.infant("A", year, deaths, births)
            core.infant("B", year, deaths / 3, births)
    assert rates(built(forwards), "area_code = 'A'") == rates(built(backwards), "area_code = 'A'")


def test_one_row_per_key() -> None:
    core = CoreTables()
    for year in range(2000, 2006):
        core.infant("A", year, 30, 5000)
    core.pool("nchs_linked", "A", 2000, 2002)
    core.pool("nchs_linked", "*", 2000, 2002)
    con = built(core)
    keys = (
        "source_family, measure, area_code, geography_vintage, stratum_type, stratum, "
        "window_type, period_start, period_end"
    )
    twice = con.execute(f"SELECT {keys} FROM rates.rates GROUP BY ALL HAVING count(*) > 1")
    assert twice.fetchall() == []
    assert one(con, "window_type = 'pooled'")["numerator"] == 90
