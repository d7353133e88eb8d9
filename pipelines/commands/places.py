"""Find the home that a command reads; a reading command does not create one."""

from __future__ import annotations

import click

from assets.state.home import Home


class NoHomeError(click.ClickException):
    """The home does not exist; the message says what to do."""


def existing_home() -> Home:
    """Return the home of the settings.

    Raises:
        NoHomeError: There is no such folder.
    """
    from pipelines.settings import Settings

    home = Settings.from_environment().home
    said = missing(home)
    if said:
        raise NoHomeError(said)
    return home


def missing(home: Home) -> str:
    """Return why the home does not exist and what to do; empty if it exists."""
    import os

    if home.root.is_dir():
        return ""
    seen = "is a file, not a folder" if home.root.exists() else "does not exist"
    if os.environ.get("IMR_HOME"):
        said = (
            f"IMR_HOME is {home.root}, which {seen}. Nothing was created. Set IMR_HOME to the "
            "folder that holds the releases"
        )
        new = "; if this is to be a new one, make it with: imr run"
        return said + ("." if home.root.exists() else new)
    return (
        f"{home.root} {seen}: there is no release yet. Make one with: imr run. If the releases "
        "lie elsewhere, set IMR_HOME to their home."
    )
