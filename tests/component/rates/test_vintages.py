"""Extracts that the counts of a rate come from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from assets.rates.rates import build_rates
from assets.schema.registry import table
from assets.state.warehouse import replace_table
from expectations.relational import rules_of, run
from expectations.suites import registry_table
from tests.component.rates.core_tables import CoreTables, one, rates

LAST_MONTHS = ("12_months_ending", "2020-07-01", "2021-06-30")


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    core = CoreTables()
    for area in ("US-MO", "US-KS"):
        for year in (2018, 2019, 2020):
            if (area, year) != ("US-KS", 2019):
                core.infant(area, year, 400, 70000)
                core.observations[-1]["vintage_id"] = f"births@{year}"
                core.observations[-2]["vintage_id"] = f"{area}@1"
    core.infant("US-MO", LAST_MONTHS, 390, 69000)
    core.observations[-1]["vintage_id"] = core.observations[-2]["vintage_id"] = "months@1"
    core.region("X-BOTH", ["US-MO", "US-KS"])
    with closing(core.write()) as made:
        build_rates(made)
        spec = table("published.sources")
        values = ", ".join(f"('{v}')" for v in {str(o["vintage_id"]) for o in core.observations})
        columns = ", ".join(c if c == "vintage_id" else f"NULL AS {c}" for c in spec.column_names)
        listed = f"SELECT {columns} FROM (VALUES {values}) AS v(vintage_id)"
        replace_table(made, spec, listed, schema="published")
        made.execute("CREATE TABLE published.rates AS FROM rates.rates").fetchall()
        yield made


@pytest.mark.parametrize(
    ("area", "window", "period", "vintages"),
    [
        ("US-MO", "annual", "2019", "US-MO@1 births@2019"),
        ("US-MO", "rolling_3_year", "2018-2020", "US-MO@1 births@2018 births@2019 births@2020"),
        ("US-KS", "rolling_3_year", "2018-2020", None),
        ("US-KS", "annual", "2020", "US-KS@1 births@2020"),
        ("US-MO", "rolling_12_month", "12 months to 2021-06", "months@1"),
        ("X-BOTH", "annual", "2020", "US-KS@1 US-MO@1 births@2020"),
        ("US-KS", "annual", "2019", None),
    ],
)
def test_a_rate_names_the_extracts_of_all_its_counts(
    con: duckdb.DuckDBPyConnection, area: str, window: str, period: str, vintages: str | None
) -> None:
    where = f"area_code = '{area}' AND window_type = '{window}' AND period = '{period}'"
    assert one(con, where)["vintages"] == vintages


def broken(con: duckdb.DuckDBPyConnection) -> int:
    rules = [r for r in rules_of("published.rates") if r.rule.rule_id == "RATES-VINTAGES"]
    (found,) = run(con, rules, "published.rates", registry_table("published.rates"))
    assert not found.error and found.compared
    return found.offending


def test_an_extract_that_is_not_in_use_is_found(con: duckdb.DuckDBPyConnection) -> None:
    assert broken(con) == 0
    for wrong in ("NULL", "'US-MO@1 births@1999'"):
        con.execute("BEGIN").fetchall()
        con.execute(
            f"UPDATE published.rates SET vintages = {wrong} WHERE value_status = 'ok'"
        ).fetchall()
        assert broken(con) == 1
        con.execute("ROLLBACK").fetchall()
    assert rates(con, "vintages = 'months@1'")
