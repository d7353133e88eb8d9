"""Labels and codes of one row of a CDC WONDER export.

The code is the key. Codes that a spreadsheet shortened are restored where the label beside them
leaves one possibility, and counted; otherwise the row is refused for exactly that.
"""

from __future__ import annotations

import re
from collections import Counter

from assets.archive.errors import ExtractError
from assets.producers.nchs.states import FIPS_BY_NAME, POSTAL_BY_FIPS
from assets.producers.nchs.wonder.grammar import AGAIN, Row
from assets.producers.nchs.wonder.layout import Label, Layout
from assets.producers.nchs.wonder.resaved import whole
from assets.producers.nchs.wonder.vocabulary import (
    OTHER,
    codes_of,
    is_declared,
    plain,
    restored,
)

TOTAL = "Total"
_FORMS = {
    "state": (re.compile(r"[0-9]{2}"), "a FIPS code of two digits"),
    "county": (re.compile(r"[0-9]{5}"), "a FIPS code of five digits"),
    "year": (re.compile(r"[0-9]{4}"), "a year of four digits"),
    "month": (re.compile(r"[1-9]|1[0-2]"), "a month number from 1 to 12, or a year and month"),
}
_MONTH_OF_YEAR = re.compile(r"(?P<name>[A-Za-z]{3,9}\.?), (?P<year>[0-9]{4})(?: \(.*\))?")
_POSTAL_SUFFIX = re.compile(r".*, (?P<postal>[A-Z]{2})")


def row_type(row: Row, layout: Layout, file: str) -> str:
    """Return whether a row is of data, a subtotal or the grand total.

    Raises:
        ExtractError: Note and labels fit neither.
    """
    note = row.cells[0] if layout.has_notes else ""
    filled = [bool(row.cells[label.position]) for label in layout.labels]
    if note not in ("", TOTAL):
        seen, expected = f"the note {note[:40]!r}", "an empty note or 'Total'"
    elif note == TOTAL and filled == sorted(filled, reverse=True) and not all(filled):
        return "subtotal" if any(filled) else "total"
    elif note == "" and all(filled):
        return "data"
    else:
        empty = next(
            (x.header for x, full in zip(layout.labels, filled, strict=True) if not full), ""
        )
        seen = f"labels {[row.cells[label.position] for label in layout.labels]}" + (
            " in a Total row" if note else ""
        )
        expected = "a Total row with its last labels empty" if note else f"a label under {empty!r}"
    raise ExtractError("WONDER-LABELS", seen, expected, AGAIN, file, row=row.line, column="Notes")


def labels_of(
    row: Row, layout: Layout, file: str, restorations: Counter[str]
) -> dict[str, str | None]:
    """Return the staging columns that the labels of a row fill.

    Args:
        row: Row of the table.
        layout: Columns of the export.
        file: File name, for errors.
        restorations: Counts the codes that were restored; added to.

    Raises:
        ExtractError: A label and its code cannot both be right.
    """
    labels: dict[str, str | None] = {}
    others: list[tuple[str, str]] = []
    for label in layout.labels:
        text, code = row.cells[label.position], row.cells[label.position + 1]
        if label.dimension != "cause":  # 765.0 is a code of the ninth revision
            restorations.update(_decimals_of(label, code))
            code = whole(code)
        if bool(text) != bool(code):
            raise _bad_code(row, label, f"the label {text!r} with the code {code!r}", "both", file)
        if label.dimension == OTHER:
            if text:
                others.append((f"{label.header}: {text}", code))
            continue
        if text:
            text = whole(text) if label.dimension == "year" else text
            code = _code(row, label, text, code, file, restorations)
            if label.dimension == "month" and (year := year_of_month(text)):
                labels.setdefault("year", year)
                labels.setdefault("year_code", year)
        labels[label.dimension] = text or labels.get(label.dimension)
        labels[f"{label.dimension}_code"] = code or labels.get(f"{label.dimension}_code")
    if others:
        labels[OTHER] = "; ".join(text for text, _ in others)
        labels[f"{OTHER}_code"] = "; ".join(code for _, code in others)
    return labels


def _decimals_of(label: Label, code: str) -> list[str]:
    return [f"{label.header} Code has no decimals"] if whole(code) != code else []


def year_of_month(label: str) -> str | None:
    """Return the year of a month that is printed with it, such as 'Jan., 2021'."""
    match = _MONTH_OF_YEAR.fullmatch(label)
    return match["year"] if match else None


def _code(
    row: Row, label: Label, text: str, code: str, file: str, restorations: Counter[str]
) -> str:
    """Return the whole code of a label."""
    name = label.dimension
    full = _month(text, code) if name == "month" else code
    if name not in _FORMS:
        if not is_declared(name, code, text):
            full = restored(name, code, text) or code
    elif _FORMS[name][0].fullmatch(full) is None:
        found = _with_zeros(name, text, full)
        if found is None:
            raise _bad_code(row, label, f"the code {code!r} of {text!r}", _FORMS[name][1], file)
        full = found
    if full != code and not (name == "month" and "/" in code):
        restorations[f"{label.header} Code {code!r} of {text!r} is {full!r}"] += 1
    _agree(row, label, text, full, file)
    return full


def _month(text: str, code: str) -> str:
    """Return the number of a month from ``"2021/01"`` or from what a spreadsheet made of it."""
    match = _MONTH_OF_YEAR.fullmatch(text)
    if match is None:
        return code
    number = codes_of("month", match["name"])
    if not number:
        return code
    two = f"{int(number[0]):02}"
    short = match["name"].rstrip(".")[:3]
    known = {
        f"{match['year']}/{two}",
        f"{match['year']}/{number[0]}",
        f"{short}-{match['year'][2:]}",
        f"{number[0]}/1/{match['year']}",
        f"01/{two}/{match['year']}",
        f"{match['year']}-{two}-01",
    }
    return number[0] if code in known else code


def _with_zeros(name: str, text: str, code: str) -> str | None:
    """Return the code with its leading zeros, where the printed name says that it is this one."""
    if not code.isdigit():
        return None
    if name == "state" and FIPS_BY_NAME.get(text) == code.zfill(2):
        return code.zfill(2)
    if name == "county" and len(code) == 4:
        match = _POSTAL_SUFFIX.fullmatch(text)
        postal = POSTAL_BY_FIPS.get(f"0{code[0]}")
        return f"0{code}" if match and match["postal"] == postal else None
    if name == "month" and code.startswith("0"):
        return code.lstrip("0")
    return None


def _agree(row: Row, label: Label, text: str, code: str, file: str) -> None:
    """Refuse a label that says another number than its code."""
    in_days = label.header.endswith("in days") and text.endswith((" day", " days"))
    if in_days and text.split()[0] != code:
        raise _bad_code(row, label, f"{text!r} with the code {code!r}", "equal ages", file)
    if label.dimension == "year" and not re.fullmatch(rf"{code}( ?\(.*\))?", text):
        seen = f"the year {text!r} with the code {code!r}"
        raise _bad_code(row, label, seen, "equal years", file)
    if label.dimension == "month":
        match = _MONTH_OF_YEAR.fullmatch(text)
        numbers = codes_of("month", match["name"] if match else text)
        if numbers and code not in numbers:
            seen = f"the month {text!r} with the code {code!r}"
            raise _bad_code(row, label, seen, "equal months", file)


def _bad_code(row: Row, label: Label, seen: str, wanted: str, file: str) -> ExtractError:
    return ExtractError(
        "WONDER-LABELS",
        seen,
        wanted,
        "A program that opens the export and saves it again may drop leading zeros or turn codes "
        f"into dates, and here the label does not say which code it was. {AGAIN}",
        file,
        row=row.line,
        column=f"{label.header} Code",
    )


def is_known(dimension: str, code: str, label: str) -> bool:
    """Return whether a label and its code are declared, or follow a declared form."""
    if dimension == "year":
        form = rf"{code}( ?\((provisional( and partial)?|final)\))?"
        return bool(re.fullmatch(form, plain(label)))
    if dimension == "month":
        match = _MONTH_OF_YEAR.fullmatch(label)
        return code in codes_of("month", match["name"] if match else label)
    units = {"age_of_infant": "days?", "age_of_mother": "years"}
    if dimension in units and re.fullmatch(rf"{re.escape(code)} {units[dimension]}", label):
        return True
    return is_declared(dimension, code, label)
