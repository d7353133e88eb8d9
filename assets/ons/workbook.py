"""Workbooks opened safely: sheets as rows of cells that keep their row numbers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

from assets.archive import sniff
from assets.archive.errors import ExtractError
from assets.ons.xls_cells import XlsBook

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_CELLS = 2_000_000
_FETCH_AGAIN = "Fetch the workbook again from the producer's page and open it to check."
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FEW_ROWS = 2_000
"""With columns up to ZZ (702), this many rows stay below :data:`MAX_CELLS`."""
_ROW = re.compile(rb'<row [^>]*?r="([0-9]{1,7})"')
_FAR_COLUMN = re.compile(rb'r="[A-Z]{3}[0-9]')
_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet.

    Attributes:
        file: File name, for messages.
        sheet: Name of the sheet exactly as stored.
        rows: Rows from the first row of the sheet on; a blank cell is ``""``.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[object]]


class Workbook:
    """An .xlsx or .xls workbook whose size was checked before anything was unpacked."""

    def __init__(self, path: Path) -> None:
        """Open a workbook.

        Raises:
            ExtractError: It is no workbook, damaged, or unreasonably large when unpacked.
        """
        self.path = path
        self._archive = _archive(path)
        self._parts: dict[str, str] = {}
        kind = sniff.content_type(path) if self._archive is None else sniff.XLSX
        if kind not in (sniff.XLSX, sniff.XLS):
            raise _refused(path, f"a file whose content is {kind}", "an .xlsx or .xls workbook")
        try:
            if self._archive is not None:
                self._parts = _checked_parts(path, self._archive)
            self._book: CalamineWorkbook | XlsBook = (
                CalamineWorkbook.from_path(path) if kind == sniff.XLSX else XlsBook(path)
            )
            self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)
        except ExtractError:
            raise
        except Exception as error:  # xlrd documents no base class of what it raises
            raise _refused(
                path, f"a damaged workbook ({type(error).__name__}: {error})", "a whole workbook"
            ) from error

    def grid(self, sheet: str) -> Grid:
        """Return the cells of a sheet.

        Raises:
            ExtractError: The sheet is damaged or has an absurd number of cells.
        """
        try:
            rows = self._rows(sheet)
        except ExtractError:
            raise
        except Exception as error:
            raise _refused(
                self.path,
                f"a damaged sheet ({type(error).__name__}: {error})",
                "a readable sheet",
                sheet,
            ) from error
        return Grid(self.path.name, sheet, rows)

    def _rows(self, sheet: str) -> Sequence[Sequence[object]]:
        if isinstance(self._book, XlsBook):
            return self._book.rows(sheet)
        if self._archive is not None and sheet in self._parts:
            _check_extent(self.path, sheet, self._archive.read(self._parts[sheet]))
        cells = self._book.get_sheet_by_name(sheet)
        if cells.total_height * cells.total_width > MAX_CELLS:
            raise _too_large(self.path, sheet, cells.total_height, cells.total_width)
        return cells.to_python(skip_empty_area=False)


def _archive(path: Path) -> zipfile.ZipFile | None:
    """Return the archive that an .xlsx workbook is, ``None`` where the file is anything else."""
    with path.open("rb") as handle:
        if handle.read(4) != b"PK\x03\x04":
            return None
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        return None
    if _BOOK in archive.NameToInfo:
        return archive
    archive.close()
    return None


def _checked_parts(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the archive member of every sheet, after bounding what unpacking would yield."""
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        raise _refused(
            path,
            f"{len(members)} parts that unpack to {unpacked:,} bytes",
            f"at most {MAX_MEMBERS:,} parts and {MAX_UNPACKED_BYTES:,} bytes",
        )
    # Element trees of this interpreter bound the expansion of entities.
    relations = {
        element.get("Id"): element.get("Target", "")
        for element in ElementTree.fromstring(archive.read(_RELATIONS))  # noqa: S314
    }
    book = ElementTree.fromstring(archive.read(_BOOK))  # noqa: S314
    parts = {}
    for element in book.iter(f"{_MAIN}sheet"):
        target = relations.get(element.get(_RELATION), "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts[element.get("name", "")] = member
    return parts


def _check_extent(path: Path, sheet: str, content: bytes) -> None:
    """Refuse a sheet with a cell far away: readers allocate the whole rectangle for it."""
    height = max(map(int, _ROW.findall(content)), default=0)
    if height <= _FEW_ROWS and not _FAR_COLUMN.search(content) and _ROW.search(content):
        return
    width = 0
    for letters, row in set(_CELL.findall(content)):
        height = max(height, int(row))
        width = max(width, _column_number(letters))
    if height * width > MAX_CELLS:
        raise _too_large(path, sheet, height, width)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large(path: Path, sheet: str, height: int, width: int) -> ExtractError:
    return _refused(
        path,
        f"a sheet of {height:,} rows and {width:,} columns",
        f"at most {MAX_CELLS:,} cells",
        sheet,
    )


def _refused(path: Path, seen: str, expected: str, sheet: str = "") -> ExtractError:
    return ExtractError("ONS-WORKBOOK", seen, expected, _FETCH_AGAIN, path.name, sheet)
