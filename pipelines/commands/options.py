"""Options shared by several commands."""

from __future__ import annotations

import click

release_option = click.option(
    "--release",
    "wanted",
    metavar="V",
    help="Version, channel, or a day or month for what was shown at its end: 2026-06-30, 2026-06, "
    "stable@2026-06.  [default: nightly]",
)
format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object on standard output, errors too: command, exit_code, result or error.",
)
