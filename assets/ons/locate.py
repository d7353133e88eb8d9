"""Find the tables of a described edition in a workbook, by sheet name and header text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.archive.errors import ExtractError
from assets.ons.drift import SeenTable, edition_drift, layout_drift
from assets.ons.layout import EditionLayout, TableLayout
from assets.ons.text import clean, header_fragment, header_key, last_year
from assets.ons.workbook import Grid, Workbook

SEARCHED_ROWS = 40
_RESEMBLES = 0.3
_RESEMBLES_ELSEWHERE = 0.6
"""Share of the headers that a sheet of another name must have to be taken for the table."""
_ROWS_LOOKED_AT = 60


@dataclass(frozen=True)
class PlacedTable:
    """A table that was found in a workbook.

    Attributes:
        layout: Its description.
        grid: Cells of its sheet.
        first_row: Index of the first row below the header.
        title: Text of the title above the header.
        edition: Last year that the title names.
        italics: Row (counted from 1) and index of column of numbers in italics; ``None`` where
            italics say nothing or the file does not keep them.
    """

    layout: TableLayout
    grid: Grid
    first_row: int
    title: str
    edition: int
    italics: frozenset[tuple[int, int]] | None = None


@dataclass(frozen=True)
class PlacedEdition:
    """The tables of a workbook and the description that they match."""

    layout: EditionLayout
    edition: int
    tables: tuple[PlacedTable, ...]

    @property
    def described(self) -> dict[str, str]:
        """What the extract is said to be, for its metadata."""
        marks = any(table.italics is not None for table in self.tables)
        return {
            "edition": str(self.edition),
            "layout": self.layout.name,
            "layout_verified": str(self.edition in self.layout.verified).lower(),
            **({"reliability_marks": "italics"} if marks else {}),
            **{f"title_{t.layout.number}": t.title for t in self.tables},
        }


def place(workbook: Workbook, layouts: Sequence[EditionLayout], kept_in: str) -> PlacedEdition:
    """Find the tables of a workbook by the first description that fits.

    Args:
        workbook: Open workbook.
        layouts: Descriptions, the newest first.
        kept_in: Where the descriptions are kept, for messages.

    Raises:
        ExtractError: No description fits; ``details`` hold the drift from the nearest one.
    """
    fitting: list[PlacedEdition] = []
    for layout in layouts:
        placed = _place(workbook, layout)
        if placed is None:
            continue
        if placed.edition in layout.editions:
            return placed
        fitting.append(placed)
    if fitting:
        raise edition_drift(
            workbook.path.name, [placed.layout for placed in fitting], fitting[0].edition, kept_in
        )
    nearest, seen = min(
        ((layout, _seen(workbook, layout)) for layout in layouts),
        key=lambda pair: sum(table.distance for table in pair[1]),
    )
    raise layout_drift(workbook.path.name, nearest, seen, workbook.sheets, kept_in)


def _place(workbook: Workbook, layout: EditionLayout) -> PlacedEdition | None:
    """Return the tables of a workbook, ``None`` where the description does not fit."""
    by_key = _sheets_by_key(workbook)
    tables = []
    for table in layout.tables:
        sheet = by_key.get(header_key(table.sheet))
        if sheet is None:
            if table.required or _is_elsewhere(workbook, by_key, layout, table):
                return None
            continue
        placed = _locate(workbook, layout, table, workbook.grid(sheet))
        if placed is None:
            return None
        tables.append(placed)
    editions = {table.edition for table in tables}
    if len(editions) != 1:
        raise ExtractError(
            "ONS-EDITION-MIXED",
            f"tables of several editions: {sorted(editions)}",
            "one edition per workbook",
            "Fetch the workbook again: sheets of several editions were put together.",
            workbook.path.name,
        )
    return PlacedEdition(layout, editions.pop(), tuple(tables))


def _sheets_by_key(workbook: Workbook) -> dict[str, str]:
    return {header_key(clean(name)): name for name in workbook.sheets}


def _is_elsewhere(
    workbook: Workbook, by_key: dict[str, str], layout: EditionLayout, table: TableLayout
) -> bool:
    """Return whether a table whose sheet is missing is announced or stands on another sheet."""
    contents = by_key.get("contents")
    if contents is not None and any(
        header_key(clean(cell)) == header_key(table.sheet)
        for row in workbook.grid(contents).rows
        for cell in row[:2]
    ):
        return True
    return any(
        _header_row(workbook.grid(sheet), layout, table) is not None
        for sheet in _other_sheets(by_key, layout)
    )


def _other_sheets(by_key: dict[str, str], layout: EditionLayout) -> Iterable[str]:
    described = {header_key(table.sheet) for table in layout.tables}
    return [name for key, name in by_key.items() if key not in described]


def _header_text(grid: Grid, row: int, height: int, column: int, *, glued: bool) -> str:
    """Return the header text of ``height`` stacked rows from index ``row`` on, in one column."""
    fragments = (
        header_fragment(cells[column], glued_footnotes=glued)
        for cells in grid.rows[row : row + height]
        if column < len(cells)
    )
    return " ".join(fragment for fragment in fragments if fragment)


def _width(grid: Grid, row: int, height: int) -> int:
    return max((len(cells) for cells in grid.rows[row : row + height]), default=0)


def _header_row(grid: Grid, layout: EditionLayout, table: TableLayout) -> int | None:
    """Return the index of the first header row, ``None`` where no rows are the header."""
    for row in range(min(SEARCHED_ROWS, len(grid.rows))):
        if _is_header(grid, row, layout, table):
            return row
    return None


def _is_header(grid: Grid, row: int, layout: EditionLayout, table: TableLayout) -> bool:
    height, glued = table.header_rows, layout.glued_footnotes
    cells = grid.rows[row] if height == 1 else ()
    for position, column in enumerate(table.columns):
        # Most headers are printed letter by letter; most other rows differ at the first cell.
        if position < len(cells) and cells[position] == column.printed:
            continue
        text = _header_text(grid, row, height, position, glued=glued)
        if header_key(text) != header_key(column.printed):
            return False
    beyond = range(len(table.columns), _width(grid, row, height))
    return not any(_header_text(grid, row, height, column, glued=glued) for column in beyond)


def _locate(
    workbook: Workbook, layout: EditionLayout, table: TableLayout, grid: Grid
) -> PlacedTable | None:
    row = _header_row(grid, layout, table)
    if row is None:
        return None
    title = _title(grid, row)
    edition = last_year(title)
    if edition is None:
        raise _untitled(workbook, grid, table, row)
    italics = workbook.italics(grid.sheet) if edition in layout.italic_rates else None
    return PlacedTable(table, grid, row + table.header_rows, title, edition, italics)


def _seen(workbook: Workbook, layout: EditionLayout) -> list[SeenTable]:
    """Return what stands nearest to each described table."""
    by_key = _sheets_by_key(workbook)
    free = list(_other_sheets(by_key, layout))
    found = []
    for table in layout.tables:
        sheet = by_key.get(header_key(table.sheet))
        if sheet is not None:
            found.append(_nearest(workbook.grid(sheet), layout, table, _RESEMBLES))
            continue
        others = [
            _nearest(workbook.grid(name), layout, table, _RESEMBLES_ELSEWHERE) for name in free
        ]
        best = min(others, key=lambda seen: seen.distance, default=None)
        if best is not None and best.header_row is not None and best.sheet is not None:
            free.remove(best.sheet)
            found.append(best)
        elif table.required or _is_elsewhere(workbook, by_key, layout, table):
            found.append(SeenTable(table))
    return found


def _nearest(grid: Grid, layout: EditionLayout, table: TableLayout, share: float) -> SeenTable:
    """Return the rows of a sheet that resemble the header most."""
    names = {header_key(column.printed) for column in table.columns} - {""}
    height, glued = table.header_rows, layout.glued_footnotes
    best: tuple[int, int, list[str]] = (0, 0, [])
    for row in range(min(SEARCHED_ROWS, len(grid.rows))):
        texts = [
            _header_text(grid, row, height, column, glued=glued)
            for column in range(_width(grid, row, height))
        ]
        shared = len(names.intersection(map(header_key, texts)))
        if shared > best[0]:
            best = (shared, row, texts)
    shared, row, texts = best
    if shared < max(2, share * len(names)):
        return SeenTable(table, grid.sheet)
    first = row + height
    below = grid.rows[first : first + _ROWS_LOOKED_AT]
    # Marks may stand in a last column without a header.
    texts = texts + [""] * (max(map(len, below), default=0) - len(texts))
    cells = [[line[column] for line in below if column < len(line)] for column in range(len(texts))]
    while texts and not texts[-1] and not any(map(clean, cells[len(texts) - 1])):
        texts.pop()
    return SeenTable(table, grid.sheet, first, texts, cells, last_year(_title(grid, row)), shared)


def _title(grid: Grid, header_row: int) -> str:
    """Return the first text above the header that names a table."""
    for row in grid.rows[:header_row]:
        for cell in row:
            text = clean(cell)
            if text.casefold().startswith("table "):
                return text
    return ""


def _untitled(workbook: Workbook, grid: Grid, table: TableLayout, row: int) -> ExtractError:
    return ExtractError(
        "ONS-TITLE",
        "no title that names the data year above the header",
        f"a text that begins with 'Table {table.number}' and ends with the data year",
        "Fetch the workbook again; if the producer dropped the titles, describe the new edition.",
        workbook.path.name,
        grid.sheet,
        row + 1,
    )
