"""How long a server asks to wait before the next try, and until when it asked that of past runs."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from assets.state.durable import replace_text

_LONGEST = timedelta(days=366)


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
    moment = _moment(seconds)
    return in_words(moment) if moment else f"{seconds:,.0f} s from now"


def in_words(moment: datetime) -> str:
    """Return the first full minute that is not before a moment, for people."""
    full = moment + timedelta(seconds=59, microseconds=999_999)
    return f"{full:%Y-%m-%d %H:%M} UTC"


def _moment(seconds: float) -> datetime | None:
    """Return the moment in ``seconds``, none where it is more than a year away: that is no time."""
    if seconds >= _LONGEST.total_seconds():
        return None
    return datetime.now(UTC) + timedelta(seconds=seconds)


@dataclass
class AskedToWait:
    """Until when servers asked to be left alone, kept from one run to the next.

    Attributes:
        file: Where it is kept; none for a single request.
    """

    file: Path | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def until(self, server: str) -> datetime | None:
        """Return until when a server asked to be left alone, none where that has passed."""
        return self._read().get(server)

    def note(self, server: str, seconds: float) -> None:
        """Keep that a server asked to be left alone for so many seconds from now."""
        moment = _moment(seconds)
        if self.file is None or moment is None:
            return
        with self._guard:
            known = self._read() | {server: moment}
            text = {name: m.isoformat() for name, m in sorted(known.items())}
            with suppress(OSError):  # The run says the time; only the next one would not know it.
                replace_text(self.file, json.dumps(text, indent=2) + "\n")

    def _read(self) -> dict[str, datetime]:
        """Return what has not passed; a file that cannot be read holds nothing."""
        if self.file is None:
            return {}
        try:
            text = json.loads(self.file.read_text(encoding="utf-8"))
            known = {str(n): datetime.fromisoformat(m) for n, m in text.items()}
            now = datetime.now(UTC)
            return {n: m for n, m in known.items() if now < m < now + _LONGEST}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
