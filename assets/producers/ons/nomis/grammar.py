"""Header grammar of Nomis answers in CSV: six columns per dimension, then the observation."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

from assets.archive.errors import refused

SUFFIXES = ("", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER")
VALUE, OFFSET, COUNT_OF_RECORDS = "OBS_VALUE", "RECORD_OFFSET", "RECORD_COUNT"
OBSERVATION = (
    *("MEASURES", "MEASURES_NAME", VALUE, "OBS_STATUS", "OBS_STATUS_NAME"),
    *("OBS_CONF", "OBS_CONF_NAME", "URN", OFFSET, COUNT_OF_RECORDS),
)
REQUIRED = (
    *("DATE", "GEOGRAPHY_CODE", "GEOGRAPHY_NAME"),
    *("MEASURES", VALUE, OFFSET, COUNT_OF_RECORDS),
)
_COLUMN = re.compile(r"[A-Z][A-Z0-9_]+")


@dataclass(frozen=True)
class Header:
    """Header of an answer.

    Attributes:
        texts: Header texts in order; R writes an unnamed first column, kept as ``""``.
        dimensions: Dimensions in order, e.g. ``DATE``, ``GEOGRAPHY``, ``AGE_OF_MOTHER``.
    """

    texts: list[str]
    dimensions: tuple[str, ...]

    def position(self, name: str) -> int:
        """Return the position of a column."""
        return self.texts.index(name)

    def has(self, name: str) -> bool:
        """Return whether there is such a column."""
        return name in self.texts


def read_header(path: Path, text: str) -> Header:
    """Read the header of an answer.

    Raises:
        ExtractError: The body is empty, an error message or page, or lacks columns.
    """
    stripped = text.lstrip()
    if not stripped:
        raise refused(
            path,
            "NOMIS-EMPTY",
            "an empty body",
            "a CSV answer",
            "Nomis answers 200 with nothing to an unknown dimension value: check the query.",
        )
    if stripped.startswith(("{", "[")):
        raise refused(
            path,
            "NOMIS-ERROR",
            _message(stripped),
            "a CSV answer",
            "Correct the query as the message says and fetch again.",
        )
    if stripped.startswith("<"):
        raise refused(
            path,
            "NOMIS-ERROR",
            "a web page",
            "a CSV answer",
            "The service was down or moved. Fetch the answer again later.",
        )
    texts = next(csv.reader(io.StringIO(text, newline="")))
    missing = [name for name in REQUIRED if name not in texts]
    if missing:
        raise refused(
            path,
            "NOMIS-HEADER",
            f"no column {', '.join(missing)} among {', '.join(texts)[:400]}",
            "the columns of a Nomis answer",
            "Ask for the default columns, or add the missing ones to select=.",
            1,
            missing[0],
        )
    doubled = sorted({name for name in texts if texts.count(name) > 1})
    if doubled:
        raise refused(
            path,
            "NOMIS-HEADER",
            f"column {', '.join(doubled)} twice",
            "every column once",
            "Fetch the answer again; it was edited.",
            1,
            doubled[0],
        )
    return Header(texts, _dimensions(texts))


def _dimensions(texts: list[str]) -> tuple[str, ...]:
    """Return the dimensions: what stands before the first of a ``_NAME``, ``_CODE``, … family."""
    found: list[str] = []
    for text in texts:
        # A first column of row numbers, as R and pandas write it, is no dimension.
        if not _COLUMN.fullmatch(text) or text in OBSERVATION:
            continue
        base = text
        for suffix in sorted(SUFFIXES[1:], key=len, reverse=True):
            if text.endswith(suffix):
                base = text.removesuffix(suffix)
                break
        if base not in found and base not in ("MEASURES", "OBS_STATUS", "OBS_CONF"):
            found.append(base)
    return tuple(found)


def _message(body: str) -> str:
    try:
        message = json.loads(body)
    except ValueError:
        return f"a body that begins {body[:80]!r}"
    if isinstance(message, dict) and "error" in message:
        return f"the error message {message['error']!r}"
    return "a JSON body"
