"""Which release is meant: a version, a channel, a date, or a channel on a past day."""

from __future__ import annotations

from pathlib import Path

from assets.release.channels.releases_on_disk import CHANNELS, Release, pointer, releases_in
from assets.release.channels.timeline import shown_on
from assets.state.released import NoReleaseError
from assets.text.suggest import did_you_mean


def resolve(releases: Path, wanted: str | None = None, *, readable: bool = True) -> Release:
    """Return a release by version or channel.

    Args:
        releases: Folder of the releases.
        wanted: Version, channel, day (``2026-06-30``), month or year for what the nightly
            channel showed at its end, ``stable@2026-06`` for the stable one, or ``None`` for
            what the nightly channel shows now.
        readable: Make sure that its manifest can be read.

    Raises:
        NoReleaseError: There is no such release, or it cannot be read.
    """
    known = {r.version: r for r in releases_in(releases)}
    name = wanted or "nightly"
    if name in CHANNELS:
        target = pointer(releases, name)
        if target is None:
            raise NoReleaseError(_nothing_on(name, known))
        name = target.version
    elif name not in known and known:
        shown = shown_on(releases, name)
        name = shown.version if shown is not None else name
    if name in known:
        if readable:
            known[name].manifest()
        return known[name]
    if not known:
        raise NoReleaseError("There is no release yet. Make one with: imr run")
    listed = ", ".join(list(known)[-5:])
    # Versions look alike: only one that differs in a single sign is probably meant.
    meant = did_you_mean(name, (*known, *CHANNELS), like=0.85)
    raise NoReleaseError(
        f"There is no release {name!r}.{meant} Newest: {listed}; channels: {', '.join(CHANNELS)}; "
        "what was shown on a past day: 2026-06-30, 2026-06, stable@2026-06. "
        "All of them: imr releases"
    )


def _nothing_on(channel: str, known: dict[str, Release]) -> str:
    if channel == "stable" and known:
        return (
            "Nothing has been promoted to stable yet. Promote a release with: "
            f"imr promote {list(known)[-1]}"
        )
    return "There is no release yet. Make one with: imr run"
