"""Every table of the genuine child mortality workbooks, down to the rates that it prints.

The workbooks of 2018, 2020 and 2022 are of the Office for National Statistics; Tables 1 and 2 of
the copy of 2020 were changed by who carried it, and are left out. Expected figures are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.core.observations.counts import build_counts
from assets.producers.ons.birth_registrations.read import parse_birth_registrations
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of

BOOKS = {
    "ons_child_mortality@1": ("cms2018workbookf.xls", ()),
    "ons_child_mortality@2": ("cim2020deathcohortworkbook_tables1-2_perturbed.xlsx", ("1", "2")),
    "ons_child_mortality@3": ("cim2022deathcohortworkbook.xlsx", ()),
}
BOTH, ENGLAND, WALES = "K04000001, J99000001", "E92000001", "W92000004"
PRINTED_OTHERWISE = {
    # Table 1, rates of 2002 printed as whole numbers.
    ("perinatal_mortality", "2002", "all"),
    ("late_neonatal_mortality", "2002", "all"),
    # Table 11, 2022: 173 of 382,553 are 0.452, printed 0.4.
    ("postneonatal_mortality", "2022", "2500_and_over|united_kingdom"),
}


@pytest.fixture(scope="module")
def counted(shared_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Counts and printed rates of the three workbooks."""
    with duckdb.connect() as con:
        for schema in ("staging", "core"):
            con.execute(f"CREATE SCHEMA {schema}").fetchall()
        for each in (*tables_of(Layer.STAGING), table("core.vintages")):
            empty = ", ".join(f"CAST(NULL AS {duckdb_type(c)}) AS {c.name}" for c in each.columns)
            con.execute(
                f"CREATE TABLE {each.layer.value}.{each.name} AS SELECT {empty} LIMIT 0"
            ).fetchall()
        for vintage, (name, changed) in BOOKS.items():
            frame = parse_child_mortality(shared_data / "ons/workbooks" / name).frame
            given = frame[~frame["table_number"].isin(changed)].assign(
                vintage_id=vintage, dataset_id="ons_child_mortality"
            )
            con.register("given", given)
            con.execute(
                "INSERT INTO staging.ons_child_mortality BY NAME SELECT * FROM given"
            ).fetchall()
        path = shared_data / "ons/workbooks/2023birthregistrations.xlsx"
        births = parse_birth_registrations(path).frame
        con.register(
            "given",
            births.assign(
                vintage_id="ons_birth_registrations@4", dataset_id="ons_birth_registrations"
            ),
        )
        con.execute(
            "INSERT INTO staging.ons_birth_registrations BY NAME SELECT * FROM given"
        ).fetchall()
        con.execute(
            "INSERT INTO core.vintages BY NAME SELECT DISTINCT vintage_id, dataset_id, "
            "dense_rank() OVER (ORDER BY right(vintage_id, 1)) AS position FROM ("
            "FROM staging.ons_child_mortality SELECT vintage_id, dataset_id UNION ALL "
            "FROM staging.ons_birth_registrations SELECT vintage_id, dataset_id)"
        ).fetchall()
        build_counts(con)
        yield con


BESIDE = """
WITH parts AS (
    SELECT
        source_family, area_code, geography_vintage, period_start, period_end, stratum_type,
        stratum, max(value) FILTER (measure = 'live_births') AS live,
        max(value) FILTER (measure = 'stillbirths') AS still,
        map_from_entries(list((measure, value))) AS counts
    FROM core.observations
    GROUP BY ALL
)

SELECT
    p.vintage_id, p.source_sheet, p.measure, p.stratum, CAST(year(p.period_end) AS VARCHAR) AS year,
    p.rate, 0.5 * pow(10, -p.decimals) + 1e-9 AS half,
    p.counts[CASE p.measure WHEN 'stillbirth' THEN 'stillbirths'
        ELSE replace(p.measure, '_mortality', '_deaths') END]
    / (p.live + CASE WHEN p.measure IN ('stillbirth', 'perinatal_mortality') THEN p.still ELSE 0
        END) * 1000 AS ours
FROM (SELECT * FROM core.printed_rates JOIN parts USING (
    source_family, area_code, geography_vintage, period_start, period_end, stratum_type, stratum
)) AS p
WHERE p.rate IS NOT NULL
"""


def test_the_rates_that_all_tables_print_are_those_of_their_counts(
    counted: duckdb.DuckDBPyConnection,
) -> None:
    printed = counted.execute(
        "SELECT count(*) FROM core.printed_rates WHERE rate IS NOT NULL"
    ).fetchall()[0][0]
    beside = counted.execute(BESIDE).df()
    # Table 17 of 2018 has seven rates each of 1960 and 1967, whose counts in Table 16 contradict
    # each other.
    assert printed - len(beside) == 14
    beside["table"] = beside["source_sheet"].str.extract(r"(\d+)", expand=False).astype(int)
    wrong = beside[~((beside["rate"] - beside["ours"]).abs() <= beside["half"])]
    # The office of Northern Ireland prints rates on other births than those beside them.
    wrong = wrong[wrong["table"] != 2]
    births = beside["vintage_id"].str.startswith("ons_birth_registrations")
    beside = beside[~births]
    assert births.sum() >= 300
    found = set(zip(wrong["measure"], wrong["year"], wrong["stratum"], strict=True))
    assert found == PRINTED_OTHERWISE
    per_table = beside.groupby("table").size().to_dict()
    assert len(beside) >= 5000, per_table
    with_rates = {1, 2, 3, *range(10, 20), *range(21, 28)}
    of_2018 = beside[beside["vintage_id"] == "ons_child_mortality@1"]
    assert len(of_2018) >= 3000
    # The rates of 2018 in its Tables 1 and 4 stand in the edition of 2022, too.
    assert set(of_2018["table"]) == {2, 3, *range(10, 16), 17}
    assert set(per_table) == with_rates, per_table
    assert per_table[22] >= 52
    assert per_table[23] >= 300


def _counts(con: duckdb.DuckDBPyConnection, **wanted: str) -> dict[str, float]:
    where = " AND ".join(f"{name} = ?" for name in wanted)
    rows = con.execute(
        f"SELECT measure, value FROM core.observations WHERE {where}",  # noqa: S608
        list(wanted.values()),
    ).fetchall()
    return dict(rows)


def test_weeks_of_england_and_wales_stand_in_a_series_of_their_own(
    counted: duckdb.DuckDBPyConnection,
) -> None:
    year = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    linked = {**year, "source_family": "ons_linked_births", "stratum_type": "gestation"}
    whole = {**year, "stratum_type": "all", "area_code": BOTH, "source_family": "ons_occurrence"}
    assert _counts(counted, **whole)["live_births"] == 605_479
    whole["source_family"] = "ons_linked_births"
    assert _counts(counted, **whole)["live_births"] == 605_060
    # Table 22 calls unknown what Table 23 prints apart: 142 inconsistent and 37 not stated.
    deaths = {
        group: _counts(counted, **linked, area_code=ENGLAND, stratum=group)["neonatal_deaths"]
        for group in (
            "under_24", "24_and_over", "not_stated_or_inconsistent", "inconsistent", "not_stated",
            "unlinked",
        )
    }  # fmt: skip
    assert list(deaths.values()) == [627, 844, 179, 142, 37, 35]
    assert 627 + 844 + 179 + 35 == 1685
    week = _counts(counted, **linked, area_code=BOTH, stratum="24")
    assert week["neonatal_deaths"] == 74 + 42
    assert week["perinatal_deaths"] == 217 + 74
    assert _counts(counted, **linked, area_code=BOTH, stratum="22").get("stillbirths") is None
    several = {**linked, "period_start": "2018-01-01", "area_code": WALES, "stratum": "39"}
    assert _counts(counted, **several) == {"live_births": 38417, "neonatal_deaths": 21}


def test_stillbirths_of_2023_stand_by_decile_and_age_of_mother(
    counted: duckdb.DuckDBPyConnection,
) -> None:
    """Birth registrations 2023, Tables 2 and 9."""
    year = {"period_start": "2023-01-01", "area_code": WALES}
    poorest = _counts(counted, **year, stratum_type="deprivation_decile", stratum="1")
    assert poorest == {"live_births": 3515, "stillbirths": 15}
    young = _counts(counted, **year, stratum_type="age_of_mother", stratum="under_20")
    assert young == {"live_births": 873, "stillbirths": 4}


def test_two_characteristics_are_one_stratum_and_three_are_none(
    counted: duckdb.DuckDBPyConnection,
) -> None:
    year = {"period_start": "2022-01-01", "area_code": BOTH}
    young = {"stratum_type": "age_of_mother|birth_weight", "stratum": "under_20|under_1000"}
    assert _counts(counted, **year, **young)["infant_deaths"] == 34
    black = {"stratum_type": "ethnicity|gestation", "stratum": "black_african|under_24"}
    assert _counts(counted, **year, **black)["infant_deaths"] == 62
    cause = {"stratum_type": "cause_ons", "stratum": "congenital_anomalies"}
    found = _counts(counted, **year, **cause)
    assert (found["infant_deaths"], found["live_births"]) == (774, 605_479)
    assert found["stillbirths"] == 603
    late = {"stratum_type": "cause_ons|gestation", "stratum": "congenital_anomalies|24_and_over"}
    found = _counts(counted, **{**year, "area_code": ENGLAND}, **late)
    assert found == {"neonatal_deaths": 390, "live_births": 573_511}
    # Classes of both types of registration: 25,160 and 970 births, 55 and 5 deaths.
    managers = _counts(counted, **year, stratum_type="ns_sec", stratum="1_1")
    assert (managers["live_births"], managers["infant_deaths"]) == (26_130, 60)
    kinds = counted.execute("SELECT DISTINCT stratum_type FROM core.observations").df()
    assert kinds["stratum_type"].str.count(r"\|").max() == 1


def test_groups_of_one_characteristic_add_up_to_the_total_with_deaths_without_a_birth(
    counted: duckdb.DuckDBPyConnection,
) -> None:
    sums = counted.execute(
        "SELECT stratum_type, sum(value) FROM core.observations WHERE measure = 'infant_deaths' "
        "AND period_start = '2022-01-01' AND period_end = '2022-12-31' AND area_code = ? "
        "AND stratum_type IN ('age_of_mother', 'ethnicity', 'place_of_birth', "
        "'previous_children', 'registration_type') GROUP BY ALL",
        [BOTH],
    ).fetchall()
    assert dict(sums) == dict.fromkeys(
        (
            "age_of_mother", "ethnicity", "previous_children", "registration_type",
        ), 2349,
    ) | {"place_of_birth": 2200 + 78 + 18}  # fmt: skip


def test_every_cell_of_every_table_is_staged_under_its_labels(shared_data: Path) -> None:
    path = shared_data / "ons/workbooks/cim2022deathcohortworkbook.xlsx"
    parsed = parse_child_mortality(path)
    assert parsed.metadata["tables"] == ", ".join(map(str, range(1, 28)))
    left = {"tables_not_read", "columns_not_read", "columns_absent", "labels_not_known"}
    assert not left & set(parsed.metadata)
    rows = parsed.frame.groupby("table_number")["source_row"].nunique()
    printed = {"4": 144, "5": 108, "9": 147, "10": 89, "11": 181, "17": 26, "19": 118, "23": 26}
    assert {number: int(rows[number]) for number in printed} == printed
    assert pd.notna(parsed.frame["table_number"]).all()


def test_every_table_of_2018_is_read_with_its_wrapped_labels(
    shared_data: Path, counted: duckdb.DuckDBPyConnection
) -> None:
    """Child mortality 2018: stacked headers, labels wrapped over rows, classes below headings."""
    parsed = parse_child_mortality(shared_data / "ons/workbooks/cms2018workbookf.xls")
    sheets = {f"Table {number}" for number in range(1, 18)}
    assert set(parsed.frame["source_sheet"]) == sheets
    assert "labels_not_known" not in parsed.metadata
    assert "rows_with_unknown_keys" not in parsed.metadata
    assert parsed.metadata["tables_not_read"] == (
        "13 of 2018: more deaths than live births in row 82 of sheet 'Table 13'; "
        "16 of 2018: more in single columns than in their total in row 72, 77 of sheet 'Table 16'; "
        "16 of 2018: deaths by age that do not add up in row 65, 93 of sheet 'Table 16'"
    )
    assert parsed.metadata["counts_not_whole"] == (
        "16 of 2018: 12.106 neonatal deaths in row 68 of sheet 'Table 16'"
    )
    year = {"period_start": "2018-01-01", "period_end": "2018-12-31", "area_code": BOTH}
    expected = {
        ("age_of_mother", "20_24"): {"live_births": 91_095, "infant_deaths": 398},
        ("age_of_mother", "unlinked"): {"infant_deaths": 2488 - 2425, "neonatal_deaths": 44},
        ("previous_children", "3_and_over"): {"stillbirths": 301, "postneonatal_deaths": 100},
        ("place_of_birth", "home"): {"live_births": 13_737, "infant_deaths": 62},
        ("ns_sec", "1_1"): {"live_births": 25_060 + 750, "infant_deaths": 71 + 2},
        ("country_of_birth_of_mother", "north_africa"): {"live_births": 3945, "infant_deaths": 17},
        ("cause_ons", "asphyxia_antepartum"): {"stillbirths": 474},
        ("gestation", "24_27"): {"stillbirths": 820},
        ("marital_status", "unmarried"): {"live_births": 317_809, "stillbirths": 1405},
        ("cause_icd_chapter|sex", "iii|male"): {"postneonatal_deaths": 5},
        ("age_of_mother|registration_type", "under_20|different_address_or_sole"): {
            "live_births": 10_748, "infant_deaths": 58,
        },
        ("birth_weight|cause_ons", "4000_and_over|other_conditions"): {"infant_deaths": 1},
    }  # fmt: skip
    for (kind, group), figures in expected.items():
        found = _counts(counted, **year, stratum_type=kind, stratum=group)
        assert {name: found.get(name) for name in figures} == figures, (kind, group)
    # Linked deaths of a cause are a part of the deaths of the cause.
    cause = _counts(counted, **year, stratum_type="cause_ons", stratum="congenital_anomalies")
    assert "infant_deaths" not in cause
    poorest = _counts(
        counted, **{**year, "area_code": WALES}, stratum_type="deprivation_decile", stratum="1"
    )
    assert (poorest["live_births"], poorest["infant_deaths"]) == (4213, 24)
    first = {"area_code": BOTH, "period_start": "1921-01-01", "stratum_type": "all"}
    assert _counts(counted, **first)["infant_deaths"] == 70_250


def test_births_and_stillbirths_by_characteristics_of_2023(
    counted: duckdb.DuckDBPyConnection,
) -> None:
    """Birth registrations 2023, Tables 6 and 7, as printed; boys and girls added up by hand."""
    year = {"period_start": "2023-01-01", "period_end": "2023-12-31"}
    expected = {
        (BOTH, "plurality", "single"): (294_700 + 279_528, 1150 + 1057),
        (BOTH, "plurality", "twin"): (8170 + 8298, 93 + 71),
        (BOTH, "plurality", "triplet_or_higher"): (162 + 198 + 9 + 7, 3),
        (BOTH, "plurality|sex", "twin|female"): (8298, 71),
        (BOTH, "sex", "male"): (303_041, 1243),
        (BOTH, "previous_children", "0"): (136_578 + 129_128, 572 + 547),
        (BOTH, "previous_children", "3_and_over"): (
            14_240 + 13_678 + 9701 + 9252, 53 + 63 + 68 + 55,
        ),
        (BOTH, "registration_type", "sole"): (27_946, 167),
        (BOTH, "age_of_mother|registration_type", "under_20|married"): (707, 8),
        (WALES, "registration_type", "joint_different_addresses"): (3590, 19),
    }  # fmt: skip
    for (area, kind, group), figures in expected.items():
        found = _counts(counted, **year, area_code=area, stratum_type=kind, stratum=group)
        assert (found["live_births"], found["stillbirths"]) == figures, (kind, group)
    # Between the editions of child mortality that are at hand Table 6 has the stillbirths.
    earlier = {"period_start": "2019-01-01", "period_end": "2019-12-31", "stratum_type": "all"}
    found = _counts(counted, **earlier, area_code=ENGLAND)
    assert (found["live_births"], found["stillbirths"]) == (610_505, 2346)


def test_what_birth_registrations_print_and_nothing_is_made_of_is_counted(
    shared_data: Path,
) -> None:
    parsed = parse_birth_registrations(shared_data / "ons/workbooks/2023birthregistrations.xlsx")
    left_out = {
        name: int(count)
        for name, count in parsed.metadata.items()
        if name.startswith("left_out of sheet")
    }
    assert [name.split(":")[0].split(" ", 2)[2] for name in left_out] == [
        "sheets Table_3, Table_4, Table_8", "sheet Table_5", "sheet Table_10", "sheet Table_11",
        "sheet Table_12",
    ]  # fmt: skip
    by_day = next(count for name, count in left_out.items() if "Table_12" in name)
    assert by_day == 366
    assert parsed.metadata["left_out by the age of fathers"] == "6336"
    assert "sheets_not_described" not in parsed.metadata
    assert "tables_not_read" not in parsed.metadata
    used = parsed.frame.groupby("table_number")["source_row"].nunique()
    assert dict(used) == {"1": 1077, "2": 387, "6": 720, "7": 240, "9": 22}
