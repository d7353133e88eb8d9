"""``imr run``: the whole job in this process."""

from __future__ import annotations

import sys

import click


@click.command("run")
@click.option(
    "--profile",
    type=click.Choice(["sample", "live"]),
    default=None,
    help="Bundled samples (no network) or the producers' sites. Default: IMR_PROFILE, else sample.",
)
@click.option(
    "--job",
    "job_name",
    default="nightly",
    show_default=True,
    type=click.Choice(["nightly", "refresh_nchs", "refresh_ons", "rebuild"]),
    help="Job to run.",
)
@click.option(
    "--only",
    metavar="SELECTION",
    default=None,
    help="Run only these assets, in Dagster's selection language, e.g. group:rates.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    default=None,
    help="Use only vintages that were known on this date (YYYY-MM-DD).",
)
def command(profile: str | None, job_name: str, only: str | None, as_of: str | None) -> None:
    """Take in what is new, validate, compute, publish.

    Exit codes: 0 published or unchanged, 1 failed checks, 2 wrong use, 3 a source failed and the
    release is stale for it.
    """
    _import_fast()
    from dataclasses import replace
    from datetime import date

    from assets.archive.samples import ProfileError
    from pipelines.lock import BusyError
    from pipelines.run import WRONG_USE, SelectionError, execute, summarise
    from pipelines.settings import Settings, SettingsError
    from pipelines.summary import print_summary

    try:
        settings = Settings.from_environment()
        if as_of is not None:
            date.fromisoformat(as_of)
    except (SettingsError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    settings = replace(settings, profile=profile or settings.profile, as_of=as_of or settings.as_of)
    try:
        outcome = execute(settings, job_name=job_name, only=only)
    except (BusyError, ProfileError, SelectionError) as error:
        click.echo(f"imr run: {error}", err=True)
        sys.exit(WRONG_USE)
    for line in summarise(outcome):
        click.echo(line, err=True)
    print_summary(settings.home, outcome)
    sys.exit(outcome.exit_code)


def _import_fast() -> None:
    """Import the two heavy packages with the collector paused.

    The collector finds nothing to free among freshly imported modules, and its passes cost as
    much as the imports themselves.
    """
    import gc
    import importlib

    gc.disable()
    for package in ("dagster", "great_expectations"):
        importlib.import_module(package)
    gc.enable()
