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
    default=None,
    type=click.Choice(["nightly", "refresh_nchs", "refresh_ons", "rebuild"]),
    help="Job to run.  [default: nightly]",
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
    help="Rebuild what would have been published from the vintages known by the end of a date "
    "(2026-06-30), by a time in UTC, or when a release (its version) was made. Takes nothing in "
    "and moves no channel: says which release had the same content, or makes one to look at.",
)
def command(profile: str | None, job_name: str | None, only: str | None, as_of: str | None) -> None:
    """Take in what is new, validate, compute, publish.

    Exit codes: 0 published or unchanged, 1 failed checks, 2 wrong use, 3 a source failed and the
    release is stale for it, or the release stands but the object store (IMR_STORE_URL) is behind,
    130 stopped by Ctrl-C, 143 by SIGTERM; whatever was done stands, and running again goes on.
    """
    from pipelines.interrupts import InterruptedRunError, interruptible

    try:
        with interruptible("Nothing was published."):
            _run(profile, job_name, only, as_of)
    except InterruptedRunError as stopped:
        click.echo(f"imr run: {stopped}", err=True)
        sys.exit(stopped.exit_code)


def _run(profile: str | None, job_name: str | None, only: str | None, as_of: str | None) -> None:
    _import_fast()
    from dataclasses import replace

    import duckdb
    from sqlalchemy.exc import DatabaseError

    from assets.archive.samples import ProfileError
    from pipelines.closing import summarise
    from pipelines.failures import disk_trouble
    from pipelines.lock import BusyError
    from pipelines.past import UnknownPastError, moment_of
    from pipelines.run import CHECKS_FAILED, WRONG_USE, SelectionError, execute
    from pipelines.settings import Settings, SettingsError
    from pipelines.summary import print_summary

    try:
        settings = Settings.from_environment()
        _ = settings.store  # A mistake in it is found before the work starts.
        past = as_of or settings.as_of
        past = moment_of(past, settings.home.releases) if past else ""
    except (SettingsError, UnknownPastError) as error:
        raise click.UsageError(str(error)) from error
    if past and (job_name not in (None, "rebuild") or only is not None):
        raise click.UsageError("--as-of rebuilds everything from the archive: no --job, no --only")
    settings = replace(settings, profile=profile or settings.profile, as_of=past)
    job = job_name or ("rebuild" if past else "nightly")
    try:
        outcome = execute(settings, job_name=job, only=only)
    except (BusyError, ProfileError, SelectionError, UnknownPastError) as error:
        click.echo(f"imr run: {error}", err=True)
        sys.exit(WRONG_USE)
    except (OSError, DatabaseError, duckdb.Error) as error:
        said = disk_trouble(settings.home, error)
        if said is None:
            raise
        click.echo(f"imr run: {said}", err=True)
        sys.exit(CHECKS_FAILED)
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
