"""Rows of a located table told apart: data, blank, heading, text below the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from assets.archive.errors import ExtractError
from assets.producers.ons.workbooks.cells import is_number
from assets.producers.ons.workbooks.layout import FLAG, LABEL, MEASURED, SPACER, ColumnLayout
from assets.producers.ons.workbooks.locate import LocatedTable
from assets.producers.ons.workbooks.text import area_name, clean, is_area_name

_AGAIN = "Fetch the workbook again and compare it with the producer's page."
Columns = list[Sequence[object]]


@dataclass(frozen=True)
class DataRows:
    """Data rows of a located table, column by column.

    Attributes:
        table: The table.
        numbers: Row numbers in the sheet, counted from 1.
        keys: What each row is about, e.g. its area code.
        columns: Cells of each described column, one per row; a cell that is not there is ``""``.
        left_out: Texts that stand where a key should, of rows that are not read for that.
    """

    table: LocatedTable
    numbers: Sequence[int]
    keys: Sequence[str]
    columns: Columns
    left_out: Sequence[str] = ()

    def label(self, name: str) -> Sequence[object]:
        """Return the cells of a label column."""
        return self.columns[_position(self.table, name)]

    def has(self, name: str) -> bool:
        """Return whether the edition prints a label column."""
        return any(c.role == LABEL and c.name == name for c in self.table.layout.columns)

    def where(self, kept: Sequence[bool]) -> DataRows:
        """Return some of the rows."""
        return DataRows(
            self.table,
            list(compress(self.numbers, kept)),
            list(compress(self.keys, kept)),
            [list(compress(column, kept)) for column in self.columns],
            self.left_out,
        )


def keyed_rows(
    table: LocatedTable,
    key: str,
    read_key: Callable[[object], str | None],
) -> DataRows:
    """Return the data rows of a table whose rows have a key.

    Args:
        table: Placed table.
        key: Label column that identifies a row, e.g. ``area_code``.
        read_key: Returns the key of a cell, or ``None`` where it is none.

    Returns:
        The rows. A row of figures whose key cannot be read is left out and named: what it is about
        is not known here. Sums over the rest show whether it was needed.

    Raises:
        ExtractError: Numbers stand beside a blank key, data go on below the closing texts, a
            column without header holds numbers, or there is no data row.
    """
    position = _position(table, key)
    columns, beyond = _columns(table)
    cells = columns[position]
    # A year stands in many rows, a code in one.
    known = {cell: read_key(cell) for cell in set(cells)}
    keys = [known[cell] for cell in cells]
    data = [index for index, value in enumerate(keys) if value is not None]
    if not data:
        _check_keyless(table, columns, range(len(keys)), key)
        raise no_rows(table)
    last = data[-1]
    keyless = [index for index, value in enumerate(keys) if value is None]
    odd = [
        index
        for index in keyless
        if cells[index] != "" and clean(cells[index]) and _has_number(table, columns, index)
    ]
    known_odd = set(odd)
    without = [index for index in keyless if index < last and index not in known_odd]
    ended = _check_keyless(table, columns, without, key)
    if ended is not None:
        resumed = next(index for index in data if index > ended)
        raise _gap(table, _number(table, resumed), _number(table, ended))
    after = [index for index in keyless if index > last and index not in known_odd]
    _check_keyless(table, columns, after, key)
    rows = _picked(table, columns, data, [value for value in keys if value is not None])
    _check_spacers(rows, beyond, data)
    return replace(rows, left_out=[clean(cells[index]) for index in odd])


def named_rows(
    table: LocatedTable,
    name: str,
    continued: Sequence[str] = (),
    left_out: Collection[int] = (),
) -> DataRows:
    """Return the data rows of a table that is read by names; keys are the whole names.

    Rows without figures are headings, or go on with the name above them.

    Args:
        table: Placed table.
        name: Label column of the names.
        continued: Whole names that the producer spreads over several rows.
        left_out: Indices of rows below the header that are not read.

    Raises:
        ExtractError: Figures stand beside no name, below the closing texts, or nowhere.
    """
    columns, beyond = _columns(table)
    texts = [clean(cell) for cell in columns[_position(table, name)]]
    ends = tuple(text.casefold() for text in table.layout.end_texts)
    data: list[int] = []
    keys: list[str] = []
    for index, text in enumerate(texts):
        if ends and text.casefold().startswith(ends):
            _check_nothing_follows(table, columns, index)
            break
        if index in left_out or not has_figures(table, columns, index):
            continue
        if not text:
            raise _keyless(table, columns, index, name)
        data.append(index)
        following = (texts[i] for i in range(index + 1, len(texts)) if _is_filled(columns, i))
        keys.append(_whole_name(text, following, continued))
    if not data:
        raise no_rows(table)
    rows = _picked(table, columns, data, keys)
    _check_spacers(rows, beyond, data)
    return rows


def unknown_keys(left_out: Sequence[str]) -> dict[str, str]:
    """Return the texts that stood where keys should, as metadata; nothing where there are none."""
    if not left_out:
        return {}
    named = "; ".join(f"{text} ({n} rows)" for text, n in Counter(left_out).items())
    return {"rows_with_unknown_keys": named}


def checked_names(rows: DataRows, names: Sequence[object], label: str) -> list[str]:
    """Return cleaned area names, one per row.

    Raises:
        ExtractError: A text cannot be the name of an area.
    """
    cleaned = [area_name(name) for name in names]
    for index, name in enumerate(cleaned):
        if not is_area_name(name):
            raise ExtractError(
                "ONS-NAME",
                f"{names[index]!r}",
                "the name of an area: letters, blanks and , . & ' ( ) / - only",
                _AGAIN,
                rows.table.grid.file,
                rows.table.grid.sheet,
                rows.numbers[index],
                rows.table.layout.columns[_position(rows.table, label)].printed,
            )
    return cleaned


def names_beside_codes(rows: DataRows) -> tuple[list[str | None], list[str]]:
    """Return the area names of rows that a code identifies, and the texts that can be no name."""
    printed = rows.label("area_name")
    cleaned = [area_name(name) for name in printed]
    strange = [
        f"{printed[i]!r} beside {rows.keys[i]}"
        for i, name in enumerate(cleaned)
        if not is_area_name(name)
    ]
    return [name if is_area_name(name) else None for name in cleaned], strange


def unread_names(strange: Sequence[str]) -> dict[str, str]:
    """Return the texts that can be no name, as metadata; nothing where there are none."""
    return {"names_not_read": "; ".join(strange)} if strange else {}


def no_rows(table: LocatedTable) -> ExtractError:
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


def _columns(table: LocatedTable) -> tuple[Columns, Columns]:
    """Return the cells below the header by column: those described, and those beyond them."""
    width = len(table.layout.columns)
    columns: Columns = list(table.grid.below(table.first_row))
    height = max(0, len(table.grid.rows) - table.first_row)
    columns += [[""] * height] * (width - len(columns))
    return columns[:width], columns[width:]


def _picked(
    table: LocatedTable, columns: Columns, data: Sequence[int], keys: Sequence[str]
) -> DataRows:
    numbers = [_number(table, index) for index in data]
    if data[-1] + 1 == len(data):
        return DataRows(table, numbers, keys, [column[: len(data)] for column in columns])
    return DataRows(table, numbers, keys, [[column[i] for i in data] for column in columns])


def _number(table: LocatedTable, index: int) -> int:
    return table.first_row + index + 1


def _position(table: LocatedTable, label: str) -> int:
    return next(
        i for i, c in enumerate(table.layout.columns) if c.role == LABEL and c.name == label
    )


def _measured(table: LocatedTable) -> list[tuple[int, ColumnLayout]]:
    return [(i, c) for i, c in enumerate(table.layout.columns) if c.role in MEASURED]


def has_figures(table: LocatedTable, columns: Columns, index: int) -> bool:
    """Return whether a row has anything in the columns of figures."""
    return any(clean(cell) for cell in _figures(table, columns, index))


def cells_below(table: LocatedTable) -> Columns:
    """Return the cells below the header by described column."""
    return _columns(table)[0]


def _figures(table: LocatedTable, columns: Columns, index: int) -> Iterator[object]:
    return (columns[position][index] for position, _ in _measured(table))


def _is_filled(columns: Columns, index: int) -> bool:
    return any(clean(column[index]) for column in columns)


def _has_number(table: LocatedTable, columns: Columns, index: int) -> bool:
    return any(type(cell) in (int, float) for cell in _figures(table, columns, index))


def _check_keyless(
    table: LocatedTable, columns: Columns, indices: Sequence[int], key: str
) -> int | None:
    """Return the first row of text among rows without a key; none of them may hold numbers."""
    first = None
    for index in indices:
        if _has_number(table, columns, index):
            raise _keyless(table, columns, index, key)
        if first is None and _is_filled(columns, index):
            first = index
    return first


def _whole_name(text: str, following: Iterator[str], continued: Sequence[str]) -> str:
    begun = [whole for whole in continued if whole.startswith(text)]
    if not begun:
        return text
    joined = text
    for next_text in following:
        if joined in begun or not any(whole.startswith(joined) for whole in begun):
            break
        joined = f"{joined} {next_text}"
    return joined if joined in begun else text


def _check_spacers(rows: DataRows, beyond: Columns, data: Sequence[int]) -> None:
    """Refuse numbers where no header stands: the cells of their row were shifted sideways."""
    layout = rows.table.layout
    for position, column in enumerate(layout.columns):
        if column.role == SPACER:
            index = _first_number(rows.columns[position])
            if index is not None:
                raise _shifted(
                    rows,
                    index,
                    f"{rows.columns[position][index]!r} in column {position + 1}, which has no "
                    "header",
                    "an empty cell",
                )
    for outside in beyond:
        cells = [outside[i] for i in data]
        index = _first_number(cells)
        if index is not None:
            raise _shifted(
                rows,
                index,
                f"{cells[index]!r} to the right of the last column",
                f"at most {len(layout.columns)} cells",
            )


def _first_number(cells: Sequence[object]) -> int | None:
    if set(cells) == {""}:
        return None
    return next((i for i, cell in enumerate(cells) if is_number(cell)), None)


def _shifted(rows: DataRows, index: int, seen: str, expected: str) -> ExtractError:
    return ExtractError(
        "ONS-SHIFTED",
        seen,
        expected,
        "Cells were shifted sideways. " + _AGAIN,
        rows.table.grid.file,
        rows.table.grid.sheet,
        rows.numbers[index],
    )


def _check_nothing_follows(table: LocatedTable, columns: Columns, end: int) -> None:
    figures = [position for position, column in _measured(table) if column.role != FLAG]
    for index in range(end, len(columns[0])):
        if sum(type(columns[position][index]) in (int, float) for position in figures) > 1:
            raise _gap(table, _number(table, index), _number(table, end))


def _gap(table: LocatedTable, number: int, ended: int) -> ExtractError:
    return ExtractError(
        "ONS-DATA-BELOW-END",
        f"data again after the text of row {ended}",
        "data rows in one block, then notes",
        "A row in between lost its key or its figures. " + _AGAIN,
        table.grid.file,
        table.grid.sheet,
        number,
    )


def _keyless(table: LocatedTable, columns: Columns, index: int, key: str) -> ExtractError:
    position = _position(table, key)
    return ExtractError(
        "ONS-KEY",
        f"figures beside {columns[position][index]!r}",
        f"a valid {key.replace('_', ' ')} in every row that has figures",
        _AGAIN,
        table.grid.file,
        table.grid.sheet,
        _number(table, index),
        table.layout.columns[position].printed,
    )
