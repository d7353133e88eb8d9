"""``imr sources``: every dataset with its vintages, age, status and licence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say

if TYPE_CHECKING:
    from assets.archive.dataset import Dataset
    from assets.state.home import Home

_HEADINGS = (
    "dataset", "status", "vintages", "rows used", "not used", "last vintage", "retrieved",
    "days old", "next expected", "producer", "licence", "why not used",
)  # fmt: skip
_DISPENSABLE = (
    "why not used", "licence", "producer", "last vintage", "days old", "next expected",
)  # fmt: skip


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
def sources(output: str, vertical: bool, as_json: bool) -> None:
    """Show every dataset: status, what is made of its rows, last vintage, age, next release.

    A narrow terminal shows the status and the dates; --vertical shows the rest. Below stand what
    is out of use, what nobody recognises or a rule refused, and what must arrive before counts give
    rates.
    """
    from pipelines.commands.places import existing_home

    home = existing_home()
    # Imported late, because the catalogue takes a second; wrong use is reported before.
    import json
    from dataclasses import asdict
    from datetime import UTC, datetime

    from assets.archive.overview import overview
    from assets.archive.unrecognised import unused_files
    from assets.archive.vintage_folders import ArchiveError
    from assets.archive.waiting import waiting
    from assets.archive.withdrawal import PERSON, withdrawn
    from assets.core.lacking import remembered
    from assets.producers.catalogue import DATASETS
    from pipelines.commands.output import print_rows

    try:
        rows = overview(home, DATASETS, today=datetime.now(UTC).date())
        out = [w for d in DATASETS for w in withdrawn(home, d).values()]
        unused = unused_files(home, DATASETS)
        waits = waiting(home, DATASETS)
        uses = {d.dataset_id: _uses(home, d) for d in DATASETS}
        lacking = remembered(home)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        report(
            {
                "datasets": [row.__dict__ | {"uses": uses[row.dataset_id]} for row in rows],
                "withdrawn": [asdict(w) for w in out],
                "unused_files": [{**asdict(u), "place": str(u.place)} for u in unused],
                "waiting": [{**asdict(w), "place": str(w.place)} for w in waits],
                "lacking": [asdict(entry) for entry in lacking],
            }
        )
        return
    if output == "json":
        listed = [row.__dict__ | {"uses": uses[row.dataset_id]} for row in rows]
        click.echo(json.dumps(listed, indent=2))
        return
    cells = [
        (
            row.dataset_id,
            row.status,
            row.vintages,
            *_counts(uses[row.dataset_id]),
            (row.last_vintage or "none").rpartition("@")[2],
            row.last_retrieved or "never",
            row.age_days,
            row.next_expected,
            row.producer,
            row.licence,
            _why(uses[row.dataset_id]),
        )
        for row in rows
    ]
    print_rows(_HEADINGS, cells, "table", dispensable=_DISPENSABLE, upright=vertical)
    troubles = [f"{row.dataset_id}: {row.message}" for row in rows if row.message]
    by_hand = [entry.line for entry in out if entry.by == PERSON]
    lost = [f"NOT USED {file.line}" for file in unused]
    waits_for = [f"WAITING {refused.line}" for refused in waits]
    gaps = [f"{'Of the samples: ' if g.bundled else 'NEEDED '}{g.line}" for g in lacking]
    marked = [
        f"RESTRICTED {vintage}: its small counts are withheld, in a series of its own"
        for row in rows
        for vintage in row.restricted
    ]
    for line in (*troubles, *by_hand, *marked, *lost, *waits_for, *gaps):
        say(line)
    if lacking or any(row.status == "late" for row in rows):
        say("How to get what is missing or late: imr wanted")


def _uses(home: Home, dataset: Dataset) -> list[dict[str, object]]:
    """Return the use of the rows of every extract in use, if the dataset states it."""
    from assets.archive.uses import use_of
    from assets.archive.withdrawal import in_use

    found = ((v.vintage_id, use_of(home, dataset, v)) for v in in_use(home, dataset))
    return [
        {
            "vintage": vintage,
            "rows_used": use.rows_used,
            "rows_left_out": [{"why": why, "rows": rows} for why, rows in use.rows_left_out],
            "still_needed": list(use.still_needed),
        }
        for vintage, use in found
        if use is not None
    ]


def _left_out(uses: Sequence[Mapping[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for use in uses:
        for left in use["rows_left_out"]:
            found[left["why"]] += left["rows"]
    return found


def _counts(uses: Sequence[Mapping[str, Any]]) -> tuple[int | None, int | None]:
    """Return how many rows are used and how many are left out; ``None`` if not stated."""
    if not uses:
        return None, None
    return sum(use["rows_used"] for use in uses), _left_out(uses).total()


def _why(uses: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{rows:,} {why}" for why, rows in _left_out(uses).items())
