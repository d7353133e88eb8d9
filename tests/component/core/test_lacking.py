"""Births without deaths and deaths without births, by dataset and span of years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.archive.samples import sample_extracts
from assets.archive.vintage_folders import put
from assets.core.lacking import Lacking, lacking, needed_for, ranges, remember, remembered
from assets.producers.catalogue import DATASETS, dataset
from assets.schema.codes import SOURCE_FAMILIES
from assets.state.home import Home

STATES = ("US-AL", "US-AK", "US-AZ")
Row = dict[str, object]


def counted(measure: str, years: Sequence[int], areas: Sequence[str], **more: object) -> list[Row]:
    fixed: Row = {
        "dataset_id": "nchs_wonder_natality",
        "source_family": "nchs_mortality",
        "period_type": "year",
        "stratum_type": "all",
        "status": "ok",
        "measure": measure,
    }
    return [
        {**fixed, "area_code": area, "period_end": dt.date(year, 12, 31), **more}
        for year in years
        for area in areas
    ]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def found(con: duckdb.DuckDBPyConnection, home: Home, rows: list[Row]) -> list[Lacking]:
    kinds = dict.fromkeys(STATES, "state") | {"US": "country", "E1, E2": "combined_authority_areas"}
    areas = [{"area_code": a, "area_type": k} for a, k in kinds.items()]
    for name, table in (("observations", rows), ("areas", areas)):
        con.register("given", pd.DataFrame(table))
        con.execute(f"CREATE OR REPLACE TABLE core.{name} AS FROM given").fetchall()
        con.unregister("given")
    return lacking(con, home, DATASETS)


def test_births_without_deaths_are_one_line_with_what_brings_the_deaths(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    births = counted("live_births", (2005, 2006, 2007, 2010), STATES)
    (gap,) = found(con, home, births)
    assert gap.line == (
        "births 2005 to 2007, 2010 of nchs_wonder_natality (3 areas) have no deaths, so no rate "
        "comes out: take in Linked Birth / Infant Death Records, 2003-2006; Linked Birth / Infant "
        "Death Records, 2007-2023 (nchs_wonder_linked)."
    )


def test_a_rate_of_another_series_is_enough(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    linked = {"dataset_id": "nchs_wonder_linked", "source_family": "nchs_linked"}
    rows = counted("live_births", (2005, 2010), STATES)
    for measure in ("live_births", "infant_deaths"):
        rows += counted(measure, (2010,), STATES, **linked)
    assert [(g.lacks, g.years) for g in found(con, home, rows)] == [("deaths", (2005,))]


def test_withheld_deaths_are_there_and_missing_ones_are_not(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    rows = counted("live_births", (2010, 2011), STATES)
    rows += counted("infant_deaths", (2010,), STATES, status="suppressed")
    rows += counted("infant_deaths", (2011,), STATES, status="missing")
    assert [g.years for g in found(con, home, rows)] == [(2011,)]


def test_a_gap_of_few_areas_and_of_joined_areas_is_not_told(
    con: duckdb.DuckDBPyConnection, home: Home
) -> None:
    births, deaths = (
        counted(m, (2010,), a) for m, a in (("live_births", STATES), ("infant_deaths", STATES[1:]))
    )
    joined = counted("live_births", (2010,), ["E1, E2"])
    assert found(con, home, [*births, *deaths, *joined]) == []
    assert [g.areas for g in found(con, home, [*births, *deaths[:-1]])] == [2]


def test_deaths_of_a_group_are_no_deaths_of_all(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    rows = counted("infant_deaths", (2010,), ["US"], dataset_id="nchs_wonder_mortality")
    rows += counted("live_births", (2010,), ["US"], stratum_type="sex")
    (gap,) = found(con, home, rows)
    assert (gap.lacks, gap.bundled) == ("births", True)
    assert "(1 area) have no births" in gap.line
    assert "(nchs_wonder_natality)" in gap.needed


def test_what_the_bundled_samples_lack_is_known(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    registrations = dataset("ons_birth_registrations")
    ((file, origin),) = sample_extracts(registrations)
    rows = counted("live_births", (2023,), ["US"], dataset_id="ons_birth_registrations",
                   source_family="ons_occurrence")  # fmt: skip
    put(home, registrations, file, origin)
    (gap,) = found(con, home, rows)
    assert gap.bundled
    remember(home, [gap])
    assert remembered(home) == [gap]
    (home.reports / "lacking.json").write_text("[{", encoding="utf-8")
    assert remembered(home) == []


def test_every_series_is_told_what_it_needs() -> None:
    for family in SOURCE_FAMILIES:
        for lacks in ("births", "deaths"):
            assert needed_for(family, lacks, (2020,))
    assert "of states there are none" in needed_for("nchs_mortality", "deaths", (2024,))


def test_years_are_written_as_spans() -> None:
    assert ranges((2019,)) == "2019"
    assert ranges((2016, 2007, 2008, 2010, 2009)) == "2007 to 2010, 2016"
