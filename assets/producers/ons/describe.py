"""Describe a Nomis file that no dataset takes, in words for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOMIS_TAKEN = "NM_205_1, NM_203_1, NM_161_1 and NM_2002_1"
_NOMIS_OTHERS = {
    "NM_206_1": "live births of wards and smaller areas, for which no infant deaths are published",
    "NM_207_1": "birth rates; the counts are in NM_205_1",
}


def describe_text(start: str, rows: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """Return what a text is, and what to do; ``None`` where it is of another producer.

    Args:
        start: First characters of the file.
        rows: Their rows as CSV.
    """
    header = [cell.strip() for cell in rows[0]] if rows else []
    match = re.search(r"nm-(\d+)d(\d+)d", start, re.IGNORECASE)
    if "OBS_VALUE" in header and match is not None:
        name = f"NM_{match[1]}_{match[2]}"
        about = _NOMIS_OTHERS.get(name)
        return (
            f"an answer of Nomis, dataset {name}" + (f" ({about})" if about else ""),
            f"Only {_NOMIS_TAKEN} are taken. imr ingest --list says how to ask for them.",
        )
    return None
