"""When a CDC WONDER export was asked for, by its footer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from assets.archive.dataset import ParsedExtract

_PRINTED = ("%b %d, %Y %I:%M:%S %p", "%b %d, %Y")


def query_date(_: Path, parsed: ParsedExtract) -> str | None:
    """Return the time of the query, in the time zone of the server, or ``None``.

    The database has one edition at a time, so that of two exports of one query the later one holds
    what the producer says today.
    """
    text = parsed.metadata.get("Query Date", "")
    for form in _PRINTED:
        try:
            return datetime.strptime(text, form).isoformat(timespec="seconds")
        except ValueError:
            continue
    return None
