"""``imr site``: releases and channels over HTTP, or as static files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

_HOST, _PORT = "127.0.0.1", 8000


@click.command(
    "site",
    cls=Speaking,
    if_stopped="The releases are as they were.",
    epilog="Examples: imr site --serve; imr site --serve --port 0; imr site --export /srv/www/imr",
)
@click.option("--serve", is_flag=True, help="Offer them over HTTP until Ctrl-C, read only.")
@click.option(
    "--export",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write them as static files; an export that is there is brought up to date.",
)
@click.option("--host", help=f"Address to serve at.  [default: {_HOST}, this machine alone]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port to serve at; 0 takes one that is free.  [default: {_PORT}]",
)
@click.option("--verbose", "-v", is_flag=True, help="With --serve: a line per request.")
@click.option(
    "--release",
    "wanted",
    metavar="V",
    multiple=True,
    help="With --export: only this release; can be given several times.",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    help="With --export: only so many of the newest, and what channels show.",
)
@json_option
@plainly
def site(
    serve: bool,
    folder: Path | None,
    host: str | None,
    port: int | None,
    verbose: bool,
    wanted: tuple[str, ...],
    keep: int | None,
    as_json: bool,
) -> None:
    """Offer releases and channels to browsers and programs; nothing else can be reached.

    channels/nightly/rates.parquet leads to the release that nightly shows, releases/release=V/ is
    one release, releases.json lists them. pandas, polars and DuckDB read from there (docs/site.md).

    Exit codes: 0 done, 1 refused, or a damaged file was left out, 2 wrong use; Ctrl-C ends
    --serve with 130.
    """
    from pipelines.commands.places import existing_home

    if serve == (folder is not None):
        raise click.UsageError("Say which: --serve over HTTP, or --export DIR as static files.")
    only = (
        {"--release": wanted or None, "--keep": keep}
        if serve
        else {"--host": host, "--port": port, "--verbose": verbose or None}
    )
    strange = [name for name, given in only.items() if given is not None]
    if strange or (wanted and keep):
        what = "--serve" if serve else "--export"
        raise click.UsageError(
            f"{strange[0]} is not for {what}." if strange else "Give --release or --keep, not both."
        )
    releases = existing_home().releases
    if folder is not None:
        _export(releases, folder, wanted, keep, as_json)
    else:
        _serve(releases, host, _PORT if port is None else port, verbose, as_json)


def _serve(releases: Path, host: str | None, port: int, verbose: bool, as_json: bool) -> None:
    from assets.release.site.server import (
        NoAddressError,
        Site,
        address_of,
        is_local,
        listening,
        server,
    )

    at = host or _HOST
    local = is_local(at)
    try:
        with listening(at, port) as taken:
            address = address_of(taken, at)
            running = Site(
                releases,
                address=address,
                any_name=not local,
                log=(lambda line: click.echo(line, err=True)) if verbose else None,
            )
            if not local:
                click.echo(
                    f"warning: everybody who reaches {at} of this machine can read the releases.",
                    err=True,
                )
            if as_json:
                report({"address": address, "releases": str(releases)})
            else:
                click.echo(f"Serving {releases} at {address} (read only). Ctrl-C ends it.")
                click.echo(f'  pandas.read_parquet("{address}channels/nightly/rates.parquet")')
            sys.stdout.flush()
            server(running).run(sockets=[taken])
    except NoAddressError as error:
        raise click.UsageError(str(error)) from error


def _export(
    releases: Path, folder: Path, wanted: tuple[str, ...], keep: int | None, as_json: bool
) -> None:
    from dataclasses import asdict

    from assets.release.site.export import ExportRefusedError, export_site

    versions = _chosen(releases, wanted, keep)
    try:
        done = export_site(releases, folder, versions, lambda line: click.echo(line, err=True))
    except ExportRefusedError as error:
        raise click.ClickException(str(error)) from error
    code = 1 if done.left_out else 0
    if as_json:
        report(asdict(done), exit_code=code)
        sys.exit(code)
    shows = ", ".join(f"{name} shows {version}" for name, version in done.channels.items())
    count = f"{len(done.releases)} release{'' if len(done.releases) == 1 else 's'}"
    click.echo(
        f"{done.folder}: {count}{f' ({shows})' if shows else ''}. "
        f"{done.written} files written ({done.written_bytes / 1e6:,.1f} MB), {done.unchanged} "
        f"stood already, {done.removed} removed."
    )
    for version, files in done.left_out.items():
        for name, why in files.items():
            click.echo(f"LEFT OUT {name} of release {version}: {why}", err=True)
        say(f"Look with: imr verify {version}", err=True)
    sys.exit(code)


def _chosen(releases: Path, wanted: tuple[str, ...], keep: int | None) -> list[str]:
    """Return the versions that go on the site."""
    from assets.release.channels.releases_on_disk import CHANNELS, pointer, releases_in
    from assets.release.channels.resolve import resolve

    known = [release.version for release in releases_in(releases)]
    if wanted:
        chosen = {resolve(releases, name, readable=False).version for name in wanted}
    elif keep is not None:
        shown = [found for name in CHANNELS if (found := pointer(releases, name)) is not None]
        chosen = {*known[-keep:], *(found.version for found in shown)}
    else:
        chosen = set(known)
    return [version for version in known if version in chosen]
