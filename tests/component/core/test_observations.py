"""From the bundled samples to counts: figures as published, series apart, states kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.archive.refresh import refresh
from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.core.corrections import CorrectionError, apply_corrections, load_corrections
from assets.core.declarations import build_areas
from assets.core.geography.arriving_areas import judge_areas
from assets.core.observations.counts import build_counts, merger_needs
from assets.producers import nchs
from assets.producers.catalogue import DATASETS
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from assets.state.warehouse import connect, sql_of


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    home = Home(tmp_path_factory.mktemp("home")).create()
    for dataset in DATASETS:
        outcome = refresh(home, dataset, profile="sample", judges=(judge_areas, judge_strata))
        assert not outcome.failed, outcome.lines
    with connect(home.warehouse) as con:
        for table in tables_of(Layer.STAGING):
            build_staging_table(con, home, table, DATASETS)
        build_areas(con)
        build_vintages(con, home, DATASETS)
        build_counts(con)
        yield con


def count(
    con: duckdb.DuckDBPyConnection, family: str, area: str, year: int, measure: str, **more: str
) -> float | None:
    where = " AND ".join(f"{k} = '{v}'" for k, v in more.items())
    rows = con.execute(
        "SELECT value FROM core.observations WHERE source_family = ? AND area_code = ? "
        "AND year(period_end) = ? AND measure = ? AND period_type = 'year' "
        + (f"AND {where}" if where else "AND stratum_type = 'all'"),
        [family, area, year, measure],
    ).fetchall()
    assert len(rows) == 1, rows
    return rows[0][0]


@pytest.mark.parametrize(
    ("family", "area", "year", "measure", "published", "source"),
    [
        ("nchs_linked", "US-MO", 2008, "infant_deaths", 578, "NVSR 60-5, linked file"),
        ("nchs_linked", "US-MO", 2023, "live_births", 67_123, "CDC WONDER D159"),
        ("nchs_linked", "US", 2020, "infant_deaths", 19_578, "CDC WONDER D159, Total row"),
        ("nchs_mortality", "US", 2010, "infant_deaths", 24_586, "CDC WONDER D77"),
        ("nchs_mortality", "US", 2008, "live_births", 4_247_694, "NVSR, final natality"),
        ("ons_occurrence", "K04000001, J99000001", 2017, "infant_deaths", 2_636, "cim2022 T1"),
        ("ons_occurrence", "E92000001", 2022, "live_births", 577_046, "cim2022 T3"),
        ("ons_occurrence", "E92000001", 2018, "infant_deaths", 2_370, "cms2018 T3"),
        ("ons_occurrence", "E92000001", 2023, "live_births", 563_561, "birth registrations 2023"),
        ("ons_registration", "K04000001, J99000001", 2011, "infant_deaths", 3_154, "deaths area"),
    ],
)
def test_published_figures_arrive(
    warehouse: duckdb.DuckDBPyConnection,
    family: str,
    area: str,
    year: int,
    measure: str,
    published: int,
    source: str,
) -> None:
    assert count(warehouse, family, area, year, measure) == published, source


def test_linked_and_mortality_deaths_are_two_series(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert count(warehouse, "nchs_linked", "US", 2010, "infant_deaths") == 24_572
    assert count(warehouse, "nchs_mortality", "US", 2010, "infant_deaths") == 24_586


def test_strata_stand_beside_the_total(warehouse: duckdb.DuckDBPyConnection) -> None:
    black = count(
        warehouse,
        "nchs_linked",
        "US",
        2010,
        "infant_deaths",
        stratum_type="hispanic_origin",
        stratum="non_hispanic_black",
    )
    assert black == 6_758
    decile = count(
        warehouse,
        "ons_occurrence",
        "E92000001",
        2022,
        "infant_deaths",
        stratum_type="deprivation_decile",
        stratum="1",
    )
    assert decile == 471


def test_a_printed_dash_is_zero_and_keeps_its_text(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "SELECT value, status FROM core.observations WHERE source_family = 'ons_registration' "
        "AND trim(raw_text) = '-' AND measure = 'infant_deaths'"
    ).fetchall()
    assert rows
    assert set(rows) == {(0.0, "ok")}


def test_value_and_status_agree(warehouse: duckdb.DuckDBPyConnection) -> None:
    wrong = warehouse.execute(
        "SELECT count(*) FROM core.observations WHERE (value IS NOT NULL) <> (status = 'ok')"
    ).fetchall()
    assert wrong == [(0,)]


def test_the_newest_vintage_is_used_and_the_revision_remembered(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    revised = warehouse.execute(
        "SELECT previous_value, value, measure, period_end FROM core.revisions"
    ).fetchall()
    assert revised == [(3_611_000.0, 3_614_000.0, "live_births", dt.date(2020, 12, 31))]
    used = warehouse.execute(
        "SELECT value, rounded_to, is_provisional FROM core.observations WHERE "
        "source_family = 'nchs_provisional' AND area_code = 'US' AND measure = 'live_births' "
        "AND period_type = '12_months_ending' AND period_end = '2020-12-31'"
    ).fetchall()
    assert used == [(3_614_000.0, 1000, True)]


def test_months_that_left_the_rolling_window_stay(warehouse: duckdb.DuckDBPyConnection) -> None:
    months = warehouse.execute(
        "SELECT count(*), min(period_start) FROM core.observations WHERE area_code = 'US-MO' "
        "AND source_family = 'nchs_provisional' AND period_type = 'month'"
    ).fetchall()
    assert months == [(15, dt.date(2020, 1, 1))]


def test_provisional_state_births_sum_to_the_documented_year(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    total = warehouse.execute(
        "SELECT sum(value) FROM core.observations WHERE area_code = 'US-MO' AND "
        "source_family = 'nchs_provisional' AND period_type = 'month' "
        "AND year(period_end) = 2020 AND measure = 'live_births'"
    ).fetchall()
    assert total == [(69_183.0,)], "sources: 2020 provisional Missouri births, 12 months"


@pytest.mark.parametrize(
    ("year", "area", "deaths", "births", "source"),
    [
        ("2013", "E06000052, E06000053", 26, 5_605, "deaths and births by area 2013"),
        ("2022", "E06000063", 9, None, "Allerdale + Carlisle + Copeland, cim2022 Table 3"),
    ],
)
def test_counts_stand_on_the_declared_boundaries_too(
    warehouse: duckdb.DuckDBPyConnection,
    year: str,
    area: str,
    deaths: int,
    births: int | None,
    source: str,
) -> None:
    rows = dict(
        warehouse.execute(
            "SELECT measure, value FROM core.observations WHERE geography_vintage = 'EW-2023-04' "
            f"AND area_code = ? AND year(period_end) = {year} "
            "AND measure IN ('infant_deaths', 'live_births')",
            [area],
        ).fetchall()
    )
    assert rows["infant_deaths"] == deaths, source
    if births is not None:
        assert rows["live_births"] == births


def test_merged_areas_are_the_sum_of_their_published_predecessors(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """BCP 2013-14 registered infant deaths and births, from the three old authorities."""
    merged = warehouse.execute(
        "SELECT sum(value) FROM core.observations WHERE area_code = 'E06000058' AND "
        "geography_vintage = 'EW-2023-04' AND source_family = 'ons_registration' AND "
        "measure = 'infant_deaths'"
    ).fetchall()
    old = warehouse.execute(
        "SELECT sum(value) FROM core.observations WHERE area_code IN ('E06000028', 'E06000029', "
        "'E07000048') AND source_family = 'ons_registration' AND measure = 'infant_deaths'"
    ).fetchall()
    assert merged == old
    assert merged[0][0] > 0


def test_every_predecessor_is_needed_for_a_merger() -> None:
    needed = {(r["geography_vintage"], r["successor"]): int(r["members"]) for r in merger_needs()}
    assert needed["EW-2013-04", "E06000058"] == 3
    assert needed["EW-2021-04", "E06000065"] == 7
    assert needed["EW-2021-04", "E06000001"] == 1


def test_printed_rates_are_kept_with_their_marks(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = dict(
        warehouse.execute(
            "SELECT area_code, status FROM core.printed_rates WHERE measure = 'infant_mortality' "
            "AND year(period_end) = 2022 AND source_family = 'ons_occurrence' "
            "AND area_code IN ('E06000047', 'E06000005', 'E12000001', 'J99000001')"
        ).fetchall()
    )
    assert rows == {
        "E06000047": "unreliable",
        "E06000005": "not_calculated",
        "E12000001": "ok",
        "J99000001": "not_applicable",
    }


def test_rates_of_national_series_are_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    """epev-k6ss 2010: infant 6.2, neonatal 4.0; jqwm-z2g9, 12 months to 2018 Q3: 5.7 for 5.70."""
    rows = warehouse.execute(
        "SELECT source_family, period_type, period_start, measure, rate, decimals "
        "FROM core.printed_rates WHERE (dataset_id, period_end) IN "
        "(('nchs_rates_1915', '2010-12-31'), ('nchs_vsrr_quarterly', '2018-09-30')) ORDER BY ALL"
    ).fetchall()
    october = dt.date(2017, 10, 1)
    assert rows == [
        ("nchs_mortality", "year", dt.date(2010, 1, 1), "infant_mortality", 6.2, 1),
        ("nchs_mortality", "year", dt.date(2010, 1, 1), "neonatal_mortality", 4.0, 1),
        ("nchs_provisional", "12_months_ending", october, "infant_mortality", 5.7, 2),
        ("nchs_provisional", "12_months_ending", october, "neonatal_mortality", 3.79, 2),
        ("nchs_provisional", "12_months_ending", october, "postneonatal_mortality", 1.9, 2),
    ]


def test_rates_by_race_stand_for_groups_since_births_are_by_race_of_mother(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """ddsk-zebd has the race of the child to 1979, and 'Black ' with a blank in 2013."""
    given = [
        ("All Races", 1979),
        ("White", 1979),
        ("White", 1980),
        ("Black ", 2013),
        ("Other", 2013),
    ]
    warehouse.execute("BEGIN").fetchall()
    try:
        for row, (race, year) in enumerate(given):
            warehouse.execute(
                "INSERT INTO staging.nchs_series BY NAME SELECT 'nchs_rates_by_race_1915' AS "
                "dataset_id, 'v' AS vintage_id, '' AS source_sheet, 11.0 AS value, "
                "'Infant Mortality Rate' AS source_column, "
                "? AS source_row, ? AS indicator, ? AS period",
                [row + 1, race, str(year)],
            ).fetchall()
        series = sql_of(nchs.__file__, "sql/nchs_series")
        rows = warehouse.execute(
            f"SELECT stratum_type, stratum, period_start FROM ({series}) WHERE vintage_id = 'v' "
            "ORDER BY source_row"
        ).fetchall()
    finally:
        warehouse.execute("ROLLBACK").fetchall()
    assert rows == [
        ("all", "all", dt.date(1979, 1, 1)),
        ("race_bridged", "white", dt.date(1980, 1, 1)),
        ("race_bridged", "black", dt.date(2013, 1, 1)),
    ]


def test_rates_of_fingertips_stand_apart_with_limits_and_counts(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """OHID Fingertips 92196: 13 rates of 17 rows, since areas repeat under every parent."""
    rows = warehouse.execute(
        "SELECT area_code, geography_vintage, period_start, period_end, rate, ci_lower_95, "
        "ci_upper_95, ci_lower_998, numerator, denominator, decimals, status "
        "FROM core.printed_rates WHERE period_type = '3_years' AND area_code IN "
        "('E07000150', 'E92000001') ORDER BY area_code, period_start"
    ).fetchall()
    span = (dt.date(2016, 1, 1), dt.date(2018, 12, 31))
    older = (dt.date(2015, 1, 1), dt.date(2017, 12, 31))
    assert rows == [
        ("E07000150", "EW-2020-04", *span, 3.1535, 1.442, 5.9863, None, 9, 2854, 4, "ok"),
        ("E92000001", "EW", *older, 3.9172, 3.8304, 4.0055, None, 7734, 1974348, 4, "ok"),
        ("E92000001", "EW", *span, 3.9306, 3.8427, 4.0199, None, 7608, None, 4, "ok"),
    ]
    totals = warehouse.execute(
        "SELECT (SELECT count(*) FROM core.printed_rates WHERE dataset_id LIKE 'fingertips%'), "
        "(SELECT count(*) FROM core.observations WHERE dataset_id LIKE 'fingertips%')"
    ).fetchall()
    assert totals == [(13, 0)]


CORRECTION = """\
- id: TEST
  match: {source_family: nchs_linked, area_code: US-MO, period_end: 2008-12-31,
          measure: infant_deaths}
  expect: 578
  action: override
  value: 580
  reason: test
  evidence: test
  owner: data-engineering
  expires: 2099-12-31
"""


def corrected(
    con: duckdb.DuckDBPyConnection, folder: Path, text: str, *, past: bool = False
) -> int:
    file = folder / "corrections.yaml"
    file.write_text(text, encoding="utf-8")
    return apply_corrections(con, load_corrections(file), dt.date(2026, 1, 1), past=past)


def test_a_correction_is_applied_and_named(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    warehouse.execute("BEGIN").fetchall()
    try:
        assert corrected(warehouse, tmp_path, CORRECTION) == 1
        rows = warehouse.execute(
            "SELECT value, status FROM harmonised WHERE correction_id = 'TEST'"
        ).fetchall()
    finally:
        warehouse.execute("ROLLBACK").fetchall()
    assert rows == [(580.0, "ok")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CORRECTION.replace("expect: 578", "expect: 579"), "the source now prints"),
        (CORRECTION.replace("US-MO", "US-ZZ"), "matches no count"),
        (CORRECTION.replace("2099-12-31", "2025-12-31"), "expired on 2025-12-31"),
        (CORRECTION.replace("  reason: test\n", ""), "lacks"),
        (CORRECTION.replace("area_code", "area"), "unknown"),
        (CORRECTION.replace("override", "scale"), "override or drop"),
        (CORRECTION.replace("override", "drop"), "override needs a value, drop has none"),
    ],
)
def test_a_correction_that_does_not_fit_is_loud(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CorrectionError, match=message):
        corrected(warehouse, tmp_path, text)


@pytest.mark.parametrize("change", [("expect: 578", "expect: 579"), ("US-MO", "US-ZZ")])
def test_a_correction_for_later_extracts_is_left_out_of_the_past(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path, change: tuple[str, str]
) -> None:
    assert corrected(warehouse, tmp_path, CORRECTION.replace(*change), past=True) == 0
