"""A Fingertips export beside the counts of the ONS workbooks: from the files to the verdict."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.archive.intake import take_in
from assets.archive.refresh import refresh
from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.archive.vintage import Origin
from assets.core import declarations
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import DATASETS, dataset
from assets.rates.rates import build_rates
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from assets.state.warehouse import connect
from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table
from tools.samples.ohid.fingertips_sample import HEADER

ORIGIN = Origin("https://example.org/x", "2024-05-01T00:00:00+00:00", "Open Government Licence")
FINGERTIPS = dataset("fingertips_infant_mortality")
# Sums of the infant deaths registered and live births that ONS printed for 2012, 2013 and 2014;
# no export of OHID for these years is at hand. Limits: exact and Byar's by hand.
ENGLAND = ("E92000001", 2870 + 2611 + 2548, 694241 + 664517 + 661496)
ADUR = ("E07000223", 1 + 5 + 2, 775 + 758 + 692)
# Bournemouth, Poole and Christchurch, merged in 2019: old periods are recast on the new area.
BOURNEMOUTH = (
    "E06000058",
    (6 + 7 + 1) + (8 + 4 + 1) + (5 + 4 + 0),
    (2348 + 1670 + 418) + (2366 + 1622 + 417) + (2224 + 1647 + 378),
)
# Printed under Cornwall's code for Cornwall with the Isles of Scilly, which ONS prints as one.
CORNWALL = ("E06000052", 32 + 26 + 21, 5721 + 5605 + 5447)
# Merged in 2021: only the boundary set of the years has the code, the declared one has not.
CORBY = ("E07000150", 5 + 3 + 3, 959 + 931 + 913)
ROWS = (ENGLAND, ADUR, BOURNEMOUTH, CORNWALL, CORBY)


def export(path: Path, rows: tuple[tuple[str, int, int], ...]) -> Path:
    """Write an export in which every area is repeated under two parents."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, restval="", lineterminator="\r\n")
        writer.writeheader()
        for code, deaths, births in rows:
            for parent in ("E92000001", "E12000009"):
                writer.writerow(
                    {
                        "Indicator ID": "92196",
                        "Indicator Name": "Infant mortality rate",
                        "Parent Code": parent,
                        "Area Code": code,
                        "Area Name": code,
                        "Area Type": "Districts & UAs (from Apr 2023)",
                        "Sex": "Persons",
                        "Age": "<1 yr",
                        "Time period": "2012 - 14",
                        "Value": f"{1000 * deaths / births:.10f}",
                        "Count": deaths,
                        "Denominator": births,
                        "Recent Trend": "No significant change",
                        "Time period Sortable": "20120000",
                    }
                )
        for code, note in (
            ("E06000053", "Value suppressed for disclosure control due to small count"),
            ("E09000001", ""),
        ):
            writer.writerow(
                {
                    "Indicator ID": "92196", "Indicator Name": "Infant mortality rate",
                    "Area Code": code, "Area Name": code, "Sex": "Persons", "Age": "<1 yr",
                    "Area Type": "Districts & UAs (from Apr 2023)", "Time period": "2012 - 14",
                    "Value": "-1", "Count": "-1", "Value note": note,
                }
            )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("home")).create()
    for name in ("ons_deaths_by_area", "ons_births_by_area"):
        assert not refresh(made, dataset(name), profile="sample").failed
    return made


@pytest.fixture(scope="module")
def con(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    file = export(tmp_path_factory.mktemp("given") / "fingertips.csv", ROWS)
    assert take_in(home, FINGERTIPS, file, ORIGIN).status == "new"
    with connect(home.warehouse) as opened:
        for table in tables_of(Layer.STAGING):
            build_staging_table(opened, home, table, DATASETS)
        declarations.build_areas(opened)
        declarations.build_region_members(opened)
        declarations.build_series_breaks(opened)
        declarations.build_pools(opened)
        build_vintages(opened, home, DATASETS)
        build_counts(opened)
        build_rates(opened)
        yield opened


def reconciled(con: duckdb.DuckDBPyConnection) -> Finding:
    (rule,) = [r for r in rules_of("rates.rates") if r.rule.rule_id == "RECONCILE-FINGERTIPS"]
    (finding,) = run(con, [rule], "rates.rates", registry_table("rates.rates"))
    assert not finding.error, finding.error
    return finding


def test_every_row_is_accounted_for(con: duckdb.DuckDBPyConnection) -> None:
    finding = reconciled(con)
    assert finding.observed == (
        "compared 5, equal 4, explained 1, unexplained 0; explained by: 1 COMBINED-AREA; "
        "not compared: 1 printed as missing, 1 printed as suppressed"
    )
    (row,) = finding.explained
    assert (row["area_code"], row["reason"]) == (
        "E06000052",
        "Fingertips prints it for Cornwall and Isles of Scilly.",
    )


def test_each_area_is_kept_once_on_the_boundaries_of_its_code(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = con.execute(
        "SELECT area_code, geography_vintage, period_type, period_start::VARCHAR, "
        "period_end::VARCHAR, numerator, denominator, decimals, status FROM core.printed_rates "
        "WHERE dataset_id = 'fingertips_infant_mortality' ORDER BY area_code"
    ).fetchall()
    period = ("3_years", "2012-01-01", "2014-12-31")
    assert rows == [
        ("E06000052", "EW-2023-04", *period, 79, 16773, 10, "ok"),
        ("E06000053", "EW-2023-04", *period, None, None, 10, "suppressed"),
        ("E06000058", "EW-2023-04", *period, 36, 13090, 10, "ok"),
        ("E07000150", "EW-2020-04", *period, 11, 2803, 10, "ok"),
        ("E07000223", "EW-2023-04", *period, 8, 2225, 10, "ok"),
        ("E09000001", "EW-2023-04", *period, None, None, 10, "missing"),
        ("E92000001", "EW", *period, 8029, 2020254, 10, "ok"),
    ]


def test_no_count_of_ours_comes_from_fingertips(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT count(*) FROM core.observations WHERE dataset_id = 'fingertips_infant_mortality'"
    ).fetchall()
    assert rows == [(0,)]


def test_a_difference_in_the_tenth_decimal_place_is_unexplained(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("BEGIN").fetchall()
    try:
        con.execute(
            "UPDATE core.printed_rates SET rate = rate + 1e-8 WHERE area_code = 'E07000223' "
            "AND dataset_id = 'fingertips_infant_mortality'"
        ).fetchall()
        (row,) = reconciled(con).rows
    finally:
        con.execute("ROLLBACK").fetchall()
    assert row["area_code"] == "E07000223"
