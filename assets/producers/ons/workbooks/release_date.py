"""When a workbook says that it was released, by its cover sheet."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from assets.archive.container import sniff
from assets.archive.dataset import ParsedExtract
from assets.archive.errors import ExtractError
from assets.producers.ons.workbooks.text import clean
from assets.producers.ons.workbooks.workbook import Workbook

_COVER = re.compile(r"cover([ _]sheet)?", re.IGNORECASE)
_RELEASED = re.compile(r"date of release:? (\d{1,2} [A-Z][a-z]+ \d{4})", re.IGNORECASE)


def release_date(path: Path, _: ParsedExtract) -> str | None:
    """Return the day of release (ISO 8601), or ``None``: .xls editions have no cover sheet."""
    if sniff.content_type(path) != sniff.XLSX:
        return None
    try:
        workbook = Workbook(path)
        for cover in filter(_is_cover, workbook.sheets):
            for row in workbook.grid(cover).rows:
                match = _RELEASED.search(clean(" ".join(str(cell) for cell in row)))
                if match is not None:
                    return datetime.strptime(match[1], "%d %B %Y").date().isoformat()
    except (ExtractError, ValueError):
        return None
    return None


def _is_cover(sheet: str) -> bool:
    return _COVER.fullmatch(clean(sheet)) is not None
