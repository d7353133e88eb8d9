"""Reading the local CSV into staging rows: one per count cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.archive.container.encoding import decode, undecodable
from assets.archive.dataset import ParsedExtract
from assets.archive.errors import CellPosition, ExtractError
from assets.producers.local.grammar import (
    COUNTS,
    KEYS,
    NOTE,
    STRATUM,
    check_header,
    read_area,
    read_count,
    read_stratum,
    read_year,
)
from assets.producers.local.tables import LOCAL_COUNTS

_ADDED_BY_THE_ARCHIVE = ("dataset_id", "vintage_id")
_DTYPES = {"source_row": "Int64", "value": "float64"}


@dataclass(frozen=True)
class Line:
    """One row of an extract under its header: ``cells`` holds every column of it as text."""

    row: int
    cells: dict[str, str]


def parse_area_counts(path: Path) -> ParsedExtract:
    """Read an extract of counts by area and year.

    Raises:
        ExtractError: The file is not UTF-8 CSV, its header is not that of the format, or a cell
            is not what its column holds; names line and column.
    """
    rows = [row for line in read_lines(path) for row in _staging_rows(line, path.name)]
    columns = [c for c in LOCAL_COUNTS.column_names if c not in _ADDED_BY_THE_ARCHIVE]
    frame = pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=_DTYPES.get(name, "str"))
            for name in columns
        }
    )
    return ParsedExtract(frame, _metadata(frame))


def parse_us_maternal_deaths(path: Path) -> ParsedExtract:
    """Read national maternal deaths: the same format with ``US`` and ``maternal_deaths`` only.

    Raises:
        ExtractError: As :func:`parse_area_counts`, or the file holds another area, count or group.
    """
    parsed = parse_area_counts(path)
    frame = parsed.frame
    for column, only in (("area", "US"), ("source_column", "maternal_deaths"), ("stratum", "all")):
        other = frame[frame[column] != only]
        if len(other):
            raise ExtractError(
                "LOCAL-MATERNAL",
                repr(other.iloc[0][column]),
                f"{only} alone: national maternal deaths of all mothers",
                "Take other counts in with --dataset local_area_counts.",
                path.name,
                row=int(other.iloc[0]["source_row"]),
                column=str(other.iloc[0]["source_column"]) if column != "area" else column,
            )
    return parsed


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the rows of a file by the names of its header; lines without any text are skipped.

    Raises:
        ExtractError: The file is not UTF-8 CSV or its header is not that of the format.
    """
    records = _records(_text(path), path.name)
    row, names = next(records, (1, []))
    names = [n.strip() for n in names]
    check_header(names, path.name, row)
    for row, cells in records:
        if len(cells) != len(names):
            raise ExtractError(
                "LOCAL-CELLS",
                f"{len(cells)} cells",
                f"{len(names)} cells, as in the header",
                "Put text that contains a comma between double quotes.",
                path.name,
                row=row,
            )
        yield Line(row, dict(zip(names, (c.strip() for c in cells), strict=True)))


def _staging_rows(line: Line, file: str) -> Iterator[dict[str, object]]:
    cells = line.cells
    area = read_area(cells[KEYS[0]], CellPosition(file, line.row, KEYS[0]))
    year = read_year(cells[KEYS[1]], CellPosition(file, line.row, KEYS[1]))
    kind, stratum = read_stratum(
        cells.get(STRATUM[0], ""), cells.get(STRATUM[1], ""), file, line.row
    )
    for column in (c for c in cells if c in COUNTS):
        value, raw_text = read_count(cells[column], CellPosition(file, line.row, column))
        yield {
            "source_sheet": "",
            "source_row": line.row,
            "source_column": column,
            "area": area,
            "year": year,
            "stratum_type": kind,
            "stratum": stratum,
            "note": cells.get(NOTE) or None,
            "value": value,
            "raw_text": raw_text,
        }


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        row = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ExtractError(
                "LOCAL-CSV",
                f"a line that is not CSV ({error})",
                "cells between commas, text with commas between double quotes",
                "Look for a double quote that is opened and never closed.",
                file,
                row=row,
            ) from error
        if any(c.strip() for c in cells):
            yield row, cells


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return decode(content)
    except UnicodeDecodeError as error:
        seen, line = undecodable(content, error)
        raise ExtractError(
            "LOCAL-ENCODING",
            seen,
            "a CSV file in UTF-8",
            "Save the file as 'CSV UTF-8'.",
            path.name,
            row=line,
        ) from error


def _metadata(frame: pd.DataFrame) -> dict[str, str]:
    """Return what two extracts share where one restates the other."""
    labels = ("area", "year", "stratum_type", "source_column")
    return {f"{name}s": " ".join(sorted(set(frame[name]))) for name in labels}
