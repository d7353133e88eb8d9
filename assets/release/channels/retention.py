"""Decide which old releases may be pruned; referenced ones are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.release.channels import releases_on_disk
from assets.release.channels.lineage import remove_lineage
from assets.release.channels.promotions_log import promotions
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.release_views import relation
from assets.release.channels.releases_on_disk import CHANNELS, Release
from assets.schema.codes import VALUES_SHOWN
from assets.state import durable
from assets.state.home import Home
from assets.state.released import DamagedReleaseError, damaged, read_json, read_rows
from assets.state.warehouse import scratch

_TAGS = "tags.json"
_ADVICE = (
    "The releases themselves are untouched. Restore the file from a copy; without one, remove it "
    "and give the tags again, because a release that lost its tag may be pruned: "
    "imr releases --tag V NAME."
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class TagError(ValueError):
    """A tag cannot be given."""


@dataclass(frozen=True)
class Verdict:
    """Whether a release stays, and why.

    Attributes:
        release: The release.
        kept_because: Reasons; empty where it may go.
    """

    release: Release
    kept_because: tuple[str, ...]


def tags(releases: Path) -> dict[str, str]:
    """Return the tags, name to version.

    Raises:
        DamagedReleaseError: The list of tags cannot be read.
    """
    path = releases / "channels" / _TAGS
    try:
        found = read_json(path, _ADVICE)
    except FileNotFoundError:
        return {}
    odd = [name for name, version in found.items() if not isinstance(version, str)]
    if odd:
        raise damaged(path, f"tag {odd[0]} names no version", _ADVICE)
    return found


def tag(releases: Path, release: Release, name: str) -> None:
    """Give a release a name by which it is kept for good.

    Raises:
        TagError: The name is in use for another release, is that of a channel, or no simple name.
        DamagedReleaseError: The list of tags cannot be read.
        PublisherBusyError: Somebody is publishing.
        ReleaseNotWrittenError: The folder cannot be written.
    """
    if _NAME.fullmatch(name) is None:
        raise TagError(
            f"{name!r} is no name for a tag: letters, digits, '.', '_' and '-', at most 64, the "
            "first a letter or digit, e.g. annual-2026"
        )
    undone = f"Release {release.version} was not tagged"
    with publisher_lock(releases, f"tagging {release.version}", undone):
        known = tags(releases)
        if name in CHANNELS or known.get(name, release.version) != release.version:
            raise TagError(
                f"{name!r} is a channel"
                if name in CHANNELS
                else f"tag {name!r} stands for release {known[name]}; a tag never moves"
            )
        durable.make_folder(releases / "channels", is_open=True)
        text = json.dumps({**known, name: release.version}, indent=2, sort_keys=True)
        durable.replace_text(releases / "channels" / _TAGS, text + "\n", is_open=True)


def verdicts(releases: Path, keep: int, claims: Iterable[tuple[str, str]] = ()) -> list[Verdict]:
    """Return for every release whether it stays, oldest first.

    Args:
        releases: Folder of the releases.
        keep: How many of the newest stay anyway.
        claims: Further reasons to keep a release: version and reason.
    """
    known = releases_on_disk.releases_in(releases)
    reasons: dict[str, list[str]] = {r.version: [] for r in known}
    for version, reason in (*_claims(releases, known, keep), *claims):
        if version in reasons and reason not in reasons[version]:
            reasons[version].append(reason)
    return [Verdict(r, tuple(reasons[r.version])) for r in known]


def _claims(releases: Path, known: Sequence[Release], keep: int) -> Iterator[tuple[str, str]]:
    """Yield every reason to keep a release, with its version."""
    for release in known[-keep:] if keep else ():
        yield release.version, f"one of the newest {keep}"
    for channel in CHANNELS:
        target = releases_on_disk.pointer(releases, channel)
        if target is not None:
            yield target.version, f"{channel} shows it"
    for entry in promotions(releases):
        yield entry.version, "was stable"
        if entry.previous is not None:
            yield entry.previous, "was stable"
    for name, version in tags(releases).items():
        yield version, f"tagged {name}"
    for release in known:
        try:
            if shows_guarded(release):
                yield release.version, "the disclosure audit needs what it shows"
        except DamagedReleaseError:
            yield release.version, "damaged: the disclosure audit may need what it shows"


def prune(
    home: Home,
    keep: int,
    claims: Iterable[tuple[str, str]] = (),
    elsewhere: Callable[[Sequence[str]], object] | None = None,
) -> list[Verdict]:
    """Remove unreferenced releases; return what was removed.

    A reader that opened one before keeps its files until it closes them.

    Args:
        home: Where the releases live.
        keep: How many of the newest stay anyway.
        claims: Further reasons to keep a release: version and reason.
        elsewhere: Removes the same versions from their other place, first: what fails there is
            still here for the next attempt to know of.

    Raises:
        DamagedReleaseError: What keeps a release (pointers, tags, promotions) cannot be read.
        PublisherBusyError: Somebody is publishing.
        ReleaseNotWrittenError: The folder cannot be written.
    """
    releases = home.releases
    with publisher_lock(releases, "removing old releases", "Not every release was removed"):
        gone = [v for v in verdicts(releases, keep, claims) if not v.kept_because]
        if elsewhere is not None:
            elsewhere([v.release.version for v in gone])
        for verdict in gone:
            # Out of the readers' sight in one step, so that no one meets half a folder.
            aside = releases_on_disk.staging_folder(releases, f"removed-{verdict.release.version}")
            durable.rename(verdict.release.path, aside)
            durable.remove_tree(aside)
            remove_lineage(home, [verdict.release.version])
    return gone


def shows_guarded(release: Release) -> bool:
    """Return whether a release shows counts of a series whose small counts are withheld.

    What it shows is public for good, so later releases are audited against it.

    Raises:
        DamagedReleaseError: It cannot be read.
    """
    families = [f for f, p in disclosure_policies().items() if p.withholds]
    marks = ", ".join("?" for _ in families)
    with scratch() as con:
        found = read_rows(
            con,
            release.path,
            f"SELECT count(*) FROM {relation(release.path, 'rates')} "
            f"WHERE source_family IN ({marks}) AND value_status IN {VALUES_SHOWN}",
            families,
        )
    return bool(found[0][0])
