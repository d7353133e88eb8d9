"""Write the workbook by gptables, which follows the UK guidance on accessible spreadsheets.

A cover, a list of contents, notes, and one table a sheet: headings in one row, no merged and no
empty cell, a shorthand in square brackets where there is no number. The same content gives the same
bytes: the only time in the file is that of the release.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd

from assets.release.documents.made_up import title_prefix
from assets.release.documents.workbook.cells import (
    CONFIDENTIAL,
    LOW_RELIABILITY,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Cell,
    cell,
    text,
)
from assets.release.documents.workbook.sheets import BY_ROW, NOTES, SHEETS, Head, Sheet
from assets.state.warehouse import records, sql_of

FILE = "infant_mortality.xlsx"
_TITLE = "Infant mortality rates of the United States and of England and Wales"
_LANGUAGE = "en-GB"
_CONTACT = (
    "Ask the people who run the pipeline, and name the release and the area code. They can follow "
    "each number to the file and row that it comes from."
)
_SHORTHAND = (
    "This worksheet contains one table. Some headings refer to notes, which are on the worksheet "
    f"Notes. Shorthand: {CONFIDENTIAL} confidential, withheld; {NOT_AVAILABLE} not available; "
    f"{NOT_APPLICABLE} not applicable; {LOW_RELIABILITY} low reliability. None of these is zero."
)


Row = Mapping[str, Any]


def workbook(
    con: duckdb.DuckDBPyConnection,
    facts: Mapping[str, str],
    licences: Sequence[Mapping[str, str]],
) -> bytes:
    """Return the workbook of a release; a sheet without rows is left out, and the cover says so.

    Args:
        con: Open connection with the published tables.
        facts: version, released_at, schema_version and method_version.
        licences: Licences of the release: name, title, path.
    """
    filled = [(sheet, rows) for sheet in SHEETS if (rows := _rows(con, sheet))]
    lacking = [s.lacking for s in SHEETS if s not in [sheet for sheet, _ in filled]]
    cover = {"intro": _intro(facts, lacking), "about": _about(licences), "contact": [_CONTACT]}
    target = io.BytesIO()
    with warnings.catch_warnings():
        # The library leaves the file of its theme open, and calls pandas in ways that go with the
        # next major version, which is not the one that is pinned here.
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        title = _title(con)
        book = _book(target, filled or [(SHEETS[0], [{}])], cover, title)
        book.set_properties(
            {
                "title": f"{title}, release {facts['version']}",
                "subject": "Newest figures, with limits and reliability",
                "author": "Infant mortality rates pipeline",
                "keywords": "infant mortality, neonatal mortality, stillbirths",
                "created": datetime.fromisoformat(facts["released_at"]).replace(tzinfo=None),
            }
        )
        book.close()
    return _with_language(target.getvalue())


def _book(
    target: io.BytesIO,
    filled: Sequence[tuple[Sheet, Sequence[Row]]],
    cover: Mapping[str, list[str]],
    title: str,
) -> Any:
    """Return the open workbook with all its sheets."""
    import gptables  # It takes most of a second.

    named = {head.note for sheet, _ in filled for head in sheet.heads}
    notes = {name: text for name, text in NOTES.items() if name in named}
    book = gptables.produce_workbook(
        target,
        sheets={
            sheet.name: gptables.GPTable(
                table=_frame(sheet, rows),
                table_name=sheet.name.lower(),
                title=sheet.title,
                instructions=_SHORTHAND,
                scope=sheet.scope,
                index_columns={2: 0},
                table_notes={h.heading: f"$${h.note}$$" for h in sheet.heads if h.note},
                additional_formatting=_formats(sheet, rows),
            )
            for sheet, rows in filled
        },
        cover=gptables.Cover(title=title, **cover),
        notes_table=pd.DataFrame({"name": list(notes), "Note text": list(notes.values())}),
        auto_width=False,
        workbook_options={
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    for sheet, _ in filled:
        _set_widths(book.get_worksheet_by_name(sheet.name), [h.width for h in sheet.heads])
    _set_widths(book.get_worksheet_by_name("Contents"), [20, 80])
    _set_widths(book.get_worksheet_by_name("Notes"), [12, 100])
    return book


def _rows(con: duckdb.DuckDBPyConnection, sheet: Sheet) -> list[dict[str, Any]]:
    query = sql_of(__file__, sheet.query)
    for mark, condition in sheet.conditions.items():
        query = query.replace(f"{{{mark}}}", condition)
    return records(con, query)


def _frame(sheet: Sheet, rows: Sequence[Row]) -> pd.DataFrame:
    """Return the cells of a sheet under their headings."""
    cells = [[_shown(row, head) for head in sheet.heads] for row in rows]
    headings = [head.heading for head in sheet.heads]
    return pd.DataFrame(cells, columns=headings, dtype="object")


def _shown(row: Row, head: Head) -> Cell:
    value, status = row.get(head.name), str(row.get("value_status"))
    if value is None and head.may_not_apply:
        return NOT_APPLICABLE
    shown = cell(value, status)
    if head.name == "reliability" and status == "unreliable":
        return f"{shown} {LOW_RELIABILITY}"
    return shown


def _formats(sheet: Sheet, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return alignment and number format of the columns, and of cells with other decimals."""
    decimals = [int(row.get("decimals") or 0) for row in rows]
    usual = Counter(decimals).most_common(1)[0][0]
    numbers = {
        position: _places(usual) if head.form == BY_ROW else head.form
        for position, head in enumerate(sheet.heads)
        if head.form
    }
    texts = [position for position in range(len(sheet.heads)) if position not in numbers]
    wanted: list[tuple[list[int], dict[str, object]]] = [
        (list(numbers), {"align": "right", "valign": "top"}),
        (texts, {"align": "left", "valign": "top", "indent": 1}),
    ]
    columns: list[dict[str, Any]] = [
        {"column": {"columns": positions, "format": form, "include_names": True}}
        for positions, form in wanted
    ]
    for form in sorted(set(numbers.values())):
        positions = [position for position, own in numbers.items() if own == form]
        columns.append({"column": {"columns": positions, "format": {"num_format": form}}})
    others = [
        {"cell": {"cells": (row, position), "format": {"num_format": _places(places)}}}
        for row, places in enumerate(decimals, start=1)
        if places != usual
        for position, head in enumerate(sheet.heads)
        if head.form == BY_ROW
    ]
    return columns + others


def _places(decimals: int) -> str:
    return f"0.{'0' * decimals}" if decimals else "0"


def _set_widths(sheet: Any, widths: Sequence[int]) -> None:
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)


def _title(con: duckdb.DuckDBPyConnection) -> str:
    notes = con.execute("SELECT note FROM published.sources").fetchall()
    return f"{title_prefix(note for (note,) in notes)}{_TITLE}"


def _intro(facts: Mapping[str, str], lacking: Sequence[str]) -> list[str]:
    return [
        f"Release {facts['version']}, made {facts['released_at']}; schema "
        f"{facts['schema_version']}, methods {facts['method_version']}.",
        "The newest figures of every nation, state, region and authority, with their limits, "
        "reliability and change; differences between groups; targets; statements of others.",
        "Every table of the release, with all years, groups and series, is in the folder that this "
        "workbook comes from, as CSV and Parquet.",
        *(f"{sentence}, so that there is no sheet of them." for sentence in lacking),
    ]


def _about(licences: Sequence[Mapping[str, str]]) -> list[str]:
    return [
        "Counts are summed before they are divided. Printed rates are rounded once, to the number "
        "of decimals of their producer.",
        "Suppressed, missing, zero, of low reliability and incomplete are different things, and a "
        "cell never leaves open which of them it is.",
        *(
            text("Terms: " + "; ".join(filter(None, (entry["title"], entry.get("path")))))
            for entry in licences
        ),
        "LICENCES.md of the folder has the citations that the producers ask for.",
    ]


def _with_language(book: bytes) -> bytes:
    """Return the workbook with its language among its properties, which the library cannot set."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = content.replace(
                    b"</cp:coreProperties>",
                    f"<dc:language>{_LANGUAGE}</dc:language></cp:coreProperties>".encode(),
                )
            undated = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            copy.writestr(undated, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
