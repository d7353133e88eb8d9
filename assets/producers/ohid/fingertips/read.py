"""Indicator exports of OHID Fingertips read into ``staging.fingertips``.

The export repeats an area once per parent, and its age or sex groups by category. Missing figures
are blank, or -1 in older exports.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from assets.archive.container import encoding
from assets.archive.dataset import ParsedExtract
from assets.archive.errors import refused
from assets.producers.ohid.tables import FINGERTIPS

INFANT_MORTALITY = "92196"
VALUE, COUNT, DENOMINATOR = "Value", "Count", "Denominator"
LIMITS = (
    ("Lower CI 95.0 limit", "Upper CI 95.0 limit"),
    ("Lower CI 99.8 limit", "Upper CI 99.8 limit"),
)
MEASURED = (VALUE, *LIMITS[0], *LIMITS[1], COUNT, DENOMINATOR)
_LABELS = {
    "indicator_id": "Indicator ID",
    "indicator_name": "Indicator Name",
    "area_code": "Area Code",
    "area_name": "Area Name",
    "area_type": "Area Type",
    "sex": "Sex",
    "age": "Age",
    "period": "Time period",
}
_NOTE, _CATEGORY = "Value note", "Category"
_PERSONS, _INFANTS = "Persons", "<1 yr"
_REQUIRED = (*_LABELS.values(), "Parent Code", _CATEGORY, *MEASURED, _NOTE)
_UNREAD = re.compile(
    r"Parent Name|Category Type|Recent Trend|Compared to .+|Time period Sortable|"
    r"Time period range|New data|Target data"
)
_PERIOD = re.compile(r"([0-9]{4}) - ([0-9]{2})")
_CODE = re.compile(r"[A-Z][0-9]{8}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:E[-+]?[0-9]+)?")
_MISSING = re.compile(r"-1(?:\.0+)?")
_SORTABLE = "Time period Sortable"
_AGAIN = "Save the answer of the API again and leave it as it is."

Record = dict[str, str]


def parse_infant_mortality(path: Path) -> ParsedExtract:
    """Read an export of the infant mortality rate (indicator 92196).

    Raises:
        ExtractError: It is no such export, a cell is not what the producer sends, or the rows
            that repeat an area under several parents contradict each other.
    """
    header, records = _records(path)
    first: dict[tuple[str, ...], tuple[int, Record]] = {}
    repeated = 0
    left_out: Counter[str] = Counter()
    others = sorted({r["Indicator ID"] for _, r in records} - {INFANT_MORTALITY})
    if records and all(r["Indicator ID"] in others for _, r in records):
        raise refused(
            path, "FINGERTIPS-INDICATOR", f"rows of indicator {', '.join(others)}",
            f"rows of indicator {INFANT_MORTALITY}", "Only this indicator is taken: ask for it.",
            records[0][0], "Indicator ID",
        )  # fmt: skip
    for line, record in records:
        reason = _not_used(record)
        if reason:
            left_out[reason] += 1
            continue
        _check(path, line, record)
        key = tuple(record[name] for name in _LABELS.values())
        line_before, before = first.setdefault(key, (line, record))
        if before is not record:
            repeated += 1
            _refuse_contradiction(path, line, record, line_before, before)
    if not first:
        raise refused(
            path,
            "FINGERTIPS-EMPTY",
            "no row that is used" + "".join(f"; {n} {why}" for why, n in left_out.items()),
            "infants of both sexes in whole areas with a GSS code, in three calendar years",
            _AGAIN,
            1,
        )
    return ParsedExtract(
        _frame(path, list(first.values())),
        {
            "indicator": INFANT_MORTALITY,
            "periods": ", ".join(sorted({record["Time period"] for _, record in first.values()})),
            "area_types": ", ".join(sorted({r["Area Type"] for _, r in first.values()})),
            "columns": ", ".join(header),
            "rows_repeated_by_parent": str(repeated),
            **{f"left_out {reason}": str(n) for reason, n in left_out.items()},
            **_columns_not_read(header),
        },
    )


def _records(path: Path) -> tuple[list[str], list[tuple[int, Record]]]:
    raw = path.read_bytes()
    try:
        text = encoding.decode(raw)
    except UnicodeDecodeError as error:
        seen, line = encoding.undecodable(raw, error)
        raise refused(
            path, "FINGERTIPS-ENCODING", f"{seen} (line {line})", "UTF-8 text", _AGAIN,
        ) from error  # fmt: skip
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    records = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells]
                _check_header(path, header)
            elif cells and len(cells) != len(header):
                raise refused(
                    path, "FINGERTIPS-ROW", f"{len(cells)} cells", f"{len(header)} cells",
                    f"The answer was cut off or edited. {_AGAIN}", reader.line_num,
                )  # fmt: skip
            elif cells:
                values = [cell.strip() for cell in cells]
                records.append((reader.line_num, dict(zip(header, values, strict=True))))
    except csv.Error as error:
        raise refused(
            path, "FINGERTIPS-ROW", str(error), "well-formed CSV",
            f"The answer was cut off or edited. {_AGAIN}", reader.line_num,
        ) from error  # fmt: skip
    return header, records


def is_renamed_header(header: list[str]) -> bool:
    """Return whether a header is that of an export whose columns were renamed.

    R packages take the blanks out of the names, or put dots or underscores in their place.
    """
    if not any(header) or "Indicator ID" in header:
        return False
    plain = {bare(name) for name in header}
    return {bare(n) for n in ("Indicator ID", "Area Code", "Time period", VALUE)} <= plain


def bare(name: str) -> str:
    """Return the letters and digits of a column's name, in lower case."""
    return re.sub(r"[\W_]", "", name).casefold()


def _columns_not_read(header: list[str]) -> dict[str, str]:
    names = [n for n in header if n not in _REQUIRED and not _UNREAD.fullmatch(n)]
    return {"columns_not_read": "; ".join(names)} if names else {}


def _check_header(path: Path, header: list[str]) -> None:
    if is_renamed_header(header):
        raise refused(
            path, "FINGERTIPS-RENAMED",
            f"a Fingertips export with renamed columns ({', '.join(header[:4])} …)",
            "the columns as the producer names them, 'Indicator ID' first",
            f"An R package renames them and may change cells (NA for blank). {_AGAIN}", 1,
        )  # fmt: skip
    absent = [name for name in _REQUIRED if name not in header]
    doubled = [name for name in header if header.count(name) > 1]
    for names, seen in ((absent, "no column {}"), (doubled, "column {} twice")):
        if names:
            raise refused(
                path, "FINGERTIPS-HEADER", seen.format(repr(names[0])),
                "the columns of a Fingertips export (all_data/csv/by_indicator_id)",
                f"{_AGAIN} If the producer renamed a column, change its name in the parser.",
                1, names[0],
            )  # fmt: skip


def _not_used(record: Record) -> str:
    """Return why a row is not used, in words that follow "rows"; empty where it is."""
    if record["Indicator ID"] != INFANT_MORTALITY:
        return f"of indicator {record['Indicator ID']}"
    if record[_CATEGORY]:
        return "of a category, such as a deprivation decile"
    if record["Sex"] != _PERSONS or record["Age"] != _INFANTS:
        return "of one sex or another age"
    if not _CODE.fullmatch(record["Area Code"]):
        return "of an area without a GSS code"
    match = _PERIOD.fullmatch(record["Time period"])
    if match is None or (int(match[1]) + 2) % 100 != int(match[2]):
        return "of a period that is not three calendar years"
    return ""


def _check(path: Path, line: int, record: Record) -> None:
    start = record["Time period"][:4]
    if record.get(_SORTABLE) and record[_SORTABLE] != f"{start}0000":
        raise refused(
            path, "FINGERTIPS-PERIOD",
            f"{record[_SORTABLE]!r} beside the period {record['Time period']!r}",
            f"'{start}0000'", _AGAIN, line, _SORTABLE,
        )  # fmt: skip


def _refuse_contradiction(
    path: Path, line: int, record: Record, line_before: int, before: Record
) -> None:
    for name in (*MEASURED, _NOTE):
        if record[name] != before[name]:
            raise refused(
                path, "FINGERTIPS-PARENTS",
                f"{record[name]!r} for {record['Area Name']} {record['Time period']} under the "
                f"parent {record['Parent Code']!r}",
                f"{before[name]!r} as in row {line_before}: rows of one area repeat per parent",
                f"Rows of two editions or areas were mixed. {_AGAIN}", line, name,
            )  # fmt: skip


def _cells(path: Path, line: int, record: Record) -> Iterator[tuple[str, float | None, str | None]]:
    for name in MEASURED:
        text = record[name]
        if not text:
            yield name, None, None
        elif _MISSING.fullmatch(text):
            yield name, None, text
        elif _NUMBER.fullmatch(text):
            yield name, float(text), None
        else:
            raise refused(
                path, "FINGERTIPS-CELL", repr(text[:60]),
                "a number, -1 or a blank cell", _AGAIN, line, name,
            )  # fmt: skip


def _frame(path: Path, records: list[tuple[int, Record]]) -> pd.DataFrame:
    rows = [
        {
            "source_sheet": "",
            "source_row": line,
            "source_column": column,
            **{name: record[printed] for name, printed in _LABELS.items()},
            "value_note": record[_NOTE] or None,
            "value": value,
            "raw_text": text,
        }
        for line, record in records
        for column, value, text in _cells(path, line, record)
    ]
    names = [n for n in FINGERTIPS.column_names if n not in ("dataset_id", "vintage_id")]
    types = {"source_row": "int64", "value": "float64"}
    return pd.DataFrame(
        {n: pd.Series([row[n] for row in rows], dtype=types.get(n, "str")) for n in names}
    )
