"""``imr dagster``: Dagster's own programs on this home."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import click

from pipelines.commands.refusals import plainly
from pipelines.commands.speaking import Speaking

_PROGRAMS = {
    "dev": ("dagster", "dev"),
    "daemon": ("dagster-daemon", "run"),
    "webserver": ("dagster-webserver",),
}


@click.command(
    "dagster",
    cls=Speaking,
    context_settings={"ignore_unknown_options": True},
    epilog="Examples: imr dagster daemon; imr dagster webserver -p 3000",
)
@click.argument("program", type=click.Choice(list(_PROGRAMS)))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@plainly
def dagster(program: str, arguments: tuple[str, ...]) -> None:
    """Start a program of Dagster on this home and this code, wherever you stand.

    dev is web UI and daemon together, for one person; daemon has schedule, sensors and queue, what
    a server keeps running; webserver is the web UI alone.

    It sets DAGSTER_HOME to $IMR_HOME/dagster and names the workspace; ARGUMENTS are the program's
    own (imr dagster webserver -h 0.0.0.0 -p 3000). It becomes that program, so that signals and
    service managers reach it.
    """
    from pipelines.code_location import workspace_of
    from pipelines.instance import prepare_instance
    from pipelines.settings import Settings

    home = Settings.from_environment().home
    os.environ["DAGSTER_HOME"] = str(prepare_instance(home))
    os.environ["IMR_HOME"] = str(home.root)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    name, *first = _PROGRAMS[program]
    # Dagster's public interface is the names of its programs, not the modules behind them.
    script = str(Path(sysconfig.get_path("scripts")) / name)
    called = [sys.executable, script, *first, "-w", str(workspace_of(home)), *arguments]
    os.execv(sys.executable, called)  # noqa: S606
