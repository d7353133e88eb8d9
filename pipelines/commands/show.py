"""``imr show``: rows of a released table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelines.commands.options import format_option, release_option
from pipelines.commands.refusals import plainly

if TYPE_CHECKING:
    from assets.release.catalogue import Release


@click.command(
    "show",
    epilog="Example: imr show rates --where \"area_code = 'US-MO' AND window_type = 'annual'\" "
    "--columns period_end,numerator,denominator,rate",
)
@click.argument("table", required=False)
@release_option
@click.option("--where", metavar="SQL", help="Condition on the rows, as in SQL.")
@click.option("--columns", metavar="NAMES", help="Columns to show, separated by commas.")
@format_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=None,
    help="Most rows to show; 0 for all.  [default: 20 for a table, else all]",
)
@plainly
def command(
    table: str | None,
    wanted: str | None,
    where: str | None,
    columns: str | None,
    style: str,
    limit: int | None,
) -> None:
    """Show rows of TABLE of a release; without TABLE, list the tables.

    Numbers are absent, never zero, where value_status says suppressed or missing.
    """
    import duckdb

    from assets.release.catalogue import resolve
    from assets.release.reading import open_release
    from pipelines.commands.output import print_rows
    from pipelines.settings import Settings

    release = resolve(Settings.from_environment().home.releases, wanted)
    if table is None:
        _list_tables(release, style)
        return
    if table not in release.tables:
        raise click.UsageError(
            f"release {release.version} has no table {table!r}; it has {', '.join(release.tables)}"
        )
    names = [c.strip() for c in columns.split(",")] if columns else []
    selection = ", ".join('"' + c.replace('"', '""') + '"' for c in names) or "*"
    most = (20 if style == "table" else 0) if limit is None else limit
    source = f'FROM "{table}"' + (f" WHERE ({where})" if where else "")
    with open_release(release) as con:
        try:
            result = con.execute(
                f"SELECT {selection} {source}" + (f" LIMIT {most + 1}" if most else "")
            )
            headings = [d[0] for d in result.description]
            rows = result.fetchall()
            total = len(rows)
            if most and total > most:
                total = con.execute(f"SELECT count(*) {source}").fetchall()[0][0]
                rows = rows[:most]
        except duckdb.Error as error:
            known = ", ".join(row[0] for row in con.execute(f'DESCRIBE "{table}"').fetchall())
            raise click.UsageError(f"{error}\n\nColumns of {table}: {known}") from error
    print_rows(headings, rows, style)
    if style == "table":
        _say_how_many(table, release.version, len(rows), total)


def _list_tables(release: Release, style: str) -> None:
    from assets.schema.registry import TABLES
    from pipelines.commands.output import print_rows

    facts = release.manifest()["tables"]
    rows = []
    for name in release.tables:
        spec = TABLES.get(f"published.{name}")
        rows.append((name, facts[name]["rows"], spec.grain if spec else None))
    print_rows(("table", "rows", "one row per"), rows, style)


def _say_how_many(table: str, version: str, shown: int, total: int) -> None:
    if not total:
        click.echo(f"\nNo row of {table} in release {version} meets the condition.", err=True)
    elif shown < total:
        click.echo(
            f"\n{shown} of {total:,} rows of release {version}; --limit 0 shows all.", err=True
        )
    else:
        click.echo(f"\n{total:,} row{'s' if total != 1 else ''} of release {version}.", err=True)
