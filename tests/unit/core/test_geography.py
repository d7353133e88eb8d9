"""The registry of areas, against the Code History Database and published conservation."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

import assets.disclosure as members_of_disclosure
from assets.core.declarations import build_areas, build_region_members
from assets.core.geography.area_registry import areas, boundary_sets, infer_boundary_set, successors
from assets.core.geography.compile_ew import compile_areas
from assets.state.warehouse import in_memory


def test_states_and_the_district_have_their_fips_codes_with_leading_zeros() -> None:
    states = {a.fips: a for a in areas().values() if a.kind == "state"}
    assert len(states) == 51
    assert states["01"].code == "US-AL"
    assert states["11"].code == "US-DC"
    assert all(a.parent == "US" for a in states.values())


def test_territories_are_not_part_of_the_nation() -> None:
    assert areas()["US-PR"].parent == ""


def test_new_york_city_is_a_part_of_its_state_and_no_territory() -> None:
    city = areas()["US-NYC"]
    assert (city.kind, city.parent, city.region) == ("registration_area", "US-NY", "US")
    territories = {a.code for a in areas().values() if a.kind == "territory"}
    assert territories == {"US-AS", "US-GU", "US-MP", "US-PR", "US-VI"}


def test_new_york_city_is_not_taken_for_the_whole_state() -> None:
    """What its count gives away of the state is bounded by the counties that nobody lists."""
    con = in_memory()
    build_areas(con)
    build_region_members(con)
    query = (
        Path(members_of_disclosure.__file__)
        .with_name("members.sql")
        .read_text(encoding="utf-8")
        .replace("{areas}", "core.areas")
        .replace("{region_members}", "core.region_members")
    )
    inside = [row[2] for row in con.execute(query).fetchall() if row[0] == "US-NY"]
    assert inside == ["US-NY (other counties)", "US-NYC"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("E06000028", "E06000058"),
        ("E07000048", "E06000058"),
        ("E07000004", "E06000060"),
        ("E07000150", "E06000061"),
        ("E07000191", "E06000066"),
        ("E07000246", "E06000066"),
        ("E06000048", "E06000057"),
        ("E07000100", "E07000240"),
    ],
)
def test_merged_and_recoded_areas_lead_to_their_successor(old: str, new: str) -> None:
    assert successors()[old] == new


def test_codes_in_force_have_no_successor() -> None:
    assert "E06000001" not in successors()
    assert "E06000066" not in successors()


def test_codes_decide_the_boundary_set() -> None:
    assert infer_boundary_set(["E06000061", "E07000187", "E10000006"]) == "EW-2021-04"
    assert infer_boundary_set(["E06000063", "E06000066"]) == "EW-2023-04"
    assert infer_boundary_set(["E92000001", "E12000001"]) == "EW"


def test_codes_of_no_single_set_are_named() -> None:
    with pytest.raises(ValueError, match="E06000066"):
        infer_boundary_set(["E06000066", "E07000004"])


def test_registry_is_what_the_extracts_compile_to(shared_data: Path, tmp_path: Path) -> None:
    figures = shared_data.parent / "figures" / "ew_area_occurrences.csv"
    if not figures.exists():
        pytest.skip("figure tables are not on this machine")
    with figures.open(encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if r["year"] == "2022"]
    hierarchy = tmp_path / "hierarchy.csv"
    with hierarchy.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    compiled = compile_areas(shared_data / "ons" / "geography", hierarchy)
    written = Path(__file__).parents[3] / "assets" / "core" / "geography" / "ew_areas.csv"
    with written.open(encoding="utf-8", newline="") as handle:
        assert list(csv.DictReader(handle)) == compiled


@pytest.mark.parametrize("year", ["2018", "2022"])
def test_published_infant_deaths_sum_along_the_registry(shared_data: Path, year: str) -> None:
    figures = shared_data.parent / "figures" / "ew_area_occurrences.csv"
    if not figures.exists():
        pytest.skip("figure tables are not on this machine")
    with figures.open(encoding="utf-8", newline="") as handle:
        deaths = {
            r["area_code"]: int(r["infant_deaths"])
            for r in csv.DictReader(handle)
            if r["year"] == year
        }
    sums: dict[str, int] = defaultdict(int)
    for code, count in deaths.items():
        sums[areas()[code].parent] += count
    compared = {parent for parent in sums if parent in deaths}
    assert len(compared) > 40
    assert {p: sums[p] for p in compared} == {p: deaths[p] for p in compared}


def test_boundary_sets_are_listed_oldest_first() -> None:
    dates = [b.in_force_on for b in boundary_sets() if b.in_force_on]
    assert dates == sorted(dates)
