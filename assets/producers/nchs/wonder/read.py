"""CDC WONDER exports read into ``staging.nchs_wonder``: one row per measured cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import CellPosition, ExtractError
from assets.producers.nchs.cells import ANY, RATE, read_cell
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.text_source import read_text
from assets.producers.nchs.wonder.answer import as_export
from assets.producers.nchs.wonder.footer import Footer, is_separator, parse_footer
from assets.producers.nchs.wonder.footerless import rates_per_of, refuse_open_end
from assets.producers.nchs.wonder.grammar import AGAIN, FOOTER, REMOVED, Export, Row, cut
from assets.producers.nchs.wonder.labels import labels_of, row_type
from assets.producers.nchs.wonder.layout import (
    FETAL,
    LINKED,
    MEASURES_OF_KIND,
    MORTALITY,
    NATALITY,
    Layout,
    kind_of,
    kind_of_header,
    read_header,
    respelled,
)
from assets.producers.nchs.wonder.query import implied_labels, years_in_one_figure
from assets.producers.nchs.wonder.resaved import as_printed
from assets.producers.nchs.wonder.unknown import RESTORED
from assets.producers.nchs.wonder.vocabulary import plain

DATASET_OF_KIND = {
    LINKED: "nchs_wonder_linked",
    NATALITY: "nchs_wonder_natality",
    MORTALITY: "nchs_wonder_mortality",
    FETAL: "nchs_wonder_fetal",
}
EXPECTED = "a CDC WONDER export (text with tabs or commas and a footer)"


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
    given = as_export(read_text(path, EXPECTED, is_separator), path.name)
    text, undone = as_printed(given)
    export = cut(text, path.name)
    footer = parse_footer(list(export.footer))
    printed = export.header.cells
    export = replace(
        export, header=replace(export.header, cells=respelled(printed, footer.group_by))
    )
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
    constant: dict[str, object] = {
        **implied_labels(footer.parameters, layout.dimensions),
        "source_sheet": "",
        "database_label": REMOVED if footerless else footer.database_label,
        "database_kind": kind,
        "grouped_by": "; ".join(label.header for label in layout.labels),
        "rates_per": footer.rates_per,
    }
    decimals: dict[str, int] = {}
    restorations: Counter[str] = Counter()
    respellings = [
        f"header {was!r} is {now!r}"
        for was, now in zip(printed, export.header.cells, strict=True)
        if plain(was) != plain(now)
    ]
    several = years_in_one_figure(footer.parameters, layout.dimensions, footer.database_label)
    rows = [
        _with_years({**constant, **cell}, several)
        for row in export.rows
        for cell in _cells_of(row, layout, path.name, decimals, restorations)
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
        "Measured Columns": "; ".join(measure.header for measure in layout.measures),
        **{f"Decimals: {header}": str(number) for header, number in decimals.items()},
    }
    if undone or restorations or respellings:
        codes = [f"{told} ({n} rows)" for told, n in restorations.items()]
        metadata[RESTORED] = "; ".join((*undone, *respellings, *codes))
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


def parse_fetal(path: Path) -> ParsedExtract:
    """Read an export of the fetal death files."""
    return parse_wonder(path, FETAL)


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
            "linked birth / infant death records, natality, mortality, or fetal deaths",
            "Export from one of these databases. If WONDER has renamed one, its new name is a row "
            "of KIND_BY_LABEL in assets/producers/nchs/wonder/layout.py.",
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
    if [plain(name) for name in asked] == [plain(name) for name in found]:
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
    row: Row,
    layout: Layout,
    file: str,
    decimals: dict[str, int],
    restorations: Counter[str],
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
    kind = row_type(row, layout, file)
    labels = {"row_type": kind, **labels_of(row, layout, file, restorations)}
    for measure in layout.measures:
        position = CellPosition(file, row.line, measure.header)
        cell = read_cell(row.cells[measure.position], measure.cell_kind, position)
        if cell.decimals is not None and measure.cell_kind != ANY:
            decimals[measure.header] = max(cell.decimals, decimals.get(measure.header, 0))
        yield {
            "source_row": row.line,
            "source_column": measure.header,
            **labels,
            "value": cell.value,
            "raw_text": cell.raw_text,
        }


def _with_years(cell: dict[str, object], several: tuple[int, int] | None) -> dict[str, object]:
    """Return a cell with the first and the last year that its figure covers, where that is known.

    Total rows sum up years that their labels do not name; they get none.
    """
    year = cell.get("year_code")
    if isinstance(year, str):
        first, last = int(year), int(year)
    elif several is not None and cell["row_type"] == "data":
        first, last = several
    else:
        return cell
    return {**cell, "first_year": first, "last_year": last}
