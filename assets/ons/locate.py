"""Find the tables of a described edition in a workbook, by sheet name and header text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.archive.errors import ExtractError
from assets.ons.drift import edition_drift, header_drift, sheet_drift
from assets.ons.layout import EditionLayout, TableLayout
from assets.ons.text import clean, header_fragment, header_key, last_year
from assets.ons.workbook import Grid, Workbook

SEARCHED_ROWS = 40
_RESEMBLES = 0.3


@dataclass(frozen=True)
class PlacedTable:
    """A table that was found in a workbook.

    Attributes:
        layout: Its description.
        grid: Cells of its sheet.
        first_row: Index of the first row below the header.
        title: Text of the title above the header.
        edition: Last year that the title names.
    """

    layout: TableLayout
    grid: Grid
    first_row: int
    title: str
    edition: int


@dataclass(frozen=True)
class PlacedEdition:
    """The tables of a workbook and the description that they match."""

    layout: EditionLayout
    edition: int
    tables: tuple[PlacedTable, ...]


def place(workbook: Workbook, layouts: Sequence[EditionLayout]) -> PlacedEdition:
    """Find the tables of a workbook by the first description that fits.

    Args:
        workbook: Open workbook.
        layouts: Descriptions, the newest first.

    Raises:
        ExtractError: No description fits; ``details`` hold the drift from the nearest one.
    """
    drifts: list[tuple[int, ExtractError]] = []
    fitting: list[PlacedEdition] = []
    for layout in layouts:
        try:
            placed = _place(workbook, layout)
        except _Drift as drift:
            drifts.append((drift.distance, drift.error))
            continue
        if placed.edition in layout.editions:
            return placed
        fitting.append(placed)
    if fitting:
        raise edition_drift(
            workbook.path.name, [placed.layout for placed in fitting], fitting[0].edition
        )
    raise min(drifts, key=lambda pair: pair[0])[1]


class _Drift(Exception):  # noqa: N818 - it carries the error, it is not the error
    def __init__(self, distance: int, error: ExtractError) -> None:
        self.distance = distance
        self.error = error


def _place(workbook: Workbook, layout: EditionLayout) -> PlacedEdition:
    by_key = {header_key(clean(name)): name for name in workbook.sheets}
    tables = []
    for table in layout.tables:
        sheet = by_key.get(header_key(table.sheet))
        if sheet is None:
            if not table.required and not _announced(workbook, by_key, table):
                continue
            absent = sum(header_key(t.sheet) not in by_key for t in layout.tables)
            raise _Drift(
                10_000 * absent,
                sheet_drift(workbook.path.name, layout, workbook.sheets, table.sheet),
            )
        tables.append(_locate(workbook, layout, table, workbook.grid(sheet)))
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


def _announced(workbook: Workbook, by_key: dict[str, str], table: TableLayout) -> bool:
    """Return whether the contents sheet lists a table whose sheet is missing."""
    contents = by_key.get("contents")
    if contents is None:
        return False
    return any(
        header_key(clean(cell)) == header_key(table.sheet)
        for row in workbook.grid(contents).rows
        for cell in row[:2]
    )


def header_texts(grid: Grid, row: int, height: int, *, glued_footnotes: bool) -> list[str]:
    """Return the header texts of ``height`` stacked rows from index ``row`` on, per column."""
    band = grid.rows[row : row + height]
    texts = []
    for column in range(max((len(cells) for cells in band), default=0)):
        fragments = (
            header_fragment(cells[column], glued_footnotes=glued_footnotes)
            for cells in band
            if column < len(cells)
        )
        texts.append(" ".join(fragment for fragment in fragments if fragment))
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _locate(
    workbook: Workbook, layout: EditionLayout, table: TableLayout, grid: Grid
) -> PlacedTable:
    wanted = [header_key(column.printed) for column in table.columns]
    while wanted and not wanted[-1]:
        wanted.pop()
    names = {key for key in wanted if key}
    best: tuple[int, int, list[str]] | None = None
    for row in range(min(SEARCHED_ROWS, len(grid.rows))):
        texts = header_texts(grid, row, table.header_rows, glued_footnotes=layout.glued_footnotes)
        keys = [header_key(text) for text in texts]
        if keys == wanted:
            title = _title(grid, row)
            edition = last_year(title)
            if edition is None:
                raise _untitled(workbook, grid, table, row)
            return PlacedTable(table, grid, row + table.header_rows, title, edition)
        shared = len(names.intersection(keys))
        if best is None or shared > best[0]:
            best = (shared, row, texts)
    found = best is not None and best[0] >= max(2, _RESEMBLES * len(names))
    texts = best[2] if best is not None and found else []
    error = header_drift(
        workbook.path.name,
        grid.sheet,
        layout,
        table,
        best[1] + table.header_rows if best is not None and found else None,
        texts,
        workbook.sheets,
    )
    raise _Drift(len(names) - (best[0] if best else 0), error)


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
