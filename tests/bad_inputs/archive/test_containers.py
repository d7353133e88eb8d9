"""Zips and workbooks that mean harm are refused before any parser opens them."""

from __future__ import annotations

import dataclasses
import re
import struct
import zipfile
from pathlib import Path

import pytest

from assets.archive.container import guard as guarding
from assets.archive.container.extent import sheet_members, too_far
from assets.archive.container.guard import guard
from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.archive.intake import take_in
from assets.archive.parsing import read
from assets.archive.vintage import Origin
from assets.archive.vintage_folders import vintages
from assets.producers.catalogue import dataset
from assets.producers.identify import identify
from assets.state.home import Home

BOOK = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def _zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def test_a_bomb_is_refused_and_never_unpacked(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    bomb = _zip(tmp_path / "cim.xlsx", {**BOOK, "xl/worksheets/sheet1.xml": b"0" * (64 << 20)})
    assert bomb.stat().st_size < 100_000
    child = dataset("ons_child_mortality")
    outcome = take_in(home, child, bomb, Origin("file:x", "2024-01-01T00:00:00+00:00", "none"))
    assert outcome.status == "quarantined"
    assert outcome.errors[0].rule == "INTAKE-CONTAINER"
    assert "packed" in outcome.errors[0].seen
    assert vintages(home, child) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/passwd", "names inside"),
        ("/etc/passwd", "names inside"),
        ("a/../../b.json", "names inside"),
        ("..\\b.json", "names inside"),
    ],
)
def test_members_that_reach_out_are_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ExtractError, match=words):
        guard(_zip(tmp_path / "x.xlsx", {**BOOK, name: b"x"}))


def test_too_many_members(tmp_path: Path) -> None:
    members = {f"page-{n}.json": b"[]" for n in range(guarding.MAX_MEMBERS + 1)}
    with pytest.raises(ExtractError, match="at most 5,000"):
        guard(_zip(tmp_path / "x.zip", members, zipfile.ZIP_STORED))


def test_a_large_total_of_small_ratios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(ExtractError, match="at most 1,000 bytes"):
        guard(_zip(tmp_path / "x.zip", {"a.json": b"[]" * 300, "b.json": b"[]" * 300}))


def test_a_file_beyond_every_extract(tmp_path: Path) -> None:
    huge = tmp_path / "x.csv"
    with huge.open("wb") as handle:
        handle.truncate(guarding.MAX_FILE_BYTES + 1)
    with pytest.raises(ExtractError, match="at most 268,435,456 bytes"):
        guard(huge)


def test_a_header_that_lies_about_the_length(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.zip", {"page-1.json": b"[" + b" " * 5_000 + b"]"})
    raw = bytearray(path.read_bytes())
    central = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<I", raw, central + 24, 10)
    path.write_bytes(raw)
    with pytest.raises(ExtractError, match="more than the 10 bytes"):
        guard(path)


def test_the_same_name_twice(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.json", "[]")
        archive.writestr("a.json", "[1]")
    with pytest.raises(ExtractError, match="every name once"):
        guard(path)


def test_a_zip_cut_off_in_the_middle_of_a_member(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.zip", {"a.json": bytes(range(256)) * 50})
    raw = bytearray(path.read_bytes())
    raw[60:90] = b"\xff" * 30
    path.write_bytes(raw)
    with pytest.raises(ExtractError, match="INTAKE-CONTAINER"):
        guard(path)


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
FAR_CELLS = {
    "a cell far down and far right": b'<row r="1"><c r="XFD1048576"/></row>',
    "a row far down and a wide row": b'<row r="1"><c r="AAA1"/></row><row r="9000"><c r="A9000"/>'
    b"</row>",
    "a cell that is farther down than its row": b'<row r="1"><c r="ZZ1"/><c r="A9000"/></row>',
    "many rows of few columns": b'<row r="99999"><c r="Z99999"/></row>',
    "small letters": b'<row r="1"><c r="xfd1"/><c r="a1048576"/></row>',
    "cells without references": b"<row>"
    + b"<c/>" * 2_000
    + b"</row>"
    + b"<row/>" * 1_001
    + b"<row><c/></row>",
    "cells that go on from a far one": b'<row r="5000"><c r="ZZ5000"/><c/></row>',
    "a prefix": b'<x:row r="9000"><x:c r="AAA9000"/></x:row>',
    "other quotes": b"<row r='9000'><c r='AAA9000'/></row>",
    "blanks around the sign": b'<row r = "9000"><c r = "AAA9000"/></row>',
    "another attribute first": b'<row spans="1:1" r="9000"><c s="1" r="AAA9000"/></row>',
}


def _filled(rows: bytes) -> bytes:
    """Put a number into every cell: what holds nothing has no extent."""
    return re.sub(rb"<((?:x:)?c)\b([^>]*)/>", rb"<\1\2><v>1</v></\1>", rows)


def _workbook(path: Path, rows: bytes, encoding: str = "utf-8") -> Path:
    rows = _filled(rows)
    sheet = b'<worksheet xmlns:x="x" ' + MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    relation = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return _zip(
        path,
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": b"<workbook " + MAIN + b' xmlns:r="' + relation + b'"><sheets>'
            b'<sheet name="1" sheetId="1" r:id="a"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="a" '
            b'Target="worksheets/odd.name"/></Relationships>',
            "xl/worksheets/odd.name": (head + sheet.decode()).encode(encoding),
        },
    )


def _extent(path: Path) -> tuple[int, int] | None:
    with zipfile.ZipFile(path) as archive:
        (member,) = sheet_members(archive).values()
        return too_far(archive.read(member))


@pytest.mark.parametrize("rows", FAR_CELLS.values(), ids=FAR_CELLS)
def test_cells_far_away_are_found_however_they_are_written(tmp_path: Path, rows: bytes) -> None:
    path = _workbook(tmp_path / "x.xlsx", rows)
    assert guard(path) == "xlsx"  # a sheet that nobody reads refuses nothing
    assert _extent(path) is not None


def test_cells_far_away_are_found_in_another_encoding(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "x.xlsx", b'<row r="9000"><c r="AAA9000"/></row>', "utf-16")
    assert _extent(path) is not None


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1999"><c r="ZZ1999"/></row>',
        b'<row r="69999"><c r="Z69999"/></row>',
        b'<row r="2000"><c r="ZZ2000"/></row>',
        b'<row r="1"><c r="XFD1"/></row><row r="2"><c r="A2"/></row>',
        b"<row><c/><c/></row>" * 1_000,
    ],
)
def test_large_sheets_of_real_size_pass(tmp_path: Path, rows: bytes) -> None:
    path = _workbook(tmp_path / "x.xlsx", rows)
    assert _extent(path) is None


def test_a_list_of_sheets_that_are_not_there_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "x.xlsx", b"")
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    del parts["xl/worksheets/odd.name"]
    with pytest.raises(ExtractError, match="no item named"):
        guard(_zip(tmp_path / "y.xlsx", parts))


def test_every_sample_passes(repository: Path) -> None:
    for file in repository.glob("assets/producers/*/samples/files/*"):
        guard(file)


def test_the_producers_workbooks_pass(shared_data: Path) -> None:
    for file in sorted(shared_data.glob("ons/*workbooks/*")):
        guard(file)


def test_every_way_in_judges_the_container_before_a_parser_sees_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = repository / "assets/producers/nchs/samples/files/wonder_natality_us_2007-2024.txt"
    assert identify(file) == "nchs_wonder_natality"
    monkeypatch.setattr(guarding, "MAX_FILE_BYTES", file.stat().st_size - 1)
    assert identify(file) is None
    with pytest.raises(ExtractError, match="expected at most"):
        read(dataclasses.replace(dataset("nchs_wonder_natality"), parse=_never), file)


def _never(path: Path) -> ParsedExtract:
    raise AssertionError(f"{path.name} was opened")
