"""``imr show``: rows of a released table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.options import format_option, json_option, release_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report

if TYPE_CHECKING:
    import duckdb

    from assets.release.channels.releases_on_disk import Release


@click.command(
    "show",
    cls=Speaking,
    epilog="Examples: imr show rates --where \"area_code = 'US-MO' AND window_type = 'annual'\"; "
    "imr show rankings --columns area_name,period_end,rank; imr show claims --vertical",
)
@click.argument("table", required=False)
@release_option
@click.option("--where", metavar="SQL", help="Condition on the rows, as in SQL.")
@click.option(
    "--columns",
    metavar="NAMES",
    help="Columns to show, separated by commas.  [default: on a terminal the most important that "
    "fit, elsewhere all]",
)
@click.option("--vertical", "-x", is_flag=True, help="One line per column, with all columns.")
@click.option("--no-pager", is_flag=True, help="Print at once what is longer than the screen.")
@format_option
@json_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=None,
    help="Most rows to show; 0 for all.  [default: 20 for a table, else all]",
)
@plainly
def show(
    table: str | None,
    wanted: str | None,
    where: str | None,
    columns: str | None,
    vertical: bool,
    no_pager: bool,
    style: str,
    as_json: bool,
    limit: int | None,
) -> None:
    """Show rows of TABLE of a release; without TABLE, list the tables.

    Numbers are absent, never zero, where value_status says suppressed or missing.
    """
    from assets.release.channels.release_views import open_release
    from assets.release.channels.resolve import resolve
    from assets.text.suggest import did_you_mean
    from pipelines.commands.output import print_rows, records
    from pipelines.commands.places import existing_home

    release = resolve(existing_home().releases, wanted)
    if table is None:
        _list_tables(release, style, as_json)
        return
    if table not in release.tables:
        raise click.UsageError(
            f"release {release.version} has no table {table!r}; it has "
            f"{', '.join(release.tables)}.{did_you_mean(table, release.tables)}"
        )
    most = (20 if style == "table" and not as_json else 0) if limit is None else limit
    with open_release(release) as con:
        known = [row[0] for row in con.execute(f'DESCRIBE "{table}"').fetchall()]
        names = _chosen(table, columns, known)
        headings, rows, total = _rows(con, table, known, names, where, most)
    if as_json:
        report({"release": release.version, "table": table, "rows": records(headings, rows),
                "total_rows": total})  # fmt: skip
        return
    note = ""
    if style == "table" and not names and not vertical:
        headings, rows, note = _as_wide_as_the_screen(table, headings, rows)
    print_rows(headings, rows, style, upright=vertical, note=note, paged=not no_pager)
    if style == "table":
        _say_how_many(table, release.version, len(rows), total)
        if len(headings) < len(names or known):
            click.echo(
                f"{len(headings)} of {len(known)} columns; --columns NAMES chooses, --vertical "
                "shows all.",
                err=True,
            )


def _chosen(table: str, columns: str | None, known: Sequence[str]) -> list[str]:
    from assets.text.suggest import did_you_mean

    names = [c.strip() for c in columns.split(",") if c.strip()] if columns else []
    for name in names:
        if name not in known:
            raise click.UsageError(
                f"{table} has no column {name!r}.{did_you_mean(name, known)}\n\n"
                f"Columns of {table}: {', '.join(known)}"
            )
    return names


def _rows(
    con: duckdb.DuckDBPyConnection,
    table: str,
    known: Sequence[str],
    names: Sequence[str],
    where: str | None,
    most: int,
) -> tuple[Sequence[str], Sequence[Sequence[Any]], int]:
    """Return headings, the first rows, and how many there are."""
    import duckdb

    from pipelines.commands.refusals import explained

    selection = ", ".join('"' + c.replace('"', '""') + '"' for c in names) or "*"
    source = f'FROM "{table}"' + _condition(where)
    try:
        result = con.execute(
            f"SELECT {selection} {source}" + (f" LIMIT {most + 1}" if most else "")
        )
        headings = [d[0] for d in result.description]
        rows = result.fetchall()
        total = len(rows)
        if most and total > most:
            total = con.execute(f"SELECT count(*) {source}").fetchall()[0][0]
    except duckdb.Error as error:
        raise click.UsageError(
            f"{explained(error, known)}\n\nColumns of {table}: {', '.join(known)}"
        ) from error
    return headings, rows[:most] if most else rows, total


def _condition(where: str | None) -> str:
    from assets.release.channels.release_views import QueryRefusedError, one_condition

    try:
        return f" WHERE ({one_condition(where)})" if where else ""
    except QueryRefusedError as error:
        raise click.UsageError(f"--where: {error}") from None


def _as_wide_as_the_screen(
    table: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[Sequence[str], Sequence[Sequence[Any]], str]:
    """Return the columns that fit the terminal, and a line with the values common to all rows."""
    from pipelines.commands.shown_columns import choose
    from pipelines.commands.text_columns import brief
    from pipelines.terminal import is_terminal, size

    if not is_terminal(sys.stdout):
        return headings, rows, ""
    width = size(sys.stdout)[0]
    rows = [[brief(value) for value in row] for row in rows]
    places, said = choose(table, headings, rows, width)
    note = ""
    if said:
        from textwrap import fill

        note = fill("All rows: " + ", ".join(said), width) + "\n"
    return [headings[i] for i in places], [[row[i] for i in places] for row in rows], note


def _list_tables(release: Release, style: str, as_json: bool) -> None:
    from assets.schema.registry import TABLES
    from pipelines.commands.output import print_rows, records

    facts = release.manifest()["tables"]
    rows = []
    for name in release.tables:
        spec = TABLES.get(f"published.{name}")
        rows.append((name, facts[name]["rows"], spec.grain if spec else None))
    headings = ("table", "rows", "one row per")
    if as_json:
        report({"release": release.version, "tables": records(headings, rows)})
    else:
        print_rows(headings, rows, style)


def _say_how_many(table: str, version: str, shown: int, total: int) -> None:
    if not total:
        click.echo(f"\nNo row of {table} in release {version} meets the condition.", err=True)
    elif shown < total:
        click.echo(
            f"\n{shown} of {total:,} rows of release {version}; --limit 0 shows all.", err=True
        )
    else:
        click.echo(f"\n{total:,} row{'s' if total != 1 else ''} of release {version}.", err=True)
