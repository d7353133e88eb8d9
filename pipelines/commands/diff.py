"""``imr diff``: what differs between two releases, and why."""

from __future__ import annotations

import click

from pipelines.commands.options import format_option
from pipelines.commands.refusals import plainly


@click.command(
    "diff",
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
@plainly
def command(
    old: str,
    new: str,
    all_rows: bool,
    table_name: str | None,
    cause: str | None,
    moves: int,
    style: str,
) -> None:
    """Compare release A with release B: versions, channels, or days and months for what was shown.

    First how many keys differ for which cause, then the rates that moved most; with --rows every
    difference with its old and new value. What is withheld in either release is never shown.
    """
    from assets.release.catalogue import resolve
    from assets.release.diff import HEADINGS, difference
    from assets.schema.codes import CHANGE_CAUSES
    from pipelines.commands.output import print_rows
    from pipelines.settings import Settings

    folder = Settings.from_environment().home.releases
    before, after = resolve(folder, old), resolve(folder, new)
    if cause is not None and cause not in CHANGE_CAUSES:
        raise click.UsageError(f"no cause {cause!r}; there are {', '.join(CHANGE_CAUSES)}")
    if table_name is not None and table_name not in after.tables:
        raise click.UsageError(
            f"release {after.version} has no table {table_name!r}; it has {', '.join(after.tables)}"
        )
    with difference(before, after) as found:
        if all_rows:
            print_rows(HEADINGS, found.rows(table_name, cause), style)
            return
        summary = [
            row
            for row in found.summary()
            if table_name in (None, row[0]) and cause in (None, row[1])
        ]
        headings = ("table", "cause", "change", "keys")
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
            names = ("area_code", "measure", "series", "window", "period_end", "old", "new",
                     "move", "cause")  # fmt: skip
            print_rows(names, moved, style)
        click.echo("\nEvery difference: --rows", err=True)
