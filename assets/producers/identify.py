"""Which dataset a file belongs to, by its content."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from python_calamine import CalamineWorkbook

from assets.archive.container import sniff
from assets.archive.container.encoding import start_of
from assets.archive.container.guard import guard
from assets.archive.errors import ExtractError
from assets.producers.catalogue import DATASETS, PRODUCERS, dataset
from assets.producers.header_words import fitting, header_of

_READ_BYTES = 8192
_FEW = 3
"""Datasets that are named to choose from; more are no help."""


def identify(path: Path) -> str | None:
    """Return the dataset id of a file, or ``None`` where no producer recognises it."""
    try:
        guard(path)
    except ExtractError:
        return None
    for producer in PRODUCERS.values():
        try:
            found = producer.recognise(path)
        except ExtractError:
            continue
        if found is not None:
            return found
    return None


def describe_unknown(path: Path) -> tuple[str, str]:
    """Return what was seen of a file that no producer recognises, and what to do.

    The second sentence names the datasets whose columns the file has; where it has those of none,
    those whose extracts have that type of content, if they are few. An unsafe container is named
    as such.
    """
    try:
        kind = guard(path)
    except ExtractError as error:
        place = f" ({error.sheet})" if error.sheet else ""
        return f"{error.seen}{place}; expected {error.expected}", error.remedy
    seen = f"a file of {path.stat().st_size:,} bytes whose content is {kind}"
    likely: tuple[str, ...] = ()
    if kind in (sniff.TEXT, sniff.JSON, sniff.HTML):
        with path.open("rb") as handle:
            start = start_of(handle.read(_READ_BYTES))
        first = next((line.strip() for line in start.splitlines() if line.strip()), "")
        rows = _rows_of(start)
        for producer in PRODUCERS.values():
            told = producer.describe(start, rows) if producer.describe is not None else None
            if told is not None:
                return told
        seen += f", starting with {first[:80]!r}"
        likely = fitting(header_of(start, kind)) if kind != sniff.HTML else ()
    if kind in (sniff.XLSX, sniff.XLS) and (saved_as := fitting(_first_row(path))):
        return seen, (
            f"Its first sheet has the columns of {' or '.join(saved_as)}, whose extracts are text: "
            "take the file that the producer gave, or save the sheet as CSV with everything below "
            "the figures."
        )
    if likely:
        return seen, (
            f"Its columns are those of {' or '.join(likely)}. {_missing(likely)} If it is that, "
            f"run: imr ingest FILE --dataset {likely[0] if len(likely) == 1 else 'NAME'}"
        )
    if kind == sniff.EMPTY:
        return seen, (
            "An export or a download was interrupted, or a server had no such figures. Fetch it "
            "again; imr ingest --list shows how."
        )
    by_type = [d.dataset_id for d in DATASETS if kind in d.file_types]
    if not by_type:
        return seen, (
            "No dataset has extracts of that type: an error page or a picture was saved. Export "
            "or download it again; imr ingest --list shows how."
        )
    few = by_type if len(by_type) <= _FEW else [f"{len(by_type)} datasets"]
    return seen, (
        f"Extracts of {', '.join(few)} have content of that type, and it has the columns or titles "
        "of none of them; imr ingest --list shows them and how to get each. If it is one all the "
        "same, run: imr ingest FILE --dataset NAME"
    )


def _rows_of(start: str) -> list[list[str]]:
    """Return the rows of a text as CSV; none where it cannot be read as such."""
    try:
        return list(csv.reader(io.StringIO(start.removeprefix("\ufeff"), newline="")))
    except csv.Error:
        return []


def _first_row(path: Path) -> tuple[str, ...]:
    """Return the texts of the first filled row of a workbook's first sheet."""
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        row = next((row for row in sheet.iter_rows() if any(cell != "" for cell in row)), [])
    except Exception:  # the reader documents no base class of what it raises
        return ()
    return tuple(cell.strip() for cell in row if isinstance(cell, str))


def _missing(likely: tuple[str, ...]) -> str:
    """Return what kept a file with these columns from being recognised."""
    source = dataset(likely[0]).source
    lost = PRODUCERS[source].lost
    return (lost(likely[0]) if lost is not None else "") or (
        "Some columns are missing, renamed or of another dataset."
    )
