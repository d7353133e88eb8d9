"""``imr promote``: make a release the stable one."""

from __future__ import annotations

import click


@click.command("promote", epilog="Example: imr promote 2026.06.01 --why 'June figures reviewed'")
@click.argument("version")
@click.option("--why", prompt="Why", help="Reason; it is recorded with your name and the time.")
@click.option("--yes", is_flag=True, help="Do not ask after showing the difference.")
def command(version: str, why: str, yes: bool) -> None:
    """Make release VERSION the stable one, after showing what differs from the stable one now.

    Refused where a file has changed, a source was stale when the release was made, or a waiver
    that it stands on has expired. Promoting an older release is a rollback.

    Exit codes: 0 promoted or already stable, 1 refused or stopped, 2 wrong use.
    """
    import getpass

    from assets.release.catalogue import NoReleaseError, pointer, resolve
    from assets.release.diff import difference
    from assets.release.lock import PublisherBusyError
    from assets.release.promotion import STABLE, PromotionRefusedError, promote
    from expectations.waivers import load
    from pipelines.commands.output import print_rows
    from pipelines.settings import Settings

    folder = Settings.from_environment().home.releases
    if not why.strip():
        raise click.UsageError("--why is empty; say why, for whoever asks later")
    try:
        release = resolve(folder, version)
        before = pointer(folder, STABLE)
        current = resolve(folder, STABLE) if before else None
    except NoReleaseError as error:
        raise click.ClickException(str(error)) from error
    if current is not None and current.version == release.version:
        click.echo(f"Release {release.version} is the stable one already.")
        return
    if current is None:
        click.echo("Nothing is stable yet; this is the first promotion.")
    else:
        click.echo(f"stable: {current.version} → {release.version}")
        with difference(current, release) as found:
            summary = found.summary()
            print_rows(("table", "cause", "change", "keys"), summary, "table")
        click.echo(f"Row by row: imr diff {current.version} {release.version} --rows")
    if not yes:
        click.confirm(f"Promote {release.version} to stable?", abort=True)
    try:
        done = promote(
            folder,
            release,
            who=getpass.getuser(),
            why=why.strip(),
            waivers={w.waiver_id: w.expires for w in load()},
        )
    except (PromotionRefusedError, PublisherBusyError) as error:
        raise click.ClickException(str(error)) from error
    word = "Rolled back" if done.is_rollback else "Promoted"
    click.echo(f"{word}: stable is release {done.version} now, by {done.who} at {done.at}.")
