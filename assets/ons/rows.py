"""Rows of a placed table told apart: data, blank, heading, text below the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assets.archive.errors import ExtractError
from assets.ons.layout import FLAG, LABEL, MEASURED, SPACER, ColumnLayout
from assets.ons.locate import PlacedTable
from assets.ons.text import area_name, clean, is_area_name

_AGAIN = "Fetch the workbook again and compare it with the producer's page."


def measured_columns(table: PlacedTable) -> list[tuple[int, ColumnLayout]]:
    """Return position and description of the measured columns."""
    return [(i, c) for i, c in enumerate(table.layout.columns) if c.role in MEASURED]


def keyed_rows(
    table: PlacedTable, key: str, read_key: Callable[[object], str | None]
) -> Iterator[tuple[int, Sequence[object], str]]:
    """Yield row number, cells and key of the data rows of a table whose rows have a key.

    Args:
        table: Placed table.
        key: Label column that identifies a row, e.g. ``area_code``.
        read_key: Returns the key of a cell, or ``None`` where it is none.

    Raises:
        ExtractError: Numbers stand beside no key, data go on below the closing texts, a spacer
            column holds something, or there is no data row.
    """
    position = _position(table, key)
    ended = 0
    found = False
    spacers = _spacers(table)
    for number, cells in _filled_rows(table):
        value = read_key(cells[position]) if position < len(cells) else None
        if value is None:
            if _has_numbers(table, cells):
                raise _keyless(table, number, cells, key)
            ended = ended or number
            continue
        if ended:
            raise _gap(table, number, ended)
        _check_spacers(table, spacers, number, cells)
        found = True
        yield number, cells, value
    if not found:
        raise no_rows(table)


def named_rows(
    table: PlacedTable, name: str, continued: Sequence[str] = ()
) -> Iterator[tuple[int, Sequence[object], str, str]]:
    """Yield row number, cells, area name and printed text of a table that prints names only.

    Rows without figures are headings, or go on with the name above them.

    Args:
        table: Placed table.
        name: Label column of the names.
        continued: Whole names that the producer spreads over several rows.

    Raises:
        ExtractError: Figures stand beside no name, below the closing texts, or nowhere.
    """
    position = _position(table, name)
    filled = list(_filled_rows(table))
    spacers = _spacers(table)
    found = False
    for index, (number, cells) in enumerate(filled):
        printed = cells[position] if position < len(cells) else ""
        text = clean(printed)
        if text.casefold().startswith(tuple(t.casefold() for t in table.layout.end_texts)):
            _check_nothing_follows(table, filled[index:])
            break
        if not _has_figures(table, cells):
            continue
        if not text:
            raise _keyless(table, number, cells, name)
        _check_spacers(table, spacers, number, cells)
        found = True
        yield (
            number,
            cells,
            _whole_name(text, filled[index + 1 :], position, continued),
            str(printed),
        )
    if not found:
        raise no_rows(table)


def checked_name(table: PlacedTable, number: int, printed: object, label: str) -> str:
    """Return a cleaned area name.

    Raises:
        ExtractError: The text cannot be the name of an area.
    """
    name = area_name(printed)
    if not is_area_name(name):
        raise ExtractError(
            "ONS-NAME",
            f"{printed!r}",
            "the name of an area: letters, blanks and , . & ' ( ) / - only",
            _AGAIN,
            table.grid.file,
            table.grid.sheet,
            number,
            table.layout.columns[_position(table, label)].printed,
        )
    return name


def no_rows(table: PlacedTable) -> ExtractError:
    """Build the error for a table without data."""
    return ExtractError(
        "ONS-NO-ROWS",
        "a header without data rows below it",
        f"the rows of table {table.layout.number}",
        _AGAIN,
        table.grid.file,
        table.grid.sheet,
        table.first_row,
    )


def _filled_rows(table: PlacedTable) -> Iterator[tuple[int, Sequence[object]]]:
    for index in range(table.first_row, len(table.grid.rows)):
        cells = table.grid.rows[index]
        if any(cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in cells):
            yield index + 1, cells


def _position(table: PlacedTable, label: str) -> int:
    return next(
        i for i, c in enumerate(table.layout.columns) if c.role == LABEL and c.name == label
    )


def _measured_cells(table: PlacedTable, cells: Sequence[object]) -> Iterator[object]:
    for index, _ in measured_columns(table):
        if index < len(cells):
            yield cells[index]


def _has_numbers(table: PlacedTable, cells: Sequence[object]) -> bool:
    numbers = sum(type(cell) in (int, float) for cell in _measured_cells(table, cells))
    return numbers > 0


def _has_figures(table: PlacedTable, cells: Sequence[object]) -> bool:
    return any(clean(cell) for cell in _measured_cells(table, cells))


def _whole_name(
    text: str,
    following: Sequence[tuple[int, Sequence[object]]],
    position: int,
    continued: Sequence[str],
) -> str:
    for whole in continued:
        joined = text
        for _, cells in following:
            if joined == whole or not whole.startswith(joined):
                break
            joined = f"{joined} {clean(cells[position])}"
        if joined == whole:
            return whole
    return text


def _spacers(table: PlacedTable) -> list[int]:
    return [i for i, column in enumerate(table.layout.columns) if column.role == SPACER]


def _check_spacers(
    table: PlacedTable, spacers: Sequence[int], number: int, cells: Sequence[object]
) -> None:
    for index in spacers:
        if index < len(cells) and clean(cells[index]):
            raise ExtractError(
                "ONS-SHIFTED",
                f"{cells[index]!r} in column {index + 1}, which this edition leaves empty",
                "an empty cell",
                "Cells were shifted sideways. " + _AGAIN,
                table.grid.file,
                table.grid.sheet,
                number,
            )
    beyond = [cell for cell in cells[len(table.layout.columns) :] if clean(cell)]
    if beyond:
        raise ExtractError(
            "ONS-SHIFTED",
            f"{beyond[0]!r} to the right of the last column",
            f"at most {len(table.layout.columns)} cells",
            "Cells were shifted sideways. " + _AGAIN,
            table.grid.file,
            table.grid.sheet,
            number,
        )


def _check_nothing_follows(
    table: PlacedTable, rest: Sequence[tuple[int, Sequence[object]]]
) -> None:
    for number, cells in rest:
        counted = [
            cells[index]
            for index, column in measured_columns(table)
            if index < len(cells) and column.role != FLAG and type(cells[index]) in (int, float)
        ]
        if len(counted) > 1:
            raise _gap(table, number, rest[0][0])


def _gap(table: PlacedTable, number: int, ended: int) -> ExtractError:
    return ExtractError(
        "ONS-DATA-BELOW-END",
        f"data again after the text of row {ended}",
        "data rows in one block, then notes",
        "A row in between lost its key or its figures. " + _AGAIN,
        table.grid.file,
        table.grid.sheet,
        number,
    )


def _keyless(table: PlacedTable, number: int, cells: Sequence[object], key: str) -> ExtractError:
    position = _position(table, key)
    seen = cells[position] if position < len(cells) else ""
    header = table.layout.columns[position].printed
    return ExtractError(
        "ONS-KEY",
        f"figures beside {seen!r}",
        f"a valid {key.replace('_', ' ')} in every row that has figures",
        _AGAIN,
        table.grid.file,
        table.grid.sheet,
        number,
        header,
    )
