"""Declared regions: a mistake stops the build with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.core.regions.loader import RegionError, load_regions


def _declare(folder: Path, text: str) -> Path:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


GOOD = """\
- code: X-NORTH
  name: North
  geography_vintage: US
  members: [US-MO, US-IL]
"""


def test_shipped_regions_load_and_the_census_regions_cover_every_state_once() -> None:
    regions = {r.code: r for r in load_regions()}
    census = [
        m
        for code in ("X-US-NORTHEAST", "X-US-MIDWEST", "X-US-SOUTH", "X-US-WEST")
        for m in regions[code].members
    ]
    assert len(census) == len(set(census)) == 51


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
        (GOOD.replace("X-NORTH", "NORTH"), "must start with 'X-'"),
        (GOOD.replace("  name: North\n", ""), r"mine\.yaml:1: keys .*expected exactly"),
        (GOOD + GOOD, r"mine\.yaml:5: X-NORTH is declared already at mine\.yaml:1"),
        ("code: X-A\n", r"mine\.yaml:1: expected a list"),
    ],
)
def test_a_wrong_declaration_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(RegionError, match=message):
        load_regions(_declare(tmp_path, text))


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    assert load_regions(_declare(tmp_path, "# nothing yet\n")) == []
