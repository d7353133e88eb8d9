"""The ``imr`` command; each subcommand is imported only when it is used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from assets.state.home import settle_user_folder
from assets.state.private import keep_private
from pipelines.commands.speaking import Speaking, refuse_unknown_command

_COMMANDS = {
    "run": "Run the pipeline: take in, validate, compute, publish.",
    "ingest": "Take in an extract that was exported by hand.",
    "sources": "Show every dataset: vintages, age, status, licence.",
    "wanted": "Say what is missing or late, and how to get it.",
    "withdraw": "Take an extract out of use, or back.",
    "open": "Open the page of a release in a browser.",
    "releases": "List releases and channels.",
    "show": "Show rows of a released table.",
    "sql": "Query a release with SQL.",
    "diff": "Compare two releases.",
    "promote": "Make a release the stable one.",
    "verify": "Check every file and number of a release.",
    "audit": "Say how well what is withheld is protected.",
    "demo": "Show on made-up counts what is withheld, and why.",
    "explain": "Trace one number to its source rows.",
    "claim": "Search what makes a stated number true.",
    "site": "Offer releases over HTTP, or as static files.",
    "expectations": "Show what is expected of each table.",
    "doctor": "Say what is wrong with this machine.",
    "dagster": "Start Dagster's web UI or daemon on this home.",
}


class LazyCommands(Speaking, click.Group):
    """Command group that imports a command only when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, the first steps of a newcomer first."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or ``None`` for an unknown name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pipelines.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; an error for an unknown one names similar commands."""
        refuse_unknown_command(ctx, args[0], _COMMANDS)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def _name_of(self, words: Sequence[str]) -> str:
        return next((word for word in words if word in _COMMANDS), "imr")


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    from assets.schema.registry import SCHEMA_VERSION

    click.echo(
        f"imr {version('infant-mortality-rates')} (schema of releases {SCHEMA_VERSION}, "
        f"Python {sys.version.split()[0]})"
    )
    ctx.exit()


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Say which version this is.",
)
def main() -> None:
    """Infant mortality rates from NCHS and ONS extracts: run, look, trace.

    State lives under IMR_HOME (default: var in the project). Run 'imr COMMAND --help' for the
    options of a command.
    """
    settle_user_folder()
    keep_private()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal or log that cannot encode an en dash must not fail a published run.
            stream.reconfigure(errors="replace")
