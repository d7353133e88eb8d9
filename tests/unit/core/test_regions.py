"""Declared regions: a mistake stops the build with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.core.declarations import build_areas, build_region_members
from assets.core.regions.loader import RegionError, load_regions
from assets.state.warehouse import in_memory


def _declare(folder: Path, text: str) -> Path:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


GOOD = """\
- code: X-NORTH
  name: North
  geography_vintage: US
  members: [US-MO, US-IL]
"""


def _english(first: str, second: str, vintage: str = "EW-2023-04") -> str:
    return (
        f"- code: X-WEST\n  name: West\n  geography_vintage: {vintage}\n"
        f'  members:\n    - "{first}"\n    - "{second}"\n'
    )


def test_shipped_regions_load_and_the_census_regions_cover_every_state_once() -> None:
    regions = {r.code: r for r in load_regions()}
    census = [
        m
        for code in ("X-US-NORTHEAST", "X-US-MIDWEST", "X-US-SOUTH", "X-US-WEST")
        for m in regions[code].members
    ]
    assert len(census) == len(set(census)) == 51


def test_areas_say_what_every_region_is_made_of() -> None:
    con = in_memory()
    build_areas(con)
    build_region_members(con)
    listed = con.execute(
        "SELECT area_code, geography_vintage, unnest(string_split(members, ';')) AS member "
        "FROM core.areas ORDER BY ALL"
    ).fetchall()
    declared = con.execute(
        "SELECT region_code, geography_vintage, member_code FROM core.region_members ORDER BY ALL"
    ).fetchall()
    assert listed == declared
    assert ("X-US-HHS-02", "US", "US-NY") in listed


def test_a_region_keeps_where_it_is_declared(tmp_path: Path) -> None:
    (region,) = load_regions(_declare(tmp_path, GOOD))
    assert region.members == ("US-MO", "US-IL")
    assert region.definition == "mine.yaml:1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("US-IL", "US-ZZ"), r"mine\.yaml:4: unknown area 'US-ZZ'"),
        (GOOD.replace("US-IL", "US-MO"), r"mine\.yaml:4: US-MO is listed twice"),
        (GOOD.replace("US-IL", "US"), r"mine\.yaml:4: US-MO lies inside US"),
        (GOOD.replace("US-IL", "E06000001"), r"mine\.yaml:4: E06000001 .* is not in US"),
        (GOOD.replace("geography_vintage: US", "geography_vintage: UK"), "no boundary set 'UK'"),
        (GOOD.replace("X-NORTH", "Up North"), r"mine\.yaml:1: code 'Up North'; expected 2 to 40"),
        (GOOD.replace("X-NORTH", "US-KS"), r"mine\.yaml:1: code 'US-KS' is taken \(Kansas\)"),
        (GOOD.replace("X-NORTH", "29001"), r"mine\.yaml:1: code '29001' is taken"),
        (GOOD.replace("X-NORTH", "E12000001"), "that of North East, and the members are not"),
        (GOOD.replace("US-IL", '"99001"'), r"mine\.yaml:4: unknown area '99001'"),
        (GOOD.replace("US-IL", '"29001"'), r"mine\.yaml:4: 29001 lies inside US-MO"),
        (GOOD.replace("US-IL", '"29999"'), r"mine\.yaml:4: 29999 stands for all counties"),
        (GOOD.replace("  name: North\n", ""), r"mine\.yaml:1: keys .*expected exactly"),
        (GOOD + GOOD, r"mine\.yaml:5: X-NORTH is declared already at mine\.yaml:1"),
        ("code: X-A\n", r"mine\.yaml:1: expected a list"),
        (GOOD.replace("[US-MO, US-IL]", "[]"), r"mine\.yaml:4: no members"),
        (GOOD.replace("[US-MO, US-IL]", ""), r"mine\.yaml:4: expected a list"),
        (GOOD.replace("[US-MO, US-IL]", "[[US-MO]]"), r"mine\.yaml:4: a member is not a text"),
        (GOOD.replace("name: North", "name: [T]"), r"mine\.yaml:2: name is not a text"),
        (GOOD.replace("name: North", "name:"), r"mine\.yaml:2: name is not a text"),
        (GOOD + "  name: South\n", r"mine\.yaml:5: name is given twice"),
        (GOOD.replace("[US-MO", "[US-MO: {"), r"mine\.yaml:4: no YAML"),
        (GOOD.replace("  name", "\tname"), r"mine\.yaml:2: no YAML"),
        (GOOD.replace("North", "\x00"), r"mine\.yaml: no YAML"),
        (_english("E06000052, E06000053", "E06000052"), "E06000052 lies inside E06000052, E06000"),
        (_english("E06000053", "E06000052, E06000053"), "E06000053 lies inside E06000052, E06000"),
        (_english("E09000001, E09000012", "E13000001", "EW"), "is not in EW"),
        (_english("K02000001", "E92000001", "EW"), "E92000001 lies inside K02000001"),
        (
            _english("K02000001", "K04000001, J99000001", "EW"),
            "K04000001, J99000001 and K02000001 share .*e.g. W92000004",
        ),
        (_english("W92000004", "K04000001, J99000001", "EW"), "W92000004 lies inside K04000001, J"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(RegionError, match=message):
        load_regions(_declare(tmp_path, text))


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert load_regions(_declare(tmp_path, "# nothing yet\n")) == []
