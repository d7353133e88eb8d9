"""``imr verify``: every byte and every number of a release."""

from __future__ import annotations

import sys

import click


@click.command("verify", epilog="Example: imr verify 2026.06.01")
@click.argument("release", required=False)
@click.option("--all", "every", is_flag=True, help="Check every release.")
def command(release: str | None, every: bool) -> None:
    """Check RELEASE (a version or channel; default nightly) against its own manifest.

    Re-hashes every file, checks columns, types and allowed values, compares CSV with Parquet,
    recomputes every rate from its numerator and denominator, and repeats the disclosure audit.

    Exit codes: 0 everything is as it was published, 1 something is not.
    """
    from assets.release.catalogue import NoReleaseError, releases_in, resolve
    from assets.release.verify import verify_release
    from pipelines.settings import Settings

    folder = Settings.from_environment().home.releases
    known = releases_in(folder)
    try:
        chosen = known if every and known else [resolve(folder, release, readable=False)]
    except NoReleaseError as error:
        raise click.ClickException(str(error)) from error
    fine = True
    for found in chosen:
        click.echo(f"release {found.version}")
        history = [r for r in known if r.version != found.version][: known.index(found)]
        for finding in verify_release(found, history=history):
            fine = fine and finding.fine
            mark = "ok  " if finding.fine else "FAIL"
            wrong = "" if finding.fine else f", {finding.count:,} wrong"
            click.echo(f"  {mark} {finding.check}: {finding.looked_at:,} looked at{wrong}")
            for fault in finding.faults:
                click.echo(f"         {fault}")
    if not fine:
        click.echo(
            "The release is not what was published. Do not use it: promote another one "
            "(imr releases), and restore this folder from a copy.",
            err=True,
        )
    sys.exit(0 if fine else 1)
