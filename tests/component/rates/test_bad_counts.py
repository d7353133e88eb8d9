"""Counts that must stop the build, and odd ones that must not."""

from __future__ import annotations

from itertools import product

import pytest

from assets.rates.builders import build_rates
from assets.rates.inputs import RatesInputError
from assets.state.warehouse import in_memory
from tests.component.rates.core_tables import CoreTables, rates


def test_absent_core_tables_are_named() -> None:
    with pytest.raises(RatesInputError, match=r"core\.observations, core\.areas.* not found"):
        build_rates(in_memory())


def test_a_series_of_another_country_is_named() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, 408, 69285)
    core.observations[0]["source_family"] = "ons_occurrence"
    with pytest.raises(RatesInputError, match="it is not about: ons_occurrence in US. Correct"):
        build_rates(core.write())


def test_a_failed_build_leaves_the_last_table() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, 408, 69285)
    con = core.write()
    build_rates(con)
    con.execute("UPDATE core.observations SET source_family = 'ons_occurrence'")
    with pytest.raises(RatesInputError):
        build_rates(con)
    assert rates(con, "window_type = 'annual'")[0]["numerator"] == 408


def test_many_offenders_are_counted_and_not_all_listed() -> None:
    core = CoreTables()
    for number in range(9):
        core.infant(f"A{number}", 2020, 1, 100)
        core.observations[-1]["source_family"] = f"series_{number}"
    with pytest.raises(RatesInputError, match="and 4 more"):
        build_rates(core.write())


def test_no_counts_make_an_empty_table() -> None:
    con = CoreTables().write()
    assert build_rates(con) == 0
    assert rates(con) == []


def test_one_area_and_one_year() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, 408, 69285)
    con = core.write()
    # A window of several years would begin before the series.
    assert build_rates(con) == 1
    shown = rates(con, "rate IS NOT NULL")
    assert [r["window_type"] for r in shown] == ["annual"]
    assert shown[0]["rate_eb"] is None


def test_all_withheld() -> None:
    core = CoreTables()
    for area, year in product(("A", "B"), (2018, 2019, 2020)):
        for measure in ("infant_deaths", "live_births"):
            core.count(area, year, measure, None, status="suppressed")
    con = core.write()
    build_rates(con)
    assert {r["value_status"] for r in rates(con, "window_type = 'annual'")} == {"suppressed"}
    assert {r["value_status"] for r in rates(con, "window_type = 'rolling_3_year'")} == {
        "suppressed"
    }


def test_all_zero() -> None:
    core = CoreTables()
    for area in ("A", "B", "C"):
        core.infant(area, 2020, 0, 1000)
    con = core.write()
    build_rates(con)
    found = rates(con, "window_type = 'annual'")
    assert {(r["rate"], r["rate_eb"], r["funnel"]) for r in found} == {(0, None, "not_significant")}


def test_births_without_any_deaths_in_the_source_are_no_rate() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, None, 69285)
    con = core.write()
    assert build_rates(con) == 0


def test_temporary_tables_are_gone_afterwards() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, 408, 69285)
    con = core.write()
    build_rates(con)
    left = con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'rate\\_%' "
        "ESCAPE '\\'"
    ).fetchall()
    assert left == []
