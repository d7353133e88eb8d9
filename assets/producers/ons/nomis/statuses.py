"""Nomis status and confidentiality codes: is a figure present or missing?

Nomis prints 0 for a figure that is missing, and says so in ``OBS_STATUS`` alone. The codes and
where they are from stand in ``statuses.csv``. What a code means that is not listed there is
not known, so that its figure counts as missing as well.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("statuses.csv")
_STATUS, _CONFIDENTIAL = "OBS_STATUS", "OBS_CONF"
_MISSING_WORDS = ("missing", "suppressed", "not available")
WITHHELD = "c"
"""Raw text of a figure that is confidential."""


@cache
def codes(attribute: str) -> Mapping[str, bool]:
    """Return the codes of ``OBS_STATUS`` or ``OBS_CONF``, and which mean "present"."""
    with _FILE.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["attribute"] == attribute]
    return {row["code"]: row["has_value"] == "yes" for row in rows}


def why_missing(record: Mapping[str, str]) -> str | None:
    """Return the raw text of a missing figure, or ``None`` if it is present.

    Args:
        record: One record of an answer by column; columns that were not asked for may lack.
    """
    status = record.get(_STATUS, "").strip().upper()
    named = record.get(f"{_STATUS}_NAME", "").strip()
    confidential = record.get(_CONFIDENTIAL, "").strip().upper()
    if confidential and not codes(_CONFIDENTIAL).get(confidential, False):
        return (
            WITHHELD if confidential in codes(_CONFIDENTIAL) else f"{_CONFIDENTIAL} {confidential}"
        )
    words = named.casefold()
    if status and not codes(_STATUS).get(status, False):
        return f"{status}: {named}" if named else status
    return named if any(word in words for word in _MISSING_WORDS) else None


def unknown_codes(record: Mapping[str, str]) -> list[str]:
    """Return the codes of a record that are not declared, each with its column."""
    given = {name: record.get(name, "").strip().upper() for name in (_STATUS, _CONFIDENTIAL)}
    return [f"{name} {code}" for name, code in given.items() if code and code not in codes(name)]
