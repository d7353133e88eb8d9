"""Grammar of the local CSV: what a header, an area, a year, a group and a count may look like."""

from __future__ import annotations

import re

from assets.archive.errors import CellPosition, ExtractError
from assets.schema.codes import COUNT_MEASURES, COUNT_SUMS, STRATA
from assets.schema.traits import traits

KEYS = ("area", "year")
_DERIVED = {*COUNT_SUMS, *(trait.count for trait in traits())}
COUNTS = tuple(count for count in COUNT_MEASURES if count not in _DERIVED)
"""Columns of counts; a sum of others is not asked for."""
STRATUM = ("stratum_type", "stratum")
NOTE = "note"
WITHHELD = ("Suppressed", "*")
"""Words for a count that the supplier withholds."""

_COUNT = re.compile(r"-?[0-9]{1,12}")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}([, ][0-9]{3})+")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_AREA = re.compile(r"US|US-[A-Z]{2}|[0-9]{5}|[A-Z][0-9]{8}(, [A-Z][0-9]{8})*")
_SHORT_FIPS = re.compile(r"[0-9]{4}(\.0)?")
_SHOWN = 60


def check_header(names: list[str], file: str, row: int) -> None:
    """Check the header of an extract.

    Raises:
        ExtractError: A column is unknown, occurs twice or is absent.
    """
    allowed = (*KEYS, *COUNTS, *STRATUM, NOTE)
    unknown = next((n for n in names if n not in allowed), None)
    if unknown is not None:
        remedy = "Rename the column or leave it out."
        if len(names) == 1 and re.search(r"[;\t|]", unknown):
            remedy = "Save the file with commas between the columns."
        raise ExtractError(
            "LOCAL-HEADER",
            f"the column {unknown[:_SHOWN]!r}",
            f"only the columns {', '.join(allowed)}",
            remedy,
            file,
            row=row,
            column=unknown[:_SHOWN],
        )
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise ExtractError(
            "LOCAL-HEADER",
            f"the column {twice!r} {names.count(twice)} times",
            "every column once",
            "Delete the columns that do not belong here.",
            file,
            row=row,
            column=twice,
        )
    absent = [k for k in KEYS if k not in names]
    if len(set(STRATUM) & set(names)) == 1:
        absent += [s for s in STRATUM if s not in names]
    if not set(COUNTS) & set(names):
        absent.append(f"a count ({', '.join(COUNTS)})")
    if absent:
        raise ExtractError(
            "LOCAL-HEADER",
            f"the columns {', '.join(names)}",
            f"also {' and '.join(absent)}",
            "Name the columns in the first line as docs/local_extracts.md shows.",
            file,
            row=row,
        )


def read_count(text: str, position: CellPosition) -> tuple[float | None, str | None]:
    """Return the number of a count cell and, where it prints none, its text.

    Raises:
        ExtractError: The cell is neither a whole number, nor empty, nor a word for withheld.
    """
    if _COUNT.fullmatch(text):
        return float(text), None
    if text == "" or text in WITHHELD:
        return None, text
    remedy = "Leave the cell empty where there is no figure, or write Suppressed."
    if _THOUSANDS.fullmatch(text):
        remedy = "Write the number without separators between thousands."
    raise _refused("LOCAL-COUNT", text, f"a whole number, empty, {' or '.join(WITHHELD)}",
                   remedy, position)  # fmt: skip


def read_area(text: str, position: CellPosition) -> str:
    """Return an area code; whether the registry knows it is judged later.

    Raises:
        ExtractError: The text has none of the forms of a code.
    """
    if _AREA.fullmatch(text):
        return text
    remedy = "Use the code, never the name; docs/local_extracts.md lists the forms."
    if _SHORT_FIPS.fullmatch(text):
        remedy = (
            "A county code lost its leading zero in a spreadsheet: format the column as text and "
            f"write {text[:4].zfill(5)}."
        )
    elif text.startswith("X-"):
        remedy = "Give the counts of the region's members; they are summed."
    raise _refused(
        "LOCAL-AREA",
        text,
        "US, US-XX, a county code of five digits or a GSS code",
        remedy,
        position,
    )


def read_year(text: str, position: CellPosition) -> str:
    """Return a year as text.

    Raises:
        ExtractError: It is not a year of four digits from 1900 to 2099.
    """
    if _YEAR.fullmatch(text):
        return text
    remedy = "One row is one calendar year; several years are summed later, never before."
    raise _refused("LOCAL-YEAR", text, "a year of four digits", remedy, position)


def read_stratum(kind: str, stratum: str, file: str, row: int) -> tuple[str, str]:
    """Return the characteristic and the group of a row; both empty stand for the total.

    Raises:
        ExtractError: The characteristic has no code list, or the group is not on it.
    """
    if not kind and not stratum:
        return "all", "all"
    if kind not in STRATA:
        raise _refused(
            "LOCAL-STRATUM",
            kind,
            f"one of {', '.join(STRATA)}, or both columns empty for the total",
            "Only characteristics with a code list are taken in.",
            CellPosition(file, row, STRATUM[0]),
        )
    if stratum not in STRATA[kind]:
        raise _refused(
            "LOCAL-STRATUM",
            stratum,
            f"one of {', '.join(STRATA[kind])}",
            f"Use the code of the group; {kind} has these only.",
            CellPosition(file, row, STRATUM[1]),
        )
    return kind, stratum


def _refused(
    rule: str, text: str, expected: str, remedy: str, position: CellPosition
) -> ExtractError:
    seen = repr(text[:_SHOWN]) if text else "an empty cell"
    return position.refusal(rule, seen, expected, remedy)
