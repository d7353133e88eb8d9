"""``imr sources``: every dataset with its vintages, age, status and licence."""

from __future__ import annotations

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

_HEADINGS = (
    "dataset", "status", "vintages", "last vintage", "retrieved", "days old", "next expected",
    "producer", "licence",
)  # fmt: skip
_DISPENSABLE = ("licence", "producer", "last vintage", "days old", "next expected")


@click.command("sources", cls=Speaking, epilog="Examples: imr sources; imr sources --vertical")
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@click.option("--vertical", "-x", is_flag=True, help="One line per column, with all columns.")
@json_option
@plainly
def command(output: str, vertical: bool, as_json: bool) -> None:
    """Show every dataset: producer, last vintage, age, next release, status, licence.

    A narrow terminal shows the status and the dates; --vertical shows the rest.
    """
    from pipelines.commands.places import existing_home

    home = existing_home()
    # Imported late: the catalogue takes a second, and wrong use is answered before.
    import json
    from dataclasses import asdict
    from datetime import UTC, datetime

    from assets.archive.overview import overview
    from assets.archive.store import ArchiveError
    from assets.archive.unrecognised import unused_files
    from assets.archive.waiting import waiting
    from assets.archive.withdrawal import PERSON, withdrawn
    from assets.catalogue import DATASETS
    from pipelines.commands.output import print_rows

    try:
        rows = overview(home, DATASETS, today=datetime.now(UTC).date())
        out = [w for d in DATASETS for w in withdrawn(home, d).values()]
        unused = unused_files(home, DATASETS)
        waits = waiting(home, DATASETS)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        report(
            {
                "datasets": [row.__dict__ for row in rows],
                "withdrawn": [asdict(w) for w in out],
                "unused_files": [{**asdict(u), "place": str(u.place)} for u in unused],
                "waiting": [{**asdict(w), "place": str(w.place)} for w in waits],
            }
        )
        return
    if output == "json":
        click.echo(json.dumps([row.__dict__ for row in rows], indent=2))
        return
    cells = [
        (
            row.dataset_id,
            row.status,
            row.vintages,
            (row.last_vintage or "none").rpartition("@")[2],
            row.last_retrieved or "never",
            row.age_days,
            row.next_expected,
            row.producer,
            row.licence,
        )
        for row in rows
    ]
    print_rows(_HEADINGS, cells, "table", dispensable=_DISPENSABLE, upright=vertical)
    for row in rows:
        if row.message:
            say(f"{row.dataset_id}: {row.message}")
    for entry in out:
        if entry.by == PERSON:
            say(entry.line)
    for file in unused:
        say(f"NOT USED {file.line}")
    for refused in waits:
        say(f"WAITING {refused.line}")
