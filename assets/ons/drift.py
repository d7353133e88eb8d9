"""Layout drift: how a workbook differs from the description that it should match."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from assets.archive.errors import ExtractError
from assets.ons.layout import SPACER, ColumnLayout, EditionLayout, TableLayout
from assets.ons.text import header_key

_SIMILAR = 0.6
_REMEDY = (
    "Compare the workbook with the listing in the report. If the producer changed the layout, "
    "paste the description of the report into a new edition in assets/ons/*_layouts.py; if "
    "somebody edited the file, fetch it again."
)


def sheet_drift(
    file: str, layout: EditionLayout, seen: Sequence[str], missing: str
) -> ExtractError:
    """Build the error for a sheet that is not there."""
    expected = [table.sheet for table in layout.tables]
    known = {header_key(name) for name in expected}
    return ExtractError(
        rule="ONS-LAYOUT-SHEET",
        seen=f"no sheet {missing!r} among {len(seen)} sheets: " + ", ".join(map(repr, seen)),
        expected=f"the sheets {', '.join(map(repr, expected))} of the layout {layout.name!r}",
        remedy=_REMEDY,
        file=file,
        sheet=missing,
        details={
            "layout": layout.name,
            "sheets_expected": expected,
            "sheets_seen": list(seen),
            "removed": [missing],
            "added": [name for name in seen if header_key(name) not in known],
            "renamed": _renamed([missing], [n for n in seen if header_key(n) not in known]),
            "moved": [],
        },
    )


def edition_drift(file: str, layouts: Sequence[EditionLayout], edition: int) -> ExtractError:
    """Build the error for an edition that no description is for."""
    known = sorted({year for layout in layouts for year in layout.editions})
    fits = [layout.name for layout in layouts]
    return ExtractError(
        rule="ONS-LAYOUT-EDITION",
        seen=f"edition {edition}, whose sheets and headers look like {', '.join(map(repr, fits))}",
        expected=f"one of the editions {', '.join(map(str, known))}",
        remedy=f"Read the notes of the new edition; if nothing was redefined, add {edition} to the "
        "editions of that description in assets/ons/*_layouts.py.",
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


def header_drift(
    file: str,
    sheet: str,
    layout: EditionLayout,
    table: TableLayout,
    row: int | None,
    texts: Sequence[str],
    sheets: Sequence[str],
) -> ExtractError:
    """Build the error for a header row that differs from its description.

    Args:
        file: File name.
        sheet: Sheet as named in the workbook.
        layout: Description of the edition.
        table: Description of the table.
        row: Row of the header found, counted from 1; ``None`` where none resembles it.
        texts: Header texts found, from left to right.
        sheets: Names of all sheets of the workbook.
    """
    wanted = [column.printed for column in table.columns]
    difference = compare(wanted, texts)
    parts = [f"{word} {difference[word]}" for word in difference if difference[word]]
    where = f"a header with {'; '.join(parts)}" if row else "no row that resembles the header"
    return ExtractError(
        rule="ONS-LAYOUT-HEADER",
        seen=where,
        expected=f"the {sum(map(bool, wanted))} headers of table {table.number} in the layout "
        f"{layout.name!r}, from {wanted[0] or wanted[1]!r} on",
        remedy=_REMEDY,
        file=file,
        sheet=sheet,
        row=row,
        column=_first_fault(difference),
        details={
            "layout": layout.name,
            "table": table.number,
            "sheets_seen": list(sheets),
            "header_row": row,
            "headers_expected": wanted,
            "headers_seen": list(texts),
            **difference,
            "paste": describe(table, sheet, texts),
        },
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


def describe(table: TableLayout, sheet: str, texts: Sequence[str]) -> str:
    """Return a description of the sheet as seen, as Python to paste into a layout module.

    Columns that are new keep their text and are put down as ``count``: their role is for a person
    to decide.
    """
    known = dict(zip(_numbered([c.printed for c in table.columns]), table.columns, strict=True))
    similar = {
        pair["to"]: pair["from"]
        for pair in compare([c.printed for c in table.columns], texts)["renamed"]
        if isinstance(pair, dict)
    }
    by_text = {column.printed: column for column in table.columns}
    lines = []
    for key, text in zip(_numbered(texts), texts, strict=True):
        column = known.get(key)
        if column is None and text in similar:
            column = by_text[similar[text]]
            lines.append(_line(ColumnLayout(column.role, text, column.name), "renamed"))
        elif column is None:
            guess = ColumnLayout("count", text, text) if text else ColumnLayout(SPACER, "", "")
            lines.append(_line(guess, "new: which role?"))
        else:
            lines.append(_line(column, ""))
    columns = "\n".join(f"        {line}" for line in lines)
    extras = "" if table.required else "    required=False,\n"
    if table.end_texts:
        extras += f"    end_texts={table.end_texts!r},\n"
    return (
        f"TableLayout(\n    number={table.number!r},\n    sheet={sheet!r},\n"
        f"    header_rows={table.header_rows},\n{extras}    columns=(\n{columns}\n    ),\n)"
    )


def _line(column: ColumnLayout, remark: str) -> str:
    if column.role == SPACER:
        call = "spacer()"
    elif column.name == column.printed:
        call = f"{column.role}({column.printed!r})"
    else:
        call = f"{column.role}({column.printed!r}, {column.name!r})"
    return f"{call},  # {remark}" if remark else f"{call},"


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
        scores = [
            (SequenceMatcher(a=header_key(old), b=header_key(new)).ratio(), new) for new in left
        ]
        if scores and max(scores)[0] >= _SIMILAR:
            new = max(scores)[1]
            left.remove(new)
            pairs.append({"from": old, "to": new})
    return pairs


def _first_fault(difference: dict[str, list[object]]) -> str:
    for word in ("renamed", "removed", "added", "moved"):
        for item in difference[word]:
            if isinstance(item, dict):
                return str(item.get("from") if word == "renamed" else item.get("header"))
            return str(item)
    return ""
