"""Where state lives: the folders under ``IMR_HOME``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.state.private import make_folder_open, settle

PROJECT = Path(__file__).resolve().parents[2]
POLICIES = "policies.yaml"
_NO_FOLDER = "/nonexistent"
"""What Debian gives to users without a folder: nothing is read from it, nothing is kept in it."""


class NoFolderError(RuntimeError):
    """The home cannot be made where it should be."""


@dataclass(frozen=True)
class Home:
    """Folder that holds all state of one installation.

    Attributes:
        root: The folder itself, absolute.
    """

    root: Path

    @property
    def archive(self) -> Path:
        """Raw vintages, ``<source>/<dataset>/<sha256>/``."""
        return self.root / "archive"

    @property
    def inbox(self) -> Path:
        """Hand-exported extracts waiting to be taken in."""
        return self.root / "inbox"

    @property
    def quarantine(self) -> Path:
        """Refused extracts with their reports."""
        return self.root / "quarantine"

    @property
    def staging(self) -> Path:
        """Staging rows as Parquet, one file per vintage and parser version."""
        return self.root / "staging"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file; consumers read releases, never this."""
        return self.root / "warehouse.duckdb"

    def warehouse_of(self, as_of: str) -> Path:
        """The DuckDB file of a rebuild as of a past date, or of the present where it is empty.

        A rebuild has a file of its own, so that nothing of the past can be taken for the present.
        """
        return self.root / "rebuild.duckdb" if as_of else self.warehouse

    def answers_of(self, as_of: str) -> Path:
        """What Great Expectations answered about the tables of that file, for Data Docs."""
        return self.reports / ("rebuild-answers" if as_of else "answers")

    @property
    def regions(self) -> Path:
        """YAML files in which the user declares regions."""
        return self.root / "regions"

    @property
    def policies(self) -> Path:
        """File in which the user chooses stricter disclosure policies."""
        return self.root / POLICIES

    @property
    def releases(self) -> Path:
        """Release folders and channel pointers."""
        return self.root / "releases"

    @property
    def lineage(self) -> Path:
        """Counts behind each release, small ones too."""
        return self.root / "lineage"

    @property
    def dagster(self) -> Path:
        """Dagster's run history."""
        return self.root / "dagster"

    @property
    def reports(self) -> Path:
        """Reports of runs and checks."""
        return self.root / "reports"

    @property
    def data_docs(self) -> Path:
        """Pages about what was found when tables were judged."""
        return self.reports / "expectations"

    @property
    def dropped(self) -> Path:
        """Counts that the user gave up, because earlier releases give them away."""
        return self.root / "dropped.txt"

    @property
    def asked_to_wait(self) -> Path:
        """Until when servers of producers asked to be left alone."""
        return self.root / "asked_to_wait.json"

    @property
    def lock(self) -> Path:
        """Lock file that names the one writer."""
        return self.root / "writer.lock"

    def create(self) -> Home:
        """Create the folders that do not exist yet and return the same home.

        Releases can be read by everybody, the rest by this user alone, whatever the umask; an
        older home is mended.

        Raises:
            NoFolderError: There can be no folder at its place.
        """
        try:
            make_folder_open(self.root)
        except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
            raise NoFolderError(
                f"{self.root} cannot be a folder ({error.strerror}). Nothing was created. Set "
                "IMR_HOME to a folder, or to where one can be made."
            ) from error
        for folder in (
            self.archive,
            self.inbox,
            self.quarantine,
            self.staging,
            self.lineage,
            self.dagster,
            self.reports,
        ):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.regions.mkdir(exist_ok=True)
        make_folder_open(self.releases)
        settle(self.root)
        return self


def settle_user_folder() -> None:
    """Give this process a ``HOME`` where its user has none, as in a container.

    Libraries look for their preferences there as soon as they are imported and end the process
    where there is neither ``HOME`` nor an entry of the user in ``/etc/passwd``.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = _NO_FOLDER


def present_root() -> Path:
    """Return the home of this process: ``IMR_HOME``, or the default one."""
    return Path(os.environ.get("IMR_HOME") or default_root(os.environ)).expanduser()


def default_root(environment: Mapping[str, str]) -> Path:
    """Return the default home, used if ``IMR_HOME`` is not set.

    In a checkout it is ``var`` beside the code. For an installed package it is the user's data
    folder, ``~/.local/share/infant-mortality-rates``
    or below ``XDG_DATA_HOME``.
    """
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT / "var"
    data = environment.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    return Path(data) / "infant-mortality-rates"
