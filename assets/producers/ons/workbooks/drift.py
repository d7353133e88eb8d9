"""Layout drift: how a workbook differs from the description that it should match."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from assets.archive.errors import ExtractError
from assets.producers.ons.workbooks.cells import is_number
from assets.producers.ons.workbooks.headers import Match
from assets.producers.ons.workbooks.layout import (
    FLAG,
    IGNORED,
    LABEL,
    MEASURED,
    OTHER,
    SPACER,
    ColumnLayout,
    EditionLayout,
    TableLayout,
)
from assets.producers.ons.workbooks.symbols import is_mark
from assets.producers.ons.workbooks.text import clean, header_key, sheet_key

_SIMILAR = 0.6
_LINE = 84
"""Longest line of a description that fits the project's line length once it is pasted."""
_NOT_THERE = 10_000
_EDITED = "If somebody edited the file, fetch it again."
_PASTE = (
    "Compare the workbook with the notes of its edition. If the producer changed the layout, "
    "put the description at the end of report.txt first into {kept_in} and look at the lines "
    "marked there; then offer the file again. " + _EDITED
)
_UNLIKE = " No sheet resembles table {tables}: describe it by hand, or leave it out."
_NOTHING_TO_PASTE = (
    "Compare the sheets of the workbook with {kept_in}: no sheet resembles a table, so that they "
    "have to be described by hand, or the file is no edition of this publication. " + _EDITED
)


@dataclass(frozen=True)
class SeenTable:
    """What stands nearest to a described table.

    Attributes:
        layout: Description of the table.
        sheet: Sheet as named in the workbook; ``None`` where none resembles the table.
        header_row: Last row of the header found, counted from 1; ``None`` where none resembles it.
        match: What the columns found most likely are.
        cells: Cells below the header, column by column.
        edition: Year that the title above the header names.
        shared: Number of described columns that are there.
        height: Number of header rows.
        is_usable: Whether all columns that are needed are there beyond doubt.
    """

    layout: TableLayout
    sheet: str | None = None
    header_row: int | None = None
    match: Match | None = None
    cells: Sequence[Sequence[object]] = field(default=(), repr=False)
    edition: int | None = None
    shared: int = 0
    height: int = 1
    is_usable: bool = False

    @property
    def distance(self) -> int:
        """How far the table is from its description."""
        return _NOT_THERE * (self.sheet is None) + len(self.wanted) - self.shared

    @property
    def is_renamed(self) -> bool:
        """Whether the sheet has another name than in the description."""
        return self.sheet is not None and sheet_key(self.sheet) != sheet_key(self.layout.sheet)

    @property
    def texts(self) -> tuple[str, ...]:
        """Header texts found, from left to right."""
        return self.match.texts if self.match is not None else ()

    @property
    def wanted(self) -> list[str]:
        """Header texts of the description."""
        return [column.printed for column in self.layout.columns if column.printed]

    @property
    def gone(self) -> list[ColumnLayout]:
        """Missing described columns, without optional ones."""
        return list(self.match.missing) if self.match is not None else []

    @property
    def renamed(self) -> dict[str, ColumnLayout]:
        """Missing columns by the new header that resembles theirs."""
        left = list(self.match.unread) if self.match is not None else []
        pairs: dict[str, ColumnLayout] = {}
        for column in self.gone:
            scores = [(_likeness(column.printed, text), text) for text in left]
            if scores and max(scores)[0] >= _SIMILAR:
                text = max(scores)[1]
                left.remove(text)
                pairs[text] = column
        return pairs

    @property
    def difference(self) -> dict[str, list[object]]:
        """Added, removed, renamed and moved headers; other wordings and units do not differ."""
        renamed = self.renamed
        old = list(renamed.values())
        unread = self.match.unread if self.match is not None else ()
        return {
            "added": [text for text in unread if text not in renamed],
            "removed": [c.printed or c.name for c in self.gone if c not in old],
            "renamed": [{"from": c.printed, "to": text} for text, c in renamed.items()],
            "moved": self._moved(),
        }

    def _moved(self) -> list[object]:
        columns = self.match.columns if self.match is not None else ()
        names = [(c.role, c.name) for c in self.layout.columns]
        seen = [(c.role, c.name) for c in columns if (c.role, c.name) in names]
        described = [name for name in names if name in seen]
        still: set[tuple[str, str]] = set()
        matcher = SequenceMatcher(a=described, b=seen, autojunk=False)
        for block in matcher.get_matching_blocks():
            still.update(described[block.a : block.a + block.size])
        return [
            {"header": name[1], "from": described.index(name) + 1, "to": index + 1}
            for index, name in enumerate(seen)
            if name not in still
        ]


def layout_drift(
    file: str,
    layout: EditionLayout,
    tables: Sequence[SeenTable],
    sheets: Sequence[str],
    kept_in: str,
) -> ExtractError:
    """Build the error for a workbook that no description fits.

    Args:
        file: File name.
        layout: The nearest description.
        tables: What stands nearest to each of its tables.
        sheets: Names of all sheets of the workbook.
        kept_in: Where the descriptions are kept.
    """
    drifted = [t for t in tables if not t.is_usable or (t.is_renamed and t.layout.required)]
    lost = next((t for t in drifted if t.sheet is None or t.is_renamed), None)
    first = lost or next((t for t in drifted if t.layout.required), drifted[0])
    by_table = {t.layout.number: t.difference for t in drifted if t.header_row}
    pasted = describe_edition(layout, tables)
    details: dict[str, object] = {
        "layout": layout.name,
        "table": first.layout.number,
        "sheets_expected": [table.sheet for table in layout.tables],
        "sheets_seen": list(sheets),
        "header_row": first.header_row,
        "headers_expected": first.wanted,
        "headers_seen": list(first.texts),
        "tables": by_table,
        "paste": pasted,
    }
    remedy = (_PASTE if pasted else _NOTHING_TO_PASTE).format(kept_in=kept_in)
    unlike = [t.layout.number for t in tables if t.header_row is None]
    if pasted and unlike:
        remedy += _UNLIKE.format(tables=", ".join(unlike))
    if lost is not None:
        known = {sheet_key(table.sheet) for table in layout.tables}
        renamed = [{"from": t.layout.sheet, "to": t.sheet} for t in drifted if t.is_renamed]
        taken = {pair["to"] for pair in renamed}
        listed = ", ".join(map(repr, sheets))
        hints = [f"table {t.layout.number} stands on {t.sheet!r}" for t in drifted if t.is_renamed]
        hints += [
            f"table {t.layout.number} has a header with {_told(t)}"
            for t in drifted
            if t.header_row and not t.is_usable
        ]
        hint = "".join(f"; {each}" for each in hints)
        return ExtractError(
            rule="ONS-LAYOUT-SHEET",
            seen=f"no sheet {lost.layout.sheet!r} among {len(sheets)} sheets: {listed}{hint}",
            expected="the sheets "
            + ", ".join(repr(table.sheet) for table in layout.tables if table.required)
            + f" of the layout {layout.name!r}",
            remedy=remedy,
            file=file,
            sheet=lost.layout.sheet,
            details={
                **details,
                "removed": [t.layout.sheet for t in drifted if t.sheet is None],
                "added": [n for n in sheets if sheet_key(n) not in known and n not in taken],
                "renamed": renamed,
                "moved": [],
            },
        )
    found = first.header_row is not None
    return ExtractError(
        rule="ONS-LAYOUT-HEADER",
        seen=f"a header with {_told(first)}" if found else "no row that resembles the header",
        expected=f"the {len(first.wanted)} headers of table {first.layout.number} in "
        f"the layout {layout.name!r}, from {first.wanted[0]!r} on",
        remedy=remedy,
        file=file,
        sheet=first.sheet or "",
        row=first.header_row,
        column=_first_fault(first),
        details={**details, **first.difference},
    )


def describe_edition(layout: EditionLayout, tables: Sequence[SeenTable]) -> str:
    """Return a description of the workbook as seen, as Python to paste into a layout module.

    Every table that resembles a known one is described; the others are named in a remark.

    Returns:
        The text, or ``""`` where nothing in the workbook resembles a table.
    """
    years = sorted({table.edition for table in tables if table.edition})
    likely = [table for table in tables if table.header_row is not None]
    if not likely:
        return ""
    subject = layout.name.rpartition(" ")[0]
    year = str(years[-1]) if years else "of an unknown year"
    lines = [
        "EditionLayout(",
        f'    name="{subject} {year}",',
        "    tables=(",
        *(f"        {line}" for t in likely for line in describe(t).splitlines()),
        *(
            f"        # Nothing resembles table {t.layout.number}: is it left out?"
            for t in tables
            if t.header_row is None
        ),
        "    ),",
        *([f"    italic_until={layout.italic_until},"] if layout.italic_until else []),
        "),",
    ]
    return "\n".join(lines)


def describe(seen: SeenTable) -> str:
    """Return a description of one table as seen.

    A column that is new is put down by what its cells hold: figures that are not used, marks, or
    texts that are not read. What it means is for a person to decide. Columns without header are
    left out: they are told by their cells.
    """
    table = seen.layout
    match = seen.match
    columns = match.columns if match is not None else ()
    renamed = seen.renamed
    lines = []
    for index, column in enumerate(columns):
        text = column.printed
        if column.role in (LABEL, *MEASURED):
            # A code or a name without header is told by its cells, too, but has to be named.
            if text or column.role == LABEL:
                lines.append(_line(column, ""))
        elif text in renamed:
            old = renamed[text]
            column = ColumnLayout(old.role, text, old.name, (), old.optional)
            lines.append(_line(column, f"renamed from {old.printed!r}: the same?"))
        elif text:
            role = _guessed(seen.cells[index] if seen.cells else ())
            name = "" if role == IGNORED else text
            lines.append(_line(ColumnLayout(role, text, name), "new: which role?"))
    for gone in seen.gone:
        if gone not in renamed.values():
            lines.append(f"# not found: {_line(gone, 'is it one of the new ones?')}")
    return "\n".join(
        [
            "TableLayout(",
            f"    number={_quoted(table.number)},",
            f"    sheet={_quoted((seen.sheet or table.sheet).strip())},",
            f"    header_rows={seen.height},",
            *([] if table.required else ["    required=False,"]),
            *([f"    end_texts={table.end_texts!r},"] if table.end_texts else []),
            *([f"    about={table.about!r},"] if table.about else []),
            *(["    continued=True,"] if table.continued else []),
            *([f"    printed_number={table.printed_number!r},"] if table.printed_number else []),
            "    columns=(",
            *(f"        {line}" for line in lines),
            "    ),",
            "),",
        ]
    )


def _guessed(cells: Sequence[object]) -> str:
    texts = [text for cell in cells if not is_number(cell) and (text := clean(cell))]
    if any(map(is_number, cells)):
        return OTHER
    return FLAG if texts and all(map(is_mark, texts)) else IGNORED


def _line(column: ColumnLayout, remark: str) -> str:
    arguments = [_quoted(column.printed)]
    if column.role == SPACER:
        arguments = []
    elif column.role != IGNORED and column.name != column.printed:
        arguments.append(_quoted(column.name))
    if column.optional:
        arguments.append("optional=True")
    call = f"{column.role}({', '.join(arguments)}),"
    line = f"{call}  # {remark}" if remark else call
    return line if len(line) <= _LINE else f"{line}  # noqa: E501"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _likeness(old: str, new: str) -> float:
    """Return how alike two headers are, whatever the order of their words."""
    a, b = header_key(old), header_key(new)
    sorted_a, sorted_b = " ".join(sorted(a.split())), " ".join(sorted(b.split()))
    return max(SequenceMatcher(a=a, b=b).ratio(), SequenceMatcher(a=sorted_a, b=sorted_b).ratio())


def _told(seen: SeenTable) -> str:
    told = "; ".join(f"{word} {found}" for word, found in seen.difference.items() if found)
    return told or f"the texts {', '.join(map(repr, filter(None, seen.texts)))}"


def told_differences(tables: Sequence[SeenTable]) -> str:
    """Return in words how the headers of some tables differ from their descriptions."""
    return "; ".join(f"{t.layout.number}: a header with {_told(t)}" for t in tables)


def _first_fault(seen: SeenTable) -> str:
    difference = seen.difference
    for word in ("renamed", "removed", "added", "moved"):
        for item in difference[word]:
            if isinstance(item, dict):
                return str(item.get("from") if word == "renamed" else item.get("header"))
            return str(item)
    return ""
