"""Zips and workbooks that mean harm are refused before any parser opens them."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from assets.archive import guard as guarding
from assets.archive.errors import ExtractError
from assets.archive.guard import guard
from assets.archive.intake import take_in
from assets.archive.store import Origin, vintages
from assets.catalogue import dataset
from assets.home import Home

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
        ("xl/externalLinks/externalLink1.xml", "stands alone"),
        ("xl/vbaProject.bin", "without program code"),
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


def test_every_sample_passes(repository: Path) -> None:
    for file in repository.glob("assets/*/samples/files/*"):
        guard(file)


def test_the_producers_workbooks_pass(shared_data: Path) -> None:
    for file in sorted(shared_data.glob("ons/*workbooks/*")):
        guard(file)
