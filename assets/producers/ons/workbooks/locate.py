"""Find the tables of a described workbook, by sheet name and header text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest

from assets.archive.errors import ExtractError
from assets.producers.ons.workbooks.drift import SeenTable, layout_drift, told_differences
from assets.producers.ons.workbooks.headers import Match, match, share_found
from assets.producers.ons.workbooks.layout import EditionLayout, TableLayout
from assets.producers.ons.workbooks.tables_not_read import named
from assets.producers.ons.workbooks.text import clean, header_fragment, last_year, sheet_key
from assets.producers.ons.workbooks.workbook import Grid, Workbook

SEARCHED_ROWS = 40
_HEIGHTS = range(1, 9)
"""Numbers of stacked header rows that are tried beside that of the description."""
_RESEMBLES = 0.3
_RESEMBLES_ELSEWHERE = 0.6
"""Share of the headers that a sheet of another name must have to be taken for the table."""


@dataclass(frozen=True)
class LocatedTable:
    """A table that was found in a workbook.

    Attributes:
        layout: Its description with the columns of this sheet, each of them.
        grid: Cells of its sheet.
        first_row: Index of the first row below the header.
        title: Text of the title above the header.
        edition: Last year that the title names.
        unread: Headers of columns that are not read.
        absent: Headers that the description has and the sheet lacks; none of them is needed.
        italics: Row (counted from 1) and index of column of numbers in italics; ``None`` where
            italics say nothing or the file does not keep them.
    """

    layout: TableLayout
    grid: Grid
    first_row: int
    title: str
    edition: int
    unread: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    italics: frozenset[tuple[int, int]] | None = None


@dataclass(frozen=True)
class LocatedEdition:
    """The tables of a workbook and the description that they match."""

    layout: EditionLayout
    edition: int
    tables: tuple[LocatedTable, ...]
    not_read: str = ""
    """How optional tables that the workbook prints with other headers differ."""

    @property
    def described(self) -> dict[str, str]:
        """What the extract is said to be, for its metadata."""
        marks = any(table.italics is not None for table in self.tables)
        unread = [text for table in self.tables for text in table.unread]
        absent = [text for table in self.tables for text in table.absent]
        moved = [
            f"{table.layout.number}: on sheet {table.grid.sheet!r}, header in row {table.first_row}"
            for table in self.tables
            if sheet_key(table.grid.sheet) != sheet_key(table.layout.sheet)
        ]
        return {
            "edition": str(self.edition),
            "layout": self.layout.name,
            "layout_verified": str(self.edition in self.layout.verified).lower(),
            **({"reliability_marks": "italics"} if marks else {}),
            **({"columns_not_read": "; ".join(unread)} if unread else {}),
            **({"columns_absent": "; ".join(absent)} if absent else {}),
            **({"tables_elsewhere": "; ".join(moved)} if moved else {}),
            **named([self.not_read] if self.not_read else []),
            **{f"title_{t.layout.number}": t.title for t in self.tables},
        }


@dataclass(frozen=True)
class _Header:
    """Rows of a sheet that are the header of a table, or the nearest to it."""

    grid: Grid
    first: int
    height: int
    match: Match = field(repr=False)


def locate(workbook: Workbook, layouts: Sequence[EditionLayout], kept_in: str) -> LocatedEdition:
    """Find the tables of a workbook by the description that fits best.

    Args:
        workbook: Open workbook.
        layouts: Descriptions, the newest first.
        kept_in: Where the descriptions are kept, for messages.

    Raises:
        ExtractError: No description fits; ``details`` hold the drift from the nearest one. Or a
            table that is needed has no title that names its year, or such tables are of several
            years. Another table is set aside for that, and named.
    """
    layout, headers = _best(workbook, layouts)
    if layout is None:
        nearest, seen = min(
            ((layout, _seen(workbook, layout)) for layout in layouts),
            key=lambda pair: sum(table.distance for table in pair[1]),
        )
        raise layout_drift(workbook.path.name, nearest, seen, workbook.sheets, kept_in)
    tables = []
    aside = []
    for table, header in zip(layout.tables, headers, strict=True):
        if header is None:
            continue
        try:
            tables.append(_located(workbook, layout, table, header))
        except ExtractError as error:
            if table.required:
                raise
            aside.append(f"{table.number}: {error.seen}")
    editions = {table.edition for table in tables if table.layout.required}
    if len(editions) != 1:
        raise ExtractError(
            "ONS-EDITION-MIXED",
            f"tables of several editions: {sorted(editions)}",
            "one edition per workbook",
            "Fetch the workbook again: sheets of several editions were put together.",
            workbook.path.name,
        )
    edition = editions.pop()
    aside += [
        f"{table.layout.number}: a title that ends with {table.edition}, not {edition}"
        for table in tables
        if table.edition != edition
    ]
    tables = [table for table in tables if table.edition == edition]
    absent = [t for t, h in zip(layout.tables, headers, strict=True) if h is None]
    named = filter(None, [_drifted(workbook, absent), *aside])
    return LocatedEdition(layout, edition, tuple(tables), "; ".join(named))


def _drifted(workbook: Workbook, absent: Sequence[TableLayout]) -> str:
    """Return how tables that are not read differ from what stands on their sheets."""
    seen = [
        _nearest(workbook.grid(sheet), table, _RESEMBLES_ELSEWHERE)
        for table in absent
        for sheet in _named(workbook, table)
    ]
    return told_differences([s for s in seen if s.header_row is not None])


def fits(workbook: Workbook, layouts: Sequence[EditionLayout]) -> bool:
    """Return whether a workbook has the tables of a description, titles aside."""
    return _best(workbook, layouts)[0] is not None


_Found = tuple[EditionLayout | None, Sequence[_Header | None]]


def _best(workbook: Workbook, layouts: Sequence[EditionLayout]) -> _Found:
    """Return the description that fits best and the header of each of its tables."""
    best: _Found = (None, ())
    most = 0
    for layout in layouts:
        headers = _headers(workbook, layout)
        if headers is None:
            continue
        if all(header is not None and header.match.is_perfect for header in headers):
            return layout, headers
        found = sum(header.match.found for header in headers if header is not None)
        if found > most:
            best, most = (layout, headers), found
    return best


def _headers(workbook: Workbook, layout: EditionLayout) -> list[_Header | None] | None:
    """Return the headers of the tables, ``None`` where one that is required is not there."""
    found: dict[str, _Header] = {}
    # Those that are needed come first: without one of them nothing else has to be looked for.
    for needed in (True, False):
        tables = [table for table in layout.tables if table.required is needed]
        for table in tables:
            header = _of_its_sheet(workbook, table)
            if header is not None:
                found[table.number] = header
        taken = {header.grid.sheet for header in found.values()}
        for table in tables:
            if table.number in found:
                continue
            header = _of_another_sheet(workbook, taken, table)
            if header is not None:
                found[table.number] = header
                taken.add(header.grid.sheet)
            elif needed:
                return None
    return [found.get(table.number) for table in layout.tables]


def _of_its_sheet(workbook: Workbook, table: TableLayout) -> _Header | None:
    for sheet in _named(workbook, table):
        header = _header(workbook.grid(sheet), table)
        if header is not None:
            return header
    return None


def _of_another_sheet(
    workbook: Workbook, taken: Collection[str], table: TableLayout
) -> _Header | None:
    """Return the header on a sheet of another name whose title has the number of the table.

    Args:
        workbook: The workbook.
        taken: Sheets on which other tables stand.
        table: The table.
    """
    found = []
    for sheet in (name for name in workbook.sheets if name not in taken):
        grid = workbook.grid(sheet)
        # The first title of a sheet is that of every header below it.
        if table.title_number != _number_in(_title(grid, SEARCHED_ROWS)):
            continue
        header = _header(grid, table)
        if header is not None and _number_in(_title(grid, header.first)) == table.title_number:
            found.append(header)
    return found[0] if len(found) == 1 else None


def _named(workbook: Workbook, table: TableLayout) -> list[str]:
    return [name for name in workbook.sheets if sheet_key(name) == sheet_key(table.sheet)]


def _other_sheets(workbook: Workbook, layout: EditionLayout) -> list[str]:
    described = {sheet_key(table.sheet) for table in layout.tables}
    return [name for name in workbook.sheets if sheet_key(name) not in described]


def _header(grid: Grid, table: TableLayout) -> _Header | None:
    """Return the rows of a sheet that are the header of a table, ``None`` where there are none.

    The usual number of rows is tried first; a description that fits it wholly is looked for no
    further.
    """
    best: _Header | None = None
    for first, height, texts in _candidates(grid, table, _RESEMBLES):
        found = match(table, texts, _below(grid, first + height, len(texts)))
        if not found.is_usable or not _is_about(grid, first, table):
            continue
        if best is None or found.found > best.match.found:
            best = _Header(grid, first, height, found)
        if found.is_perfect:
            break
    return best


def _candidates(
    grid: Grid, table: TableLayout, share: float
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield first row, number of rows and texts of what may be the header, likeliest first."""
    last = min(SEARCHED_ROWS, len(grid.rows))
    fragments = _Fragments(grid)
    heights = sorted(
        {*_HEIGHTS, table.header_rows}, key=lambda height: (height != table.header_rows, height)
    )
    for height in heights:
        for first in range(last):
            stacked = [fragments[row] for row in range(first, min(first + height, len(grid.rows)))]
            if not stacked or not any(stacked[0]):
                continue
            joined = (
                stacked[0]
                if height == 1
                else [
                    " ".join(filter(None, column)) for column in zip_longest(*stacked, fillvalue="")
                ]
            )
            if share_found(table, joined) >= share:
                width = max(map(len, grid.rows[first + height :]), default=0)
                yield first, height, joined + [""] * (width - len(joined))


class _Fragments(dict[int, list[str]]):
    """Texts of the header cells of each row of a sheet, made when they are asked for."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self._grid = grid

    def __missing__(self, row: int) -> list[str]:
        made = self[row] = [
            header_fragment(cell) if cell != "" else "" for cell in self._grid.rows[row]
        ]
        return made


def _below(grid: Grid, first: int, width: int) -> Sequence[Sequence[object]]:
    columns = grid.below(first)
    return [*columns[:width], *[()] * (width - len(columns))]


def _is_about(grid: Grid, first: int, table: TableLayout) -> bool:
    if not table.about:
        return True
    above = " ".join(
        clean(cell) for row in grid.rows[:first] for cell in row if cell != ""
    ).casefold()
    return re.search(table.about, above) is not None


def _located(
    workbook: Workbook, layout: EditionLayout, table: TableLayout, header: _Header
) -> LocatedTable:
    grid, found = header.grid, header.match
    title = _title(grid, header.first)
    edition = last_year(title)
    if edition is None:
        raise _untitled(workbook, grid, table, header.first)
    italics = workbook.italics(grid.sheet) if edition <= layout.italic_until else None
    return LocatedTable(
        replace(table, columns=found.columns),
        grid,
        header.first + header.height,
        title,
        edition,
        found.unread,
        tuple(column.printed for column in found.missing),
        italics,
    )


def _seen(workbook: Workbook, layout: EditionLayout) -> list[SeenTable]:
    """Return what stands nearest to each described table."""
    free = _other_sheets(workbook, layout)
    found = []
    for table in layout.tables:
        sheets = _named(workbook, table)
        if sheets:
            found.append(_nearest(workbook.grid(sheets[0]), table, _RESEMBLES))
            continue
        others = [_nearest(workbook.grid(name), table, _RESEMBLES_ELSEWHERE) for name in free]
        best = max(others, key=lambda seen: seen.shared, default=None)
        if best is not None and best.header_row is not None and best.sheet is not None:
            free.remove(best.sheet)
            found.append(best)
        elif table.required:
            found.append(SeenTable(table))
    return [seen for seen in found if seen.layout.required or seen.header_row is not None]


def _nearest(grid: Grid, table: TableLayout, share: float) -> SeenTable:
    """Return the rows of a sheet that resemble the header most."""
    best: SeenTable | None = None
    for first, height, texts in _candidates(grid, table, share):
        below = _below(grid, first + height, len(texts))
        found = match(table, texts, below, likely=True)
        if best is None or found.found > best.shared:
            year = last_year(_title(grid, first))
            usable = match(table, texts, below).is_usable
            best = SeenTable(
                table, grid.sheet, first + height, found, below, year, found.found, height, usable
            )
    return best or SeenTable(table, grid.sheet)


def _title(grid: Grid, header_row: int) -> str:
    """Return the first text above the header that names a table.

    Where it names no year, the texts below it are part of the title.
    """
    cells = (cell for row in grid.rows[:header_row] for cell in row if cell != "")
    texts = filter(None, map(clean, cells))
    title = next((text for text in texts if text.casefold().startswith("table ")), "")
    if title and last_year(title) is None:
        title = " ".join([title, *islice(texts, 2)])
    return title


def _number_in(title: str) -> str:
    found = re.match(r"table\s+(\d+[a-z]?)\b", title.casefold())
    return found[1] if found else ""


def _untitled(workbook: Workbook, grid: Grid, table: TableLayout, row: int) -> ExtractError:
    return ExtractError(
        "ONS-TITLE",
        "no title that names the data year above the header",
        f"a text that begins with 'Table {table.title_number}' and names the data year",
        "Everything else is as expected. A copy may have lost the title: fetch the workbook again "
        "from the producer's page.",
        workbook.path.name,
        grid.sheet,
        row + 1,
    )
