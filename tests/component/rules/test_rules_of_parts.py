"""Rules on why two rates differ, and on periods of risk."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.component.rules.test_relational_rates import Put, Row, offending

_WINDOW = {
    "source_family": "ons_linked_births",
    "geography_vintage": "2023",
    "window_type": "annual",
    "period_start": date(2022, 1, 1),
    "period_end": date(2022, 12, 31),
}


def test_both_rates_of_a_pair_are_those_of_the_table_of_rates(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    def rate(area: str, value: float) -> Row:
        return {
            **_WINDOW, "area_code": area, "measure": "neonatal_mortality", "stratum_type": "all",
            "stratum": "all", "rate": value,
        }  # fmt: skip

    put("published.rates", [rate("E92000001", 2.9), rate("W92000004", 2.7)])
    pair: Row = {
        **rate("E92000001", 2.9),
        "pair_id": "england_wales",
        "dimension": "gestation",
        "factor": "difference",
        "part": 0.2,
        "deaths": 1685.0,
        "reference_source_family": "ons_linked_births",
        "reference_area_code": "W92000004",
        "reference_geography_vintage": "2023",
        "reference_stratum": "all",
        "reference_period_start": date(2022, 1, 1),
        "reference_period_end": date(2022, 12, 31),
        "reference_rate": 2.7,
        "reference_deaths": 1500.0,
    }
    rule_id, name = "DECOMPOSITIONS-RATES", "published.decompositions"
    assert offending(con, put, rule_id, name, [pair]) == 0
    # Deaths that stand in no group may be lacking, no more.
    assert offending(con, put, rule_id, name, [{**pair, "rate": 2.9 * 1.005}]) == 0
    assert offending(con, put, rule_id, name, [{**pair, "rate": 3.0}]) == 1
    assert offending(con, put, rule_id, name, [{**pair, "reference_rate": 2.6}]) == 1
    assert offending(con, put, rule_id, name, [{**pair, "reference_area_code": "S92000003"}]) == 1


@pytest.mark.parametrize("name", ["rates.perinatal_periods", "published.perinatal_periods"])
def test_periods_of_risk_add_up_to_all(con: duckdb.DuckDBPyConnection, put: Put, name: str) -> None:
    def period(of_risk: str, deaths: float | None) -> Row:
        return {
            **_WINDOW, "area_code": "K04000001", "reference_period_end": date(2010, 12, 31),
            "period_of_risk": of_risk, "deaths": deaths,
            "rate": deaths and deaths / 100, "excess_deaths": deaths and deaths - 10,
        }  # fmt: skip

    parts = [period(p, d) for p, d in (("maternal_health", 40.0), ("infant_health", 30.0))]
    whole = {**period("all", 70.0), "excess_deaths": 50.0}
    rule_id = "PERINATAL-PERIODS-SUM"
    assert offending(con, put, rule_id, name, [*parts, whole]) == 0
    for wrong in ({"deaths": 71.0}, {"rate": 0.71}, {"excess_deaths": 51.0}):
        assert offending(con, put, rule_id, name, [*parts, {**whole, **wrong}]) == 1
    assert offending(con, put, rule_id, name, parts) == 1
    # What carries no number says nothing about a sum.
    assert offending(con, put, rule_id, name, [period("all", None), *parts, whole]) == 0
