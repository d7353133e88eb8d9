"""Labels of older editions made whole: wrapped over rows, printed once, or put above as a heading.

The editions up to 2018 break a long label over the rows beside it (``Asphyxia,``, ``anoxia``, ``or
trauma``, ``(antepartum)``), print a label once above all rows that it is about, and print types of
registration as headings, whose total is called ``All`` below them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assets.producers.ons.child_mortality.labels import begins_label, is_known, label_of
from assets.producers.ons.workbooks.layout import FLAG, LABEL, MEASURED
from assets.producers.ons.workbooks.locate import LocatedTable
from assets.producers.ons.workbooks.text import clean, without_marks

_UNDER_HEADINGS = {"ns_sec": "registration_type", "registration_type": "registration_type"}
"""Columns with headings, and the characteristic that a heading is a label of."""
_PRINTED_ONCE = ("area_code", "area_name")


def with_whole_labels(table: LocatedTable) -> LocatedTable:
    """Return a table with a whole label in every row of figures, and other rows left blank.

    What stands below the last row of figures stays as it is.
    """
    columns = table.layout.columns
    measured = [i for i, c in enumerate(columns) if c.role in MEASURED and c.role != FLAG]
    rows = [list(row) for row in table.grid.rows[table.first_row :]]
    filled = [any(i < len(row) and _is_figure(row[i]) for i in measured) for row in rows]
    end = max((i for i, there in enumerate(filled) if there), default=-1) + 1
    while end < len(rows) and any(map(clean, rows[end])):
        end += 1  # The last label may go on below the last figures.
    body, filled = rows[:end], filled[:end]
    labels = [(i, c.name) for i, c in enumerate(columns) if c.role == LABEL]
    for order, (position, name) in enumerate(labels):
        cells = [row[position] if position < len(row) else "" for row in body]
        if name in _PRINTED_ONCE:
            cells = _carried(cells)
        elif order == 0:
            cells = _joined(cells, name)
        elif name in _UNDER_HEADINGS:
            cells = _under_headings(cells, filled, _UNDER_HEADINGS[name])
        for row, cell in zip(body, cells, strict=True):
            row += [""] * (position + 1 - len(row))
            row[position] = cell
    body = [row if there else [] for row, there in zip(body, filled, strict=True)]
    above = table.grid.rows[: table.first_row]
    return replace(table, grid=replace(table.grid, rows=[*above, *body, *rows[end:]]))


def _is_figure(cell: object) -> bool:
    return type(cell) in (int, float)


def _carried(cells: Sequence[object]) -> list[object]:
    """Return the cell of every row, a blank one as that of the row above."""
    carried: list[object] = []
    for cell in cells:
        carried.append(cell if clean(cell) or not carried else carried[-1])
    return carried


def _joined(cells: Sequence[object], name: str) -> list[object]:
    """Return the whole label of every row: its own, that of the row above, or both together."""
    whole = [""]
    of_row = []
    for cell in cells:
        text = without_marks(clean(cell))
        joined = f"{whole[-1]} {text}".strip()
        if text and joined != text and begins_label(name, joined):
            whole[-1] = joined
        elif text:
            whole.append(text)
        of_row.append(len(whole) - 1)
    return [whole[run] for run in of_row]


def _under_headings(
    cells: Sequence[object], filled: Sequence[bool], headings_of: str
) -> list[object]:
    """Return labels where the total below a heading has the text of the heading."""
    named: list[object] = []
    heading = ""
    for cell, there in zip(cells, filled, strict=True):
        text = without_marks(clean(cell))
        if not there:
            joined = f"{heading} {text}".strip()
            heading = joined if begins_label(headings_of, joined) else text
            named.append("")
        elif is_known(headings_of, heading) and label_of(headings_of, cell) == "All":
            named.append(heading)
            heading = ""
        else:
            named.append(cell)
    return named
