"""What a channel showed on a past day, so that "what did we say in June" has one answer.

``nightly`` shows each release from the moment it was made; when ``stable`` moved is in the record
of promotions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from assets.release.channels.promotions_log import STABLE, promotions
from assets.release.channels.releases_on_disk import (
    CHANNELS,
    DamagedReleaseError,
    NoReleaseError,
    Release,
    releases_in,
)
from assets.state.moments import is_by

_ASKED = re.compile(rf"(?:({'|'.join(CHANNELS)})@)?(\d{{4}}(?:-\d\d){{0,2}})")


def made_for(releases: Iterable[Release], channel: str) -> list[Release]:
    """Return the releases that were made for a channel, in the order given.

    A rebuild as of a past date was made for none. A release whose manifest cannot be read is left
    out.
    """
    return [r for r in releases if _fact(r, "channel") == channel]


def said_on(releases: Sequence[Release], channel: str, as_of: str) -> Release | None:
    """Return the newest release made for a channel by the end of a date, or by a time.

    Args:
        releases: All releases, the oldest first.
        channel: Channel that they were made for.
        as_of: Date or time (ISO 8601, UTC).
    """
    made = [r for r in made_for(releases, channel) if is_by(_released(r), as_of)]
    return made[-1] if made else None


def shown_on(folder: Path, asked: str, today: date | None = None) -> Release | None:
    """Return the release that a channel showed at the end of a day, month or year.

    Args:
        folder: Folder of the releases.
        asked: ``2026-06-30``, ``2026-06`` or ``2026``, for the nightly channel; with
            ``stable@`` in front for the stable one.
        today: Day of the question; the present by default (UTC).

    Returns:
        The release, or ``None`` where the text does not ask for a day.

    Raises:
        NoReleaseError: Nothing was shown then, it was removed since, or the day is still to come.
    """
    found = _ASKED.fullmatch(asked)
    if found is None:
        return None
    channel, day = found[1] or CHANNELS[0], found[2]
    try:
        first = date.fromisoformat(day + "-01-01"[len(day) - 4 :])
    except ValueError as error:
        raise NoReleaseError(f"{asked!r} names no day: {error}. Write 2026-06-30") from error
    if first > (today or datetime.now(UTC).date()):
        raise NoReleaseError(f"{day} is still to come; leave it out for what {channel} shows now.")
    known = releases_in(folder)
    if channel == STABLE:
        return _stable_on(folder, known, day)
    return _made_on(known, channel, day)


def _stable_on(folder: Path, known: Sequence[Release], day: str) -> Release:
    moves = [p for p in promotions(folder) if is_by(p.at, day)]
    if not moves:
        raise NoReleaseError(f"Nothing had been promoted to {STABLE} by {day}.")
    found = next((r for r in known if r.version == moves[-1].version), None)
    if found is None:
        raise NoReleaseError(_removed(STABLE, day, moves[-1].version))
    return found


def _made_on(known: Sequence[Release], channel: str, day: str) -> Release:
    found = said_on(known, channel, day)
    later = [r for r in made_for(known, channel) if not is_by(_released(r), day)]
    before_later = str(_fact(later[0], "supersedes") or "") if later else ""
    if before_later and (found is None or before_later != found.version):
        raise NoReleaseError(_removed(channel, day, before_later))
    if found is None:
        first = f"; the first release is {later[0].version}" if later else ""
        raise NoReleaseError(f"Nothing was published by {day}{first}. All of them: imr releases")
    return found


def _removed(channel: str, day: str, version: str) -> str:
    return (
        f"What {channel} showed on {day} cannot be told from what is left: release {version} is "
        "not here any more (pruned) or damaged. Restore it from a copy, or rebuild it from the "
        f"archive: imr run --as-of {day}"
    )


def _released(release: Release) -> str:
    return str(_fact(release, "released_at"))


def _fact(release: Release, name: str) -> object:
    try:
        return release.manifest().get(name)
    except DamagedReleaseError:
        return None
