"""``imr releases``: what has been published, which channel shows it, and what may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.options import format_option, json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

if TYPE_CHECKING:
    from assets.object_store.location import Location
    from assets.object_store.view import StoreView
    from assets.state.home import Home

_HEADINGS = ("version", "channels", "where", "released_at", "rates", "changes", "rules_passed",
             "waived", "stale", "content")  # fmt: skip
_DISPENSABLE = ("content", "waived", "changes", "where", "stale", "channels")
_LOCAL_ONLY = "To remove from this machine only, unset IMR_STORE_URL for the command."


@click.command(
    "releases",
    cls=Speaking,
    if_stopped="What was done stands; run it again to go on.",
    epilog="Examples: imr releases --limit 5; imr releases --prune --keep 30",
)
@format_option
@json_option
@click.option("--limit", type=click.IntRange(1), default=None, help="Only the newest ones.")
@click.option("--tag", nargs=2, metavar="V NAME", help="Name release V, so that it is kept.")
@click.option(
    "--upload", metavar="V", help="Put release V into the object store, or mend its copy there."
)
@click.option(
    "--fetch",
    metavar="V",
    help="Bring release V (or a channel's) from the object store to this machine.",
)
@click.option("--prune", is_flag=True, help="Remove old releases that nothing stands on.")
@click.option("--keep", type=click.IntRange(1), help="With --prune: how many of the newest stay.")
@click.option("--yes", is_flag=True, help="With --prune: do not ask.")
@plainly
def releases(
    style: str,
    as_json: bool,
    limit: int | None,
    tag: tuple[str, str] | None,
    upload: str | None,
    fetch: str | None,
    prune: bool,
    keep: int | None,
    yes: bool,
) -> None:
    """List releases from the newest to the oldest, with rows, checks, channels, tags and place.

    --prune never removes what a channel shows, was ever stable, has a tag, or what the
    disclosure audit needs. With IMR_STORE_URL both list and --prune cover the object store too.

    Exit codes: 0 done, 1 refused or stopped, 2 wrong use or a damaged file.
    """
    from pipelines.commands.places import NoHomeError, missing
    from pipelines.settings import Settings

    if prune and keep is None:
        raise click.UsageError("--prune needs --keep, the number of newest releases that stay")
    settings = Settings.from_environment()
    home, store = settings.home, settings.store
    if store is None and (said := missing(home)):
        raise NoHomeError(said)
    acts = [name for name, given in (("--tag", tag), ("--upload", upload), ("--fetch", fetch),
                                     ("--prune", prune)) if given]  # fmt: skip
    if len(acts) > 1 or (acts and as_json):
        raise click.UsageError(
            f"{' and '.join([*acts, *(['--json'] * as_json)])} do not go together"
        )
    if tag is not None:
        _tag(home.releases, *tag)
    elif upload is not None:
        _upload(home.releases, store, upload)
    elif fetch is not None:
        _fetch(home.releases, store, fetch)
    elif prune and keep is not None:
        _prune(home, store, keep, yes)
    else:
        _list(home.releases, store, "json object" if as_json else style, limit)


def _list(folder: Path, store: Location | None, style: str, limit: int | None) -> None:
    from assets.object_store.location import StoreError
    from assets.release.channels.releases_on_disk import DamagedReleaseError, releases_in
    from assets.release.channels.version import parse
    from pipelines.commands.output import print_rows, records

    local = {r.version: r for r in releases_in(folder)}
    there = _look(store)
    found = sorted({*local, *there.releases}, key=parse, reverse=True)[:limit]
    if not found and style == "table":
        also = f", neither on this machine nor in {store.url}" if store else ""
        say(f"There is no release yet{also}. Make one with: imr run")
        return
    names = _names(folder, there, store is not None)
    rows: list[Sequence[object]] = []
    for version in found:
        facts: tuple[object, ...] = (None,) * 7
        try:
            if version in local:
                manifest = local[version].manifest()
                facts = _facts(manifest)
                if manifest.get("as_of"):
                    names.setdefault(version, []).append(f"as of {manifest['as_of']}")
            elif version in there.whole:
                facts = _facts(there.manifest(version))
        except (DamagedReleaseError, StoreError) as error:
            click.echo(f"warning: {error}", err=True)
            facts = ("damaged", *facts[1:])
        shown = " ".join(names.get(version, [])) or None
        rows.append((version, shown, there.place(version, version in local), *facts))
    if style == "json object":
        report({"folder": str(folder), "store": store.url if store else None,
                "releases": records(_HEADINGS, rows)})  # fmt: skip
        return
    print_rows(_HEADINGS, rows, style, dispensable=_DISPENSABLE, paged=True)
    if style == "table":
        click.echo("\n" + "\n".join([str(folder), *([store.url] if store else [])]))


def _look(store: Location | None) -> StoreView:
    from assets.object_store.location import StoreError
    from assets.object_store.view import NOTHING, look

    if store is None:
        return NOTHING
    try:
        return look(store)
    except StoreError as error:
        click.echo(f"warning: the object store is left out of this list. {error}", err=True)
        return NOTHING


def _names(folder: Path, there: StoreView, has_store: bool) -> dict[str, list[str]]:
    """Return channels and tags by version; a channel has (local) or (store) if the two differ."""
    from assets.release.channels.releases_on_disk import CHANNELS, pointer
    from assets.release.channels.retention import tags

    names: dict[str, list[str]] = {}
    for channel in CHANNELS:
        target = pointer(folder, channel)
        here = target.version if target else None
        other = there.shows.get(channel)
        alike = here == other or not has_store
        if here is not None:
            names.setdefault(here, []).append(channel if alike else f"{channel} (local)")
        if other is not None and not alike:
            names.setdefault(other, []).append(f"{channel} (store)")
    for name, version in tags(folder).items():
        names.setdefault(version, []).append(f"#{name}")
    return names


def _facts(facts: Mapping[str, Any]) -> tuple[object, ...]:
    checks = facts["validation"]
    return (
        facts["released_at"],
        facts["tables"]["rates"]["rows"],
        facts["tables"]["changes"]["rows"],
        f"{checks['passed']} of {checks['rules']}",
        checks["waived"],
        ", ".join(facts["stale_sources"]) or None,
        facts["content_hash"][:12],
    )


def _tag(folder: Path, version: str, name: str) -> None:
    from assets.release.channels.resolve import resolve
    from assets.release.channels.retention import TagError, tag

    release = resolve(folder, version)
    try:
        tag(folder, release, name)
    except TagError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"Release {release.version} is tagged {name} and is kept.")


def _upload(folder: Path, store: Location | None, version: str) -> None:
    from assets.object_store.conditions import prove_conditions
    from assets.object_store.location import StoreError, open_store
    from assets.object_store.push import restore_release
    from assets.release.channels.publisher_lock import PublisherBusyError, publisher_lock
    from assets.release.channels.releases_on_disk import NoReleaseError
    from assets.release.channels.resolve import resolve

    if store is None:
        raise click.UsageError("--upload needs IMR_STORE_URL=s3://bucket/prefix")
    try:
        release = resolve(folder, version)
        client = open_store(store)
        with publisher_lock(folder, f"copying release {release.version} to {store.url}"):
            prove_conditions(client, store)
            done = restore_release(client, store, release, lambda line: click.echo(line, err=True))
    except (NoReleaseError, StoreError, PublisherBusyError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Release {release.version} is whole in {store.url}: {done.objects} objects written."
    )


def _fetch(folder: Path, store: Location | None, wanted: str) -> None:
    from assets.object_store.check import chosen_versions
    from assets.object_store.contents import contents
    from assets.object_store.fetch import HereAlreadyError, fetch_release
    from assets.object_store.location import StoreError, open_store
    from assets.release.channels.publisher_lock import PublisherBusyError
    from assets.release.channels.releases_on_disk import NoReleaseError

    if store is None:
        raise click.UsageError("--fetch needs IMR_STORE_URL=s3://bucket/prefix")
    try:
        client = open_store(store)
        there = contents(client, store)
        (version,) = chosen_versions(client, store, there, wanted, every=False)
        found = fetch_release(
            client, store, version, folder, lambda line: click.echo(line, err=True)
        )
    except (NoReleaseError, StoreError, PublisherBusyError, HereAlreadyError) as error:
        raise click.ClickException(str(error)) from error
    say(f"{found.path}\nNo channel moved. Look at it: imr show rates --release {version}")


def _prune(home: Home, store: Location | None, keep: int, yes: bool) -> None:
    from assets.object_store.location import StoreError
    from assets.object_store.removal import remove_releases, store_claims
    from assets.release.channels.retention import prune, verdicts
    from pipelines.commands.output import print_rows

    try:
        claims = store_claims(store) if store else []
    except StoreError as error:
        raise click.ClickException(f"Nothing was removed. {error} {_LOCAL_ONLY}") from error
    found = verdicts(home.releases, keep, claims)
    going = [v for v in found if not v.kept_because]
    rows = [
        (
            v.release.version,
            "stays" if v.kept_because else "goes",
            "; ".join(v.kept_because) or None,
        )
        for v in reversed(found)
    ]
    if not going:
        click.echo(f"Nothing to remove: all {len(found)} releases stay.")
        return
    print_rows(("version", "fate", "because"), rows, "table")
    if not yes:
        click.confirm(f"Remove {len(going)} of {len(found)} releases for good?", abort=True)

    def elsewhere(versions: Sequence[str]) -> None:
        if store is not None:
            remove_releases(store, versions, lambda line: click.echo(line, err=True))

    try:
        gone = prune(home, keep, claims, elsewhere)
    except StoreError as error:
        raise click.ClickException(
            f"Nothing was removed from this machine. {error} Run the same command again to remove "
            f"the rest in both places. {_LOCAL_ONLY}"
        ) from error
    click.echo(f"Removed {len(gone)} releases: {', '.join(v.release.version for v in gone)}")
