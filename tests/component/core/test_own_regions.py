"""Regions that a user declares under ``IMR_HOME/regions``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assets.core.declarations import build_areas, build_region_members
from assets.core.regions.loader import declared_regions, load_regions
from assets.state.warehouse import in_memory

BOARD = """\
- code: E54000022
  name: NHS Norfolk and Waveney Integrated Care Board
  geography_vintage: EW-2023-04
  members: [E07000143, E07000144]
  approximation: Waveney lies in East Suffolk, which is left out whole
"""
SAME = """\
- code: E12000001
  name: North East
  geography_vintage: EW-2023-04
  members: [E06000001, E06000002, E06000003, E06000004, E06000005, E06000047, E06000057,
            E08000021, E08000022, E08000023, E08000024, E08000037]
"""


def declare(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_board_has_its_own_code_and_says_what_it_approximates(tmp_path: Path) -> None:
    con = in_memory()
    declare(tmp_path, boards=BOARD)
    build_areas(con, tmp_path)
    build_region_members(con, tmp_path)
    rows = con.execute(
        "SELECT area_type, source, note FROM core.areas WHERE area_code = 'E54000022'"
    ).fetchall()
    assert rows == [
        (
            "custom_region",
            "declared in IMR_HOME/regions/boards.yaml:1",
            "Approximation: Waveney lies in East Suffolk, which is left out whole",
        )
    ]
    members = con.execute(
        "SELECT count(*) FROM core.region_members WHERE region_code = 'E54000022'"
    ).fetchall()
    assert members == [(2,)]


def test_a_wrong_file_is_set_aside_alone_and_named(tmp_path: Path) -> None:
    wrong = BOARD.replace("E54000022", "X-A") + BOARD.replace("E07000143", "E07999999")
    declare(tmp_path, a_wrong=wrong, b_right=BOARD, c_again=BOARD, d_no="code: [")
    found = declared_regions(tmp_path)
    own = [r.definition for r in found.regions if r.folder == "IMR_HOME/regions"]
    assert own == ["b_right.yaml:1"], "no region of a file with a mistake is used"
    assert [m.split(";")[0].split(" (")[0].split(". No")[0] for m in found.set_aside] == [
        "IMR_HOME/regions/a_wrong.yaml:9: unknown area 'E07999999'",
        "IMR_HOME/regions/c_again.yaml:1: E54000022 is declared already at b_right.yaml:1",
        "IMR_HOME/regions/d_no.yaml:1: no YAML",
    ]
    assert len(found.regions) == len(load_regions()) + 1


def test_the_code_of_a_registered_area_is_for_that_area_only(tmp_path: Path) -> None:
    same = declared_regions(declare(tmp_path, same=SAME))
    assert [r.code for r in same.regions if r.folder == "IMR_HOME/regions"] == ["E12000001"]
    less = declared_regions(declare(tmp_path, same=SAME.replace("E06000001, ", "")))
    assert "that of North East, and the members are not the same area" in less.set_aside[0]


def test_a_county_that_no_registry_lists_may_be_a_member(tmp_path: Path) -> None:
    text = (
        "- code: X-BIRMINGHAM\n  name: Greater Birmingham\n  geography_vintage: US\n"
        '  members: ["01073", "01117"]\n'
    )
    con = in_memory()
    build_areas(con, declare(tmp_path, counties=text))
    rows = con.execute(
        "SELECT area_name, area_type, parent_code FROM core.areas WHERE area_code = '01117'"
    ).fetchall()
    assert rows == [("County 01117, Alabama", "county", "US-AL")]


def test_no_folder_declares_nothing(tmp_path: Path) -> None:
    assert declared_regions(tmp_path / "absent").set_aside == ()
    assert len(declared_regions(None).regions) == len(load_regions())


@pytest.mark.parametrize("prefix", ["X-ICB-", ""])
def test_boards_of_england(shared_data: Path, tmp_path: Path, prefix: str) -> None:
    """All 42 integrated care boards, with codes of the product's kind and with their own."""
    file = shared_data.parent / "cases" / "icb_regions.yaml"
    if not file.exists():
        pytest.skip("the cases are not on this machine")
    shutil.copy(file, tmp_path / file.name)
    copied = tmp_path / file.name
    copied.write_text(file.read_text(encoding="utf-8").replace("X-ICB-", prefix), encoding="utf-8")
    found = declared_regions(tmp_path)
    assert found.set_aside == ()
    boards = [r for r in found.regions if r.folder == "IMR_HOME/regions"]
    assert len(boards) == 42
    assert {r.code.removeprefix(prefix)[:3] for r in boards} == {"E54"}
    con = in_memory()
    build_areas(con, tmp_path)
    assert con.execute("SELECT count(*) FROM core.areas WHERE area_name LIKE 'NHS %'").fetchall()[
        0
    ] == (42,)
