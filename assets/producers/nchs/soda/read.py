"""data.cdc.gov extracts read into staging rows by their layout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import CellPosition, ExtractError
from assets.producers.nchs.cells import read_cell
from assets.producers.nchs.soda.layouts import (
    LABEL,
    MARK,
    MEASURE,
    VSRR_COUNTS,
    Field,
    SodaLayout,
)
from assets.producers.nchs.soda.records import Record, read_records
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.tables import NCHS_SERIES, NCHS_VSRR
from assets.schema.model import Table


def parse_soda(path: Path, layout: SodaLayout, table: Table) -> ParsedExtract:
    """Read an extract of a data.cdc.gov dataset.

    Args:
        path: The extract: JSON, zipped JSON pages, or CSV.
        layout: Columns of the dataset.
        table: Staging table that the rows are for.

    Raises:
        ExtractError: The file is no such extract; names file, record and column.
    """
    records = read_records(path, layout)
    rows = [row for record in records.items for row in _rows_of(record, layout, path.name)]
    respelled = _one_spelling(rows, layout)
    unknown = [name for name in records.names if layout.field_of(name) is None]
    metadata = {
        "Dataset": layout.soda_id,
        "Form": records.form,
        "Records": str(len(records.items)),
        "Columns": "; ".join(records.names),
    }
    if unknown:
        metadata["Added Columns"] = "; ".join(unknown)
    if respelled:
        metadata["Respelled Labels"] = "; ".join(respelled)
    return ParsedExtract(staging_frame(table, rows), metadata)


def staging_of(layout: SodaLayout) -> Table:
    """Return the staging table that the rows of a dataset go to."""
    return NCHS_VSRR if layout is VSRR_COUNTS else NCHS_SERIES


def parser_of(layout: SodaLayout) -> partial[ParsedExtract]:
    """Return the parser of a dataset."""
    return partial(parse_soda, layout=layout, table=staging_of(layout))


def _one_spelling(rows: list[dict[str, object]], layout: SodaLayout) -> list[str]:
    """Give labels that differ in capitals only the spelling that the extract uses most.

    Args:
        rows: Staging rows; their labels are changed in place.
        layout: Columns of the dataset.

    Returns:
        What was respelled, for the metadata of the extract.
    """
    said = []
    for target in (f.target for f in layout.fields if f.role == LABEL and not f.pattern):
        used = Counter(str(row[target]) for row in rows if row[target] is not None)
        best: dict[str, str] = {}
        for text, _ in sorted(used.items(), key=lambda pair: (-pair[1], pair[0])):
            best.setdefault(text.casefold(), text)
        other = {text: best[text.casefold()] for text in used if best[text.casefold()] != text}
        for row in rows:
            row[target] = other.get(str(row[target]), row[target])
        said += [f"{old!r} as {new!r} ({used[old]})" for old, new in sorted(other.items())]
    return said


def _rows_of(record: Record, layout: SodaLayout, file: str) -> Iterator[dict[str, object]]:
    labels: dict[str, object] = {"source_sheet": record.sheet, "source_row": record.row}
    for field in layout.fields:
        if field.role == LABEL:
            labels[field.target] = _label(field, record, layout, file)
    for field in layout.fields:
        text = _value(field, record, layout, file)
        if field.role == MEASURE and (text is not None or not field.optional):
            yield {**labels, "source_column": field.display, **_measured(field, text, record, file)}
        elif field.role == MARK and text is not None:
            yield {**labels, "source_column": field.display, "value": None, "raw_text": text}


def _measured(field: Field, text: str | None, record: Record, file: str) -> dict[str, object]:
    if text is None:
        return {"value": None, "raw_text": ""}
    cell = read_cell(
        text, field.cell_kind, CellPosition(file, record.row, field.display, record.sheet)
    )
    return {"value": cell.value, "raw_text": cell.raw_text}


def _label(field: Field, record: Record, layout: SodaLayout, file: str) -> str:
    text = _value(field, record, layout, file)
    if text is not None:
        # data.cdc.gov itself prints 'Black ' in the last record of ddsk-zebd.
        text = " ".join(text.split()) or None
    if text is not None and (not field.pattern or re.fullmatch(field.pattern, text)):
        return text
    raise ExtractError(
        "SODA-LABEL",
        "no value" if text is None else f"{text[:40]!r}",
        f"a value of the form {field.pattern}" if field.pattern else "a value",
        "The record was changed or cut off, or the producer changed its words. Download the "
        "dataset again and compare it with the dataset's page.",
        file,
        record.sheet,
        record.row,
        field.display,
    )


def _value(field: Field, record: Record, layout: SodaLayout, file: str) -> str | None:
    text = record.values.get(field.api, record.values.get(field.display))
    if text is None and not field.optional:
        unknown = [name for name in record.values if layout.field_of(name) is None]
        if unknown:
            raise ExtractError(
                "SODA-RECORD",
                f"{unknown[0]!r} and no {field.display!r}",
                "the columns of the other records",
                "The record was changed. Download the dataset again.",
                file,
                record.sheet,
                record.row,
                unknown[0],
            )
    return text
