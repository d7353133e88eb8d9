"""``imr sql``: a query over the tables of a release."""

from __future__ import annotations

import click

from pipelines.commands.options import format_option, json_option, release_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report


@click.command(
    "sql",
    cls=Speaking,
    epilog="Example: imr sql \"SELECT area_name, rate FROM rates WHERE area_code = 'US' "
    "AND window_type = 'annual' ORDER BY period_end DESC LIMIT 5\"",
)
@click.argument("query")
@release_option
@click.option("--vertical", "-x", is_flag=True, help="One line per column.")
@click.option("--no-pager", is_flag=True, help="Print at once what is longer than the screen.")
@format_option
@json_option
@plainly
def sql(
    query: str, wanted: str | None, vertical: bool, no_pager: bool, style: str, as_json: bool
) -> None:
    """Run QUERY, in DuckDB's SQL, over a release; each of its tables is a view.

    One query at a time, which reaches the tables of the release and nothing else on this machine.

    QUERY can be '-' to read it from standard input. A release is never changed by a query.
    """
    import sys

    import duckdb

    from assets.release.channels.release_views import QueryRefusedError, one_query, open_release
    from assets.release.channels.resolve import resolve
    from pipelines.commands.output import print_rows, records
    from pipelines.commands.places import existing_home
    from pipelines.commands.refusals import explained

    text = sys.stdin.read() if query == "-" else query
    release = resolve(existing_home().releases, wanted)
    with open_release(release) as con:
        try:
            result = con.execute(one_query(text))
            headings = [d[0] for d in result.description]
            rows = result.fetchall()
        except QueryRefusedError as error:
            raise click.UsageError(f"imr sql: {error}") from None
        except duckdb.PermissionException:
            raise click.UsageError(
                "A query reaches the tables of the release only; no files, addresses, extensions "
                f"or settings. Tables of release {release.version}: {', '.join(release.tables)}."
            ) from None
        except duckdb.Error as error:
            raise click.UsageError(
                f"{explained(error, release.tables)}\n\nTables of release {release.version}: "
                f"{', '.join(release.tables)}. "
                'Columns of one: imr sql "DESCRIBE rates"'
            ) from error
    if as_json:
        report({"release": release.version, "rows": records(headings, rows)})
        return
    print_rows(headings, rows, style, upright=vertical, paged=not no_pager)
    if style == "table" and not rows:
        click.echo(f"\nNo row of release {release.version} meets the query.", err=True)
