"""Release versions: the date in UTC, and a counter for further releases of the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_PATTERN = re.compile(r"(\d{4})\.(\d{2})\.(\d{2})(?:\.([2-9]|[1-9]\d+))?")


def parse(version: str) -> tuple[int, int, int, int]:
    """Return year, month, day and counter; versions sort by them.

    Raises:
        ValueError: The text is not a version.
    """
    found = _PATTERN.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is not a release version; expected e.g. 2026.06.01 or .2")
    year, month, day, counter = found.groups()
    return int(year), int(month), int(day), int(counter or 1)


def is_version(text: str) -> bool:
    """Return whether a text is a release version."""
    return _PATTERN.fullmatch(text) is not None


def next_version(existing: Iterable[str], now: datetime) -> str:
    """Return the version of a release made at ``now``.

    A clock that was set back must not make a release look older than the one it follows, so the
    date of the newest release counts where it is later.

    Args:
        existing: Versions that are taken.
        now: Time of the release, with a time zone.
    """
    day = now.astimezone(UTC)
    taken = sorted(parse(v) for v in existing)
    date = (day.year, day.month, day.day)
    if taken and taken[-1][:3] >= date:
        year, month, dom, counter = taken[-1]
        return f"{year:04}.{month:02}.{dom:02}.{counter + 1}"
    return f"{day.year:04}.{day.month:02}.{day.day:02}"
