"""``imr open``: the page of a release in a browser."""

from __future__ import annotations

import os
import sys

import click

from pipelines.commands.options import json_option, release_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say


@click.command(
    "open",
    cls=Speaking,
    if_stopped="The releases are as they were.",
    epilog="Examples: imr open; imr open --explore; imr open --release 2026-06",
)
@release_option
@click.option("--explore", is_flag=True, help="The explorer: search, compare, every area.")
@json_option
@plainly
def open(wanted: str | None, explore: bool, as_json: bool) -> None:  # noqa: A001
    """Open the page of a release in the browser of this machine; nothing is sent anywhere.

    Where no browser can be shown, as on a server, it says where the page is and how to reach it.
    Files of the release that are not what was published are named.

    Exit codes: 0 opened, or said where it is; 1 there is no such release or page.
    """
    from assets.release.channels.resolve import resolve
    from assets.release.site.contents import Contents
    from assets.state.released import NoReleaseError
    from pipelines.commands.places import existing_home

    releases = existing_home().releases
    release = resolve(releases, wanted, readable=False)
    page = release.path / ("explore.html" if explore else "index.html")
    if not page.is_file():
        instead = ", or the page: imr open" if explore else ""
        raise NoReleaseError(
            f"Release {release.version} has no {page.name}. Look for what is amiss with: "
            f"imr verify {release.version}{instead}"
        )
    faults = Contents(releases).faults(release.version)
    opened = _is_shown() and _opened(page.as_uri())
    if as_json:
        found = {"release": release.version, "path": str(page), "url": page.as_uri()}
        report({**found, "opened": opened, "damaged": faults})
        return
    for why in faults.values():
        click.echo(f"warning: {why}", err=True)
    if opened:
        click.echo(f"Release {release.version}: {page}")
        return
    # The path alone on standard output, for whoever copies the file from there.
    click.echo(str(page))
    say(
        f"No browser can be shown here. Copy that file to where one is, or serve it with: imr site "
        f"--serve\nand open http://127.0.0.1:8000/channels/nightly/{'explore.html' * explore} "
        "through: ssh -L 8000:127.0.0.1:8000 THIS-MACHINE",
        err=True,
    )


def _is_shown() -> bool:
    """Return whether a browser of this machine has somewhere to be shown."""
    if os.environ.get("BROWSER") or not sys.platform.startswith("linux"):
        return True
    # Without a display Python would start a browser for terminals, and wait for it.
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _opened(url: str) -> bool:
    import webbrowser

    return webbrowser.open(url)
