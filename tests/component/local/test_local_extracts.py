"""From local extracts to rates: regions are filled, withheld counts stay withheld."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from assets.disclosure.published_tables import publish_tables
from assets.producers.catalogue import DATASETS
from assets.producers.identify import identify
from assets.producers.local.grammar import COUNTS, KEYS, NOTE, STRATUM
from assets.rates.builders import (
    build_claims,
    build_disparities,
    build_rankings,
    build_targets,
    build_trends,
)
from assets.rates.definitions import count_definitions
from assets.schema.codes import STRATA
from tools.samples.local.generate import FILES, write_samples

COUNTIES = ("29069", "29133", "29143", "29155", "29201", "29207")
BIRTHS = (400, 190, 240, 260, 520, 340)
DEATHS = (11, 10, 12, 0, 14, 13)
Build = Callable[..., duckdb.DuckDBPyConnection]


def extract(deaths: tuple[object, ...], years: tuple[int, ...] = (2012,)) -> str:
    rows = [
        f"{county},{year},{births},{dead}"
        for year in years
        for county, births, dead in zip(COUNTIES, BIRTHS, deaths, strict=True)
    ]
    return "\n".join(("area,year,live_births,infant_deaths", *rows)) + "\n"


def published(con: duckdb.DuckDBPyConnection) -> None:
    for derived in (build_rankings, build_disparities, build_trends, build_targets, build_claims):
        derived(con)
    publish_tables(con)


def infant(
    con: duckdb.DuckDBPyConnection, schema: str, area: str, year: int, window: str = "annual"
) -> tuple[object, ...]:
    (row,) = con.execute(
        f"SELECT numerator, denominator, rate, value_status, status_reason FROM {schema}.rates "
        "WHERE source_family = 'state_extract' AND measure = 'infant_mortality' AND area_code = ? "
        "AND year(period_end) = ? AND window_type = ? AND stratum_type = 'all'",
        [area, year, window],
    ).fetchall()
    return row


def test_an_extract_of_its_counties_fills_the_bootheel(build: Build) -> None:
    con = build(extract(DEATHS))
    deaths, births, rate, status, _ = infant(con, "rates", "X-MO-BOOTHEEL", 2012)
    assert (deaths, births, status) == (60, 1950, "ok")
    assert rate == pytest.approx(1000 * 60 / 1950, rel=1e-12)
    assert infant(con, "rates", "29155", 2012)[:3] == (0, 260, 0)


def test_a_region_with_members_elsewhere_says_which_are_absent(build: Build) -> None:
    con = build(extract(DEATHS))
    row = infant(con, "rates", "X-MO-ST-LOUIS-BOOTHEEL", 2012)
    assert row[:4] == (None, None, None, "missing")
    assert row[4] == "no figure for St. Louis city, Missouri"


def test_a_county_without_a_figure_is_missing_not_zero(build: Build) -> None:
    con = build(extract((11, 10, 12, "", 14, 13)))
    row = infant(con, "rates", "X-MO-BOOTHEEL", 2012)
    assert row[:4] == (None, None, None, "missing")
    assert "Pemiscot" in str(row[4])


def test_one_withheld_county_withholds_the_region_and_gives_nothing_away(build: Build) -> None:
    con = build(
        extract((11, 10, 12, "Suppressed", 14, 13)),
        extract(DEATHS, (2010, 2011)),
    )
    published(con)
    for schema in ("rates", "published"):
        for area in ("29155", "X-MO-BOOTHEEL"):
            row = infant(con, schema, area, 2012)
            assert (row[0], row[2], row[3]) == (None, None, "suppressed"), (schema, area)
    assert infant(con, "rates", "X-MO-BOOTHEEL", 2011)[:2] == (60, 1950)
    holding = con.execute(
        "SELECT numerator, rate, ci_lower_95, rate_eb, relative_standard_error "
        "FROM published.rates WHERE area_code IN ('29155', 'X-MO-BOOTHEEL') "
        "AND measure = 'infant_mortality' AND source_family = 'state_extract' "
        "AND period_end = '2012-12-31' "
    ).fetchall()
    assert holding
    assert {value for row in holding for value in row} == {None}
    ends = dict(
        con.execute(
            "SELECT year(period_end), rate_end FROM published.trends WHERE area_code = "
            "'X-MO-BOOTHEEL' AND source_family = 'state_extract' AND trend_type = 'year_on_year' "
            "AND measure = 'infant_mortality'"
        ).fetchall()
    )
    assert ends[2011] == pytest.approx(1000 * 60 / 1950)
    assert ends.get(2012) is None


def test_small_counts_of_an_extract_are_not_published(build: Build) -> None:
    con = build(extract((11, 10, 12, 4, 14, 13)))
    published(con)
    assert infant(con, "rates", "29155", 2012)[0] == 4
    row = infant(con, "published", "29155", 2012)
    assert (row[0], row[2], row[3]) == (None, None, "suppressed")
    shown = [infant(con, "published", c, 2012)[0] for c in COUNTIES]
    region = infant(con, "published", "X-MO-BOOTHEEL", 2012)[0]
    assert region is None or shown.count(None) > 1


def test_a_later_extract_restates_and_the_revision_is_kept(build: Build) -> None:
    con = build(extract(DEATHS), extract((15, *DEATHS[1:])))
    assert infant(con, "rates", "X-MO-BOOTHEEL", 2012)[0] == 64
    revised = con.execute("SELECT area_code, previous_value, value FROM core.revisions").fetchall()
    assert revised == [("29069", 11, 15)]


def test_groups_stand_beside_the_total_and_local_authorities_on_their_boundaries(
    build: Build,
) -> None:
    con = build(
        "area,year,live_births,infant_deaths,stratum_type,stratum\n"
        "29510,2012,4800,50,,\n29510,2012,2600,38,race_bridged,black\n"
        "E07000026,2022,900,2,,\nE07000028,2022,950,3,,\nE07000029,2022,600,4,,\n"
    )
    rows = con.execute(
        "SELECT area_code, geography_vintage, country, stratum, value FROM core.observations "
        "WHERE measure = 'infant_deaths' AND (country = 'US' OR area_code = 'E06000063') "
        "ORDER BY ALL"
    ).fetchall()
    assert rows == [
        ("29510", "US", "US", "all", 50),
        ("29510", "US", "US", "black", 38),
        ("E06000063", "EW-2023-04", "EW", "all", 9),
    ]


def test_an_english_authority_has_the_definitions_and_limits_of_england(build: Build) -> None:
    # As shared/cases/local_english_authority.csv: County Durham, counted as in England.
    con = build("area,year,live_births,stillbirths,infant_deaths\nE06000047,2012,5600,30,24\n")
    rows = con.execute(
        "SELECT DISTINCT measure, definition_id, ci_method, rate_text, value_status "
        "FROM rates.rates WHERE area_code = 'E06000047' AND window_type = 'annual' ORDER BY 1"
    ).fetchall()
    assert [r[0] for r in rows] == ["infant_mortality", "stillbirth"]
    defined = {d.definition_id: d.text for d in count_definitions().values()}
    texts = [defined[r[1]] for r in rows]
    assert "24 completed weeks" in texts[1]
    assert all("local authority or health body" in t and "20 weeks" not in t for t in texts)
    # 24 / 5,600 and 30 / 5,630; one decimal and Byar's limits, as the ONS and OHID print them.
    assert [r[2:] for r in rows] == [
        ("byar", "4.3 per 1,000", "ok"),
        ("byar", "5.3 per 1,000", "ok"),
    ]


def test_maternal_mortality_as_published_on_the_births_of_infant_mortality(build: Build) -> None:
    con = build(samples=("nchs_maternal_deaths", "nchs_wonder_natality", "nchs_wonder_mortality"))
    rows = con.execute(
        "SELECT year(m.period_end), m.rate_text, m.numerator, "
        "m.denominator = i.denominator FROM rates.rates AS m LEFT JOIN rates.rates AS i ON "
        "i.measure = 'infant_mortality' AND i.area_code = 'US' AND i.stratum_type = 'all' AND "
        "(i.source_family, i.window_type, i.period_end) = "
        "(m.source_family, m.window_type, m.period_end) AND i.numerator IS NOT NULL "
        "WHERE m.measure = 'maternal_mortality' AND m.window_type = 'annual' "
        "AND m.source_family = 'nchs_mortality' AND m.value_status = 'ok' ORDER BY ALL"
    ).fetchall()
    # NVSR 69-2 (2018) and NCHS Health E-Stats (2019 to 2023): deaths and rates per 100,000.
    assert rows == [
        (2018, "17.4 per 100,000", 658, True),
        (2019, "20.1 per 100,000", 754, True),
        (2020, "23.8 per 100,000", 861, True),
        (2021, "32.9 per 100,000", 1205, True),
        (2022, "22.3 per 100,000", 817, True),
        (2023, "18.6 per 100,000", 669, True),
    ]


def test_the_example_of_the_documentation_is_taken_in(build: Build, repository: Path) -> None:
    text = (repository / "docs" / "local_extracts.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    con = build(example)
    assert infant(con, "rates", "29069", 2012)[:2] == (11, 400)
    assert infant(con, "rates", "29207", 2012)[3] == "suppressed"
    assert infant(con, "rates", "X-MO-BOOTHEEL", 2012)[3] == "suppressed"


def test_the_documentation_lists_every_column_and_group(repository: Path) -> None:
    text = (repository / "docs" / "local_extracts.md").read_text(encoding="utf-8")
    for name in (*KEYS, *COUNTS, *STRATUM, NOTE, *STRATA):
        assert f"`{name}`" in text
    for kind, groups in STRATA.items():
        (line,) = re.findall(rf"^\| `{kind}` \|.*$", text, re.MULTILINE)
        if kind != "deprivation_decile":
            assert set(re.findall(r"`(\w+)`", line)) == {kind, *groups}


def test_the_content_says_which_dataset_a_file_is(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    for content, expected in (
        (extract(DEATHS), "local_area_counts"),
        ("maternal_deaths,year,area\n861,2020,US\n", "nchs_maternal_deaths"),
        ("area,year,maternal_deaths\nUS-MO,2020,20\n", "local_area_counts"),
        ("area,year,value\nUS-MO,2020,20\n", None),
        ("live births\n", None),
    ):
        file.write_text(content, encoding="utf-8")
        assert identify(file) == expected


def test_regenerating_the_sample_gives_the_same_bytes(tmp_path: Path) -> None:
    written = {p.name: p.read_bytes() for p in write_samples(tmp_path)}
    assert written == {p.name: p.read_bytes() for p in FILES.iterdir()}
    named = [name for d in DATASETS if d.source == "local" for name in d.samples]
    assert sorted(named) == sorted(written)
    assert [identify(FILES / name) for name in named] == ["nchs_maternal_deaths"]
