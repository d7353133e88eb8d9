"""``imr run --as-of``: parse the moment and check that the archive had extracts by then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.settings import Settings


class UnknownPastError(ValueError):
    """The moment cannot be parsed, or the archive had no extract by then."""


def moment_of(text: str, releases: Path) -> str:
    """Return a date, or a time in UTC, as ``YYYY-MM-DD[THH:MM:SS]``.

    Args:
        text: Date, date and time (UTC where it has no offset), or the version of a release for
            the moment at which it was made.
        releases: Folder of the releases.

    Raises:
        UnknownPastError: It is none of them.
    """
    from assets.release.channels.releases_on_disk import NoReleaseError
    from assets.release.channels.resolve import resolve
    from assets.release.channels.version import is_version

    try:
        if is_version(text):
            text = str(resolve(releases, text).manifest()["released_at"])
        if len(text) == len("2026-06-30"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
    except (ValueError, NoReleaseError) as error:
        raise UnknownPastError(
            f"{text!r} is no moment: {error}. Write a date (2026-06-30), a time in UTC "
            "(2026-06-30T02:30:00) or the version of a release"
        ) from error
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(tzinfo=None).isoformat(timespec="seconds")


def refuse_unknown_past(settings: Settings) -> None:
    """Remove the database of an earlier rebuild; raise if the moment is before the first extract.

    Raises:
        UnknownPastError: No extract was known; the message says when the first came.
    """
    # Importing the catalogue takes a second, so the moment is parsed before.
    from assets.archive import vintage_folders
    from assets.producers.catalogue import DATASETS
    from assets.state.moments import is_by

    clear_rebuild(settings)
    known = [v.known_at for d in DATASETS for v in vintage_folders.vintages(settings.home, d)]
    if not known:
        raise UnknownPastError(
            f"{settings.home.archive} holds no extract, so there is nothing to rebuild. A rebuild "
            "takes nothing in: copy the archive here, or run `imr run` first."
        )
    if not any(is_by(moment, settings.as_of) for moment in known):
        raise UnknownPastError(
            f"No extract was known as of {settings.as_of}; the first came at {min(known)} (UTC)."
        )


def clear_rebuild(settings: Settings) -> None:
    """Remove the database of a rebuild; the release and the report stay."""
    file = settings.home.warehouse_of(settings.as_of)
    if file != settings.home.warehouse:
        for left in file.parent.glob(f"{file.name}*"):
            left.unlink()
