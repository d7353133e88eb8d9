"""Indicator exports of OHID Fingertips read into ``staging.fingertips``.

The export repeats an area once per parent, and its age or sex groups by category. Missing figures
are blank, or -1 in older exports.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.schema.tables.staging import FINGERTIPS

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
    repeated = by_category = 0
    for line, record in records:
        _check(path, line, record)
        if record[_CATEGORY]:
            by_category += 1
            continue
        key = tuple(record[name] for name in _LABELS.values())
        line_before, before = first.setdefault(key, (line, record))
        if before is not record:
            repeated += 1
            _refuse_contradiction(path, line, record, line_before, before)
    if not first:
        raise _refused(
            path, "FINGERTIPS-EMPTY", "no row of a whole area", "at least one row", _AGAIN, 1
        )
    return ParsedExtract(
        _frame(path, list(first.values())),
        {
            "indicator": INFANT_MORTALITY,
            "periods": ", ".join(sorted({record["Time period"] for _, record in first.values()})),
            "area_types": ", ".join(sorted({r["Area Type"] for _, r in first.values()})),
            "columns": ", ".join(header),
            "rows_repeated_by_parent": str(repeated),
            "rows_by_category_left_out": str(by_category),
        },
    )


def _records(path: Path) -> tuple[list[str], list[tuple[int, Record]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            path, "FINGERTIPS-ENCODING", f"byte {raw[error.start]:#04x} at {error.start}",
            "UTF-8 text", _AGAIN,
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
                raise _refused(
                    path, "FINGERTIPS-ROW", f"{len(cells)} cells", f"{len(header)} cells",
                    f"The answer was cut off or edited. {_AGAIN}", reader.line_num,
                )  # fmt: skip
            elif cells:
                values = [cell.strip() for cell in cells]
                records.append((reader.line_num, dict(zip(header, values, strict=True))))
    except csv.Error as error:
        raise _refused(
            path, "FINGERTIPS-ROW", str(error), "well-formed CSV",
            f"The answer was cut off or edited. {_AGAIN}", reader.line_num,
        ) from error  # fmt: skip
    return header, records


def _check_header(path: Path, header: list[str]) -> None:
    absent = [name for name in _REQUIRED if name not in header]
    doubled = [name for name in header if header.count(name) > 1]
    unknown = [n for n in header if n not in _REQUIRED and not _UNREAD.fullmatch(n)]
    for names, seen in (
        (absent, "no column {}"),
        (doubled, "column {} twice"),
        (unknown, "an unknown column {}"),
    ):
        if names:
            raise _refused(
                path, "FINGERTIPS-HEADER", seen.format(repr(names[0])),
                "the columns of a Fingertips export (all_data/csv/by_indicator_id)",
                f"{_AGAIN} If the producer renamed or added a column, add its name to the parser.",
                1, names[0],
            )  # fmt: skip


def _check(path: Path, line: int, record: Record) -> None:
    if record["Indicator ID"] != INFANT_MORTALITY:
        raise _refused(
            path, "FINGERTIPS-INDICATOR", f"a row of indicator {record['Indicator ID']!r}",
            f"rows of indicator {INFANT_MORTALITY}", "Ask for this indicator alone.",
            line, "Indicator ID",
        )  # fmt: skip
    if not _CODE.fullmatch(record["Area Code"]):
        raise _refused(
            path, "FINGERTIPS-AREA", f"the code {record['Area Code']!r}",
            "a GSS code of nine characters",
            "Ask for countries, regions, counties or districts only.", line, "Area Code",
        )  # fmt: skip
    match = _PERIOD.fullmatch(record["Time period"])
    start = int(match[1]) if match else 0
    if match is None or (start + 2) % 100 != int(match[2]):
        raise _refused(
            path, "FINGERTIPS-PERIOD", f"the period {record['Time period']!r}",
            "three calendar years, such as '2016 - 18'", _AGAIN, line, "Time period",
        )  # fmt: skip
    if record.get(_SORTABLE) and record[_SORTABLE] != f"{start}0000":
        raise _refused(
            path, "FINGERTIPS-PERIOD",
            f"{record[_SORTABLE]!r} beside the period {record['Time period']!r}",
            f"'{start}0000'", _AGAIN, line, _SORTABLE,
        )  # fmt: skip


def _refuse_contradiction(
    path: Path, line: int, record: Record, line_before: int, before: Record
) -> None:
    for name in (*MEASURED, _NOTE):
        if record[name] != before[name]:
            raise _refused(
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
            raise _refused(
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


def _refused(
    path: Path,
    rule: str,
    seen: str,
    expected: str,
    remedy: str,
    row: int | None = None,
    column: str = "",
) -> ExtractError:
    return ExtractError(rule, seen, expected, remedy, path.name, "", row, column)
