"""Nomis API answers in CSV read into ``staging.nomis``, whatever their dimensions are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.archive.container import encoding
from assets.archive.dataset import ParsedExtract
from assets.archive.errors import refused
from assets.producers.ons.nomis.grammar import (
    COUNT_OF_RECORDS,
    OFFSET,
    VALUE,
    Header,
    read_header,
)
from assets.producers.ons.nomis.statuses import unknown_codes, why_missing
from assets.producers.ons.tables import NOMIS
from assets.text.months import MONTHS

COUNTS = "20100"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_YEAR = re.compile(r"\d{4}")
_URN = re.compile(r"Nm-(\d+)d(\d+)d", re.IGNORECASE)
_BOUNDARY = re.compile(rf"({'|'.join(MONTHS)})\s+(\d{{4}})")
_AGE, _GENDER, _MEASURE = ("AGE", "AGE_OF_MOTHER", "C_AGE"), ("GENDER",), ("MEASURE",)
_PLACED = ("DATE", "GEOGRAPHY", *_AGE, *_GENDER, *_MEASURE)
_TOTALS = ("0", "Total")
_NO_GSS_CODE = frozenset({"2092957715"})
"""Ids that Nomis prints for want of a GSS code: "Total mortality", a sum of areas given beside."""
_BELOW_REGION = re.compile(r"(?:E0[6-9]|E1[0134]|W06|W11|E0[0-5]|W0[0-5])\d+")


@dataclass(frozen=True)
class NomisDataset:
    """What is particular to one Nomis dataset.

    Attributes:
        number: Nomis id, e.g. ``NM_205_1``.
        subject: Measure name where the dataset has no ``MEASURE`` dimension.
        regions_only: Rows below region are refused.
    """

    number: str
    subject: str
    regions_only: bool = False


LIVE_BIRTHS = NomisDataset("NM_205_1", "Live births")
BIRTHS_CHARACTERISTICS = NomisDataset("NM_203_1", "Live births")
DEATHS = NomisDataset("NM_161_1", "Deaths", regions_only=True)
POPULATION = NomisDataset("NM_2002_1", "Population")


def parse_live_births(path: Path) -> ParsedExtract:
    """Read live births by area (NM_205_1); see :func:`parse_nomis`."""
    return parse_nomis(path, LIVE_BIRTHS)


def parse_births_characteristics(path: Path) -> ParsedExtract:
    """Read live births by characteristics of the mother (NM_203_1); see :func:`parse_nomis`."""
    return parse_nomis(path, BIRTHS_CHARACTERISTICS)


def parse_deaths(path: Path) -> ParsedExtract:
    """Read deaths by underlying cause (NM_161_1), nations and regions; see :func:`parse_nomis`."""
    return parse_nomis(path, DEATHS)


def parse_population(path: Path) -> ParsedExtract:
    """Read mid-year population estimates (NM_2002_1); see :func:`parse_nomis`."""
    return parse_nomis(path, POPULATION)


def parse_nomis(path: Path, dataset: NomisDataset) -> ParsedExtract:
    """Read a whole answer of the Nomis API: one page, or all pages one after the other.

    Args:
        path: The answer in CSV.
        dataset: Nomis dataset that it should be from.

    Raises:
        ExtractError: The answer is empty, an error message, truncated, of another dataset, has
            a record of two years, a cell that is no number, or holds areas whose deaths are
            rounded.
    """
    header, rows = _records(path)
    _check_complete(path, header, rows)
    _check_dataset(path, header, rows, dataset)
    _check_dates(path, header, rows)
    counts = [(n, row) for n, row in rows if row[header.position("MEASURES")] == COUNTS]
    if not counts:
        raise refused(
            path,
            "NOMIS-MEASURES",
            "no row with MEASURES=20100",
            "counts",
            "Ask for measures=20100: percentages are other values of the same column.",
        )
    code = header.position("GEOGRAPHY_CODE")
    kept = [(n, row) for n, row in counts if row[code] not in _NO_GSS_CODE]
    rounded = _rounded(path, header, kept) if dataset.regions_only else frozenset()
    used = [(n, row) for n, row in kept if n not in rounded]
    frame, statuses = _frame(path, header, used, dataset)
    return ParsedExtract(
        frame,
        {
            **statuses,
            **(
                {"left_out of areas below region, whose deaths Nomis rounds": str(len(rounded))}
                if rounded
                else {}
            ),
            "nomis_dataset": dataset.number,
            "dimensions": ", ".join(header.dimensions),
            "record_count": str(len(rows)),
            "rows_of_other_measures_left_out": str(len(rows) - len(counts)),
            "rows_of_areas_without_gss_code_left_out": str(len(counts) - len(kept)),
        },
    )


def _records(path: Path) -> tuple[Header, list[tuple[int, list[str]]]]:
    raw = path.read_bytes()
    try:
        text = encoding.decode(raw)
    except UnicodeDecodeError as error:
        seen, line = encoding.undecodable(raw, error)
        again = "Save the answer as it came, or fetch it again."
        raise refused(path, "NOMIS-ENCODING", seen, "UTF-8 text", again, line) from error
    header = read_header(path, text)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for record in reader:
            if not record or record == header.texts:
                continue
            if len(record) != len(header.texts):
                raise refused(
                    path,
                    "NOMIS-ROW",
                    f"{len(record)} cells",
                    f"{len(header.texts)} cells",
                    "The answer was cut off or edited. Fetch it again.",
                    reader.line_num,
                )
            rows.append((reader.line_num, record))
    except csv.Error as error:
        raise refused(
            path,
            "NOMIS-ROW",
            str(error),
            "well-formed CSV",
            "The answer was cut off or edited. Fetch it again.",
            reader.line_num,
        ) from error
    if not rows:
        raise refused(
            path,
            "NOMIS-EMPTY",
            "a header without records",
            "at least one record",
            "Nomis answers 200 with no records to an unknown dimension value: check the query.",
        )
    return header, rows


def _check_complete(path: Path, header: Header, rows: Sequence[tuple[int, list[str]]]) -> None:
    """Compare the records received with RECORD_COUNT: Nomis truncates in silence."""
    again = (
        "Page with RecordOffset until RECORD_COUNT is reached; without a key Nomis stops at "
        "25,000 records without saying so."
    )
    promised = {row[header.position(COUNT_OF_RECORDS)] for _, row in rows}
    if len(promised) != 1:
        raise refused(
            path,
            "NOMIS-CHANGED",
            f"RECORD_COUNT of {' and '.join(sorted(promised))}",
            "one RECORD_COUNT in all pages",
            "The data changed between two pages. Fetch again.",
        )
    count = promised.pop()
    offsets = [row[header.position(OFFSET)] for _, row in rows]
    if not count.isdecimal() or len(rows) != int(count):
        raise refused(
            path,
            "NOMIS-TRUNCATED",
            f"{len(rows)} records",
            f"{count} records (RECORD_COUNT)",
            again,
            rows[-1][0],
        )
    for expected, (line, offset) in enumerate(zip((n for n, _ in rows), offsets, strict=True)):
        if offset != str(expected):
            raise refused(
                path,
                "NOMIS-PAGES",
                f"RECORD_OFFSET {offset}",
                f"RECORD_OFFSET {expected}",
                "A page is missing, repeated or out of order. Fetch the pages again.",
                line,
                OFFSET,
            )


def _check_dataset(
    path: Path, header: Header, rows: Sequence[tuple[int, list[str]]], dataset: NomisDataset
) -> None:
    if not header.has("URN"):
        return
    for line, row in rows:
        match = _URN.match(row[header.position("URN")])
        found = f"NM_{match[1]}_{match[2]}" if match else row[header.position("URN")]
        if found != dataset.number:
            raise refused(
                path,
                "NOMIS-DATASET",
                f"a record of {found}",
                f"records of {dataset.number}",
                "Name the dataset that the answer is from.",
                line,
                "URN",
            )


def _check_dates(path: Path, header: Header, rows: Sequence[tuple[int, list[str]]]) -> None:
    """Compare the years that a record repeats: one of them wrong is a figure of another year."""
    columns = [n for n in ("DATE", "DATE_NAME", "DATE_CODE") if header.has(n)]
    positions = [header.position(name) for name in columns]
    for line, row in rows:
        stated = {row[at] for at in positions} - {""}
        if len(stated) > 1 and all(map(_YEAR.fullmatch, stated)):
            raise refused(
                path,
                "NOMIS-DATE",
                ", ".join(f"{n} {row[at]}" for n, at in zip(columns, positions, strict=True)),
                "the same year",
                "The answer was edited or damaged. Fetch it again.",
                line,
                "DATE",
            )


def _rounded(path: Path, header: Header, rows: Sequence[tuple[int, list[str]]]) -> frozenset[int]:
    """Return the lines of areas below region, whose deaths are rounded and not used.

    Raises:
        ExtractError: There are no others.
    """
    code = header.position("GEOGRAPHY_CODE")
    below = [line for line, row in rows if _BELOW_REGION.fullmatch(row[code])]
    if below and len(below) == len(rows):
        raise refused(
            path,
            "NOMIS-ROUNDED",
            f"{len(below)} records of areas below region and no others",
            "the nations, their regions and residents outside England and Wales",
            "Nomis rounds deaths below region (0 to 2 become 0, 3 to 5 become 5), so that "
            "infant deaths of local authorities do not add up. Take them from the workbooks "
            "and ask Nomis for nations and regions.",
            below[0],
            "GEOGRAPHY_CODE",
        )
    return frozenset(below)


def _frame(
    path: Path,
    header: Header,
    rows: Sequence[tuple[int, list[str]]],
    dataset: NomisDataset,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the staging rows, and what the records say about figures that are missing."""
    records = [dict(zip(header.texts, row, strict=True)) for _, row in rows]
    newest = _newest_boundaries(header, records)
    staged = []
    for (line, _), record, is_newest in zip(rows, records, newest, strict=True):
        value, text = _value(path, line, record)
        staged.append(
            {
                "source_sheet": "",
                "source_row": line,
                "source_column": VALUE,
                "nomis_dataset": dataset.number,
                "date": record.get("DATE_CODE") or record.get("DATE_NAME") or record["DATE"],
                "geography_code": record["GEOGRAPHY_CODE"],
                "geography_name": record["GEOGRAPHY_NAME"],
                "geography_type": record.get("GEOGRAPHY_TYPE"),
                "geography_typecode": record.get("GEOGRAPHY_TYPECODE"),
                "age": _first(record, _AGE, "_NAME"),
                "age_code": _first(record, _AGE, ""),
                "gender": _first(record, _GENDER, "_NAME"),
                "gender_code": _first(record, _GENDER, ""),
                "measure_name": _measure(header, record, dataset),
                "measures": record["MEASURES"],
                "obs_status": record.get("OBS_STATUS"),
                "obs_conf": record.get("OBS_CONF"),
                "is_newest_boundary": is_newest,
                "value": value,
                "raw_text": text,
            }
        )
    names = [name for name in NOMIS.column_names if name not in ("dataset_id", "vintage_id")]
    types = {"source_row": "int64", "value": "float64", "is_newest_boundary": "bool"}
    frame = pd.DataFrame(
        {
            name: pd.Series([row[name] for row in staged], dtype=types.get(name, "str"))
            for name in names
        }
    )
    strange = sorted({code for record in records for code in unknown_codes(record)})
    return frame, {"unknown_statuses": ", ".join(strange)} if strange else {}


def _value(path: Path, line: int, record: Mapping[str, str]) -> tuple[float | None, str | None]:
    text = record[VALUE].strip()
    if not text:
        return None, None
    if not _NUMBER.fullmatch(text):
        raise refused(
            path,
            "NOMIS-CELL",
            repr(text),
            "a number or an empty cell",
            "Fetch the answer again; it was edited or Nomis uses a new mark.",
            line,
            VALUE,
        )
    missing = why_missing(record)
    return (float(text), None) if missing is None else (None, missing)


def _first(record: Mapping[str, str], dimensions: Sequence[str], suffix: str) -> str | None:
    for dimension in dimensions:
        value = record.get(dimension + suffix)
        if value is not None:
            return value
    return None


def _measure(header: Header, record: Mapping[str, str], dataset: NomisDataset) -> str:
    """Return the label of the measure, and of every further dimension that is not at its total.

    Staging has no column for causes of death, countries of birth and the like; a record of one
    cause must not pass for the record of all causes.
    """
    parts = [_first(record, _MEASURE, "_NAME") or dataset.subject]
    for dimension in header.dimensions:
        if dimension in _PLACED or record.get(dimension) in _TOTALS:
            continue
        printed = record.get(f"{dimension}_NAME") or record.get(dimension, "")
        if record.get(f"{dimension}_CODE") not in _TOTALS and printed not in _TOTALS:
            parts.append(f"{dimension}: {printed}")
    return " | ".join(parts)


def _newest_boundaries(header: Header, records: Sequence[Mapping[str, str]]) -> list[bool]:
    """Return for every record whether no newer boundary vintage states the same cell."""
    dimensions = [d for d in header.dimensions if d != "GEOGRAPHY"]
    cells = [
        (record["GEOGRAPHY_CODE"], *(_first(record, (d,), "") or "" for d in dimensions))
        for record in records
    ]
    ranks = [_boundary_rank(record) for record in records]
    best: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for cell, rank in zip(cells, ranks, strict=True):
        best[cell] = max(rank, best.get(cell, rank))
    return [best[cell] == rank for cell, rank in zip(cells, ranks, strict=True)]


def _boundary_rank(record: Mapping[str, str]) -> tuple[int, int, int]:
    """Return a sort key of the boundary vintage that GEOGRAPHY_TYPE names, undated ones first."""
    typecode = record.get("GEOGRAPHY_TYPECODE") or ""
    # Nomis numbers newer types of the same kind lower (TYPE464, TYPE434, TYPE424).
    order = -int(typecode) if typecode.isdecimal() else 0
    match = _BOUNDARY.search(record.get("GEOGRAPHY_TYPE") or "")
    if match is None:
        return (0, 0, order)
    return (int(match[2]), MONTHS.index(match[1]) + 1, order)
