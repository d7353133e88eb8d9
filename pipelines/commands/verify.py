"""``imr verify``: every byte and every number of a release."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report

if TYPE_CHECKING:
    from assets.release.verify import CheckResult
    from assets.state.home import Home
    from pipelines.settings import Settings

_DAMAGED = (
    "A release with a FAIL is not what was published, or could not be checked. Do not use it: "
    "promote another one (imr releases), and restore the damaged folder from a copy."
)
_STORE_DAMAGED = (
    "The store's copy, or the folder that it was compared with, is not what was published; the "
    "lines above say which. Check this machine's folder with imr verify V; where that is whole, "
    "mend the store's copy with imr releases --upload V."
)


@click.command(
    "verify",
    cls=Speaking,
    epilog="Examples: imr verify; imr verify 2026.06.01; imr verify --all; imr verify --store",
)
@click.argument("release", required=False)
@click.option("--all", "every", is_flag=True, help="Check every release.")
@click.option(
    "--store",
    "in_store",
    is_flag=True,
    help="Check the copy in the object store (IMR_STORE_URL): the sha256 of every object, and "
    "that it is the release of this machine where that is here.",
)
@json_option
@plainly
def verify(release: str | None, every: bool, in_store: bool, as_json: bool) -> None:
    """Check RELEASE (a version or channel; default nightly) against its own manifest.

    Re-hashes every file, checks columns, types and allowed values, compares CSV with Parquet,
    recomputes every rate from its numerator and denominator, and repeats the disclosure audit.

    Exit codes: 0 everything is as it was published, 1 something is not, 2 wrong use or a damaged
    pointer.
    """
    from pipelines.commands.places import existing_home
    from pipelines.settings import Settings

    if in_store:
        checked = _in_store(Settings.from_environment(), release, every, aloud=not as_json)
    else:
        checked = _on_disk(existing_home(), release, every, aloud=not as_json)
    fine = all(one["fine"] for one in checked)
    if as_json:
        report({"fine": fine, "releases": checked}, exit_code=0 if fine else 1)
    elif not fine:
        click.echo(_STORE_DAMAGED if in_store else _DAMAGED, err=True)
    sys.exit(0 if fine else 1)


def _on_disk(home: Home, release: str | None, every: bool, *, aloud: bool) -> list[dict[str, Any]]:
    """Return the findings on each release on this machine; ``aloud`` prints them at once too."""
    from assets.release.channels.releases_on_disk import releases_in
    from assets.release.channels.resolve import resolve

    known = releases_in(home.releases)
    chosen = known if every and known else [resolve(home.releases, release, readable=False)]
    # Imported late, because it takes a second; wrong use is reported before.
    from assets.release.verify import verify_release
    from assets.state.released import DamagedReleaseError

    checked = []
    for found in chosen:
        if aloud:
            click.echo(f"release {found.version}")
        history = [r for r in known if r.version != found.version][: known.index(found)]
        try:
            results, error = verify_release(found, history=history), ""
        except DamagedReleaseError as damage:
            results, error = [], str(damage)
        checked.append(_told(found.version, str(found.path), results, error, aloud=aloud))
    return checked


def _told(
    version: str, place: str, results: Iterable[CheckResult], error: str, *, aloud: bool
) -> dict[str, Any]:
    checks = []
    for result in results:
        checks.append(asdict(result) | {"fine": result.fine})
        if aloud:
            _show(result)
    if error and aloud:
        click.echo(f"  FAIL {error}")
    return {
        "version": version,
        "place": place,
        "fine": not error and all(check["fine"] for check in checks),
        "error": error or None,
        "checks": checks,
    }


def _show(result: CheckResult) -> None:
    mark = "ok  " if result.fine else "FAIL"
    wrong = "" if result.fine else f", {result.count:,} wrong"
    click.echo(f"  {mark} {result.check}: {result.looked_at:,} looked at{wrong}")
    for fault in result.faults:
        click.echo(f"         {fault}")


def _in_store(
    settings: Settings, wanted: str | None, every: bool, *, aloud: bool
) -> list[dict[str, Any]]:
    """Return the findings on each copy in the object store."""
    from assets.object_store.check import chosen_versions, verify_copy
    from assets.object_store.contents import contents
    from assets.object_store.location import StoreError, open_store
    from assets.release.channels.releases_on_disk import releases_in

    location = settings.store
    if location is None:
        raise click.UsageError("--store needs IMR_STORE_URL=s3://bucket/prefix")
    local = {r.version: r.path for r in releases_in(settings.home.releases)}
    checked = []
    try:
        store = open_store(location)
        there = contents(store, location)
        for version in chosen_versions(store, location, there, wanted, every=every):
            if aloud:
                click.echo(f"release {version} in {location.url}")
            results = verify_copy(store, location, version, there, local.get(version))
            checked.append(_told(version, location.url, results, "", aloud=aloud))
    except (StoreError, LookupError) as error:
        raise click.ClickException(str(error)) from error
    return checked
