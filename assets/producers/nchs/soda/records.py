"""Records of a data.cdc.gov extract, whichever form it was downloaded in.

Forms: a JSON array of objects (``/resource/<id>.json``; a key whose value is null is left out), a
zip of such pages, a CSV with API names, and ``rows.csv`` with display names. Numbers stay text.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assets.archive.container import sniff
from assets.archive.errors import ExtractError
from assets.producers.nchs.soda.layouts import SodaLayout, fitting_layout
from assets.producers.nchs.text_source import decode, read_text

_MAX_PAGES = 10_000
_MAX_PAGE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Record:
    """One record: its page, its number in it (line of a CSV, index of JSON), its values.

    ``values`` is keyed by the names of the file; a value that was left out is absent.
    """

    sheet: str
    row: int
    values: dict[str, str]


@dataclass(frozen=True)
class Records:
    """All records of an extract with the names that occur and the form of the file."""

    items: tuple[Record, ...]
    names: tuple[str, ...]
    form: str


def read_records(path: Path, layout: SodaLayout) -> Records:
    """Read the records of an extract and compare their names with the layout.

    Raises:
        ExtractError: The file is not such an extract, is an error answer, is empty, or its
            columns are not those of the layout.
    """
    records = load(path, f"an extract of data.cdc.gov {layout.soda_id} in JSON or CSV")
    _agree_on_columns(records, layout, path.name)
    if not records.items:
        raise ExtractError(
            "SODA-EMPTY",
            "no records",
            f"records of {layout.soda_id}",
            "An empty answer to a query that must match means that the query's words no longer "
            "occur in the dataset. Download the whole dataset and compare.",
            path.name,
            row=1,
        )
    return records


def load(path: Path, expected: str) -> Records:
    """Read the records of a JSON, zip or CSV extract without judging their names."""
    if sniff.content_type(path) == sniff.ZIP:
        return _from_pages(path, expected)
    text = read_text(path, expected)
    if text.lstrip()[:1] in ("[", "{"):
        items = tuple(_json_records(text, path.name, ""))
        return Records(items, _names(items), "json")
    return _from_csv(text, path.name, expected)


def _agree_on_columns(records: Records, layout: SodaLayout, file: str) -> None:
    unknown = [n for n in records.names if layout.field_of(n) is None]
    absent = layout.absent_from(records.names) if records.names else []
    optional = [f for f in layout.fields if f.optional]
    left_out = [f for f in optional if not {f.api, f.display} & set(records.names)]
    if not absent and not (unknown and left_out):
        return
    fits = fitting_layout(records.names)
    remedy = (
        f"This file fits --dataset {fits.dataset_id}."
        if fits
        else "The producer changed the columns, or another dataset was downloaded. Compare the "
        "columns with the layout; do not retry."
    )
    missing = absent or left_out
    raise ExtractError(
        "SODA-COLUMNS",
        f"the columns {list(records.names)}",
        f"the column {missing[0].display!r} (API name {missing[0].api!r})",
        remedy,
        file,
        row=1,
        column=unknown[0] if unknown else missing[0].display,
        details={
            "removed": [f.api for f in missing],
            "added": unknown,
            "fits": fits.dataset_id if fits else None,
        },
    )


def _names(items: tuple[Record, ...]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for item in items:
        seen.update(dict.fromkeys(item.values))
    return tuple(seen)


def _from_csv(text: str, file: str, expected: str) -> Records:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = tuple(next(reader, []))
        items = tuple(_csv_records(reader, header, file))
    except csv.Error as error:
        raise ExtractError(
            "SODA-LINE",
            f"a line that cannot be split into cells ({error})",
            expected,
            "The file was changed or cut off. Download it again.",
            file,
            row=reader.line_num,
        ) from error
    if not text.endswith("\n"):
        raise ExtractError(
            "SODA-LINE",
            "a last line without a line end",
            "a line end after every record",
            "The download was cut off. Download the file again.",
            file,
            row=reader.line_num,
        )
    if len(set(header)) != len(header):
        repeated = next(name for name in header if header.count(name) > 1)
        raise ExtractError(
            "SODA-COLUMNS",
            f"the column {repeated!r} twice",
            "every column once",
            "Download the file again.",
            file,
            row=1,
            column=repeated,
        )
    return Records(items, tuple(n for n in header if not n.startswith(":")), "csv")


def _csv_records(
    reader: Iterator[list[str]], header: tuple[str, ...], file: str
) -> Iterator[Record]:
    first = 2
    for cells in reader:
        line, first = first, reader.line_num + 1  # type: ignore[attr-defined]
        if not cells:
            continue
        if len(cells) != len(header):
            raise ExtractError(
                "SODA-WIDTH",
                f"{len(cells)} cells",
                f"{len(header)} cells, as many as the header has",
                "The file was changed or cut off. Download it again.",
                file,
                row=line,
            )
        pairs = zip(header, cells, strict=True)
        yield Record("", line, {k: v for k, v in pairs if v != "" and not k.startswith(":")})


def _from_pages(path: Path, expected: str) -> Records:
    try:
        items = tuple(_page_records(path, expected))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise _bad_page(path.name, f"a damaged zip ({error})", expected) from error
    return Records(items, _names(items), "json pages")


def _page_records(path: Path, expected: str) -> Iterator[Record]:
    with zipfile.ZipFile(path) as archive:
        pages = sorted(archive.infolist(), key=lambda page: page.filename)
        if not pages or len(pages) > _MAX_PAGES:
            raise _bad_page(path.name, f"{len(pages)} pages", expected)
        for page in pages:
            name = page.filename
            plain = PurePosixPath(name).name == name and name.endswith(".json")
            if not plain or page.file_size > _MAX_PAGE_BYTES:
                raise _bad_page(
                    path.name, f"the member {name!r} ({page.file_size} bytes)", expected
                )
            text = decode(archive.read(page), path.name, expected, name)
            yield from _json_records(text, path.name, name)


def _bad_page(file: str, seen: str, expected: str) -> ExtractError:
    return ExtractError(
        "SODA-PAGES",
        seen,
        f"{expected}, zipped as pages named *.json of at most {_MAX_PAGE_BYTES} bytes",
        "Download the dataset again.",
        file,
    )


def _json_records(text: str, file: str, sheet: str) -> Iterator[Record]:
    content = _decoded(text, file, sheet)
    if not isinstance(content, list):
        raise _no_list(content, file, sheet)
    for number, item in enumerate(content, start=1):
        if not isinstance(item, _Object):
            raise _bad_record(f"{str(item)[:60]!r}", "an object per record", file, sheet, number)
        yield Record(sheet, number, dict(_plain_values(item, file, sheet, number)))


@dataclass(frozen=True)
class _Object:
    """Keys and values of a JSON object in order, a key that occurs twice included."""

    pairs: list[tuple[str, object]]


def _decoded(text: str, file: str, sheet: str) -> object:
    def refuse(word: str) -> object:
        raise ValueError(f"{word} is not a number")

    try:
        return json.loads(
            text,
            object_pairs_hook=_Object,
            parse_int=str,
            parse_float=str,
            parse_constant=refuse,
        )
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise ExtractError(
            "SODA-JSON",
            f"text that is not JSON ({error})",
            "a JSON array of records",
            "The download was cut off or changed. Download it again.",
            file,
            sheet,
            line,
        ) from error


def _plain_values(item: _Object, file: str, sheet: str, number: int) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for key, value in item.pairs:
        if key.startswith(":"):
            continue
        if key in seen or not (value is None or isinstance(value, str)):
            seen_text = f"the key {key!r} twice" if key in seen else f"{key!r}: {str(value)[:40]}"
            raise _bad_record(
                seen_text, "plain text values under distinct keys", file, sheet, number
            )
        seen.add(key)
        if isinstance(value, str) and value != "":
            yield key, value


def _bad_record(seen: str, expected: str, file: str, sheet: str, row: int) -> ExtractError:
    remedy = "Download the dataset again from /resource/<id>.json."
    return ExtractError("SODA-RECORD", seen, expected, remedy, file, sheet, row)


def _no_list(content: object, file: str, sheet: str) -> ExtractError:
    answer = dict(content.pairs) if isinstance(content, _Object) else {}
    code = answer.get("errorCode") or answer.get("code") or ""
    is_error = bool(code) or "error" in answer
    remedy = "Download the dataset again."
    if "no-such-column" in str(code):
        remedy = "The producer changed the columns: compare them with the layout; do not retry."
    return ExtractError(
        "SODA-ERROR" if is_error else "SODA-JSON",
        f"the error answer {code}: {answer.get('message', '')}"
        if is_error
        else "a JSON value that is not an array",
        "a JSON array of records",
        remedy,
        file,
        sheet,
        1,
    )
