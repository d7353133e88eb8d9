"""Printed text of ONS extracts: padding, stand-in characters, glued footnote marks."""

from __future__ import annotations

import re
from functools import lru_cache

_STAND_INS = str.maketrans({"\u201a": ",", "\u00ad": "-", "\u00a0": " "})
_DASHES = str.maketrans(
    {"\u2013": "-", "\u2014": "-", "\u2012": "-", "\u2010": "-", "\u2011": "-", "\u2019": "'"}
)
_GLUED = re.compile(r"(?:(?<=[A-Za-z)])\d+(?:,\s?\d+)*|[\u00b9\u00b2\u00b3\u2070-\u2079]+)(?=\s|$)")
_NOTES = re.compile(r"[\[(]\s*notes?\s*[\d, and]*[\])]", re.IGNORECASE)
_NOT_COMPARED = re.compile(r"[;:,.*'\"]")
_UNIT = re.compile(
    r"\((?:number|numbers|thousands|grams|years|percent|%|(?:deaths )?per 1 ?000[^()]*|"
    r"(?:aged )?(?:under|over)? ?\d+ (?:year|week|day)s?(?: (?:and|or) over)?)\)"
    r"|\bper 1 ?000 (?:live births and stillbirths|live births|births and stillbirths|births)\b"
)
_PLURAL = {"rates": "rate", "indicators": "indicator"}
_MARK_AFTER_NAME = re.compile(r"\s*\d+(?:,\s*\d+)*$")
_PROVISIONAL = re.compile(r"(?:(?<=[a-z])P|\s[Pp])$")
_PROVISIONAL_CAPITALS = re.compile(r"^(UNITED KINGDOM|ENGLAND|WALES|SCOTLAND|NORTHERN IRELAND)P$")
_AREA_NAME = re.compile(r"[A-Z][A-Za-z ,.&'\u2019()/-]+")
_ONE_CODE = re.compile(r"\s*([A-Z][0-9]{8})[0-9]?\s*")
_GSS_CODE = re.compile(r"([A-Z]\d{8})\d?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_HEADERS_KEPT = 1 << 16
"""More than a workbook has texts that may be headers, one or several rows put together.

They are compared with one table after the other: of a smaller number none would be met again.
"""


def clean(value: object) -> str:
    """Return a cell's text without padding, runs of blanks and stand-in characters.

    Some editions print U+201A for a comma and a soft hyphen for a hyphen.
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return " ".join((text if text.isascii() else text.translate(_STAND_INS)).split())


def header_fragment(value: object) -> str:
    """Return the text of one header cell without a footnote mark.

    Footnote digits are glued to it (``Rates2,3``), or notes follow in brackets.
    """
    text = clean(value)
    if "(" in text or "[" in text:
        text = _NOTES.sub("", text).strip()
    return without_marks(text)


def without_marks(text: str) -> str:
    """Return a text without the footnote marks that are glued to its words."""
    return _GLUED.sub("", text) if any(map(str.isdigit, text)) else text


@lru_cache(maxsize=_HEADERS_KEPT)
def header_key(text: str) -> str:
    """Return a header text as it is compared.

    Case, blanks, dashes, quotes, notes in brackets, ``&`` for ``and`` and the characters ``;:,.*``
    do not matter.
    """
    plain = text if text.isascii() else text.translate(_DASHES)
    words = _NOTES.sub(" ", plain).casefold().replace("&", " and ")
    return " ".join(_NOT_COMPARED.sub(" ", words).split())


@lru_cache(maxsize=4096)
def unit_key(text: str) -> str:
    """Return a header text as it is compared without the words for its unit and for ages.

    ``Infant mortality rate (per 1,000 live births)`` and ``Infant mortality rates`` are the same;
    brackets that say anything else, such as ``(linked)``, stay.
    """
    bare = " ".join(_UNIT.sub(" ", header_key(text)).split())
    return " ".join(_PLURAL.get(word, word) for word in bare.split())


@lru_cache(maxsize=1024)
def sheet_key(name: str) -> str:
    """Return a sheet name as it is compared: ``Table_3``, ``Table 3 `` and ``3`` are the same."""
    return header_key(clean(name).replace("_", " ")).removeprefix("table ")


def area_name(value: object) -> str:
    """Return an area name without padding and footnote marks.

    No area name of the United Kingdom contains a digit, so that trailing digits are footnote
    marks; a trailing ``P`` marks a provisional figure.
    """
    text = clean(value)
    if text[-1:].isdecimal():
        text = _MARK_AFTER_NAME.sub("", text)
    if text.endswith(("P", "p")):
        text = _PROVISIONAL_CAPITALS.sub(r"\1", _PROVISIONAL.sub("", text))
    return text.strip()


def is_area_name(name: str) -> bool:
    """Return whether a cleaned text can be the name of an area."""
    return _AREA_NAME.fullmatch(name) is not None


def area_code(value: object) -> str | None:
    """Return a GSS code or a list of codes (``K04000001, J99000001``), else ``None``.

    A footnote digit glued to a code of nine characters is dropped.
    """
    if isinstance(value, str) and (single := _ONE_CODE.fullmatch(value)):
        return single[1]
    parts = [part.strip() for part in clean(value).split(",")]
    matches = [_GSS_CODE.fullmatch(part) for part in parts]
    if not all(matches):
        return None
    return ", ".join(match[1] for match in matches if match)


def year_label(value: object, latest: int) -> str | None:
    """Return a data year; a footnote digit glued to it (``20184``) or a note is dropped.

    Args:
        value: The cell.
        latest: Latest year that the edition can hold.
    """
    text = _NOTES.sub("", clean(value)).strip()
    if re.fullmatch(r"\d{4,5}", text) and 1900 <= int(text[:4]) <= latest:
        return text[:4]
    return None


def last_year(title: str) -> int | None:
    """Return the last four-digit year that a table title names, or ``None``."""
    years = _YEAR.findall(title)
    return int(years[-1]) if years else None
