"""``imr releases``: what has been published, which channel shows it, and what may go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assets.home import Home
    from assets.release.catalogue import Release


@click.command(
    "releases", epilog="Example: imr releases --format json; imr releases --prune --keep 30"
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@click.option("--limit", type=click.IntRange(1), default=None, help="Only the newest ones.")
@click.option("--tag", nargs=2, metavar="V NAME", help="Name release V, so that it is kept.")
@click.option("--prune", is_flag=True, help="Remove old releases that nothing stands on.")
@click.option("--keep", type=click.IntRange(1), help="With --prune: how many of the newest stay.")
@click.option("--yes", is_flag=True, help="With --prune: do not ask.")
def command(
    style: str,
    limit: int | None,
    tag: tuple[str, str] | None,
    prune: bool,
    keep: int | None,
    yes: bool,
) -> None:
    """List releases from the newest to the oldest, with rows, checks, channels and tags.

    --prune never removes what a channel shows, was ever stable, has a tag, or what the
    disclosure audit needs.
    """
    from pipelines.settings import Settings

    if prune and keep is None:
        raise click.UsageError("--prune needs --keep, the number of newest releases that stay")
    home = Settings.from_environment().home
    if tag is not None:
        _tag(home.releases, *tag)
    elif prune and keep is not None:
        _prune(home, keep, yes)
    else:
        _list(home.releases, style, limit)


def _list(folder: Path, style: str, limit: int | None) -> None:
    from assets.release.catalogue import CHANNELS, DamagedReleaseError, pointer, releases_in
    from assets.release.retention import tags
    from pipelines.commands.output import print_rows

    found = releases_in(folder)[::-1][:limit]
    if not found and style == "table":
        click.echo("There is no release yet. Make one with: imr run")
        return
    names: dict[str, list[str]] = {}
    for channel in CHANNELS:
        target = pointer(folder, channel)
        if target is not None:
            names.setdefault(target.version, []).append(channel)
    for name, version in tags(folder).items():
        names.setdefault(version, []).append(f"#{name}")
    rows: list[tuple[object, ...]] = []
    for release in found:
        shown = " ".join(names.get(release.version, [])) or None
        try:
            rows.append((release.version, shown, *_facts(release)))
        except DamagedReleaseError as error:
            click.echo(f"warning: {error}", err=True)
            rows.append((release.version, shown, "damaged", *[None] * 6))
    headings = ("version", "channels", "released_at", "rates", "changes", "rules_passed",
                "waived", "stale", "content")  # fmt: skip
    print_rows(headings, rows, style)
    if style == "table":
        click.echo(f"\n{folder}")


def _facts(release: Release) -> tuple[object, ...]:
    facts = release.manifest()
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
    from assets.release.catalogue import NoReleaseError, resolve
    from assets.release.lock import PublisherBusyError
    from assets.release.retention import TagError, tag

    try:
        release = resolve(folder, version)
        tag(folder, release, name)
    except (NoReleaseError, PublisherBusyError) as error:
        raise click.ClickException(str(error)) from error
    except TagError as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"Release {release.version} is tagged {name} and is kept.")


def _prune(home: Home, keep: int, yes: bool) -> None:
    from assets.release.lock import PublisherBusyError
    from assets.release.retention import prune, verdicts
    from pipelines.commands.output import print_rows

    found = verdicts(home.releases, keep)
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
    try:
        gone = prune(home, keep)
    except PublisherBusyError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Removed {len(gone)} releases: {', '.join(v.release.version for v in gone)}")
