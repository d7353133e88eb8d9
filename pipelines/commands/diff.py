"""``imr diff``: what differs between two releases, and why."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import format_option, json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

if TYPE_CHECKING:
    from assets.release.channels.releases_on_disk import Release


@click.command(
    "diff",
    cls=Speaking,
    epilog="Examples: imr diff 2026.06.01 nightly --table rates --rows; imr diff 2026-05 2026-06",
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B", default="nightly")
@click.option("--rows", "all_rows", is_flag=True, help="Every difference, not only the summary.")
@click.option("--table", "table_name", metavar="TABLE", help="Only rows of this table.")
@click.option("--cause", metavar="CAUSE", help="Only rows with this cause.")
@click.option("--moves", type=click.IntRange(0), default=10, show_default=True,
              help="How many of the biggest moves to show.")  # fmt: skip
@format_option
@json_option
@plainly
def diff(
    old: str,
    new: str,
    all_rows: bool,
    table_name: str | None,
    cause: str | None,
    moves: int,
    style: str,
    as_json: bool,
) -> None:
    """Compare release A with release B: versions, channels, or days and months for what was shown.

    First how many keys differ for which cause, then the rates that moved most; with --rows every
    difference with its old and new value. What is withheld in either release is never shown.
    """
    from assets.release.channels.resolve import resolve
    from assets.release.diff import HEADINGS, difference
    from pipelines.commands.output import print_rows, records
    from pipelines.commands.places import existing_home

    folder = existing_home().releases
    before, after = resolve(folder, old), resolve(folder, new)
    _refuse_unknown(after, table_name, cause)
    with difference(before, after) as found:
        if all_rows and not as_json:
            print_rows(HEADINGS, found.rows(table_name, cause), style, paged=True)
            return
        summary = [
            row
            for row in found.summary()
            if table_name in (None, row[0]) and cause in (None, row[1])
        ]
        headings = ("table", "cause", "change", "keys")
        names = ("area_code", "measure", "series", "window", "period_end", "old", "new",
                 "move", "cause")  # fmt: skip
        if as_json:
            rows = found.rows(table_name, cause) if all_rows else None
            report({
                "old": before.version,
                "new": after.version,
                "summary": records(headings, summary),
                "moves": records(names, found.moves(moves)),
                **({} if rows is None else {"rows": records(HEADINGS, rows)}),
            })  # fmt: skip
            return
        if style != "table":
            print_rows(headings, summary, style)
            return
        click.echo(f"{before.version} → {after.version}")
        if not summary:
            click.echo("No difference.")
            return
        print_rows(headings, summary, style)
        moved = found.moves(moves)
        if moved:
            click.echo("\nBiggest moves of total rates:")
            print_rows(names, moved, style)
        again = shlex.join(["diff", before.version, after.version, "--rows"])
        say(f"\nEvery difference: imr {again}", err=True)


def _refuse_unknown(release: Release, table_name: str | None, cause: str | None) -> None:
    """Raise for an unknown table or cause, and name similar ones."""
    from assets.schema.codes import CHANGE_CAUSES
    from assets.text.suggest import did_you_mean

    if cause is not None and cause not in CHANGE_CAUSES:
        raise click.UsageError(
            f"no cause {cause!r}; there are {', '.join(CHANGE_CAUSES)}."
            f"{did_you_mean(cause, CHANGE_CAUSES)}"
        )
    if table_name is not None and table_name not in release.tables:
        raise click.UsageError(
            f"release {release.version} has no table {table_name!r}; it has "
            f"{', '.join(release.tables)}.{did_you_mean(table_name, release.tables)}"
        )
