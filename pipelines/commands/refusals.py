"""Turn errors of commands on releases into one line and an exit code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

import click

_Parameters = ParamSpec("_Parameters")


class DamagedError(click.ClickException):
    """A file of the releases was changed after publishing; nothing was done."""

    exit_code = 2


def plainly(command: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """Let a command print errors of releases as a message instead of a traceback.

    Exit codes: 1 there is no such release, somebody is publishing, or the folder cannot be
    written; 2 wrong use, or a file of the releases is damaged.
    """

    @wraps(command)
    def told(*arguments: _Parameters.args, **options: _Parameters.kwargs) -> None:
        try:
            command(*arguments, **options)
        except Exception as error:
            said = _refusal(error)
            if said is None:
                raise
            raise said from error

    return told


def explained(error: Exception, known: Iterable[str]) -> str:
    """Return DuckDB's error for a query, with similar names."""
    from assets.text.suggest import did_you_mean

    text = str(error)
    unknown = re.search(
        r'(?:column|Table with name) "?([\w.]+)"? (?:not found|does not exist)', text
    )
    return text + (did_you_mean(unknown[1], known) if unknown else "")


def _refusal(error: Exception) -> click.ClickException | None:
    from assets.schema.producers import DeclarationError

    if isinstance(error, DeclarationError):
        return click.ClickException(str(error))
    from assets.release.channels.publisher_lock import PublisherBusyError, ReleaseNotWrittenError
    from assets.state.home import NoFolderError
    from assets.state.released import DamagedReleaseError, NoReleaseError
    from pipelines.settings import SettingsError

    if isinstance(error, PermissionError) and error.filename:
        return click.ClickException(
            f"This user may not read or write {error.filename} ({error.strerror}). Run as the user "
            "who owns IMR_HOME. Releases alone are open to all; imr show and imr sql read them."
        )
    if isinstance(error, UnicodeError):
        return click.UsageError(f"bytes that are no UTF-8 text ({error}); expected plain text.")
    if isinstance(error, SettingsError):
        return click.UsageError(str(error))
    if isinstance(error, DamagedReleaseError):
        return DamagedError(str(error))
    if isinstance(
        error, NoFolderError | NoReleaseError | PublisherBusyError | ReleaseNotWrittenError
    ):
        return click.ClickException(str(error))
    return None
