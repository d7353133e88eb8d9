"""Regions that users declare: the sum over all members, or nothing."""

from __future__ import annotations

import duckdb
import pytest

from assets.rates.builders import build_rates
from tests.component.rates.core_tables import CoreTables, one, rates


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    return con


def test_a_region_is_the_sum_over_its_members() -> None:
    # NCHS linked file 2010: Missouri 505 / 76,759 and Illinois 1,130 / 165,200.
    core = CoreTables()
    core.infant("US-MO", 2010, 505, 76759)
    core.infant("US-IL", 2010, 1130, 165200)
    core.region("X-TWO", ["US-MO", "US-IL"])
    row = one(built(core), "area_code = 'X-TWO' AND window_type = 'annual'")
    assert (row["numerator"], row["denominator"]) == (1635, 241959)
    assert row["area_type"] == "custom_region"
    assert row["country"] == "US"


def test_an_absent_member_leaves_the_region_missing_and_is_named() -> None:
    core = CoreTables()
    core.area("US-DC", name="District of Columbia")
    core.infant("US-MD", 2013, 400, 70000)
    core.infant("US-DC", 2013, 60, 9000)
    core.infant("US-MD", 2014, 410, 71000)
    core.infant("US-MD", 2015, 420, 71000)
    core.infant("US-DC", 2015, 61, 9000)
    core.region("X-TWO", ["US-MD", "US-DC"])
    con = built(core)
    row = one(con, "area_code = 'X-TWO' AND window_type = 'annual' AND year(period_end) = 2014")
    assert row["value_status"] == "missing"
    assert row["status_reason"] == "no figure for District of Columbia"
    assert row["numerator"] is None
    window = one(
        con, "area_code = 'X-TWO' AND window_type = 'rolling_3_year' AND year(period_end) = 2015"
    )
    assert window["value_status"] == "incomplete_window"
    assert "District of Columbia" in window["status_reason"]


def test_a_withheld_member_withholds_the_region() -> None:
    core = CoreTables()
    core.infant("A", 2020, 30, 5000)
    core.count("B", 2020, "infant_deaths", None, status="suppressed")
    core.count("B", 2020, "live_births", None, status="suppressed")
    core.region("X-AB", ["A", "B"])
    row = one(built(core), "area_code = 'X-AB' AND window_type = 'annual'")
    assert row["value_status"] == "suppressed"
    assert row["numerator"] is None


def test_a_member_without_deaths_is_not_counted_as_zero() -> None:
    core = CoreTables()
    core.infant("A", 2020, 30, 5000)
    core.infant("B", 2020, None, 4000)
    core.region("X-AB", ["A", "B"])
    row = one(built(core), "area_code = 'X-AB' AND window_type = 'annual'")
    assert (row["value_status"], row["rate"]) == ("missing", None)


def test_members_that_a_series_does_not_identify() -> None:
    core = CoreTables()
    for year in (2010, 2011):
        core.infant("US-MO", year, 505, 76759)
        core.infant("US", year, 24586, 3999386, kind="country", family="nchs_mortality")
    core.area("29069", "county", name="Dunklin County")
    core.area("29133", "county", name="Mississippi County")
    core.region("X-BOOTHEEL", ["29069", "29133"])
    found = rates(built(core), "area_code = 'X-BOOTHEEL' AND window_type = 'annual'")
    assert [(r["source_family"], r["value_status"]) for r in found] == [
        ("nchs_linked", "missing"),
    ]
    # A series that never has a figure says so once.
    assert found[0]["period"] == "2011"
    assert found[0]["status_reason"] == "the series identifies no member of the region"


def test_a_state_extract_fills_the_region() -> None:
    core = CoreTables()
    core.infant("US-MO", 2010, 505, 76759)
    options = {"family": "state_extract", "kind": "county"}
    core.infant("29069", 2010, 12, 600, **options)
    core.infant("29133", 2010, 10, 400, **options)
    core.region("X-BOOTHEEL", ["29069", "29133"])
    found = {
        r["source_family"]: r
        for r in rates(built(core), "area_code = 'X-BOOTHEEL' AND window_type = 'annual'")
    }
    assert found["state_extract"]["rate"] == 22
    assert found["nchs_linked"]["value_status"] == "missing"


def test_published_values_of_merged_authorities() -> None:
    # Health Index 2013-15: Cornwall with Scilly 72 / 16,464 = 4.373177843.
    core = CoreTables()
    options = {"family": "ons_registration", "kind": "unitary_authority", "vintage": "EW-2013"}
    for year, cornwall, scilly in ((2013, 24, 20), (2014, 24, 22), (2015, 24, 22)):
        core.infant("E06000052", year, cornwall, 5466, **options)
        core.infant("E06000053", year, 0, scilly + 2 * (year == 2013), **options)
    core.region("X-CORNWALL", ["E06000052", "E06000053"], vintage="EW-2013")
    row = one(
        built(core),
        "area_code = 'X-CORNWALL' AND window_type = 'rolling_3_year' AND rate IS NOT NULL",
    )
    assert (row["numerator"], row["denominator"]) == (72, 16464)
    assert round(row["rate"], 9) == 4.373177843


def test_members_count_on_the_boundaries_of_the_region_only() -> None:
    core = CoreTables()
    options = {"family": "ons_registration", "kind": "unitary_authority"}
    core.infant("E1", 2013, 30, 5000, vintage="EW-2013", **options)
    core.infant("E2", 2013, 30, 5000, vintage="EW-2013", **options)
    core.infant("E2", 2021, 30, 5000, vintage="EW-2021", **options)
    core.region("X-R", ["E1", "E2"], vintage="EW-2013")
    found = rates(built(core), "area_code = 'X-R' AND window_type = 'annual'")
    assert [(r["period_end"].year, r["value_status"]) for r in found] == [(2013, "ok")]


def test_groups_inside_a_region_are_summed_by_group() -> None:
    core = CoreTables()
    for area in ("A", "B"):
        for group, deaths in (("black", 30), ("white", 20)):
            core.infant(area, 2020, deaths, 3000, stratum=("race_bridged", group))
    core.region("X-AB", ["A", "B"])
    found = rates(built(core), "area_code = 'X-AB' AND window_type = 'annual'")
    assert {r["stratum"]: r["numerator"] for r in found} == {"black": 60, "white": 40}


REGISTERED = {
    "family": "ons_registration",
    "kind": "london_borough",
    "vintage": "EW-2023-04",
}
CITY, HACKNEY, BOTH = "E09000001", "E09000012", "E09000001, E09000012"


@pytest.fixture(scope="module")
def hackney() -> duckdb.DuckDBPyConnection:
    # ONS, deaths and births by area of usual residence, 2011 to 2014: the two areas are printed
    # jointly to 2012, births to 2013, and one by one after.
    core = CoreTables()
    core.infant(BOTH, 2011, 19, 4450, **REGISTERED)
    core.infant(BOTH, 2012, 30, 4585, **REGISTERED)
    core.infant(BOTH, 2013, None, 4500, **REGISTERED)
    core.infant(HACKNEY, 2013, 28, None, **REGISTERED)
    core.infant(CITY, 2013, 0, None, **REGISTERED)
    core.infant(HACKNEY, 2014, 18, 4377, **REGISTERED)
    core.infant(CITY, 2014, 0, 61, **REGISTERED)
    core.region("X-EW-HACKNEY-CITY", [CITY, HACKNEY], vintage="EW-2023-04")
    core.region("X-LONDON", [CITY, HACKNEY, "E09000002"], vintage="EW-2023-04")
    for year in (2011, 2012, 2013):
        core.infant("E09000002", year, 20, 3000, **REGISTERED)
    core.pool("ons_registration", "*", 2011, 2014)
    return built(core)


def test_joint_counts_stand_in_for_the_members(hackney: duckdb.DuckDBPyConnection) -> None:
    found = rates(hackney, "area_code = 'X-EW-HACKNEY-CITY' AND rate IS NOT NULL")
    counts = {
        (r["period_start"].year, r["period_end"].year): (r["numerator"], r["denominator"])
        for r in found
    }
    assert counts == {
        (2011, 2011): (19, 4450),
        (2012, 2012): (30, 4585),
        (2013, 2013): (28, 4500),
        (2014, 2014): (18, 4438),
        (2011, 2012): (49, 9035),
        (2012, 2013): (58, 9085),
        (2013, 2014): (46, 8938),
        (2011, 2013): (77, 13535),
        (2012, 2014): (76, 13523),
        (2011, 2014): (95, 17973),
    }
    windows = {(r["period_start"].year, r["period_end"].year): round(r["rate"], 3) for r in found}
    assert (windows[2011, 2013], windows[2012, 2014], windows[2011, 2014]) == (5.689, 5.620, 5.286)


def test_a_larger_region_takes_the_joint_counts_too(hackney: duckdb.DuckDBPyConnection) -> None:
    found = rates(hackney, "area_code = 'X-LONDON' AND window_type = 'annual'")
    assert [(r["numerator"], r["denominator"], r["status_reason"]) for r in found] == [
        (39, 7450, None),
        (50, 7585, None),
        (48, 7500, None),
    ]


def test_members_printed_one_by_one_stand_in_for_a_joint_member() -> None:
    # South West of England: Cornwall with Scilly is one member.
    core = CoreTables()
    core.area("E06000052, E06000053", "combined_authority_areas", "EW-2023-04", "Cornwall, Scilly")
    core.infant("E06000022", 2015, 10, 2000, **REGISTERED)
    core.infant("E06000052", 2015, 24, 5466, **REGISTERED)
    core.infant("E06000053", 2015, 0, 22, **REGISTERED)
    core.infant("E06000022", 2016, 10, 2000, **REGISTERED)
    core.infant("E06000052", 2016, 24, 5466, **REGISTERED)
    core.infant("E06000022", 2017, 11, 2000, **REGISTERED)
    core.infant("E06000052", 2017, 24, 5466, **REGISTERED)
    core.infant("E06000053", 2017, 0, 22, **REGISTERED)
    core.region("X-SW", ["E06000022", "E06000052, E06000053"], vintage="EW-2023-04")
    found = rates(built(core), "area_code = 'X-SW' AND window_type = 'annual'")
    assert [(r["numerator"], r["denominator"]) for r in found] == [
        (34, 7488),
        (None, None),
        (35, 7488),
    ]
    assert found[1]["status_reason"] == "no figure for Cornwall, Scilly"


def test_what_is_withheld_jointly_is_not_rebuilt() -> None:
    core = CoreTables()
    core.count(BOTH, 2013, "infant_deaths", None, status="suppressed", **REGISTERED)
    core.infant(BOTH, 2013, None, 4500, **REGISTERED)
    core.infant(HACKNEY, 2013, 28, None, **REGISTERED)
    core.infant(CITY, 2013, 2, None, **REGISTERED)
    core.region("X-EW-HACKNEY-CITY", [CITY, HACKNEY], vintage="EW-2023-04")
    row = one(built(core), "area_code = 'X-EW-HACKNEY-CITY' AND window_type = 'annual'")
    assert (row["value_status"], row["numerator"]) == ("suppressed", None)


def test_a_joint_count_beside_its_parts_is_not_counted_twice() -> None:
    core = CoreTables()
    core.infant(BOTH, 2014, 18, 4438, **REGISTERED)
    core.infant(HACKNEY, 2014, 18, 4377, **REGISTERED)
    core.infant(CITY, 2014, 0, 61, **REGISTERED)
    core.region("X-EW-HACKNEY-CITY", [CITY, HACKNEY], vintage="EW-2023-04")
    row = one(built(core), "area_code = 'X-EW-HACKNEY-CITY' AND window_type = 'annual'")
    assert (row["numerator"], row["denominator"]) == (18, 4438)
