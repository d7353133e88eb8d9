"""Printed rates are compared with ours wherever the counts are here; every row is accounted for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from expectations import waivers
from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table

Row = dict[str, object]
Put = Callable[[str, Sequence[Mapping[str, object]]], None]
NAME = "rates.rates"
PERINATAL = {"perinatal_deaths": 4992, "live_births": 596122, "stillbirths": 3372}
"""England and Wales 2002, ONS child mortality (death cohort) 2022, Table 1; printed rate: 8."""


def series(measure: str, **more: object) -> Row:
    base: Row = {
        "source_family": "ons_occurrence",
        "area_code": "K04",
        "geography_vintage": "EW",
        "period_type": "year",
        "period_start": dt.date(2022, 1, 1),
        "period_end": dt.date(2022, 12, 31),
        "measure": measure,
        "stratum_type": "all",
        "stratum": "all",
        "window_type": "annual",
        "rate_per": 1000,
    }
    return base | more


def counts(values: Mapping[str, float], **more: object) -> list[Row]:
    return [series(m, value=v, status="ok", **more) for m, v in values.items()]


def printed(measure: str, rate: float | None, decimals: int = 1, **more: object) -> Row:
    return series(measure, rate=rate, decimals=decimals, status="ok") | more


def ours(measure: str, numerator: float, denominator: float, **more: object) -> Row:
    rate = 1000 * numerator / denominator
    return series(measure, numerator=numerator, denominator=denominator, rate=rate) | more


def found(con: duckdb.DuckDBPyConnection) -> Finding:
    rules = [r for r in rules_of(NAME) if r.rule.rule_id == "RECONCILE-PRINTED"]
    (finding,) = run(con, rules, NAME, registry_table(NAME))
    assert not finding.error, finding.error
    return finding


@pytest.mark.parametrize(
    ("deaths", "live", "rate", "decimals", "offending"),
    [
        (7, 1120, 6.3, 1, 0),  # a tie, rounded up in 2011 …
        (7, 1120, 6.2, 1, 0),  # … and down in 2018
        (7, 1120, 6.4, 1, 1),
        (7, 1119, 6.2, 1, 1),  # 6.2556
        (2349, 605479, 3.9, 1, 0),
        (2349, 605479, 3.88, 2, 0),
        (2349, 605479, 3.89, 2, 1),
        (2349, 605479, None, 1, 1),
    ],
)
def test_half_a_unit_of_the_last_printed_place(
    con: duckdb.DuckDBPyConnection,
    put: Put,
    deaths: float,
    live: float,
    rate: float | None,
    decimals: int,
    offending: int,
) -> None:
    put("core.observations", counts({"infant_deaths": deaths, "live_births": live}))
    put("core.printed_rates", [printed("infant_mortality", rate, decimals)])
    put(NAME, [ours("infant_mortality", deaths, live)])
    assert (found(con).compared, found(con).offending) == (1, offending)


def test_a_difference_shows_both_figures_and_is_explained_by_a_waiver(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.observations", counts(PERINATAL))
    put("core.printed_rates", [printed("perinatal_mortality", 8)])
    put(NAME, [ours("perinatal_mortality", 4992, 596122 + 3372)])
    finding = found(con)
    (row,) = finding.rows
    assert row["observed"] == "printed 8"
    assert row["expected"] == "8.327022 = 1000 × 4992 / 599494"
    assert row["difference"] == pytest.approx(-0.327022, abs=1e-9)
    assert finding.observed == "compared 1, equal 0, explained 0, unexplained 1"
    waiver = waivers.Waiver(
        waiver_id="W-8",
        rule_id="RECONCILE-PRINTED",
        table=NAME,
        match={"measure": frozenset({"perinatal_mortality"})},
        reason="Printed as a whole number.",
        evidence="Table 1",
        owner="data-engineering",
        expires=dt.date(2030, 1, 1),
    )
    (explained,) = waivers.apply([finding], [waiver], NAME, dt.date(2026, 1, 1)).findings
    assert explained.observed == "compared 1, equal 0, explained 1, unexplained 0"
    assert explained.rows == ()
    (listed,) = explained.waived
    assert listed == {**row, "waiver_id": "W-8", "reason": "Printed as a whole number."}


@pytest.mark.parametrize(
    ("deaths", "births", "rate", "reason"),
    [
        (28_025, 4_089_950, 6.8, "ROUNDED-TWICE"),  # 2003: 6.8522, by way of 6.85
        (24_586, 3_999_386, 6.2, "ROUNDED-TWICE"),  # 2010: 6.1474, by way of 6.15
        (24_586, 3_999_386, 6.1, ""),
        (28_025, 4_089_950, 6.7, None),
        (24_586, 3_999_386, 6.3, None),
    ],
)
def test_a_rate_that_nchs_rounded_twice_is_explained(
    con: duckdb.DuckDBPyConnection,
    put: Put,
    deaths: float,
    births: float,
    rate: float,
    reason: str | None,
) -> None:
    """Printed in epev-k6ss; deaths of CDC WONDER D77, births of final natality."""
    family = {"source_family": "nchs_mortality", "dataset_id": "nchs_rates_1915"}
    put("core.observations", counts({"infant_deaths": deaths, "live_births": births}, **family))
    put("core.printed_rates", [printed("infant_mortality", rate, **family)])
    put(NAME, [ours("infant_mortality", deaths, births, source_family="nchs_mortality")])
    assert explained_by(found(con)) == reason
    put("core.printed_rates", [printed("infant_mortality", rate, source_family="nchs_mortality")])
    assert explained_by(found(con)) == ("" if reason == "" else None)


@pytest.mark.parametrize(
    ("rate", "reason"), [(5.54, ""), (5.64, "PROVISIONAL-COUNTS"), (5.83, None), (5.25, None)]
)
def test_a_quarterly_estimate_is_explained_within_five_per_cent(
    con: duckdb.DuckDBPyConnection, put: Put, rate: float, reason: str | None
) -> None:
    """The 12 months ending March 2019: 20,900 of 3,771,000 in hmz2-vwda, 5.64 in jqwm-z2g9."""
    family = {
        "source_family": "nchs_provisional",
        "dataset_id": "nchs_vsrr_quarterly",
        "period_type": "12_months_ending",
        "window_type": "rolling_12_month",
    }
    put("core.observations", counts({"infant_deaths": 20_900, "live_births": 3_771_000}, **family))
    put("core.printed_rates", [printed("infant_mortality", rate, 2, **family)])
    put(NAME, [ours("infant_mortality", 20_900, 3_771_000, **family)])
    assert explained_by(found(con)) == reason


@pytest.mark.parametrize(
    ("area", "rate", "reason"),
    [("N92000002", 4.0, "OTHER-BIRTHS"), ("N92000002", 3.9, None), ("S92000003", 4.0, None)],
)
def test_northern_ireland_prints_rates_on_other_births(
    con: duckdb.DuckDBPyConnection, put: Put, area: str, rate: float, reason: str | None
) -> None:
    """ONS child mortality 2021, Table 2: 89 stillbirths, 20,108 live births, 4.0 per 1,000."""
    there = {"area_code": area}
    put("core.observations", counts({"stillbirths": 89, "live_births": 20_108}, **there))
    put("core.printed_rates", [printed("stillbirth", rate, **there)])
    put(NAME, [ours("stillbirth", 89, 20_197, **there)])
    assert explained_by(found(con)) == reason


def explained_by(finding: Finding) -> str | None:
    """Return the known reason of the only comparison, '' where it is equal, None without one."""
    assert finding.compared == 1
    if finding.offending:
        return None
    return str(finding.explained[0]["explained_by"]) if finding.explained else ""


def test_a_rate_that_we_fail_to_compute_is_a_difference(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.printed_rates", [printed("perinatal_mortality", 8.3)])
    nothing: Row = {"rate": None, "numerator": None, "denominator": None, "value_status": "missing"}
    for rows in ([], [ours("perinatal_mortality", 1, 1) | nothing]):
        put(NAME, rows)
        put("core.observations", counts(PERINATAL))
        assert (found(con).compared, found(con).offending) == (1, 1)
        assert found(con).rows[0]["expected"] == "no rate of ours"
        put("core.observations", counts({**PERINATAL}, area_code="E92"))
        assert found(con).observed == "nothing to compare; not compared: 1 without the counts"


def test_withheld_rates_are_counted_and_not_compared(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    statuses = ["not_calculated", "suppressed", "missing", "missing", "unreliable"]
    years = [
        {"period_start": dt.date(y, 1, 1), "period_end": dt.date(y, 12, 31)}
        for y in range(2018, 2023)
    ]
    put("core.observations", counts({"infant_deaths": 7, "live_births": 1120}, **years[4]))
    put(
        "core.printed_rates",
        [
            printed("infant_mortality", 6.3 if s == "unreliable" else None, status=s) | year
            for s, year in zip(statuses, years, strict=True)
        ],
    )
    put(NAME, [ours("infant_mortality", 7, 1120, **year) for year in years])
    assert found(con).observed == (
        "compared 1, equal 1, explained 0, unexplained 0; not compared: 2 printed as missing, "
        "1 printed as not_calculated, 1 printed as suppressed"
    )


@pytest.mark.parametrize(
    ("period_type", "window_type", "compared"),
    [
        ("12_months_ending", "rolling_12_month", 1),
        ("12_months_ending", "annual", 0),
        ("year", "rolling_12_month", 0),
        ("quarter", "annual", 0),
    ],
)
def test_windows_are_those_that_the_producer_prints(
    con: duckdb.DuckDBPyConnection, put: Put, period_type: str, window_type: str, compared: int
) -> None:
    put("core.observations", [])
    put("core.printed_rates", [printed("infant_mortality", 6.3, period_type=period_type)])
    put(NAME, [ours("infant_mortality", 7, 1120, window_type=window_type)])
    assert (found(con).compared, found(con).offending) == (compared, 0)


def test_a_period_for_which_we_compute_no_rate_is_no_difference(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put(
        "core.observations",
        counts({"infant_deaths": 7, "live_births": 1120}, period_type="quarter"),
    )
    put("core.printed_rates", [printed("infant_mortality", 6.3, period_type="quarter")])
    put(NAME, [])
    assert found(con).offending == 0
    assert "1 for periods without a rate of ours" in found(con).observed


def test_rates_per_another_number_are_brought_to_one(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.observations", [])
    put("core.printed_rates", [printed("infant_mortality", 625, 0, rate_per=100_000)])
    put(NAME, [ours("infant_mortality", 7, 1120)])
    assert (found(con).compared, found(con).offending) == (1, 0)
