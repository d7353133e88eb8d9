"""``imr verify``: every byte and every number of a release."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipelines.commands.refusals import plainly

if TYPE_CHECKING:
    from assets.release.verify import Finding
    from pipelines.settings import Settings


@click.command("verify", epilog="Example: imr verify 2026.06.01; imr verify --store")
@click.argument("release", required=False)
@click.option("--all", "every", is_flag=True, help="Check every release.")
@click.option(
    "--store",
    "in_store",
    is_flag=True,
    help="Check the copy in the object store (IMR_STORE_URL): the sha256 of every object, and "
    "that it is the release of this machine where that is here.",
)
@plainly
def command(release: str | None, every: bool, in_store: bool) -> None:
    """Check RELEASE (a version or channel; default nightly) against its own manifest.

    Re-hashes every file, checks columns, types and allowed values, compares CSV with Parquet,
    recomputes every rate from its numerator and denominator, and repeats the disclosure audit.

    Exit codes: 0 everything is as it was published, 1 something is not, 2 wrong use or a damaged
    pointer.
    """
    from assets.release.catalogue import DamagedReleaseError, releases_in, resolve
    from assets.release.verify import verify_release
    from pipelines.settings import Settings

    settings = Settings.from_environment()
    if in_store:
        sys.exit(0 if _verify_store(settings, release, every) else 1)
    folder = settings.home.releases
    known = releases_in(folder)
    chosen = known if every and known else [resolve(folder, release, readable=False)]
    fine = True
    for found in chosen:
        click.echo(f"release {found.version}")
        history = [r for r in known if r.version != found.version][: known.index(found)]
        try:
            for finding in verify_release(found, history=history):
                fine = fine and finding.fine
                _show(finding)
        except DamagedReleaseError as error:
            fine = False
            click.echo(f"  FAIL {error}")
    if not fine:
        click.echo(
            "A release with a FAIL is not what was published, or could not be checked. Do not use "
            "it: promote another one (imr releases), and restore the damaged folder from a copy.",
            err=True,
        )
    sys.exit(0 if fine else 1)


def _show(finding: Finding) -> None:
    mark = "ok  " if finding.fine else "FAIL"
    wrong = "" if finding.fine else f", {finding.count:,} wrong"
    click.echo(f"  {mark} {finding.check}: {finding.looked_at:,} looked at{wrong}")
    for fault in finding.faults:
        click.echo(f"         {fault}")


def _verify_store(settings: Settings, wanted: str | None, every: bool) -> bool:
    from assets.release.catalogue import releases_in
    from assets.release.object_store.check import chosen_versions, verify_copy
    from assets.release.object_store.contents import contents
    from assets.release.object_store.location import StoreError, open_store

    location = settings.store
    if location is None:
        raise click.UsageError("--store needs IMR_STORE_URL=s3://bucket/prefix")
    local = {r.version: r.path for r in releases_in(settings.home.releases)}
    fine = True
    try:
        store = open_store(location)
        there = contents(store, location)
        for version in chosen_versions(store, location, there, wanted, every=every):
            click.echo(f"release {version} in {location.url}")
            for finding in verify_copy(store, location, version, there, local.get(version)):
                fine = fine and finding.fine
                _show(finding)
    except (StoreError, LookupError) as error:
        raise click.ClickException(str(error)) from error
    if not fine:
        click.echo(
            "The store's copy, or the folder that it was compared with, is not what was published; "
            "the lines above say which. Check this machine's folder with imr verify V; where that "
            "is whole, mend the store's copy with imr releases --upload V.",
            err=True,
        )
    return fine
