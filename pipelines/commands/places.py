"""The home that a command reads; a command that only reads creates none."""

from __future__ import annotations

import click

from assets.state.home import Home


class NoHomeError(click.ClickException):
    """There is nothing where the home should be; the message says what to do."""


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
    """Return why there is no home at its place and what to do, or nothing where there is one."""
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
