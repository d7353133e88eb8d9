"""``imr doctor``: check this machine and say how to repair what is wrong."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, report, say


@click.command("doctor", cls=Speaking, epilog="Example: IMR_PROFILE=live imr doctor")
@json_option
@plainly
def doctor(as_json: bool) -> None:
    """Check Python, home, disk, lock, time zones, Dagster home; say how to fix what is found.

    In the live profile (IMR_PROFILE=live) the producers' addresses are asked for an answer too;
    with IMR_STORE_URL a small object is written to the object store and removed again.

    Exit codes: 0 nothing found, 1 something needs doing.
    """
    from pipelines.doctor import examine
    from pipelines.settings import Settings

    found = []
    for seen in examine(Settings.from_environment()):
        found.append(asdict(seen))
        if as_json:
            continue
        click.echo(f"{'ok  ' if seen.fine else 'FIX '} {seen.subject}: {seen.seen}")
        if not seen.fine:
            say(f"     {seen.remedy}")
    fine = all(one["fine"] for one in found)
    if as_json:
        report({"fine": fine, "findings": found}, exit_code=0 if fine else 1)
    sys.exit(0 if fine else 1)
