"""``imr promote``: make a release the stable one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

if TYPE_CHECKING:
    from assets.object_store.location import Location
    from assets.release.channels.releases_on_disk import Release


@click.command(
    "promote",
    cls=Speaking,
    if_stopped="What was done stands; run it again to go on.",
    epilog="Example: imr promote 2026.06.01 --why 'June figures reviewed'",
)
@click.argument("version")
@click.option(
    "--why", help="Reason; it is recorded with your name and the time. Asked for if left out."
)
@click.option("--yes", is_flag=True, help="Do not ask after showing the difference.")
@json_option
@plainly
def promote(version: str, why: str | None, yes: bool, as_json: bool) -> None:
    """Make release VERSION the stable one, after showing what differs from the stable one now.

    Refused where a file has changed, a source was stale when the release was made, or a waiver
    that it stands on has expired. Promoting an older release is a rollback. Where IMR_STORE_URL is
    set, the stable channel of the object store follows.

    Exit codes: 0 promoted or already stable, 1 refused or stopped, 2 wrong use or a damaged file, 3
    stable here, but the object store is behind (the same command again completes it).
    """
    from dataclasses import asdict
    from datetime import date

    from assets.release.channels.releases_on_disk import pointer
    from assets.release.channels.resolve import resolve
    from assets.state.owned_lock import user_name
    from pipelines.commands.places import existing_home
    from pipelines.settings import Settings

    if why is not None and not why.strip():
        raise click.UsageError("--why is empty; say why, for whoever asks later")
    if as_json and (why is None or not yes):
        raise click.UsageError("--json asks nothing: it needs --why and --yes")
    folder, store = existing_home().releases, Settings.from_environment().store
    release = resolve(folder, version)
    # Imported late, because it takes a second; wrong use is reported before.
    from assets.release.channels.promotions_log import STABLE
    from assets.release.promotion import PromotionRefusedError, promote, refuse_obstacles
    from expectations.relational import known_reasons
    from expectations.waivers import load

    shown = pointer(folder, STABLE)
    if shown is not None and shown.version == release.version:
        if not as_json:
            click.echo(f"Release {release.version} is the stable one already.")
        _follow(folder, store, release, {"moved": False, "version": release.version}, as_json)
        return
    if not as_json:
        _show_difference(folder, shown.version if shown else None, release)
    # Earlier releases name the known reasons of rows among the waivers; no reason expires.
    waivers = {
        **dict.fromkeys(known_reasons(), date.max),
        **{w.waiver_id: w.expires for w in load()},
    }
    try:
        if why is None or not yes:
            # Do not ask for confirmation of a release that is refused anyway.
            refuse_obstacles(folder, release, waivers)
        reason = why or click.prompt("Why")
        if not yes:
            click.confirm(f"Promote {release.version} to stable?", abort=True)
        done = promote(folder, release, who=user_name(), why=reason.strip(), waivers=waivers)
    except PromotionRefusedError as error:
        raise click.ClickException(str(error)) from error
    word = "Rolled back" if done.is_rollback else "Promoted"
    if not as_json:
        click.echo(f"{word}: stable is release {done.version} now, by {done.who} at {done.at}.")
    _follow(folder, store, release, {"moved": True, **asdict(done)}, as_json)


def _show_difference(folder: Path, stable: str | None, release: Release) -> None:
    import duckdb

    from assets.release.channels.releases_on_disk import releases_in
    from assets.release.diff import difference
    from assets.state.released import DamagedReleaseError
    from pipelines.commands.output import print_rows

    if stable is None:
        click.echo("Nothing is stable yet; this is the first promotion.")
        return
    click.echo(f"stable: {stable} → {release.version}")
    current = next((r for r in releases_in(folder) if r.version == stable), None)
    if current is None:
        click.echo(f"Release {stable} is not here, so what differs cannot be shown.")
        return
    try:
        with difference(current, release) as found:
            print_rows(("table", "cause", "change", "keys"), found.summary(), "table")
    except (DamagedReleaseError, duckdb.Error) as error:
        # If the present stable release is damaged, another one may still be promoted.
        said = str(error).partition("\n")[0]
        say(f"What differs cannot be shown: {said}. Look with: imr verify {stable}")
        return
    say(f"Row by row: imr diff {stable} {release.version} --rows")


def _follow(
    folder: Path,
    store: Location | None,
    release: Release,
    result: Mapping[str, object],
    as_json: bool,
) -> None:
    """Set the stable channel of the object store to the same release, if there is a store."""
    if store is None:
        if as_json:
            report(result)
        return
    from assets.object_store.location import StoreError
    from assets.object_store.stable_channel import promote_in_store
    from assets.release.channels.publisher_lock import PublisherBusyError

    try:
        moved = promote_in_store(folder, store, release, lambda line: click.echo(line, err=True))
    except (StoreError, PublisherBusyError) as error:
        if as_json:
            report({**result, "store_behind": str(error)}, exit_code=3)
        say(
            f"STORE BEHIND {error}\nStable is release {release.version} on this machine. To move "
            f"the store too, mend that and run again: imr promote {release.version}",
            err=True,
        )
        sys.exit(3)
    if as_json:
        report(result)
        return
    shows = "shows it now" if moved else "showed it already"
    click.echo(f"Stable of {store.url} {shows}.")
