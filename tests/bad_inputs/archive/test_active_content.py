"""Workbooks that act on their own are told by what they hold, whatever their parts are called."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from assets.archive.container.active import COMPOUND, in_compound
from assets.archive.container.guard import guard
from assets.archive.errors import ExtractError

TYPES, BOOK_LINKS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
RELATION = '<Relationship Id="rId99" Type="{kind}" Target="{target}"{mode}/>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
CODE = COMPOUND + b"\x00" * 504 + "_VBA_PROJECT".encode("utf-16-le") + b"\x00" * 64


@pytest.fixture(scope="module")
def workbook(repository: Path) -> Path:
    return repository / "assets/producers/ons/samples/files/cim2022deathcohortworkbook.xlsx"


def _changed(
    workbook: Path,
    target: Path,
    added: Mapping[str, bytes] | None = None,
    within: Mapping[str, tuple[str, str]] | None = None,
) -> Path:
    """Write a copy with further members, and with text put before a mark in existing ones."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if within and name in within:
                mark, text = within[name]
                assert mark.encode() in content
                content = content.replace(mark.encode(), (text + mark).encode(), 1)
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
        for name, content in (added or {}).items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return target


def _relation(kind: str, target: str = "x/plain.txt", outside: bool = False) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return RELATION.format(kind=kind, target=target, mode=mode)


def test_the_workbook_itself_is_fine(workbook: Path, tmp_path: Path) -> None:
    assert guard(workbook) == guard(_changed(workbook, tmp_path / "x.xlsx")) == "xlsx"


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "docProps/thumbnail.jpeg", "xl/a.xml"])
def test_program_code_under_any_name(workbook: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(ExtractError, match="saw macros"):
        guard(_changed(workbook, tmp_path / "x.xlsx", {name: CODE}))


@pytest.mark.parametrize(
    ("member", "mark", "text", "seen"),
    [
        (TYPES, "</Types>", '<Override PartName="/x/plain.txt" '
         'ContentType="application/vnd.ms-office.vbaProject"/>', "macros"),
        (TYPES, "</Types>", '<Override PartName="/xl/workbook.xml" ContentType='
         '"application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>', "macros"),
        (TYPES, "</Types>", '<Override PartName="/x/plain.txt" ContentType='
         '"application/vnd.ms-excel.macrosheet+xml"/>', "macros"),
        (BOOK_LINKS, "</Relationships>",
         _relation(f"{MICROSOFT}/2006/relationships/vbaProject"), "macros"),
        (BOOK_LINKS, "</Relationships>",
         _relation(f"{MICROSOFT}/2006/relationships/xlMacrosheet"), "macros"),
        (TYPES, "</Types>", '<Override PartName="/x/plain.txt" ContentType="application/'
         'vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/>', "links"),
        (BOOK_LINKS, "</Relationships>", _relation(f"{OFFICE}/externalLink"), "links"),
        (BOOK_LINKS, "</Relationships>", _relation(f"{STRICT}/externalLink"), "links"),
        (BOOK_LINKS, "</Relationships>",
         _relation(f"{OFFICE}/externalLinkPath", "https://elsewhere.invalid/x.xlsx", True),
         "links"),
        (BOOK_LINKS, "</Relationships>",
         _relation(f"{OFFICE}/image", "file://elsewhere.invalid/x.png", True), "links"),
        (BOOK_LINKS, "</Relationships>", _relation(f"{OFFICE}/queryTable"), "links"),
    ],
)  # fmt: skip
def test_types_and_relationships_tell(
    workbook: Path, tmp_path: Path, member: str, mark: str, text: str, seen: str
) -> None:
    file = _changed(workbook, tmp_path / "x.xlsx", {"x/plain.txt": b"x"}, {member: (mark, text)})
    with pytest.raises(ExtractError, match=f"saw {seen}"):
        guard(file)


def test_what_only_has_the_name_is_no_macro(workbook: Path, tmp_path: Path) -> None:
    added = {
        "xl/vbaProject.bin": b"a text",
        "xl/externalLinks/externalLink1.xml": b"<a/>",
        "x/macrosheet.xml": b"<a/>",
    }
    link = _relation(f"{OFFICE}/hyperlink", "https://www.ons.gov.uk/", True)
    within = {BOOK_LINKS: ("</Relationships>", link)}
    assert guard(_changed(workbook, tmp_path / "x.xlsx", added, within)) == "xlsx"


_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><x>&i;</x>"
)


@pytest.mark.parametrize(
    "content",
    [
        _LAUGHS.encode(),
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'\xef\xbb\xbf<!doctype x [<!ENTITY % p SYSTEM "http://elsewhere.invalid/">%p;]><x/>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'.encode("utf-16"),
    ],
    ids=["laughs", "system", "entity", "parameter", "utf-16"],
)
@pytest.mark.parametrize("place", ["xl/workbook.xml", TYPES, BOOK_LINKS, "xl/styles.xml", "x/y.z"])
def test_no_entity_is_expanded(workbook: Path, tmp_path: Path, content: bytes, place: str) -> None:
    copy = tmp_path / "x.xlsx"
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            if name != place:
                new.writestr(name, old.read(name), zipfile.ZIP_DEFLATED)
        new.writestr(place, content, zipfile.ZIP_DEFLATED)
    with pytest.raises(ExtractError, match="INTAKE-CONTAINER") as refused:
        guard(copy)
    assert "document type or entities" in refused.value.seen


def test_an_old_workbook_with_program_code(repository: Path, tmp_path: Path) -> None:
    samples = sorted((repository / "assets/producers/ons/samples/files").glob("*.xls"))
    assert samples
    assert not any(in_compound(sample.read_bytes()) for sample in samples)
    copy = tmp_path / "x.xls"
    shutil.copy(samples[0], copy)
    with copy.open("ab") as handle:
        handle.write("_VBA_PROJECT_CUR".encode("utf-16-le"))
    with pytest.raises(ExtractError, match="saw macros"):
        guard(copy)


def test_an_old_workbook_with_a_sheet_of_macros(repository: Path, tmp_path: Path) -> None:
    """Sheets are listed by records of their kind; 1 is a sheet of Excel 4.0 macros."""
    sample = repository / "assets/producers/ons/samples/files/deathsarea2011.xls"
    record = re.compile(rb"(\x85\x00[\x09-\xff]\x00.{4}[\x00-\x03])\x00", re.DOTALL)
    changed, count = record.subn(lambda m: m[1] + b"\x01", sample.read_bytes(), count=1)
    assert count == 1
    copy = tmp_path / "x.xls"
    copy.write_bytes(changed)
    with pytest.raises(ExtractError, match="saw macros"):
        guard(copy)


def test_published_workbooks_are_fine(shared_data: Path) -> None:
    books = [f for f in sorted(shared_data.rglob("*.xls*")) if f.is_file()]
    assert books
    assert {guard(book) for book in books} == {"xls", "xlsx"}
