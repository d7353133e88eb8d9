"""``imr sources``: every dataset with its vintages, age, status and licence."""

from __future__ import annotations

import click


@click.command("sources")
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def command(output: str) -> None:
    """Show every dataset: producer, last vintage, age, next release, status, licence."""
    import json
    import sys
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.table import Table

    from assets.archive.overview import overview
    from assets.archive.store import ArchiveError
    from assets.catalogue import DATASETS
    from pipelines.settings import Settings

    try:
        rows = overview(Settings.from_environment().home, DATASETS, today=datetime.now(UTC).date())
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if output == "json":
        click.echo(json.dumps([row.__dict__ for row in rows], indent=2))
        return
    table = Table(title="Datasets", title_justify="left")
    for heading in (
        "dataset",
        "producer",
        "vintages",
        "last vintage",
        "retrieved",
        "age (days)",
        "next expected",
        "status",
        "licence",
    ):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row.dataset_id,
            row.producer,
            str(row.vintages),
            (row.last_vintage or "none").rpartition("@")[2],
            row.last_retrieved or "never",
            "" if row.age_days is None else str(row.age_days),
            row.next_expected or "",
            row.status,
            row.licence,
        )
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    for row in rows:
        if row.message:
            click.echo(f"{row.dataset_id}: {row.message}")
