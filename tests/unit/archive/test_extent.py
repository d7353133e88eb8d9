"""Which sheets of a workbook are looked at before any reader opens it."""

from __future__ import annotations

import io
import zipfile

import pytest

from assets.archive.container.extent import sheet_members, too_far

TRANSITIONAL = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT = (
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def container(namespaces: tuple[str, str], book: str = "xl/workbook.xml") -> zipfile.ZipFile:
    """Return a workbook of one sheet whose root relation names ``book``."""
    main, relations = namespaces

    def related(kind: str, target: str) -> str:
        return (
            f'<Relationships xmlns="{_PACKAGE}">'
            f'<Relationship Id="rId1" Type="{relations}/{kind}" Target="{target}"/></Relationships>'
        )

    archive = zipfile.ZipFile(io.BytesIO(), "w")
    archive.writestr("_rels/.rels", related("officeDocument", book))
    archive.writestr(
        "xl/workbook.xml",
        f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    )
    archive.writestr("xl/_rels/workbook.xml.rels", related("worksheet", "worksheets/one.xml"))
    return archive


@pytest.mark.parametrize("namespaces", [TRANSITIONAL, STRICT])
@pytest.mark.parametrize("book", ["xl/workbook.xml", "/xl/workbook.xml"])
def test_both_forms_of_the_format_list_their_sheets(namespaces: tuple[str, str], book: str) -> None:
    assert sheet_members(container(namespaces, book)) == {"S": "xl/worksheets/one.xml"}


def test_a_container_that_sends_readers_to_another_workbook_is_refused() -> None:
    with pytest.raises(ValueError, match=r"other/workbook\.xml"):
        sheet_members(container(TRANSITIONAL, "other/workbook.xml"))


MANY = 1_048_576


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="{MANY}"/>',
        f'<row r="1"><c r="J1"><v>1</v></c></row><row r="{MANY}" spans="1:10"></row>',
        f'<row r="{MANY}"><c r="XFD{MANY}" s="3"/></row>',
        f'<row r="{MANY}"><c r="XFD{MANY}" s="3"></c></row>',
        f"<row r='{MANY}'><c s='3' r='XFD{MANY}'/></row>",
        f'<x:row r="{MANY}"><x:c r="XFD{MANY}"></x:c></x:row>',
    ],
)
def test_rows_and_cells_that_hold_nothing_have_no_extent(rows: str) -> None:
    sheet = f'<worksheet xmlns:x="x"><sheetData>{rows}</sheetData></worksheet>'
    assert too_far(sheet.encode()) is None


def test_a_filled_cell_has() -> None:
    rows = f'<row r="{MANY}"><c r="XFD{MANY}" s="3"><v>1</v></c></row>'
    assert too_far(f"<worksheet>{rows}</worksheet>".encode()) == (MANY, 16_384)
