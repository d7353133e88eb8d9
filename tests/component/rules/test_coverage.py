"""Coverage: nothing that was there may silently disappear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from expectations import coverage
from expectations.rule import Finding
from expectations.suites import registry_table

Rows = list[dict[str, object]]
Put = Callable[[str, Sequence[Mapping[str, object]]], None]


def counts(*areas: str, year: int = 2020) -> Rows:
    return [
        {
            "area_code": area,
            "geography_vintage": "US",
            "period_type": "year",
            "period_start": dt.date(year, 1, 1),
            "period_end": dt.date(year, 12, 31),
        }
        for area in areas
    ]


@pytest.fixture(autouse=True)
def _areas(put: Put) -> None:
    put(
        "core.areas",
        [
            {"area_code": c, "geography_vintage": "US", "area_type": "state"}
            for c in ("US-MO", "US-KS")
        ],
    )


def look(con: duckdb.DuckDBPyConnection, name: str = "core.observations") -> Finding:
    finding = coverage.finding(con, name, registry_table(name))
    assert not finding.error, finding.error
    return finding


def record(con: duckdb.DuckDBPyConnection, name: str = "core.observations") -> None:
    coverage.record(con, name, registry_table(name), "hash")


def test_the_first_time_there_is_nothing_to_compare_with(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.observations", counts("US-MO"))
    finding = look(con)
    assert finding.offending == 0
    assert "has not passed before" in finding.observed


def test_an_area_or_a_year_that_disappears_is_named(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.observations", [*counts("US-MO", "US-KS"), *counts("US-MO", year=2019)])
    record(con)
    assert (look(con).compared, look(con).offending) == (2, 0)
    put("core.observations", [*counts("US-MO"), *counts("US-MO", year=2019)])
    (row,) = look(con).rows
    assert (row["area_type"], row["period_start"]) == ("state", dt.date(2020, 1, 1))
    assert (row["observed"], row["expected"]) == ("1 rows", "at least 2 rows")
    put("core.observations", counts("US-MO", "US-KS"))
    assert look(con).rows[0]["observed"] == "0 rows"


def test_more_rows_are_no_loss_and_become_the_new_mark(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.observations", counts("US-MO"))
    record(con)
    put("core.observations", counts("US-MO", "US-KS"))
    assert look(con).offending == 0
    record(con)
    put("core.observations", counts("US-MO"))
    assert look(con).offending == 1


def test_tables_are_kept_apart(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    put("core.observations", counts("US-MO"))
    record(con)
    put("rates.rates", [{"area_type": "county"}])
    assert "has not passed before" in look(con, "rates.rates").observed
    record(con, "rates.rates")
    put("rates.rates", [{"area_type": "state"}])
    assert [r["area_type"] for r in look(con, "rates.rates").rows] == ["county"]
    assert look(con).offending == 0


def test_another_basis_has_its_own_mark(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    name, table = "core.observations", registry_table("core.observations")
    past = "sample 2020-06-01"
    put(name, counts("US-MO", "US-KS"))
    coverage.record(con, name, table, "hash", "sample")
    put(name, counts("US-MO"))
    assert "has not passed before" in coverage.finding(con, name, table, past).observed
    coverage.record(con, name, table, "hash", past)
    assert coverage.finding(con, name, table, "sample").offending == 1
    assert coverage.finding(con, name, table, past).offending == 0
    put(name, counts("US-MO", year=2019))
    assert coverage.finding(con, name, table, past).offending == 1


def test_a_record_of_before_there_was_a_basis_is_not_compared_with(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    put("core.observations", counts("US-MO", "US-KS"))
    record(con)
    con.execute(f"ALTER TABLE {coverage.COVERAGE_TABLE} DROP COLUMN basis").fetchall()
    put("core.observations", counts("US-MO"))
    name = "core.observations"
    found = coverage.finding(con, name, registry_table(name), "sample")
    assert "has not passed before" in found.observed


def withdrawn(put: Put, *vintages: str) -> None:
    put("core.vintages", [{"vintage_id": v} for v in vintages])


def test_rows_of_a_withdrawn_extract_are_not_lost(con: duckdb.DuckDBPyConnection, put: Put) -> None:
    def given(*areas: str, vintage: str, family: str = "nchs_linked") -> Rows:
        return [{**r, "source_family": family, "vintage_id": vintage} for r in counts(*areas)]

    other = given("US-MO", "US-KS", vintage="v@2", family="nchs_mortality")
    withdrawn(put, "v@1", "v@2")
    put("core.observations", [*given("US-MO", vintage="v@1"), *other])
    record(con)
    put("core.observations", other)
    assert look(con).offending == 1, "the extract is still in the archive"
    withdrawn(put, "v@2")
    finding = look(con)
    assert finding.offending == 0
    assert "not compared: 1 extract, region or method taken out" in finding.observed
    put("core.observations", other[:1])
    assert look(con).offending == 1, "other series are held against the record as before"


def test_a_region_that_is_declared_no_more_is_not_lost(
    con: duckdb.DuckDBPyConnection, put: Put
) -> None:
    region = {"region_code": "X-A", "geography_vintage": "US", "member_code": "US-MO"}
    put("core.region_members", [region])
    rows: Rows = [{"area_type": "custom_region"}, {"area_type": "state"}]
    put("rates.rates", rows)
    record(con, "rates.rates")
    put("rates.rates", rows[1:])
    assert look(con, "rates.rates").offending == 1
    put("core.region_members", [{**region, "region_code": "X-B"}])
    assert look(con, "rates.rates").offending == 0
    put("rates.rates", rows[:1])
    assert [r["area_type"] for r in look(con, "rates.rates").rows] == ["state"]


def test_rates_after_a_change_of_method_are_not_lost(
    con: duckdb.DuckDBPyConnection, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn(put, "x")
    put("rates.rates", [{"area_type": "state"}])
    record(con, "rates.rates")
    put("core.observations", counts("US-MO"))
    record(con)
    put("rates.rates", [])
    put("core.observations", [])
    monkeypatch.setattr(coverage, "METHOD_VERSION", "99.0.0")
    assert look(con, "rates.rates").offending == 0
    assert look(con).offending == 1, "a method makes no count"
