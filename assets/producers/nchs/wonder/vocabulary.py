"""Words of CDC WONDER: which header is which grouping, and which label goes with which code.

``dimensions.csv`` says for every header of a label column which staging column it fills;
``labels.csv`` lists the labels of these groupings with their codes. Both name the request
form or the export that prints them. The code is the key of a row, the label its wording.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assets.text.months import SHORT_MONTHS

_FOLDER = Path(__file__).parent
OTHER = "other"
"""Staging column of groupings that have none of their own."""
AREAS = ("state", "county", "census_region", "census_division", "hhs_region")
PERIODS = ("year", "month")


def dimension_of(header: str) -> str | None:
    """Return the staging column for a label's header or a query parameter's name.

    ``None`` where the header is of a grouping that has no column of its own.
    """
    return next((name for pattern, name in _patterns() if pattern.fullmatch(header)), None)


def dimensions_of(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the staging column of every header of an export, in order.

    A second grouping of one kind (five groups of age beside single years) goes to ``OTHER``.
    """
    found: list[str] = []
    for header in headers:
        name = dimension_of(header) or OTHER
        found.append(OTHER if name in found else name)
    return tuple(found)


@cache
def dimensions() -> tuple[str, ...]:
    """Return the staging columns that a label column may fill, ``OTHER`` last."""
    return (*dict.fromkeys(name for _, name in _patterns()), OTHER)


def characteristics() -> tuple[str, ...]:
    """Return the groupings that split one area and period: all but areas and periods."""
    return tuple(name for name in dimensions() if name not in (*AREAS, *PERIODS))


def plain(text: str) -> str:
    """Return a label without differences of case and blanks, to compare it."""
    return " ".join(text.split()).casefold()


def is_declared(dimension: str, code: str, label: str) -> bool:
    """Return whether the producer is known to print this label with this code.

    Causes that NCHS ranks bear the mark ``#`` in some exports.
    """
    return plain(label.lstrip("#") if dimension == "cause" else label) in _labels().get(
        (dimension, code), frozenset()
    )


def has_vocabulary(dimension: str) -> bool:
    """Return whether the labels of a grouping are listed."""
    return any(name == dimension for name, _ in _labels())


def codes_of(dimension: str, label: str) -> tuple[str, ...]:
    """Return the codes that the producer prints a label with, empty where it is unknown."""
    return _codes().get((dimension, plain(label)), ())


def label_of(dimension: str, code: str) -> str | None:
    """Return the newest label that goes with a code; ``None`` where the code is not listed."""
    return _label_by_code().get((dimension, code))


def restored(dimension: str, code: str, label: str) -> str | None:
    """Return the code that a spreadsheet shortened, ``None`` where it cannot be told.

    A spreadsheet makes numbers of ``"01"`` and dates of ``"2106-3"``. The code is restored where
    the label beside it has exactly one code that a spreadsheet would have shown like this.
    """
    fitting = [full for full in codes_of(dimension, label) if code in _shown_as(full)]
    return fitting[0] if len(fitting) == 1 else None


def _shown_as(code: str) -> set[str]:
    shown = {code.lstrip("0") or "0"} if code.isdigit() else set()
    if match := re.fullmatch(r"(\d{1,4})-(\d{1,2})", code):
        first, second = int(match[1]), int(match[2])
        if 1 <= second <= len(SHORT_MONTHS):
            name = SHORT_MONTHS[second - 1]
            shown |= {f"{name}-{first % 100:02}", f"{first}-{name}"}
        if 1 <= first <= len(SHORT_MONTHS):
            name = SHORT_MONTHS[first - 1]
            shown |= {f"{second}-{name}", f"{second:02}-{name}", f"{name}-{second:02}"}
    return shown - {code}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["header"]), row["dimension"]) for row in _rows("dimensions"))


@cache
def _labels() -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in _rows("labels"):
        found.setdefault((row["dimension"], row["code"]), set()).add(plain(row["label"]))
    return {key: frozenset(labels) for key, labels in found.items()}


@cache
def _label_by_code() -> dict[tuple[str, str], str]:
    return {(row["dimension"], row["code"]): row["label"] for row in _rows("labels")}


@cache
def _codes() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in _rows("labels"):
        codes = found.setdefault((row["dimension"], plain(row["label"])), [])
        if row["code"] not in codes:
            codes.append(row["code"])
    return {key: tuple(codes) for key, codes in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
