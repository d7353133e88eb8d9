"""``imr run``: the whole job in this process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipelines.commands.options import json_option
from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking, ToldError, report, say
from pipelines.job_names import JOB_NAMES

if TYPE_CHECKING:
    from pipelines.outcome import RunOutcome
    from pipelines.settings import Settings


@click.command(
    "run",
    cls=Speaking,
    epilog="Examples: imr run; imr run --profile live; imr run --only group:rates; imr run --as-of "
    "2026-06-30",
)
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
    type=click.Choice(JOB_NAMES),
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
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Compute everything again, also what stands on extracts, code and declarations that have "
    "not changed. --job, --only and --as-of always compute what they are asked for.",
)
@click.option(
    "--drop",
    "drops",
    multiple=True,
    metavar="SELECTION",
    help="Leave rows out, and go on where earlier releases give their counts away whatever is "
    'withheld now: words COLUMN=VALUE, e.g. "area_code=29207 period_start=2012-01-01". The '
    "message of the gate names the smallest set. Kept for later runs.",
)
@json_option
@plainly
def run(
    profile: str | None,
    job_name: str | None,
    only: str | None,
    as_of: str | None,
    everything: bool,
    drops: tuple[str, ...],
    as_json: bool,
) -> None:
    """Take in what is new, validate, compute, publish.

    A table is computed again only where something that it stands on has changed: an extract, the
    code, a declaration that is in force today, or the warehouse itself. Where nothing has, the
    release is checked and confirmed, and the run says so.

    Exit codes: 0 published or unchanged, 1 failed checks, 2 wrong use, 3 a source failed and the
    release is stale for it, or births or deaths are still missing, or the release stands but the
    object store (IMR_STORE_URL) is behind, 130 stopped by Ctrl-C, 143 by SIGTERM; whatever was done
    stands, and running again goes on.
    """
    from pipelines.interrupts import InterruptedRunError, interruptibly

    try:
        interruptibly(
            lambda: _run(profile, job_name, only, as_of, everything, drops, as_json),
            "Nothing was published.",
        )
    except InterruptedRunError as stopped:
        raise ToldError(f"imr run: {stopped}", stopped.exit_code, "stopped") from stopped


def _run(
    profile: str | None,
    job_name: str | None,
    only: str | None,
    as_of: str | None,
    everything: bool,
    drops: tuple[str, ...],
    as_json: bool,
) -> None:
    from dataclasses import replace

    from assets.disclosure.dropped import DropError, add_drops, parse_drop
    from pipelines.past import UnknownPastError, moment_of
    from pipelines.selection import SelectionError, refuse_mistyped
    from pipelines.settings import Settings, SettingsError

    # Wrong use is reported before the packages are imported, which takes seconds.
    try:
        settings = Settings.from_environment()
        _ = settings.store
        moment = as_of or settings.as_of
        moment = moment_of(moment, settings.home.releases) if moment else ""
        if only is not None:
            refuse_mistyped(only)
        dropped = [parse_drop(text) for text in drops]
    except (SettingsError, UnknownPastError, SelectionError, DropError) as error:
        raise click.UsageError(str(error)) from error
    if moment and (job_name not in (None, "rebuild") or only is not None):
        raise click.UsageError("--as-of rebuilds everything from the archive: no --job, no --only")
    if only is not None and job_name is not None:
        raise click.UsageError("--only runs a selection instead of a job: no --job")
    if everything and (moment or only is not None or job_name not in (None, "nightly")):
        raise click.UsageError(
            "--all is for the nightly job; --job, --only and --as-of always compute what they are "
            "asked for"
        )
    if dropped:
        add_drops(settings.home.create().dropped, dropped)
    settings = replace(settings, profile=profile or settings.profile, as_of=moment)
    job = job_name or ("rebuild" if moment else "nightly")
    outcome = _executed(settings, job, only, everything)
    if as_json:
        report(_facts(outcome), exit_code=outcome.exit_code)
        sys.exit(outcome.exit_code)
    from pipelines.closing import summarise
    from pipelines.summary import print_summary

    for line in summarise(outcome):
        say(line, err=True)
    print_summary(outcome)
    sys.exit(outcome.exit_code)


def _executed(settings: Settings, job: str, only: str | None, everything: bool) -> RunOutcome:
    """Run the job; the progress bar appears before the first heavy import."""
    from pipelines.imports import import_fast
    from pipelines.interrupts import go_on
    from pipelines.progress import RunProgress

    with RunProgress() as progress:
        import_fast("dagster")
        go_on()
        import duckdb
        from sqlalchemy.exc import DatabaseError

        from assets.archive.samples import ProfileError
        from assets.state.owned_lock import BusyError
        from pipelines.failures import disk_trouble
        from pipelines.outcome import CHECKS_FAILED, WRONG_USE
        from pipelines.past import UnknownPastError
        from pipelines.run import SelectionError, execute

        try:
            return execute(
                settings, job_name=job, only=only, everything=everything, progress=progress
            )
        except (BusyError, ProfileError, SelectionError, UnknownPastError) as error:
            raise ToldError(f"imr run: {error}", WRONG_USE) from error
        except (OSError, DatabaseError, duckdb.Error) as error:
            said = disk_trouble(settings.home, error)
            if said is None:
                raise
            raise ToldError(f"imr run: {said}", CHECKS_FAILED) from error


def _facts(outcome: RunOutcome) -> dict[str, object]:
    """Return the outcome of a run as JSON facts."""
    from dataclasses import asdict

    from pipelines.commands.output import records
    from pipelines.summary import COLUMNS, latest_rates

    facts = asdict(outcome)
    facts["failures"] = [{"step": name, "message": said} for name, said in outcome.failures]
    facts["stale"] = [{"dataset": name, "reason": said} for name, said in outcome.stale]
    facts["remade"] = [{"table": name, "reason": said} for name, said in outcome.remade]
    rows = latest_rates(outcome.path) if outcome.path is not None else []
    return facts | {"latest_rates": records(COLUMNS, rows)}
