"""Rates from a week of gestation on: sums, bounds, reliability, breaks in the coding of weeks."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from assets.rates.rates import build_rates
from assets.rates.targets import build_targets, target_definitions
from expectations.complaints import complaints
from expectations.relational import relational_rules
from expectations.suites import registry_table
from tests.component.rates.core_tables import CoreTables, one, printed_of, rates
from tests.component.rates.week_tables import (
    AREAS,
    HALVES,
    core_of,
    halves,
    rows_of,
    single_weeks,
    written,
)

ENGLAND, WALES, BOTH = AREAS["22"], AREAS["26"], AREAS["17"]
PRINTED = {"22": (10, 11, 12, 13), "26": (10, 11, 13, 15)}
"""Columns of the printed rates of all births and of the first three groups."""


@pytest.fixture(scope="module")
def weeks(shared_data: Path) -> duckdb.DuckDBPyConnection:
    """Rates of Tables 17, 22 and 26 of the workbook of 2022."""
    cells = {area: halves(rows_of(shared_data, sheet)) for sheet, area in list(AREAS.items())[1:]}
    con = written(core_of({BOTH: single_weeks(rows_of(shared_data, "17")), **cells}))
    build_rates(con)
    return con


def test_printed_rates_of_the_nations_by_weeks(
    weeks: duckdb.DuckDBPyConnection, shared_data: Path
) -> None:
    compared = 0
    for sheet, columns in PRINTED.items():
        rows = rows_of(shared_data, sheet)
        start = next(n for n, row in enumerate(rows) if row[0] == "Year")
        ours = {
            (row["period"], row["stratum"]): row
            for row in rates(
                weeks, f"area_code = '{AREAS[sheet]}' AND window_type = 'annual' "
                "AND measure = 'neonatal_mortality' AND stratum_type IN ('all', 'gestation')"
            )
        }  # fmt: skip
        for row in rows[start + 1 :]:
            for place, group in zip(columns, ("all", *HALVES), strict=False):
                if isinstance(row[place], float):
                    found = ours[str(row[0]).removesuffix(".0"), group]
                    assert Decimal(printed_of(found)) == Decimal(str(row[place])), (row[0], group)
                    compared += 1
    assert compared == 93


@pytest.mark.parametrize(
    ("area", "measure", "known", "lower", "upper"),
    [
        (ENGLAND, "neonatal_mortality", "1.4716", "1.4661", "1.8442"),
        (WALES, "neonatal_mortality", "1.5601", "1.5582", "1.8079"),
        (BOTH, "infant_mortality", "2.3395", "2.3310", "2.7490"),
    ],
)
def test_bounds_of_2022(
    weeks: duckdb.DuckDBPyConnection, area: str, measure: str, known: str, lower: str, upper: str
) -> None:
    row = _of(weeks, area, measure, "24_weeks", "2022")
    assert [_four(row[c]) for c in ("rate", "bound_lower", "bound_upper")] == [known, lower, upper]


@pytest.mark.parametrize(
    ("weeks_from", "births", "deaths", "infant", "neonatal", "still", "perinatal"),
    [
        ("known_weeks", 602_687, 2_102, "3.4877", "2.5602", "3.9779", "5.9197"),
        ("22_weeks", 602_382, 1_800, "2.9881", "2.0618", "3.9799", "5.4267"),
        ("24_weeks", 601_847, 1_408, "2.3395", "1.4771", "3.9834", "4.9598"),
        ("28_weeks", 599_851, 1_068, "1.7804", "1.0453", "2.7166", "3.4099"),
    ],
)
def test_england_and_wales_2022_from_every_week(
    weeks: duckdb.DuckDBPyConnection,
    weeks_from: str,
    births: int,
    deaths: int,
    infant: str,
    neonatal: str,
    still: str,
    perinatal: str,
) -> None:
    """Sums of the single weeks of Table 17, calculated apart from this code."""
    names = ("infant_mortality", "neonatal_mortality", "stillbirth", "perinatal_mortality")
    rows = [_of(weeks, BOTH, name, weeks_from, "2022") for name in names]
    assert [_four(row["rate"]) for row in rows] == [infant, neonatal, still, perinatal]
    assert (rows[0]["numerator"], rows[0]["denominator"]) == (deaths, births)


def test_more_than_a_tenth_of_unknown_weeks_is_unreliable(
    weeks: duckdb.DuckDBPyConnection,
) -> None:
    shares = {
        row["period"]: row
        for row in rates(
            weeks, f"area_code = '{ENGLAND}' AND stratum = '24_weeks' AND window_type = 'annual'"
        )
    }
    unreliable = {p for p, row in shares.items() if row["value_status"] == "unreliable"}
    assert unreliable == {"2020", "2022"}
    said = {p: round(100 * row["share_unknown"], 1) for p, row in shares.items()}
    assert (said["2020"], said["2021"], said["2022"]) == (13.4, 8.3, 12.7)
    assert all(3.4 <= said[str(year)] <= 5.9 for year in range(2010, 2020))
    assert "unknown_weeks: 12.7 percent" in shares["2022"]["status_reason"]


def test_a_change_in_the_coding_of_weeks_is_a_break(weeks: duckdb.DuckDBPyConnection) -> None:
    for kind, stratum in (("gestation_from", "24_weeks"), ("gestation", "24_and_over")):
        over = rates(
            weeks, f"area_code = '{ENGLAND}' AND stratum_type = '{kind}' "
            f"AND stratum = '{stratum}' AND value_status = 'series_break'"
        )  # fmt: skip
        assert {row["period"] for row in over} == {"2021-2022", "2020-2022", "2018-2022"}
        assert all("gestation_coding: deaths of unknown weeks went from 48 to 179"
                   in row["status_reason"] for row in over)  # fmt: skip
    assert not rates(weeks, "value_status = 'series_break' AND stratum_type = 'all'")
    assert not rates(weeks, f"value_status = 'series_break' AND area_code = '{WALES}'")


def test_the_ambition_for_newborn_babies_is_from_24_weeks_on(
    weeks: duckdb.DuckDBPyConnection,
) -> None:
    """Half of the rate of 2010, which Table 22 prints as 2.0, by 2025."""
    build_targets(weeks)
    rows = {
        str(row["period_end"])[:4]: row
        for row in rates(weeks, "window_type = 'annual'", "rates.targets")
        if row["target_id"] == "maternity_safety_ambition_2025_neonatal_24_weeks"
    }
    assert set(rows) == {str(year) for year in range(2010, 2023)}
    assert {(r["area_code"], r["stratum"], r["target_value"]) for r in rows.values()} == {
        (ENGLAND, "24_weeks", 1.0)
    }
    assert _four(rows["2010"]["rate"]) == "1.9696"
    assert not rows["2022"]["is_met"]
    achieved = 100 * (844 / 573_511 * 1000 - 2.0) / (1.0 - 2.0)
    assert rows["2022"]["share_achieved_percent"] == pytest.approx(achieved)
    said = {d.definition_id: d for d in target_definitions()}
    text = said["maternity_safety_ambition_2025_neonatal_24_weeks"].text
    assert text == "Target for neonatal mortality from 24 weeks of gestation on: 1 per 1,000"


def test_no_rule_is_broken(weeks: duckdb.DuckDBPyConnection) -> None:
    build_targets(weeks)
    found = complaints(weeks, ["rates.rates", "rates.targets"])
    assert [c.rule for c in found] == []


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("rates.rates", "SET bound_lower = rate + 1 WHERE bound_lower IS NOT NULL", "RATES-BOUNDS"),
        ("rates.rates", "SET share_unknown = 0.2 WHERE share_unknown IS NOT NULL", "RATES-BOUNDS"),
        ("rates.rates", "SET value_status = 'ok' WHERE value_status = 'series_break'",
         "RATES-WEEK-BREAKS"),
        ("core.observations", "SET value = 3000 WHERE stratum = 'unknown_weeks'", "CORE-WEEKS"),
    ],
)  # fmt: skip
def test_rules_find_what_is_wrong(
    weeks: duckdb.DuckDBPyConnection, table: str, change: str, rule: str
) -> None:
    (found,) = (r for r in relational_rules() if r.rule.rule_id == rule)
    query = f"SELECT count(*) FROM ({found.query(table, registry_table(table))}) WHERE offends"
    assert weeks.execute(query).fetchall() == [(0,)]
    weeks.execute("BEGIN")
    weeks.execute(f"UPDATE {table} {change}")
    assert weeks.execute(query).fetchall()[0][0] > 0
    weeks.execute("ROLLBACK")


def test_only_rates_from_a_week_on_have_bounds(weeks: duckdb.DuckDBPyConnection) -> None:
    bounded = rates(weeks, "bound_lower IS NOT NULL OR share_unknown IS NOT NULL")
    assert {row["stratum_type"] for row in bounded} == {"gestation_from"}
    assert not [r for r in bounded if r["stratum"] == "known_weeks" and r["bound_upper"]]
    assert not rates(weeks, "stratum IN ('unlinked', 'unknown_weeks')")


def _groups(core: CoreTables, measure: str, **values: float | None) -> None:
    """Add counts of Missouri 2020 by groups of weeks; ``None`` is withheld, 'all' the total."""
    for name, value in values.items():
        group = name.removeprefix("w")
        core.count(
            "US-MO", 2020, measure, value, status="ok" if value is not None else "suppressed",
            stratum=("all", "all") if group == "all" else ("gestation", group),
        )  # fmt: skip


def _built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = written(core)
    build_rates(con)
    return con


def test_unknown_weeks_that_nobody_states() -> None:
    """They are none where the known weeks are the total; otherwise nothing is known of them."""
    core = CoreTables()
    _groups(core, "live_births", wall=1000, wunder_24=10, w24_and_over=990)
    _groups(core, "infant_deaths", wall=30, wunder_24=5, w24_and_over=25)
    _groups(core, "neonatal_deaths", wall=24, wunder_24=4, w24_and_over=15)
    con = _built(core)
    sure = one(con, "measure = 'infant_mortality' AND stratum = '24_weeks'")
    assert sure["bound_lower"] == sure["rate"] == sure["bound_upper"]
    assert sure["share_unknown"] == 0
    unsure = one(con, "measure = 'neonatal_mortality' AND stratum = '24_weeks'")
    assert unsure["rate"] == pytest.approx(1000 * 15 / 990)
    assert unsure["bound_lower"] is unsure["share_unknown"] is None


def test_a_withheld_group_withholds_and_an_absent_one_is_not_zero() -> None:
    core = CoreTables()
    _groups(core, "live_births", w24_27=40, w28_31=60, w32_36=900, w37_41=9000, w42_and_over=50)
    _groups(core, "infant_deaths", w24_27=None, w28_31=20, w32_36=30, w37_41=40, w42_and_over=10)
    _groups(core, "neonatal_deaths", w24_27=10, w32_36=20, w37_41=30, w42_and_over=10)
    con = _built(core)
    withheld = one(con, "measure = 'infant_mortality' AND stratum = '24_weeks'")
    assert withheld["value_status"] == "suppressed"
    shown = one(con, "measure = 'infant_mortality' AND stratum = '28_weeks'")
    assert (shown["numerator"], shown["denominator"]) == (100, 10_010)
    assert not rates(con, "measure = 'neonatal_mortality' AND stratum_type = 'gestation_from'")


def test_a_figure_of_several_years_has_the_unknown_weeks_printed_beside_it() -> None:
    """Wales: Table 27 prints five years together, Table 26 each of them."""
    core = CoreTables()
    spans = [(year, 1) for year in range(2016, 2021)]
    five = ("several_years", "2016-01-01", "2020-12-31")
    for period, factor in [*spans, (five, 6)]:
        for measure, values in (("live_births", (900, 60)), ("infant_deaths", (20, 4))):
            for group, value in zip(("24_and_over", "not_stated"), values, strict=True):
                stratum = ("gestation", group)
                core.count("US-MO", period, measure, value * factor, stratum=stratum)
    con = _built(core)
    rows = {
        row["window_type"]: row
        for row in rates(con, "stratum = '24_weeks' AND period = '2016-2020'")
    }
    assert set(rows) == {"pooled", "rolling_5_year"}
    assert rows["pooled"]["numerator"] == 120
    assert rows["pooled"]["bound_upper"] == pytest.approx(1000 * 144 / (6 * 904))
    assert rows["rolling_5_year"]["numerator"] == 100
    assert rows["rolling_5_year"]["bound_upper"] == pytest.approx(1000 * 120 / (5 * 904))


def test_a_break_is_one_of_crossed_rates_too() -> None:
    core = CoreTables()
    for year, unknown in ((2019, 30), (2020, 100)):
        for measure, late in (("live_births", 9_000), ("infant_deaths", 90)):
            for group, value in (("24_and_over", late), ("not_stated", unknown)):
                core.count("US-MO", year, measure, value, stratum=("gestation", group))
            core.count(
                "US-MO", year, measure, late / 3,
                stratum=("gestation|race_bridged", "24_and_over|black"),
            )  # fmt: skip
    con = _built(core)
    over = rates(con, "period = '2019-2020' AND measure = 'infant_mortality'")
    assert {(row["stratum_type"], row["value_status"]) for row in over} == {
        (kind, "series_break")
        for kind in ("gestation", "gestation_from", "gestation|race_bridged",
                     "gestation_from|race_bridged")
    }  # fmt: skip


def test_what_is_crossed_with_weeks_is_summed_for_each_group() -> None:
    core = CoreTables()
    for measure, black, white in (("live_births", 400, 900), ("infant_deaths", 40, 30)):
        for race, value in (("black", black), ("white", white)):
            for group, share in (("under_24", 0.25), ("24_and_over", 0.5), ("not_stated", 0.25)):
                core.count(
                    "US-MO", 2020, measure, value * share,
                    stratum=("gestation|race_bridged", f"{group}|{race}"),
                )  # fmt: skip
    con = _built(core)
    row = one(
        con,
        "stratum_type = 'gestation_from|race_bridged' AND stratum = '24_weeks|black' "
        "AND measure = 'infant_mortality'",
    )
    assert (row["numerator"], row["denominator"]) == (20, 200)
    assert row["bound_lower"] == pytest.approx(1000 * 20 / 290)
    assert row["bound_upper"] == pytest.approx(1000 * 30 / 210)


def _of(
    con: duckdb.DuckDBPyConnection, area: str, measure: str, stratum: str, period: str
) -> dict[str, object]:
    return one(
        con,
        f"area_code = '{area}' AND measure = '{measure}' AND stratum = '{stratum}' "
        f"AND stratum_type = 'gestation_from' AND period = '{period}' AND window_type = 'annual'",
    )


def _four(value: object) -> str:
    return str(Decimal(str(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP))
