"""Ages of infant, causes and counties of CDC WONDER exports on their way to counts.

Sums of 2020 are those of a CDC WONDER export by day of age (D159: 10,348 deaths on days 0 to 6,
2,514 on days 7 to 27, 19,578 in all of 3,613,647 births). How the first day splits by hour is made
up, and the postneonatal deaths are the rest: that export hides its small days.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from assets.archive.dataset import ParsedExtract
from assets.core.observations.counts import build_counts
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.wonder.unused_rows import unused_rows
from assets.producers.nchs.wonder.use import what_is_made_of
from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of

BIRTHS_2020 = 3_613_647
GROUPS = {
    "Under 1 hour": 2800.0,
    "1 - 23 hours": 5183.0,
    "1 - 6 days": 2365.0,
    "7 - 27 days": 2514.0,
    "28 - 364 days": 6716.0,
}
DAYS = {"0 days": 7983.0, "1 day": 428.0} | dict(
    zip((f"{d} days" for d in range(2, 7)), (681.0, 438.0, 311.0, 269.0, 238.0), strict=True)
)
"""Days 0 to 6 of the same export, which is by day."""

Row = dict[str, object]


def export(vintage: str, rows: list[Row], **labels: object) -> list[Row]:
    """Return staging rows of an export: one row of the file per item, its cells under `cells`."""
    return [
        {
            "dataset_id": vintage.partition("@")[0],
            "vintage_id": vintage,
            "source_sheet": "",
            "source_row": number,
            "source_column": column,
            "database_label": "Linked Birth / Infant Death Records, 2017-2022 Expanded",
            "database_kind": "linked",
            "row_type": "data",
            "rates_per": 1000,
            "year": "2020",
            "year_code": "2020",
            "value": value if isinstance(value, float | int) else None,
            "raw_text": value if isinstance(value, str) else None,
            **labels,
            **{k: v for k, v in row.items() if k != "cells"},
        }
        for number, row in enumerate(rows, start=2)
        for column, value in row["cells"].items()  # type: ignore[attr-defined]
    ]


def by_age(deaths: dict[str, object], **labels: object) -> list[Row]:
    return [
        {
            "age_of_infant": age,
            "age_of_infant_code": str(number),
            "cells": {
                "Deaths": count,
                "Births": "Suppressed" if isinstance(count, str) else BIRTHS_2020,
            },
            **labels,
        }
        for number, (age, count) in enumerate(deaths.items())
    ]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for schema in ("staging", "core"):
            connection.execute(f"CREATE SCHEMA {schema}").fetchall()
        for each in (*tables_of(Layer.STAGING), table("core.vintages")):
            empty = ", ".join(f"CAST(NULL AS {duckdb_type(c)}) AS {c.name}" for c in each.columns)
            connection.execute(
                f"CREATE TABLE {each.layer.value}.{each.name} AS SELECT {empty} LIMIT 0"
            ).fetchall()
        yield connection


def counts(con: duckdb.DuckDBPyConnection, rows: list[Row]) -> dict[tuple[str, ...], object]:
    """Return the counts by area, measure and stratum after building from staged rows."""
    frame = pd.DataFrame(rows)
    con.register("given", frame)
    con.execute("INSERT INTO staging.nchs_wonder BY NAME SELECT * FROM given").fetchall()
    con.execute(
        "INSERT INTO core.vintages BY NAME SELECT DISTINCT vintage_id, dataset_id, "
        "dense_rank() OVER (ORDER BY vintage_id) AS position FROM given"
    ).fetchall()
    build_counts(con)
    found = con.execute(
        "SELECT area_code, measure, stratum, coalesce(value::VARCHAR, status) "
        "FROM core.observations"
    ).fetchall()
    return {(area, measure, stratum): value for area, measure, stratum, value in found}


def test_groups_of_age_become_the_four_counts(con: duckdb.DuckDBPyConnection) -> None:
    rows = export("nchs_wonder_linked@1", by_age({**GROUPS, "Unknown or Not Stated": 0.0}))
    assert counts(con, rows) == {
        ("US", "early_neonatal_deaths", "all"): "10348.0",
        ("US", "late_neonatal_deaths", "all"): "2514.0",
        ("US", "neonatal_deaths", "all"): "12862.0",
        ("US", "postneonatal_deaths", "all"): "6716.0",
        ("US", "live_births", "all"): "3613647.0",
    }


DIED = {"database_kind": "mortality", "database_label": "Underlying Cause of Death, 1999-2020"}


def test_ages_of_the_mortality_files_are_infant_deaths_and_their_parts(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Deaths of 2015 by infant age group; of Alabama those of the days 0 to 27; of girls and over.

    NCHS counts 23,455 infant deaths in 2015 (National Vital Statistics Reports 66, no. 6).
    """
    groups = {"< 1 day": 9479.0, "1-6 days": 3088.0, "7-27 days": 3085.0, "28-364 days": 7803.0}
    asked = {"age_of_infant": "< 1 day; 1-6 days; 7-27 days", "age_of_infant_code": "days"}
    alabama = {"state": "Alabama", "state_code": "01"}
    girls = {"sex": "Female", "sex_code": "F"}
    rows = [
        *export("nchs_wonder_mortality@1", by_age(groups), **DIED),  # type: ignore[arg-type]
        *export("nchs_wonder_mortality@2", [{"cells": {"Deaths": 301.0}}], **DIED, **asked,
                **alabama),
        *export("nchs_wonder_mortality@3", by_age({"< 1 year": 10_884.0, "1-4 years": 1_856.0}),
                **DIED, **girls),
    ]  # fmt: skip
    rows = [row for row in rows if row["source_column"] == "Deaths"]
    assert counts(con, rows) == {
        ("US", "early_neonatal_deaths", "all"): "12567.0",
        ("US", "late_neonatal_deaths", "all"): "3085.0",
        ("US", "neonatal_deaths", "all"): "15652.0",
        ("US", "postneonatal_deaths", "all"): "7803.0",
        ("US", "infant_deaths", "all"): "23455.0",
        ("US-AL", "neonatal_deaths", "all"): "301.0",
        ("US", "infant_deaths", "female"): "10884.0",
    }


def test_of_more_deaths_than_births_no_count_is_made(con: duckdb.DuckDBPyConnection) -> None:
    """Deaths of a year belong to births of two; the rule on core stays as strict as it is."""
    smallest = {"birth_weight": "499 grams or less", "birth_weight_code": "01"}
    low = {"birth_weight": "1000 - 1499 grams", "birth_weight_code": "03"}
    rows = export(
        "nchs_wonder_linked@1",
        [{"cells": {"Deaths": 14.0, "Births": 12}, **smallest},
         {"cells": {"Deaths": 13.0, "Births": 243}, **low}],
        grouped_by="Infant Birth Weight 12",
    )  # fmt: skip
    assert set(counts(con, rows).values()) == {"13.0", "243.0"}


def test_the_coarser_export_is_used_whichever_is_newer(con: duckdb.DuckDBPyConnection) -> None:
    suppressed: dict[str, object] = {**DAYS, "3 days": "Suppressed"}
    rows = [
        *export("nchs_wonder_linked@1", by_age(GROUPS)),  # type: ignore[arg-type]
        *export("nchs_wonder_linked@2", by_age(suppressed)),
    ]
    assert counts(con, rows)["US", "early_neonatal_deaths", "all"] == "10348.0"


def test_a_suppressed_or_hidden_age_is_never_zero(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        *export("nchs_wonder_linked@1", by_age({**DAYS, "3 days": "Suppressed"})),
        *export(
            "nchs_wonder_linked@2",
            by_age({k: v for k, v in DAYS.items() if k != "3 days"}),
            state="Missouri",
            state_code="29",
        ),
    ]
    found = counts(con, rows)
    assert found["US", "early_neonatal_deaths", "all"] == "suppressed"
    assert [key for key in found if key[0] == "US-MO"] == [("US-MO", "live_births", "all")]


def test_ages_stand_beside_two_characteristics_at_most(con: duckdb.DuckDBPyConnection) -> None:
    girls = {"sex": "Female", "sex_code": "F"}
    crossed = {**girls, "cause": "Extreme immaturity", "cause_code": "P07.2"}
    three = {**crossed, "plurality": "Twin", "plurality_code": "2"}
    rows = [
        *export("nchs_wonder_linked@1", by_age(GROUPS), **girls),  # type: ignore[arg-type]
        *export("nchs_wonder_linked@2", by_age(GROUPS), **crossed),  # type: ignore[arg-type]
        *export("nchs_wonder_linked@3", by_age(GROUPS), **three),  # type: ignore[arg-type]
    ]
    found = {stratum for _, _, stratum in counts(con, rows)}
    assert found == {"female", "Extreme immaturity (P07.2)|female"}


def test_causes_and_counties_are_counted_and_pooled_counties_are_an_area_of_their_own(
    con: duckdb.DuckDBPyConnection,
) -> None:
    cause = {"cause": "Extreme immaturity", "cause_code": "P07.2"}
    cells = {"cells": {"Deaths": 2_000.0, "Births": BIRTHS_2020}}
    counties = [
        ("St. Louis city, MO", "29510", 30.0),
        ("Unidentified Counties, MO", "29999", 200.0),
        ("Cook County, IL", "17031", 300.0),
    ]
    rows = [
        *export("nchs_wonder_linked@1", [{**cells, **cause}]),
        *export(
            "nchs_wonder_linked@2",
            [
                {"county": name, "county_code": code, "cells": {"Deaths": deaths, "Births": 9e4}}
                for name, code, deaths in counties
            ],
        ),
    ]
    found = counts(con, rows)
    assert found["US", "infant_deaths", "Extreme immaturity (P07.2)"] == "2000.0"
    assert found["29510", "infant_deaths", "all"] == "30.0"
    assert found["29999", "infant_deaths", "all"] == "200.0"
    assert found["17031", "infant_deaths", "all"] == "300.0"
    assert {area for area, _, _ in found} == {"US", "29510", "29999", "17031"}


def test_deaths_of_a_cause_are_divided_by_all_births_of_the_same_group(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Mortality and natality files: no births are printed by cause. Linked files print them."""
    sids = {"cause": "SIDS", "cause_code": "GR130-135", "grouped_by": "ICD-10 130 Cause List"}
    girls = {"sex": "Female", "sex_code": "F"}
    died = {"database_kind": "mortality", "database_label": "Multiple Cause of Death, 1999-2020"}
    born = {"database_kind": "natality", "database_label": "Natality, 2007-2024"}
    stillborn = {"database_kind": "fetal", "database_label": "Fetal Deaths, 2005-2024"}
    deaths = [{"cells": {"Deaths": 1389.0}, **sids}, {"cells": {"Deaths": 589.0}, **sids, **girls}]
    births = [{"cells": {"Births": 3_613_647.0}}, {"cells": {"Births": 1_765_000.0}, **girls}]
    rows = [
        *export("nchs_wonder_mortality@1", deaths, **died),
        *export("nchs_wonder_natality@1", births, **born),
        *export("nchs_wonder_fetal@1", [{"cells": {"Fetal Deaths": 99.0}, **sids}], **stillborn),
        *export("nchs_wonder_linked@1", [{"cells": {"Deaths": 1.0, "Births": 7.0}, **sids}]),
    ]
    rows = [{**row, "grouped_by": row.get("grouped_by")} for row in rows]
    counts(con, rows)
    found = con.execute(
        "SELECT source_family, stratum, measure, value, vintage_id, raw_text "
        "FROM core.observations WHERE stratum_type LIKE 'cause%' ORDER BY ALL"
    ).fetchall()
    name, all_births = "sudden_infant_death_syndrome", "births whatever the cause"
    assert found == [
        ("nchs_linked", name, "infant_deaths", 1.0, "nchs_wonder_linked@1", None),
        ("nchs_linked", name, "live_births", 7.0, "nchs_wonder_linked@1", None),
        ("nchs_mortality", name, "fetal_deaths", 99.0, "nchs_wonder_fetal@1", None),
        ("nchs_mortality", name, "infant_deaths", 1389.0, "nchs_wonder_mortality@1", None),
        ("nchs_mortality", name, "live_births", 3_613_647.0, "nchs_wonder_natality@1", all_births),
        ("nchs_mortality", f"{name}|female", "infant_deaths", 589.0, "nchs_wonder_mortality@1",
         None),
        ("nchs_mortality", f"{name}|female", "live_births", 1_765_000.0, "nchs_wonder_natality@1",
         all_births),
    ]  # fmt: skip


def test_what_is_of_the_death_alone_is_divided_by_the_births_of_the_other_group(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Place of death × sex by the births of girls; tobacco use as its own births are printed."""
    girls = {"sex": "Female", "sex_code": "F"}
    died = {"database_kind": "mortality", "database_label": "Multiple Cause of Death, 1999-2020"}
    born = {"database_kind": "natality", "database_label": "Natality, 2007-2024"}
    home = {"other": "Place of Death: Decedent's home", "other_code": "4",
            "grouped_by": "Sex; Place of Death"}  # fmt: skip
    smoked = {"other": "Tobacco Use: Yes", "other_code": "1", "grouped_by": "Tobacco Use"}
    place = {"other": "Occurrence State: Maine", "other_code": "23"}
    elsewhere = {**place, "grouped_by": "Occurrence State"}
    rows = [
        *export("nchs_wonder_mortality@1", [{"cells": {"Deaths": 589.0}}], **died, **home, **girls),
        *export("nchs_wonder_mortality@2", [{"cells": {"Deaths": 9.0}}], **died, **elsewhere),
        *export("nchs_wonder_natality@1", [{"cells": {"Births": 1_765_000.0}}], **born,
                grouped_by="Sex", **girls),
        *export("nchs_wonder_linked@1", [{"cells": {"Deaths": 90.0, "Births": 9e3}}], **smoked),
    ]  # fmt: skip
    counts(con, rows)
    found = con.execute(
        "SELECT stratum_type, stratum, measure, value FROM core.observations "
        "WHERE stratum_type <> 'sex' ORDER BY ALL"
    ).fetchall()
    assert found == [
        ("place_of_death|sex", "decedents_home|female", "infant_deaths", 589.0),
        ("place_of_death|sex", "decedents_home|female", "live_births", 1_765_000.0),
        ("tobacco", "yes", "infant_deaths", 90.0),
        ("tobacco", "yes", "live_births", 9e3),
    ]


def test_exports_that_disagree_harm_nothing_but_the_figure_that_they_disagree_on(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Two of one query: the newer is used, the difference named. One that crosses three: unused."""
    black = {"race": "Black or African American", "race_code": "2054-5", "grouped_by": "Race"}
    young = {"age_of_mother": "20-24 years", "age_of_mother_code": "20-24"}
    twin = {"plurality": "Twin", "plurality_code": "2"}
    both = {**black, **young, "grouped_by": "Race; Age of Mother"}
    three = {**both, **twin, "grouped_by": "Race; Age of Mother; Plurality"}
    rows = [
        *export("nchs_wonder_linked@1", [{"cells": {"Deaths": 90.0, "Births": 9e3}}], **both),
        *export("nchs_wonder_linked@2", [{"cells": {"Deaths": 91.0, "Births": 9e3}}], **both),
        *export("nchs_wonder_linked@3", [{"cells": {"Deaths": 7.0, "Births": 9e2}}], **three),
        *export("nchs_wonder_linked@4", [{"cells": {"Deaths": 80.0, "Births": 8e3}}], **black),
    ]
    found = counts(con, rows)
    assert {key[1:]: value for key, value in found.items()} == {
        ("infant_deaths", "20_24|black"): "91.0",
        ("live_births", "20_24|black"): "9000.0",
        ("infant_deaths", "black"): "80.0",
        ("live_births", "black"): "8000.0",
    }
    restated = con.execute(
        "SELECT stratum, measure, previous_value, value, vintage_id FROM core.revisions"
    ).fetchall()
    assert restated == [
        ("20_24|black", "infant_deaths", 90.0, 91.0, "nchs_wonder_linked@2"),
    ]


def test_what_goes_unused_is_said() -> None:
    county = {"county": "Unidentified Counties, MO", "county_code": "29999"}
    cook = {"county": "Cook County, IL", "county_code": "17031"}
    month = {"month": "March", "month_code": "3"}
    crossed = {"sex": "Female", "sex_code": "F", "race": "White", "race_code": "2106-3"}
    three = {**crossed, "plurality": "Twin", "plurality_code": "2"}
    cells: Row = {"cells": {"Deaths": 30.0, "Births": 9_000.0}}
    given = [{**cells}, {**cells, **county}, {**cells, **cook}, {**cells, **month}]
    rows = export("v@1", [*given, {**cells, **crossed}, {**cells, **three}])
    for row in rows:
        del row["dataset_id"], row["vintage_id"]
    parsed = ParsedExtract(staging_frame(NCHS_WONDER, rows))
    assert [advice.seen for advice in unused_rows(parsed, "export.txt")] == [
        "1 of 6 rows that cross three or more characteristics",
    ]
    ages = export("v@1", by_age(DAYS))  # type: ignore[arg-type]
    for row in ages:
        del row["dataset_id"], row["vintage_id"]
    (advice,) = unused_rows(ParsedExtract(staging_frame(NCHS_WONDER, ages)), "export.txt")
    assert advice.seen == (
        "not every age of: late neonatal deaths, neonatal deaths, postneonatal deaths"
    )


def test_deaths_by_race_of_the_infant_wait_for_those_by_race_of_the_mother() -> None:
    died = {"database_kind": "mortality", "first_year": 2015, "last_year": 2015, "year": "2015"}
    race = {"race": "White", "race_code": "2106-3", "grouped_by": "Race"}
    rows = export("v@1", [{"cells": {"Deaths": 14_000.0}}], **died, **race)
    for row in rows:
        del row["dataset_id"], row["vintage_id"]
    use = what_is_made_of(ParsedExtract(staging_frame(NCHS_WONDER, rows)))
    assert use.rows_used == 0
    assert [count for _, count in use.rows_left_out] == [1]
    (needed,) = use.still_needed
    assert "Linked Birth / Infant Death Records, 2007-2023, group by these" in needed
