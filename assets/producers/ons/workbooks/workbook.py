"""Workbooks opened safely: sheets as rows of cells that keep their row numbers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineWorkbook

from assets.archive.container import sniff
from assets.archive.container.extent import MAX_CELLS, sheet_members, too_far
from assets.archive.errors import ExtractError
from assets.producers.ons.workbooks.xls_cells import XlsBook

T = TypeVar("T")
_FETCH_AGAIN = "Fetch the workbook again from the producer's page and open it to check."


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
    _below: dict[int, Sequence[Sequence[object]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def below(self, first: int) -> Sequence[Sequence[object]]:
        """Return the cells from row index ``first`` on by column; a missing cell is ``""``."""
        columns = self._below.get(first)
        if columns is None:
            columns = self._below[first] = list(zip_longest(*self.rows[first:], fillvalue=""))
        return columns


class Workbook:
    """An .xlsx or .xls workbook.

    What arrives is judged as a whole before (:mod:`assets.archive.container.guard`): size, honest
    headers. A sheet is judged when it is read: it must not have a filled cell far away.
    """

    def __init__(self, path: Path) -> None:
        """Open a workbook.

        Raises:
            ExtractError: It is no workbook, or damaged.
        """
        self.path = path
        self._grids: dict[str, Grid] = {}
        self._archive: zipfile.ZipFile | None = None
        self._members: Mapping[str, str] = {}
        kind = sniff.content_type(path)
        if kind not in (sniff.XLSX, sniff.XLS):
            raise _refused(path, f"a file whose content is {kind}", "an .xlsx or .xls workbook")
        try:
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
        grid = self._grids.get(sheet)
        if grid is None:
            grid = Grid(self.path.name, sheet, self._whole(sheet, self._rows))
            self._grids[sheet] = grid
        return grid

    def italics(self, sheet: str) -> frozenset[tuple[int, int]] | None:
        """Return row (counted from 1) and index of column of the numbers printed in italics.

        Returns:
            ``None`` for .xlsx, whose fonts are not read: no edition in it says anything by them.

        Raises:
            ExtractError: The fonts of the workbook are damaged.
        """
        book = self._book
        return self._whole(sheet, book.italics) if isinstance(book, XlsBook) else None

    def _whole(self, sheet: str, read: Callable[[str], T]) -> T:
        try:
            return read(sheet)
        except ExtractError:
            raise
        except Exception as error:
            raise _refused(
                self.path,
                f"a damaged sheet ({type(error).__name__}: {error})",
                "a readable sheet",
                sheet,
            ) from error

    def _rows(self, sheet: str) -> Sequence[Sequence[object]]:
        if isinstance(self._book, XlsBook):
            return self._book.rows(sheet)
        if self._archive is None:
            self._archive = zipfile.ZipFile(self.path)
            self._members = sheet_members(self._archive)
        far = too_far(self._archive.read(self._members[sheet]))
        if far is not None:
            raise _too_large(self.path, sheet, *far)
        return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def _too_large(path: Path, sheet: str, height: int, width: int) -> ExtractError:
    return _refused(
        path,
        f"a sheet whose filled cells reach to row {height:,} and column {width:,}",
        f"at most {MAX_CELLS:,} cells",
        sheet,
    )


def _refused(path: Path, seen: str, expected: str, sheet: str = "") -> ExtractError:
    return ExtractError("ONS-WORKBOOK", seen, expected, _FETCH_AGAIN, path.name, sheet)
