"""The parsers on real extracts; expected figures are the published ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from assets.archive import intake
from assets.archive.dataset import ParsedExtract
from assets.producers.ons.area_registrations.read import parse_births_by_area, parse_deaths_by_area
from assets.producers.ons.birth_registrations.read import parse_birth_registrations
from assets.producers.ons.birth_registrations.trusted import (
    without_contradictions as births_without_contradictions,
)
from assets.producers.ons.catalogue import DATASETS
from assets.producers.ons.child_mortality.area_sums import hierarchy
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.producers.ons.child_mortality.rules import RULES
from assets.producers.ons.child_mortality.set_aside import without_contradictions
from assets.producers.ons.child_mortality.tables import areas
from assets.producers.ons.identify import identify
from assets.producers.ons.nomis.read import parse_deaths

BOOKS = "ons/workbooks"
AREAS = "ons/area_workbooks"
DATASET_OF = {dataset.dataset_id: dataset for dataset in DATASETS}
REAL = {
    f"{BOOKS}/cim2022deathcohortworkbook.xlsx": "ons_child_mortality",
    f"{BOOKS}/cms2018workbookf.xls": "ons_child_mortality",
    f"{BOOKS}/2023birthregistrations.xlsx": "ons_birth_registrations",
    "ons/nomis/nomis_deaths.csv": "nomis_deaths",
    **{f"{AREAS}/deaths_{year}.xls": "ons_deaths_by_area" for year in range(2010, 2015)},
    **{f"{AREAS}/births_{year}.xls": "ons_births_by_area" for year in range(2010, 2016)},
}
# Child mortality workbooks 2018 and 2022, Table 3: live births, infant deaths, infant rate.
REGIONS = {
    "E92000001": ((625651, 2370, 3.8), (577046, 2240, 3.9)),
    "W92000004": ((31274, 105, 3.4), (28296, 102, 3.6)),
    "E12000001": ((26684, 82, 3.1), (24701, 96, 3.9)),
    "E12000002": ((81195, 336, 4.1), (76399, 337, 4.4)),
    "E12000003": ((59984, 250, 4.2), (55203, 280, 5.1)),
    "E12000004": ((50018, 196, 3.9), (46849, 200, 4.3)),
    "E12000005": ((67282, 379, 5.6), (63368, 353, 5.6)),
    "E12000006": ((68881, 226, 3.3), (64294, 217, 3.4)),
    "E12000007": ((120673, 383, 3.2), (106696, 347, 3.3)),
    "E12000008": ((96748, 336, 3.5), (90589, 273, 3.0)),
    "E12000009": ((54186, 182, 3.4), (48947, 137, 2.8)),
    "K04000001": ((656925, 2475, 3.8), (605342, 2342, 3.9)),
    "K04000001, J99000001": ((657076, 2488, 3.8), (605479, 2349, 3.9)),
}
COLUMNS = {
    "2018": ("Numbers | Births | Live births", "Numbers | Deaths | Infant", "Rates | Infant"),
    "2022": ("Live births", "Infant deaths", "Infant mortality rate"),
}


@cache
def child_mortality(path: Path) -> ParsedExtract:
    """Read a workbook once; nobody changes what it says."""
    return parse_child_mortality(path)


def _cells(frame: pd.DataFrame, **labels: str) -> pd.DataFrame:
    for name, label in labels.items():
        frame = frame[frame[name] == label]
    return frame.set_index("source_column")


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_extract_is_identified_and_accepted(name: str, shared_data: Path) -> None:
    path = shared_data / name
    assert identify(path) == REAL[name]
    dataset = DATASET_OF[REAL[name]]
    parsed = intake.read(dataset, path)
    errors, _ = intake.judge(dataset, parsed, path.name)
    assert errors == []
    if path.suffix != ".csv":
        lost_their_marks = path.name in ("deaths_2013.xls", "deaths_2014.xls")
        assert (parsed.metadata["layout_verified"] == "true") is not lost_their_marks


@pytest.mark.parametrize("code", sorted(REGIONS))
@pytest.mark.parametrize("edition", ["2018", "2022"])
def test_regions_have_the_published_figures(edition: str, code: str, shared_data: Path) -> None:
    name = {"2018": "cms2018workbookf.xls", "2022": "cim2022deathcohortworkbook.xlsx"}[edition]
    frame = child_mortality(shared_data / BOOKS / name).frame
    cells = _cells(frame, table_number="3", area_code=code)
    found = tuple(cells.loc[list(COLUMNS[edition]), "value"])
    assert found == REGIONS[code][["2018", "2022"].index(edition)]


def test_withheld_flagged_and_counted_in_2022(shared_data: Path) -> None:
    frame = child_mortality(shared_data / BOOKS / "cim2022deathcohortworkbook.xlsx").frame
    durham = _cells(frame, table_number="3", area_code="E06000047")
    assert durham.loc["Neonatal mortality rate", "value"] == 2.2
    assert durham.loc["Neonatal unreliable indicator", "raw_text"] == "[u]"
    assert pd.isna(durham.loc["Perinatal unreliable indicator", "raw_text"])
    assert set(durham["area_name"]) == {"County Durham"}
    rutland = _cells(frame, table_number="3", area_code="E06000017")
    assert rutland.loc["Stillbirths", "value"] == 1
    assert pd.isna(rutland.loc["Stillbirth rate", "value"])
    assert rutland.loc["Stillbirth rate", "raw_text"] == "[x]"
    assert rutland.loc["Postneonatal deaths", "value"] == 0
    outside = _cells(frame, table_number="3", area_code="J99000001")
    assert outside.loc["Infant mortality rate", "raw_text"] == "[z]"
    scilly = _cells(frame, table_number="3", area_code="E06000052, E06000053")
    assert scilly.loc["Live births", "value"] == 4456
    decile = _cells(frame, table_number="21", year="2022", imd_decile="Total")
    assert tuple(decile.loc[["Live births", "Infant deaths"], "value"]) == (576589, 2238)
    assert pd.isna(
        _cells(frame, table_number="1", year="1980").loc["Childhood deaths 1–15 years", "value"]
    )


def test_nations_by_sex_ages_of_mothers_and_welsh_deciles_of_2022(shared_data: Path) -> None:
    """Figures as the producer prints them in Tables 2, 10 and 25."""
    parsed = child_mortality(shared_data / BOOKS / "cim2022deathcohortworkbook.xlsx")
    frame = parsed.frame
    scotland = _cells(frame, table_number="2", area_code="S92000003", sex="Female")
    assert set(scotland["area_name"]) == {"Scotland"}
    assert tuple(scotland.loc[["Live births", "Infant deaths"], "value"]) == (22700, 71)
    assert scotland.loc["Early neonatal mortality rate", "value"] == 1.1
    wales = _cells(frame, table_number="2", area_code="W92000004", sex="Male")
    assert wales.loc["Postneonatal unreliable indicator", "raw_text"] == "[u]"
    mothers = _cells(frame, table_number="10", age_of_mother="40 & over", birth_weight="All")
    assert tuple(mothers.loc[["Live births", "Infant deaths"], "value"]) == (31228, 167)
    assert mothers.loc["Perinatal mortality rate", "value"] == 9.2
    unlinked = _cells(frame, table_number="10", age_of_mother="Unlinked deaths")
    assert unlinked.loc["Infant deaths", "value"] == 53
    assert unlinked.loc["Live births", "raw_text"] == "[z]"
    poorest = _cells(frame, table_number="25", year="2022", imd_decile="1")
    assert tuple(poorest.loc[["Live births", "Infant deaths"], "value"]) == (3772, 27)
    assert poorest.loc["Infant mortality rate", "value"] == 7.2
    broken = {rule.rule_id for rule in RULES if len(rule.offending(parsed))}
    assert broken == {"INTAKE-ONS-CHILD-014"}


@pytest.mark.parametrize(
    ("changed", "aside"),
    [
        ({"table_number": "2", "sex": "Male"}, "2: groups by sex of 2022 K02000001 with "),
        ({"table_number": "10", "age_of_mother": "20-24"}, "10: groups by age of mother of 2022"),
        ({"table_number": "25", "year": "2022", "imd_decile": "3"}, "25: groups by imd decile"),
        (
            {"table_number": "2", "sex": ["All", "Male"], "area_code": "W92000004"},
            "2: 28,297 live births, 28,296 in Table 3, in row ",
        ),
    ],
)
def test_a_changed_group_sets_its_table_aside(
    changed: dict[str, str | list[str]], aside: str, shared_data: Path
) -> None:
    parsed = child_mortality(shared_data / BOOKS / "cim2022deathcohortworkbook.xlsx")
    frame = parsed.frame.copy()
    cell = frame["source_column"] == "Live births"
    for name, label in changed.items():
        cell &= frame[name].isin([label] if isinstance(label, str) else label)
    several = isinstance(changed.get("sex"), list)
    frame.loc[frame.index[cell][: 2 if several else 1], "value"] += 1
    left = without_contradictions(ParsedExtract(frame, dict(parsed.metadata)))
    assert left.metadata["tables_not_read"].startswith(aside)
    assert set(frame["table_number"]) - set(left.frame["table_number"]) == {changed["table_number"]}


@pytest.mark.parametrize(
    ("number", "labels", "more", "told"),
    [
        (
            "6",
            {"registration_type": "Sole registrations", "age_of_mother": "All ages"},
            100,
            "6: groups by registration type with 591,172 of the 591,072 births in row 7",
        ),
        (
            "6",
            {"registration_type": "All registration types", "age_of_mother": "All ages"},
            1,
            "6: 591,073 births, 591,072 in Table 2, in row 7",
        ),
        ("6", {"registration_type": "Sole registrations"}, 0.5, "6: a count that is no number"),
        (
            "7",
            {
                "plurality": "All maternities",
                "age_of_mother": "All ages",
                "previous_children": "Any number of previous live-born children",
                "sex": "Male",
            },
            2,
            "7: 591,074 births, 591,072 in Table 2, in row 7",
        ),
        ("7", {"plurality": "Twins"}, float("nan"), "7: a count that is no number of births"),
    ],
)
def test_births_by_characteristics_that_contradict_others_are_set_aside(
    number: str, labels: dict[str, str], more: float, told: str, shared_data: Path
) -> None:
    parsed = _births_of_2023(shared_data / BOOKS / "2023birthregistrations.xlsx")
    frame = parsed.frame.copy()
    cell = frame["table_number"].eq(number) & frame["year"].eq("2023")
    cell &= frame["source_column"].str.startswith("Number of live births")
    for name, label in labels.items():
        cell &= frame[name].eq(label)
    frame.loc[frame.index[cell][0], "value"] += more
    left = births_without_contradictions(ParsedExtract(frame, dict(parsed.metadata)))
    assert left.metadata["tables_not_read"].startswith(told)
    assert set(frame["table_number"]) - set(left.frame["table_number"]) == {number}


def test_births_by_multiplicity_are_added_up_only_where_all_groups_are_printed(
    shared_data: Path,
) -> None:
    parsed = _births_of_2023(shared_data / BOOKS / "2023birthregistrations.xlsx")
    frame = parsed.frame
    lost = frame["table_number"].eq("7") & frame["plurality"].eq("Quadruplets and above")
    lost &= frame["previous_children"].eq("4 and over")
    left = births_without_contradictions(ParsedExtract(frame[~lost], dict(parsed.metadata)))
    assert left.metadata["tables_not_read"] == (
        "7: 232 of 240 combinations of groups of sheet Table_7"
    )


@cache
def _births_of_2023(path: Path) -> ParsedExtract:
    return parse_birth_registrations(path)


def test_blank_rates_with_flags_and_glued_digits_in_2018(shared_data: Path) -> None:
    parsed = child_mortality(shared_data / BOOKS / "cms2018workbookf.xls")
    frame = parsed.frame
    assert parsed.metadata["edition"] == "2018"
    darlington = _cells(frame, table_number="3", area_code="E06000005")
    assert darlington.loc["Numbers | Deaths | Neonatal", "value"] == 2
    assert pd.isna(darlington.loc["Rates | Neonatal", "value"])
    assert pd.isna(darlington.loc["Rates | Neonatal", "raw_text"])
    assert darlington.loc["Rates | Neonatal | reliability", "raw_text"] == "u"
    names = set(frame.loc[frame["area_code"] == "E06000052, E06000053", "area_name"])
    assert names == {"Cornwall and Isles of Scilly"}
    assert set(frame.loc[frame["source_row"] == 7, "area_code"].dropna()) == {
        "K04000001, J99000001"
    }
    linked = _cells(frame, table_number="1", year="1992").loc["Early neonatal | Linked"]
    assert (pd.isna(linked["value"]), linked["raw_text"]) == (True, ":")


def test_the_hierarchy_is_read_from_the_row_order(shared_data: Path) -> None:
    parsed = child_mortality(shared_data / BOOKS / "cim2022deathcohortworkbook.xlsx")
    found = hierarchy(areas(parsed.frame)).set_index("area_code")
    parents = ["county_code", "region_code", "country_code"]
    assert list(found.loc["E07000026", parents]) == ["E10000006", "E12000002", "E92000001"]
    assert found.loc["W06000015", "country_code"] == "W92000004"
    assert found.loc["W06000015", parents[:2]].isna().all()
    assert found.loc["J99000001", parents].isna().all()


@pytest.mark.parametrize(
    ("year", "united_kingdom", "england", "outside"),
    [
        (2010, (3504, 2414), (2966, 2036), 30),
        (2011, (3502, 2450), (2986, 2092), 28),
        (2012, (3349, 2318), (2870, 1985), 24),
        (2013, (3065, 2110), (2611, 1799), 34),
        (2014, (3014, 2103), (2548, 1780), 18),
    ],
)
def test_deaths_by_area(
    year: int,
    united_kingdom: tuple[int, int],
    england: tuple[int, int],
    outside: int,
    shared_data: Path,
) -> None:
    frame = parse_deaths_by_area(shared_data / AREAS / f"deaths_{year}.xls").frame
    columns = [
        "Deaths (numbers) | Infant (under 1 year)",
        "Deaths (numbers) | Neonatal (under 4 weeks)",
    ]
    assert tuple(_cells(frame, area_name="UNITED KINGDOM").loc[columns, "value"]) == united_kingdom
    assert tuple(_cells(frame, area_name="ENGLAND").loc[columns, "value"]) == england
    row = _cells(frame, area_name="Outside England and Wales")
    assert row.loc[columns[0], "value"] == outside
    assert set(frame["year"]) == {str(year)}
    assert frame["source_row"].nunique() in (395, 396)


def test_disclosure_marks_and_dashes_of_2011_stay_text(shared_data: Path) -> None:
    frame = parse_deaths_by_area(shared_data / AREAS / "deaths_2011.xls").frame
    dorset = _cells(frame, area_name="West Dorset")
    perinatal = dorset.loc["Deaths (numbers) | Perinatal (stillbirths and deaths under 1 week)"]
    assert (pd.isna(perinatal["value"]), perinatal["raw_text"]) == (True, "*")
    cotswold = _cells(frame, area_name="Cotswold")
    neonatal = cotswold.loc["Deaths (numbers) | Neonatal (under 4 weeks)"]
    assert (pd.isna(neonatal["value"]), neonatal["raw_text"]) == (True, "-")
    assert cotswold.loc["Rates | Infant mortality rate", "raw_text"] == ":"
    names = set(frame.loc[frame["area_text"].str.startswith("Hackney"), "area_name"])
    assert names == {"Hackney and City of London"}


@pytest.mark.parametrize(
    ("year", "united_kingdom", "durham"),
    [(2011, 807776, 5829), (2012, 812970, 5701), (2013, 778805, 5388), (2014, 776352, 5361)],
)
def test_births_by_area(year: int, united_kingdom: int, durham: int, shared_data: Path) -> None:
    frame = parse_births_by_area(shared_data / AREAS / f"births_{year}.xls").frame
    births = frame[frame["source_column"] == "Live Births | All | Total"].set_index("area_name")
    assert births.loc["UNITED KINGDOM", "value"] == united_kingdom
    assert births.loc["County Durham UA", "value"] == durham
    whole = "Usual residence outside England and Wales where birth occurred in England and Wales"
    assert births.loc[whole, "area_text"] == "Usual residence outside England "
    assert births["area_code"].isna().all()


def test_a_known_misprint_is_kept_as_text(shared_data: Path) -> None:
    frame = parse_births_by_area(shared_data / AREAS / "births_2013.xls").frame
    cell = frame[frame["raw_text"] == "40..7"]
    assert list(cell["area_name"]) == ["Bromley"]
    assert cell["value"].isna().all()


def test_birth_registrations_2023(shared_data: Path) -> None:
    """Published 2023: 591,072 live births and 2,374 stillbirths, 4.0 per 1,000 births."""
    frame = parse_birth_registrations(shared_data / BOOKS / "2023birthregistrations.xlsx").frame
    total = _cells(
        frame, table_number="2", area_code="K04000001, J99000001", age_of_mother="All ages"
    )
    assert total.loc["Number of live births", "value"] == 591072
    assert total.loc["Number of stillbirths", "value"] == 2374
    assert total.loc["Stillbirth rate", "value"] == 4.0
    hartlepool = _cells(frame, table_number="2", area_code="E06000001")
    assert hartlepool.loc["Number of stillbirths", "value"] == 1
    assert hartlepool.loc["Stillbirth rate", "raw_text"] == "[x]"
    assert pd.isna(hartlepool.loc["Unreliable indicator", "raw_text"])
    all_births = frame[(frame["table_number"] == "1") & (frame["sex"] == "All births")]
    assert all_births["area_code"].nunique() == 359


def test_nomis_deaths_rewritten_by_r(shared_data: Path) -> None:
    """Published: 506,790 deaths in 2013, residents of England, of Wales and of elsewhere."""
    parsed = parse_deaths(shared_data / "ons/nomis/nomis_deaths.csv")
    frame = parsed.frame
    assert parsed.metadata["record_count"] == "1485"
    assert parsed.metadata["rows_of_areas_without_gss_code_left_out"] == "297"
    total = frame[
        (frame["date"] == "2013")
        & frame["geography_code"].isin(["K04000001", "J99000001"])
        & (frame["age_code"] == "0")
        & (frame["gender_code"] == "0")
        & (frame["measure_name"] == "Deaths")
    ]
    assert total["value"].sum() == 506790
    assert list(total["obs_conf"]) == ["FALSE", "FALSE"]
