"""CDC WONDER exports read into ``staging.nchs_wonder``: one row per measured cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.nchs.cells import RATE, Place, read_cell
from assets.nchs.frames import staging_frame
from assets.nchs.text_source import read_text
from assets.nchs.wonder_footer import Footer, parse_footer
from assets.nchs.wonder_footerless import FOOTER, REMOVED, rates_per_of, refuse_open_end
from assets.nchs.wonder_grammar import AGAIN, Export, Row, cut
from assets.nchs.wonder_layout import (
    LINKED,
    MEASURES_OF_KIND,
    MORTALITY,
    NATALITY,
    Label,
    Layout,
    kind_of,
    kind_of_header,
    read_header,
)
from assets.nchs.wonder_query import implied_labels
from assets.schema.tables.staging import NCHS_WONDER

DATASET_OF_KIND = {
    LINKED: "nchs_wonder_linked",
    NATALITY: "nchs_wonder_natality",
    MORTALITY: "nchs_wonder_mortality",
}
EXPECTED = "a CDC WONDER export (text with tabs or commas and a footer)"
_TOTAL = "Total"
_CODES = {
    "state": (re.compile(r"[0-9]{2}"), "a FIPS code of two digits"),
    "county": (re.compile(r"[0-9]{5}"), "a FIPS code of five digits"),
    "year": (re.compile(r"[0-9]{4}"), "a year of four digits"),
    "month": (re.compile(r"[1-9]|1[0-2]"), "a month number from 1 to 12"),
}


def parse_wonder(path: Path, expected_kind: str | None = None) -> ParsedExtract:
    """Read a CDC WONDER export.

    Args:
        path: The export as downloaded.
        expected_kind: Kind of database that the caller's dataset is for; ``None`` takes any whose
            footer says which. A copy whose footer was removed is read for a named kind only;
            whether it is whole, the intake rules judge.

    Raises:
        ExtractError: The file is not a whole export of that kind; names file, row and column.
    """
    text = read_text(path, EXPECTED)
    export = cut(text, path.name)
    footer = parse_footer(list(export.footer))
    footerless = expected_kind is not None and not export.footer
    if footerless:
        # A header of no database is refused below, with the column that is wrong.
        kind = kind_of_header(export.header.cells) or str(expected_kind)
        seen = f"no footer and the columns of the {kind} database"
    else:
        kind = _kind(footer, export, path.name)
        seen = f"an export of {footer.database_label!r}"
    if expected_kind is not None and kind != expected_kind:
        raise _other_dataset(kind, expected_kind, seen, path.name)
    layout = read_header(export.header.cells, path.name, export.header.line, footerless)
    if footerless:
        refuse_open_end(text, export, path.name)
    else:
        _agree_on_grouping(footer, layout, export.header, path.name)
        _require_multiplier(footer, layout, export, path.name)
    _require_measures(kind, layout, export.header, path.name)
    constant = {
        **implied_labels(footer.parameters, layout.dimensions),
        "source_sheet": "",
        "database_label": REMOVED if footerless else footer.database_label,
        "database_kind": kind,
        "rates_per": footer.rates_per,
    }
    decimals: dict[str, int] = {}
    rows = [
        {**constant, **cell}
        for row in export.rows
        for cell in _cells_of(row, layout, path.name, decimals)
    ]
    if not any(row["row_type"] == "data" for row in rows):
        raise ExtractError(
            "WONDER-EMPTY", "a header without rows", "at least one row of figures", AGAIN,
            path.name, row=export.header.line,
        )  # fmt: skip
    metadata = {
        **footer.metadata(),
        "Database Kind": kind,
        "Syntax": export.syntax,
        **{f"Decimals: {header}": str(number) for header, number in decimals.items()},
    }
    frame = staging_frame(NCHS_WONDER, rows)
    if footerless:
        metadata |= {FOOTER: REMOVED, "Group By": "; ".join(x.header for x in layout.labels)}
        frame = frame.assign(rates_per=rates_per_of(frame, layout, decimals, path.name))
        frame = frame.astype({"rates_per": "Int64"})
    return ParsedExtract(frame, metadata)


def parse_linked(path: Path) -> ParsedExtract:
    """Read an export of the linked birth / infant death records."""
    return parse_wonder(path, LINKED)


def parse_natality(path: Path) -> ParsedExtract:
    """Read an export of the natality files."""
    return parse_wonder(path, NATALITY)


def parse_mortality(path: Path) -> ParsedExtract:
    """Read an export of infant deaths from the mortality files."""
    return parse_wonder(path, MORTALITY)


def _kind(footer: Footer, export: Export, file: str) -> str:
    last = export.rows[-1].line if export.rows else export.header.line
    missing = _missing_from(footer, export)
    if missing:
        raise ExtractError(
            "WONDER-FOOTER",
            missing,
            "a line '---' after the last row, then the footer with the lines 'Dataset:', "
            "'Group By:' and 'Query Date:'",
            "The download was cut off or the footer was removed, and which of the two cannot be "
            f"told. {AGAIN}",
            file,
            row=last,
        )
    kind = kind_of(footer.database_label)
    if kind is None:
        raise ExtractError(
            "WONDER-DATASET",
            f"the database {footer.database_label!r}",
            "linked birth / infant death records, natality, or mortality",
            "Export from one of these databases; if WONDER has renamed one, add the new name to "
            "the layout.",
            file,
            row=last,
        )
    return kind


def _missing_from(footer: Footer, export: Export) -> str:
    if not export.footer:
        return "no footer"
    lines = {
        "Dataset": footer.database_label,
        "Group By": footer.settings.get("Group By"),
        "Query Date": footer.notes.get("Query Date"),
    }
    absent = [name for name, value in lines.items() if not value]
    return f"a footer without the line '{absent[0]}:'" if absent else ""


def _other_dataset(kind: str, expected_kind: str, seen: str, file: str) -> ExtractError:
    fits = DATASET_OF_KIND[kind]
    return ExtractError(
        "WONDER-DATASET",
        seen,
        f"an export of the {expected_kind} database for {DATASET_OF_KIND[expected_kind]}",
        f"This file fits --dataset {fits}.",
        file,
        row=1,
        details={"fits": fits},
    )


def _agree_on_grouping(footer: Footer, layout: Layout, header: Row, file: str) -> None:
    asked = list(footer.group_by)
    found = [label.header for label in layout.labels]
    if asked == found:
        return
    absent = [name for name in asked if name not in found] or found
    raise ExtractError(
        "WONDER-HEADER",
        f"the label columns {found}",
        f"the label columns that the footer names under 'Group By': {asked}",
        f"A column was removed, renamed or moved. {AGAIN}",
        file,
        row=header.line,
        column=absent[0],
    )


def _require_multiplier(footer: Footer, layout: Layout, export: Export, file: str) -> None:
    rates = [measure.header for measure in layout.measures if measure.cell_kind == RATE]
    if rates and footer.rates_per is None:
        raise ExtractError(
            "WONDER-FOOTER",
            f"'Calculate Rates Per: {footer.settings.get('Calculate Rates Per', '')}'",
            "a power of ten, such as 1,000",
            f"Without it the column {rates[0]!r} cannot be read. {AGAIN}",
            file,
            row=export.rows[-1].line if export.rows else export.header.line,
            column=rates[0],
        )


def _require_measures(kind: str, layout: Layout, header: Row, file: str) -> None:
    found = [measure.header for measure in layout.measures]
    absent = [name for name in MEASURES_OF_KIND[kind] if name not in found]
    if absent:
        raise ExtractError(
            "WONDER-HEADER",
            f"the measured columns {found}",
            f"the column {absent[0]!r} in an export of the {kind} database",
            f"Tick {absent[0]!r} under Measures and export again.",
            file,
            row=header.line,
            column=absent[0],
        )


def _cells_of(
    row: Row, layout: Layout, file: str, decimals: dict[str, int]
) -> Iterator[dict[str, object]]:
    if len(row.cells) != layout.width:
        raise ExtractError(
            "WONDER-WIDTH",
            f"{len(row.cells)} cells",
            f"{layout.width} cells, as many as the header has",
            AGAIN,
            file,
            row=row.line,
        )
    labels = {"row_type": _row_type(row, layout, file), **_labels(row, layout, file)}
    for measure in layout.measures:
        place = Place(file, row.line, measure.header)
        cell = read_cell(row.cells[measure.position], measure.cell_kind, place)
        if cell.decimals is not None:
            decimals[measure.header] = max(cell.decimals, decimals.get(measure.header, 0))
        yield {
            "source_row": row.line,
            "source_column": measure.header,
            **labels,
            "value": cell.value,
            "raw_text": cell.raw_text,
        }


def _row_type(row: Row, layout: Layout, file: str) -> str:
    note = row.cells[0] if layout.has_notes else ""
    filled = [bool(row.cells[label.position]) for label in layout.labels]
    if note not in ("", _TOTAL):
        seen, expected = f"the note {note[:40]!r}", "an empty note or 'Total'"
    elif note == _TOTAL and filled == sorted(filled, reverse=True) and not all(filled):
        return "subtotal" if any(filled) else "total"
    elif note == "" and all(filled):
        return "data"
    else:
        empty = next(
            (x.header for x, full in zip(layout.labels, filled, strict=True) if not full), ""
        )
        seen = f"labels {[row.cells[label.position] for label in layout.labels]}" + (
            " in a Total row" if note else ""
        )
        expected = "a Total row with its last labels empty" if note else f"a label under {empty!r}"
    raise ExtractError("WONDER-LABELS", seen, expected, AGAIN, file, row=row.line, column="Notes")


def _labels(row: Row, layout: Layout, file: str) -> dict[str, str | None]:
    labels: dict[str, str | None] = {}
    for label in layout.labels:
        text, code = row.cells[label.position], row.cells[label.position + 1]
        if bool(text) != bool(code):
            raise _bad_code(row, label, f"the label {text!r} with the code {code!r}", "both", file)
        if text:
            _check_code(row, label, text, code, file)
        labels[label.dimension] = text or None
        labels[f"{label.dimension}_code"] = code or None
        if label.dimension == "race":
            labels["race_scheme"] = label.header
    return labels


def _check_code(row: Row, label: Label, text: str, code: str, file: str) -> None:
    in_days = label.header.endswith("in days") and text.endswith((" day", " days"))
    if in_days and text.split()[0] != code:
        raise _bad_code(row, label, f"{text!r} with the code {code!r}", "equal ages", file)
    if label.dimension not in _CODES:
        return
    pattern, wanted = _CODES[label.dimension]
    if pattern.fullmatch(code) is None:
        raise _bad_code(row, label, f"the code {code!r}", wanted, file)
    if label.dimension == "year" and not re.fullmatch(rf"{code}( \(.*\))?", text):
        raise _bad_code(
            row, label, f"the year {text!r} with the code {code!r}", "equal years", file
        )


def _bad_code(row: Row, label: Label, seen: str, wanted: str, file: str) -> ExtractError:
    return ExtractError(
        "WONDER-LABELS",
        seen,
        wanted,
        f"Spreadsheets drop leading zeros and turn codes into dates when they save. {AGAIN}",
        file,
        row=row.line,
        column=f"{label.header} Code",
    )
