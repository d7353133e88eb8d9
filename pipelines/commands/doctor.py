"""``imr doctor``: what is wrong with this machine and how to mend it."""

from __future__ import annotations

import sys

import click


@click.command("doctor")
def command() -> None:
    """Check Python, home, disk, lock, time zones, Dagster home; say how to fix what is found.

    In the live profile (IMR_PROFILE=live) the producers' addresses are asked for an answer too;
    with IMR_STORE_URL a small object is written to the object store and removed again.

    Exit codes: 0 nothing found, 1 something needs doing.
    """
    from pipelines.doctor import examine
    from pipelines.settings import Settings

    fine = True
    for finding in examine(Settings.from_environment()):
        fine = fine and finding.fine
        click.echo(f"{'ok  ' if finding.fine else 'FIX '} {finding.subject}: {finding.seen}")
        if not finding.fine:
            click.echo(f"     {finding.remedy}")
    sys.exit(0 if fine else 1)
