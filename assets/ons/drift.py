"""Layout drift: how a workbook differs from the description that it should match."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from assets.archive.errors import ExtractError
from assets.ons.layout import (
    FLAG,
    IGNORED,
    OTHER,
    SPACER,
    ColumnLayout,
    EditionLayout,
    Symbols,
    TableLayout,
)
from assets.ons.text import header_key

_SIMILAR = 0.6
_LINE = 84
"""Longest line of a description that fits the project's line length once it is pasted."""
_NOT_THERE = 10_000
_EDITED = "If somebody edited the file, fetch it again."
_PASTE = (
    "Compare the workbook with the notes of the new edition. If the producer changed the layout, "
    "put the description at the end of report.txt first into {kept_in} and look at the lines "
    "marked there; then offer the file again. " + _EDITED
)
_NOTHING_TO_PASTE = (
    "Compare the sheets of the workbook with {kept_in}: no sheet resembles the table, so that it "
    "has to be described by hand, or the file is no edition of this publication. " + _EDITED
)


@dataclass(frozen=True)
class SeenTable:
    """What stands nearest to a described table.

    Attributes:
        layout: Description of the table.
        sheet: Sheet as named in the workbook; ``None`` where none resembles the table.
        header_row: Last row of the header found, counted from 1; ``None`` where none resembles it.
        texts: Header texts found, from left to right.
        cells: Cells below them, column by column.
        edition: Year that the title above the header names.
        shared: Number of header texts that are as described.
    """

    layout: TableLayout
    sheet: str | None = None
    header_row: int | None = None
    texts: Sequence[str] = ()
    cells: Sequence[Sequence[object]] = field(default=(), repr=False)
    edition: int | None = None
    shared: int = 0

    @property
    def distance(self) -> int:
        """How far the table is from its description."""
        named = len({column.printed for column in self.layout.columns} - {""})
        return _NOT_THERE * (not self.keeps_its_sheet) + named - self.shared

    @property
    def keeps_its_sheet(self) -> bool:
        """Whether the sheet has the name of the description."""
        return self.sheet is not None and _same(self.sheet, self.layout.sheet)

    @property
    def wanted(self) -> list[str]:
        """Header texts of the description."""
        return [column.printed for column in self.layout.columns]

    @property
    def as_described(self) -> bool:
        """Whether sheet and headers are those of the description."""
        seen = [header_key(text) for text in self.texts]
        wanted = [header_key(text) for text in self.wanted]
        while wanted and not wanted[-1]:
            wanted.pop()
        return self.keeps_its_sheet and seen == wanted


def edition_drift(
    file: str, layouts: Sequence[EditionLayout], edition: int, kept_in: str
) -> ExtractError:
    """Build the error for an edition that no description is for."""
    known = sorted({year for layout in layouts for year in layout.editions})
    fits = [layout.name for layout in layouts]
    return ExtractError(
        rule="ONS-LAYOUT-EDITION",
        seen=f"edition {edition}, whose sheets and headers look like {', '.join(map(repr, fits))}",
        expected=f"one of the editions {', '.join(map(str, known))}",
        remedy=f"Read the notes of the new edition; if nothing was redefined, add {edition} to the "
        f"editions of {fits[0]!r} in {kept_in}.",
        file=file,
        details={
            "layout": fits[0] if fits else "",
            "edition": edition,
            "editions_known": known,
            "added": [],
            "removed": [],
            "renamed": [],
            "moved": [],
        },
    )


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
    drifted = [table for table in tables if not table.as_described]
    lost = next((t for t in drifted if not t.keeps_its_sheet), None)
    first = lost or drifted[0]
    by_table = {t.layout.number: compare(t.wanted, t.texts) for t in drifted if t.header_row}
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
    if lost is not None:
        known = {header_key(table.sheet) for table in layout.tables}
        renamed = [{"from": t.layout.sheet, "to": t.sheet} for t in drifted if _is_renamed(t)]
        taken = {pair["to"] for pair in renamed}
        listed = ", ".join(map(repr, sheets))
        hints = [
            f"table {t.layout.number} stands on {t.sheet!r}" for t in drifted if _is_renamed(t)
        ]
        hints += [
            f"table {number} has a header with {_told(difference)}"
            for number, difference in by_table.items()
            if any(difference.values())
        ]
        hint = "".join(f"; {each}" for each in hints)
        return ExtractError(
            rule="ONS-LAYOUT-SHEET",
            seen=f"no sheet {lost.layout.sheet!r} among {len(sheets)} sheets: {listed}{hint}",
            expected="the sheets "
            + ", ".join(repr(table.sheet) for table in layout.tables)
            + f" of the layout {layout.name!r}",
            remedy=remedy,
            file=file,
            sheet=lost.layout.sheet,
            details={
                **details,
                "removed": [t.layout.sheet for t in drifted if t.sheet is None],
                "added": [n for n in sheets if header_key(n) not in known and n not in taken],
                "renamed": renamed,
                "moved": [],
            },
        )
    difference = compare(first.wanted, first.texts)
    found = first.header_row is not None
    return ExtractError(
        rule="ONS-LAYOUT-HEADER",
        seen=f"a header with {_told(difference)}" if found else "no row that resembles the header",
        expected=f"the {sum(map(bool, first.wanted))} headers of table {first.layout.number} in "
        f"the layout {layout.name!r}, from {next(filter(None, first.wanted))!r} on",
        remedy=remedy,
        file=file,
        sheet=first.sheet or "",
        row=first.header_row,
        column=_first_fault(difference),
        details={**details, **difference},
    )


def compare(wanted: Sequence[str], seen: Sequence[str]) -> dict[str, list[object]]:
    """Return added, removed, renamed and moved headers; blank headers are left out."""
    old = [text for text in wanted if text]
    new = [text for text in seen if text]
    old_keys, new_keys = _numbered(old), _numbered(new)
    gone = [text for key, text in zip(old_keys, old, strict=True) if key not in set(new_keys)]
    come = [text for key, text in zip(new_keys, new, strict=True) if key not in set(old_keys)]
    renamed = _renamed(gone, come)
    for pair in renamed:
        gone.remove(pair["from"])
        come.remove(pair["to"])
    common_old = [key for key in old_keys if key in set(new_keys)]
    common_new = [key for key in new_keys if key in set(old_keys)]
    still: set[tuple[str, int]] = set()
    for block in SequenceMatcher(a=common_old, b=common_new, autojunk=False).get_matching_blocks():
        still.update(common_old[block.a : block.a + block.size])
    moved = [
        {"header": new[index], "from": old_keys.index(key) + 1, "to": index + 1}
        for index, key in enumerate(new_keys)
        if key in set(old_keys) and key not in still
    ]
    return {
        "added": list(come),
        "removed": list(gone),
        "renamed": list(renamed),
        "moved": list(moved),
    }


def describe_edition(layout: EditionLayout, tables: Sequence[SeenTable]) -> str:
    """Return a description of the workbook as seen, as Python to paste into a layout module.

    Returns:
        The text, or ``""`` where a table resembles nothing in the workbook.
    """
    years = sorted({table.edition for table in tables if table.edition})
    if not years or any(table.header_row is None for table in tables):
        return ""
    subject = layout.name.rpartition(" ")[0]
    printed = layout.symbols
    lines = [
        "EditionLayout(",
        f'    name="{subject} {years[-1]}",',
        f"    editions=({years[-1]},),",
        "    tables=(",
        *(f"        {line}" for t in tables for line in describe(t, printed).splitlines()),
        "    ),",
        "    symbols=symbols(",
        *(
            f"        ({''.join(f'{_quoted(text)}, ' for text in sorted(texts)).rstrip()}),"
            for texts in (printed.figures, printed.flags, printed.misprints)
        ),
        "    ),",
        *(["    glued_footnotes=True,"] if layout.glued_footnotes else []),
        f"    verified=({years[-1]},),",
        "),",
    ]
    return "\n".join(lines)


def describe(seen: SeenTable, symbols: Symbols) -> str:
    """Return a description of one table as seen.

    A column that is new is put down by what its cells hold: figures that are not used, marks, or
    texts that are not read. What it means is for a person to decide.
    """
    table = seen.layout
    known = dict(zip(_numbered(seen.wanted), table.columns, strict=True))
    old_names = {
        pair["to"]: pair["from"]
        for pair in compare(seen.wanted, seen.texts)["renamed"]
        if isinstance(pair, dict)
    }
    by_text = {column.printed: column for column in table.columns}
    changed = not seen.as_described
    lines = []
    for index, (key, text) in enumerate(zip(_numbered(seen.texts), seen.texts, strict=True)):
        column = known.get(key)
        if column is not None:
            doubtful = changed and not text and column.role != SPACER
            lines.append(_line(column, "has no header: still here?" if doubtful else ""))
        elif text in old_names:
            column = by_text[old_names[text]]
            lines.append(
                _line(
                    ColumnLayout(column.role, text, column.name),
                    f"renamed from {column.printed!r}: the same?",
                )
            )
        else:
            role = _guessed(text, seen.cells[index] if seen.cells else (), symbols)
            lines.append(_line(ColumnLayout(role, text, text), "new: which role?"))
    for gone in compare(seen.wanted, seen.texts)["removed"]:
        lines.append(f"# not found: {_line(by_text[str(gone)], 'is it one of the new ones?')}")
    return "\n".join(
        [
            "TableLayout(",
            f"    number={_quoted(table.number)},",
            f"    sheet={_quoted((seen.sheet or table.sheet).strip())},",
            f"    header_rows={table.header_rows},",
            *([] if table.required else ["    required=False,"]),
            *([f"    end_texts={table.end_texts!r},"] if table.end_texts else []),
            "    columns=(",
            *(f"        {line}" for line in lines),
            "    ),",
            "),",
        ]
    )


def _guessed(header: str, cells: Sequence[object], symbols: Symbols) -> str:
    texts = {str(cell).strip() for cell in cells if type(cell) not in (int, float)} - {""}
    if any(type(cell) in (int, float) for cell in cells):
        return OTHER
    if texts and texts <= symbols.flags:
        return FLAG
    return IGNORED if header else SPACER


def _line(column: ColumnLayout, remark: str) -> str:
    printed, name = _quoted(column.printed), _quoted(column.name)
    if column.role == SPACER:
        call = "spacer(),"
    elif column.role == IGNORED or column.name == column.printed:
        call = f"{column.role}({printed}),"
    else:
        call = f"{column.role}({printed}, {name}),"
    line = f"{call}  # {remark}" if remark else call
    return line if len(line) <= _LINE else f"{line}  # noqa: E501"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _numbered(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Return comparable keys; the n-th occurrence of a text differs from the first."""
    seen: dict[str, int] = {}
    keys = []
    for text in texts:
        key = header_key(text)
        seen[key] = seen.get(key, 0) + 1
        keys.append((key, seen[key]))
    return keys


def _renamed(gone: Sequence[str], come: Sequence[str]) -> list[dict[str, str]]:
    pairs = []
    left = list(come)
    for old in gone:
        scores = [(_likeness(old, new), new) for new in left]
        if scores and max(scores)[0] >= _SIMILAR:
            new = max(scores)[1]
            left.remove(new)
            pairs.append({"from": old, "to": new})
    return pairs


def _likeness(old: str, new: str) -> float:
    """Return how alike two headers are, whatever the order of their words."""
    a, b = header_key(old), header_key(new)
    sorted_a, sorted_b = " ".join(sorted(a.split())), " ".join(sorted(b.split()))
    return max(SequenceMatcher(a=a, b=b).ratio(), SequenceMatcher(a=sorted_a, b=sorted_b).ratio())


def _is_renamed(table: SeenTable) -> bool:
    return table.sheet is not None and not table.keeps_its_sheet


def _same(sheet: str, other: str) -> bool:
    return header_key(" ".join(sheet.split())) == header_key(other)


def _told(difference: dict[str, list[object]]) -> str:
    return "; ".join(f"{word} {found}" for word, found in difference.items() if found)


def _first_fault(difference: dict[str, list[object]]) -> str:
    for word in ("renamed", "removed", "added", "moved"):
        for item in difference[word]:
            if isinstance(item, dict):
                return str(item.get("from") if word == "renamed" else item.get("header"))
            return str(item)
    return ""
