"""Rows of the by-area workbooks to leave out: other countries, repeated counts.

The workbooks print the United Kingdom: Scotland and Northern Ireland follow England and Wales with
their council areas and districts. Welsh health boards and the districts that were abolished in 2009
repeat what stands in the unitary authorities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from assets.producers.ons.workbooks.locate import LocatedTable
from assets.producers.ons.workbooks.rows import cells_below, has_figures
from assets.producers.ons.workbooks.text import area_code, area_name, clean

SCOTLAND_AND_NORTHERN_IRELAND = "of Scotland and Northern Ireland"
FORMER_DISTRICTS = "of districts that were abolished before the year of the workbook"
HEALTH_BOARDS = "of Welsh health boards"
OTHER_CODES = "with a code of no area of England and Wales"
_FORMER = re.compile(r"former districts?( of)?", re.IGNORECASE)
_BOARDS = re.compile(r"(local |university )?health boards?", re.IGNORECASE)
_BOARDS_BY_NAME = frozenset(
    {
        *("abertawe bro morgannwg university", "aneurin bevan", "betsi cadwaladr university"),
        *("cardiff and vale university", "cwm taf", "hywel dda", "powys teaching"),
    }
)
"""The boards from 2009 to 2019, which editions without codes print below the authorities."""
_ELSEWHERE = ("scotland", "northern ireland")
_BACK = ("united kingdom", "england", "wales", "england and wales")
_ABROAD = re.compile(r"[SN]\d{8}|95[A-Z]{1,2}|00[QR][A-Z]")
"""Codes of Scotland and Northern Ireland, as they are and as they were until 2011."""
_BOARD = re.compile(r"W11\d{6}")
_OLD_CODE = re.compile(r"\d\d([A-Z]{2})?")
"""Codes of England and Wales until 2011; their areas are known by name."""


def rows_left_out(table: LocatedTable) -> Mapping[int, str]:
    """Return which rows below the header are not read, and why.

    Args:
        table: Placed table of a by-area workbook.

    Returns:
        Reasons, in words that follow "rows", by index of row below the header.
    """
    columns = cells_below(table)
    positions = {c.name: i for i, c in enumerate(table.layout.columns)}
    names = columns[positions["area_name"]]
    codes = columns[positions["area_code"]] if "area_code" in positions else [""] * len(names)
    found: dict[int, str] = {}
    section = ""
    for index, (code_cell, name_cell) in enumerate(zip(codes, names, strict=True)):
        name, code = area_name(name_cell), clean(code_cell)
        heading = name.casefold().rstrip(":").strip()
        if not has_figures(table, columns, index):
            section = _section_of_heading(heading, section)
            continue
        if heading in _ELSEWHERE:
            section = SCOTLAND_AND_NORTHERN_IRELAND
        elif heading in _BACK:
            section = ""
        board = HEALTH_BOARDS if heading in _BOARDS_BY_NAME else ""
        reason = section or board or _reason_by_code(code)
        if reason:
            found[index] = reason
    return found


def told(reasons: Mapping[int, str]) -> dict[str, str]:
    """Return how many rows were left out, by reason, as metadata."""
    return {f"left_out {reason}": str(n) for reason, n in Counter(reasons.values()).items()}


def _section_of_heading(heading: str, section: str) -> str:
    if _FORMER.match(heading):
        return FORMER_DISTRICTS
    if _BOARDS.fullmatch(heading):
        return HEALTH_BOARDS
    if not heading and section in (FORMER_DISTRICTS, HEALTH_BOARDS):
        return ""
    return section


def _reason_by_code(code: str) -> str:
    if _BOARD.fullmatch(code):
        return HEALTH_BOARDS
    if _ABROAD.fullmatch(code):
        return SCOTLAND_AND_NORTHERN_IRELAND
    known = not code or _OLD_CODE.fullmatch(code) or area_code(code)
    return "" if known else OTHER_CODES
