"""How long a server asks to wait before the next try."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry


def seconds_asked(header: str) -> float:
    """Return the seconds that a ``Retry-After`` asks for, 0 where it is absent or no time.

    Args:
        header: Seconds or an HTTP date (RFC 9110, section 10.2.3).
    """
    try:
        return Retry(retry_after_max=sys.maxsize).parse_retry_after(header)
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def moment_after(seconds: float) -> str:
    """Return when ``seconds`` from now will have passed, for people."""
    try:
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return f"{seconds:,.0f} s from now"
    return f"{moment:%Y-%m-%d %H:%M} UTC"
