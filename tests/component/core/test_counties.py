"""Counties of every state: an export brings their code, name and state.

Figures: CDC WONDER, Linked Birth / Infant Death Records 2017-2022 Expanded, deaths of 2022 by state
and county.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from assets.archive.dataset import ParsedExtract
from assets.core.declarations import build_areas
from assets.core.geography.arriving_areas import judge_areas
from assets.core.geography.counties import county, is_pooled, state_of_county
from assets.producers.catalogue import dataset
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.tables import NCHS_WONDER
from assets.state.warehouse import in_memory, replace_table
from tests.component.core.conftest import Wonder

PUBLISHED = {
    "29077": ("Greene County, Missouri", "US-MO", 23, 3_276),
    "29095": ("Jackson County, Missouri", "US-MO", 65, 8_566),
    "29183": ("St. Charles County, Missouri", "US-MO", 22, 4_251),
    "29189": ("St. Louis County, Missouri", "US-MO", 54, 10_480),
    "29510": ("St. Louis city, Missouri", "US-MO", 38, 3_342),
    "01073": ("Jefferson County, Alabama", "US-AL", 69, 7_751),
    "01089": ("Madison County, Alabama", "US-AL", 20, 4_514),
    "09001": ("Fairfield County, Connecticut", "US-CT", 48, 10_203),
    "09999": ("Unidentified Counties, Connecticut", "US-CT", 14, 5_026),
}


@pytest.fixture(scope="module")
def counties(wonder: Wonder) -> duckdb.DuckDBPyConnection:
    return wonder("lee_linked_2017-2022.txt")


def test_counties_of_every_state_are_used(counties: duckdb.DuckDBPyConnection) -> None:
    rows = counties.execute(
        "SELECT r.area_code, r.area_name, a.parent_code, r.numerator, r.denominator "
        "FROM rates.rates AS r JOIN core.areas AS a USING (area_code, geography_vintage) "
        "WHERE r.window_type = 'annual' AND r.rate IS NOT NULL AND r.area_type <> 'custom_region'"
    ).fetchall()
    found = {code: tuple(rest) for code, *rest in rows}
    assert len(found) == 300, "rows of the export"
    assert {code: found[code] for code in PUBLISHED} == PUBLISHED


def test_what_is_left_of_a_state_is_no_county(counties: duckdb.DuckDBPyConnection) -> None:
    rows = counties.execute(
        "SELECT count(*), count(rate_eb), count(*) FILTER (funnel IS NOT NULL) FROM rates.rates "
        "WHERE area_type = 'unidentified_counties' AND window_type = 'annual'"
    ).fetchall()
    assert rows == [(49, 0, 0)]
    stabilised = counties.execute(
        "SELECT count(*) FROM rates.rates WHERE area_type = 'county' AND rate_eb IS NOT NULL"
    ).fetchall()
    assert stabilised == [(251,)]


def test_a_region_of_counties_is_filled(counties: duckdb.DuckDBPyConnection) -> None:
    rows = counties.execute(
        "SELECT area_code, numerator, denominator, status_reason FROM rates.rates "
        "WHERE area_code LIKE 'X-MO-%' AND window_type = 'annual' ORDER BY area_code"
    ).fetchall()
    assert rows == [
        ("X-MO-BOOTHEEL", None, None, "the series identifies no member of the region"),
        ("X-MO-ST-LOUIS", 38, 3_342, None),
        (
            "X-MO-ST-LOUIS-BOOTHEEL",
            None,
            None,
            "no figure for Dunklin County, Missouri, Mississippi County, Missouri, New Madrid "
            "County, Missouri, Pemiscot County, Missouri, Scott County, Missouri, Stoddard County, "
            "Missouri",
        ),
        ("X-MO-ST-LOUIS-CITY-COUNTY", 92, 13_822, None),
    ]


def staged(rows: list[dict[str, object]]) -> pd.DataFrame:
    usual = {
        "dataset_id": "nchs_wonder_linked",
        "vintage_id": "nchs_wonder_linked@1",
        "source_sheet": "",
        "source_row": 2,
        "source_column": "Deaths",
        "database_label": "Linked Birth / Infant Death Records, 2017-2022 Expanded",
        "database_kind": "linked",
        "row_type": "data",
        "year_code": "2022",
        "value": 30.0,
    }
    return pd.DataFrame([{**usual, **row} for row in rows])


def named(*rows: tuple[str, str, str, str]) -> dict[str, tuple[str, str, str]]:
    """Return name, type and parent of the areas by code from code, name, year and vintage."""
    con = in_memory()
    keys = ("county_code", "county", "year_code", "vintage_id")
    frame = staged([dict(zip(keys, row, strict=True)) for row in rows])
    con.register("given", frame.reindex(columns=[c.name for c in NCHS_WONDER.columns]))
    replace_table(con, NCHS_WONDER, "SELECT * FROM given")
    build_areas(con)
    found = con.execute(
        "SELECT area_code, area_name, area_type, parent_code FROM core.areas"
    ).fetchall()
    return {code: tuple(rest) for code, *rest in found}


def test_two_exports_that_spell_a_county_in_two_ways() -> None:
    areas = named(
        ("35013", "Dona Ana County, NM", "2014", "v@1"),
        ("35013", "Doña Ana County, NM", "2016", "v@2"),
        ("17031", "Cook County, IL ", "2014", "v@1"),
        ("17031", "Cook County, Illinois", "2014", "v@2"),
        ("29510", "St. Louis (city), MO", "2016", "v@2"),
    )
    assert areas["35013"] == ("Doña Ana County, New Mexico", "county", "US-NM")
    assert areas["17031"] == ("Cook County, Illinois", "county", "US-IL")
    assert areas["29510"][0] == "St. Louis city, Missouri", "the registry's own name"


def test_planning_regions_of_connecticut_stand_beside_its_old_counties() -> None:
    areas = named(
        ("09001", "Fairfield County, CT", "2021", "v@1"),
        ("09110", "Capitol Planning Region, CT", "2022", "v@1"),
        ("09999", "Unidentified Counties, CT", "2022", "v@1"),
    )
    assert areas["09001"] == ("Fairfield County, Connecticut", "county", "US-CT")
    assert areas["09110"] == ("Capitol Planning Region, Connecticut", "county", "US-CT")
    assert areas["09999"][1:] == ("unidentified_counties", "US-CT")
    assert county("09110").valid_from == "2022-01-01"
    assert county("09001").valid_from == ""


@pytest.mark.parametrize("code", ["99001", "03001", "2901", "E0600", "290011", ""])
def test_what_is_no_county_code(code: str) -> None:
    assert state_of_county(code) is None
    assert not is_pooled(code)
    with pytest.raises(LookupError, match="no county code"):
        county(code)


@pytest.mark.parametrize(
    ("code", "state", "refused"),
    [("29077", "29", False), ("29077", None, False), ("29077", "01", True), ("99077", None, True)],
)
def test_a_county_lies_in_the_state_of_its_code(
    code: str, state: str | None, refused: bool
) -> None:
    rows = [{"county": "Greene County, MO", "county_code": code, "state_code": state}]
    frame = staged(rows)[["county", "county_code", "state_code"]]
    parsed = ParsedExtract(
        staging_frame(NCHS_WONDER, frame.assign(source_row=2, source_sheet="").to_dict("records"))
    )
    errors = judge_areas(dataset("nchs_wonder_linked"), parsed, "export.txt")
    assert [e.rule for e in errors] == (["GEOGRAPHY-COUNTY"] if refused else [])
