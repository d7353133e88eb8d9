"""Nations side by side from the same week of gestation on, with what still differs."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import duckdb
import pytest

from assets.disclosure.published_tables import _of_shown
from assets.rates.comparisons.declared import comparisons, register
from assets.rates.rates import build_rates
from assets.schema.registry import table
from assets.state.warehouse import replace_table
from expectations.complaints import complaints
from tests.component.rates.core_tables import CoreTables, one, rates
from tests.component.rates.week_tables import written

BOTH, ENGLAND, WALES = "K04000001, J99000001", "E92000001", "W92000004"
LINKED = "ons_linked_births"
KINDS = {"US": "country", "US-MO": "state", BOTH: "country_group", ENGLAND: "country",
         WALES: "country"}  # fmt: skip
BY_WEEKS = {
    ("US", "nchs_linked"): (4_000_000, 30_000, 9_000, 17_000),
    ("US-MO", "nchs_linked"): (70_000, 500, 15, 300),
    (BOTH, LINKED): (600_000, 1_300, 690, 1_400),
    (WALES, LINKED): (28_000, 36, 25, 44),
}
"""Births from 24 weeks on and before, infant deaths before and from 24 weeks on, of 2020."""


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    core = CoreTables()
    for code, kind in KINDS.items():
        core.area(code, kind, "US" if code.startswith("US") else "EW")
    for (area, family), (late, early, early_deaths, late_deaths) in BY_WEEKS.items():
        values = {"live_births": (late, early), "infant_deaths": (late_deaths, early_deaths)}
        for measure, (after, before) in values.items():
            core.count(area, 2020, measure, after + before, family=family)
            for group, value in (("24_and_over", after), ("under_24", before)):
                core.count(
                    area, 2020, measure, value, family=family, stratum=("gestation", group),
                    status="suppressed" if (area, value) == (WALES, 44) else "ok",
                )  # fmt: skip
    core.infant("US", 2021, 20_000, 3_600_000, family="nchs_linked")
    con = written(core)
    build_rates(con)
    con.execute("CREATE TABLE published.rates AS SELECT * FROM rates.rates")
    register(con)
    replace_table(con, table("published.comparisons"), _of_shown(con, "comparisons"))
    return con


def _row(con: duckdb.DuckDBPyConnection, area: str, weeks: str, year: int = 2020) -> dict[str, Any]:
    return one(
        con,
        f"area_code = '{area}' AND gestation_from = '{weeks}' AND measure = 'infant_mortality' "
        f"AND period = '{year}' AND window_type = 'annual'",
        "published.comparisons",
    )


def test_an_area_is_compared_with_the_reference_from_the_same_week(
    con: duckdb.DuckDBPyConnection,
) -> None:
    row = _row(con, "US", "24_weeks")
    assert (row["numerator"], row["denominator"]) == (17_000, 4_000_000)
    assert row["reference_area_code"] == BOTH
    ratio = (17_000 / 4_000_000) / (1_400 / 600_000)
    error = sqrt(1 / 17_000 + 1 / 1_400 + 1 / 4_000_000)
    assert row["rate_ratio"] == pytest.approx(ratio)
    assert row["rate_ratio_lower_95"] == pytest.approx(ratio * exp(-1.959963984540054 * error))
    assert row["rate_difference"] == pytest.approx(4.25 - 1000 * 1_400 / 600_000)
    anyway = _row(con, "US", "any")
    assert anyway["numerator"] == 26_000
    assert anyway["rate_ratio"] != row["rate_ratio"]
    assert anyway["comparison_id"] != row["comparison_id"]
    assert _row(con, BOTH, "24_weeks")["comparison_id"] == row["comparison_id"]


def test_what_still_differs_is_said_topic_by_topic(con: duckdb.DuckDBPyConnection) -> None:
    said = _row(con, "US", "24_weeks")["still_differs"]
    assert said.startswith(
        "weeks of gestation: the obstetric estimate of the birth certificate; England and Wales: "
        "those of the birth notification"
    )
    assert "weighted for those that are not; England and Wales: deaths of the year, not" in said
    assert "residence: residents only; England and Wales: with births and deaths whose" in said
    assert "weeks of gestation" not in _row(con, "US", "any")["still_differs"]
    assert _row(con, BOTH, "any")["still_differs"].startswith("nothing")


def test_a_state_stands_beside_the_nations(con: duckdb.DuckDBPyConnection) -> None:
    row = _row(con, "US-MO", "24_weeks")
    assert row["comparison_id"] == _row(con, ENGLAND, "24_weeks")["comparison_id"]
    assert row["rate_ratio"] == pytest.approx((300 / 70_000) / (1_400 / 600_000))
    assert row["rate_ratio_lower_95"] < row["rate_ratio"] < row["rate_ratio_upper_95"]


def test_a_nation_without_a_figure_says_what_is_needed(con: duckdb.DuckDBPyConnection) -> None:
    england = _row(con, ENGLAND, "24_weeks")
    assert england["value_status"] == "missing"
    assert england["status_reason"].startswith("Needed: Counts by weeks of gestation that the ONS")
    assert england["rate"] is england["rate_ratio"] is england["still_differs"] is None
    needed = _row(con, BOTH, "any", 2021)["status_reason"]
    assert "ons_child_mortality" in needed
    assert not rates(
        con, "gestation_from = '24_weeks' AND period = '2021'", "published.comparisons"
    )


def test_a_withheld_figure_stays_withheld(con: duckdb.DuckDBPyConnection) -> None:
    wales = _row(con, WALES, "24_weeks")
    assert wales["value_status"] == "suppressed"
    assert wales["rate"] is wales["rate_difference"] is wales["source_family"] is None


def test_rules_of_the_table_hold_and_find_what_is_wrong(con: duckdb.DuckDBPyConnection) -> None:
    assert [c.rule for c in complaints(con, ["published.comparisons"])] == []
    con.execute("BEGIN")
    con.execute(
        "UPDATE published.comparisons SET gestation_from = '28_weeks' "
        "WHERE area_code = 'US' AND gestation_from = '24_weeks'"
    )
    con.execute(
        "UPDATE published.comparisons SET rate_ratio = 9 WHERE area_code = 'US-MO' "
        "AND gestation_from = 'any'"
    )
    con.execute(f"UPDATE published.comparisons SET rate = 1 WHERE area_code = '{ENGLAND}'")
    found = {c.rule for c in complaints(con, ["published.comparisons"])}
    con.execute("ROLLBACK")
    assert found == {
        "COMPARISONS-AS-RATES", "COMPARISONS-COMPLETE", "COMPARISONS-RATIO", "COMPARISONS-WITHHELD",
    }  # fmt: skip


def test_every_nation_and_measure_has_a_need_and_every_topic_a_source() -> None:
    said = comparisons()
    assert all(entry["source"] for entry in said["differs"])
    names = {area["name"] for area in said["areas"]}
    for name in names:
        whens = {n["when"] for n in said["needs"] if name in n["areas"] and "measures" not in n}
        assert whens == {"any", "weeks"}, name
