"""Dagster resources for the home, the archive and the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from logging import Logger
from pathlib import Path

import dagster as dg
import duckdb

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.intake import Judge
from assets.archive.settling import Complaint
from assets.archive.waiting import taken_again
from assets.core.enough import NothingToCountError
from assets.core.judges import judges_of
from assets.core.settled import BuildInputs, Stage, settle_counts
from assets.defs.specs import materialised
from assets.object_store.location import Location, location_of
from assets.producers.catalogue import DATASETS
from assets.schema.model import Table
from assets.state.home import Home
from assets.state.warehouse import connect


class _OfOneHome(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A home, which extracts it takes in, and the moment whose knowledge counts.

    ``as_of`` is ``None`` for the present.
    """

    home: str
    profile: str = "sample"
    as_of: str | None = None

    @property
    def paths(self) -> Home:
        """Folders of the home."""
        return Home(Path(self.home)).create()

    @property
    def today(self) -> date | None:
        """Day to judge by, or ``None`` for the present day."""
        return date.fromisoformat(self.as_of[:10]) if self.as_of else None


class WarehouseResource(_OfOneHome):
    """The DuckDB warehouse of one home, and the basis of what a run puts into it."""

    basis: str = ""

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the warehouse for one asset and close it again."""
        with connect(self.paths.warehouse_of(self.as_of or "")) as con:
            yield con

    @property
    def answers(self) -> Path:
        """Folder of what Great Expectations answered about the tables of this warehouse."""
        return self.paths.answers_of(self.as_of or "")

    @property
    def building(self) -> BuildInputs:
        """Inputs from which the tables of a run are built."""
        home = self.paths

        def again(datasets: Sequence[Dataset]) -> dict[str, str]:
            return taken_again(home, datasets, DATASETS, judges_of(home))

        return BuildInputs(
            home, DATASETS, self.complaints, self.recheck, self.as_of, self.today, again
        )

    def settles(
        self,
        con: duckdb.DuckDBPyConnection,
        log: Logger,
        *stages: Stage,
        chosen: Stage | None = None,
    ) -> bool:
        """Build the counts, or tables on them, and log which extracts were set aside.

        Returns:
            Whether there is something to publish. Where births or deaths are still missing, the
            tables that nothing can be made of are left out; that is no failure.

        Raises:
            NothingToCountError: No extract of any dataset has ever arrived.
        """
        try:
            for line in settle_counts(con, self.building, *stages, chosen=chosen):
                log.warning(line)
        except NothingToCountError as error:
            if not any(vintage_folders.folders(self.paths, d) for d in DATASETS):
                raise
            log.warning("Nothing can be published yet: %s", error)
            return False
        return True

    def made(
        self, con: duckdb.DuckDBPyConnection, full_name: str, table: Table
    ) -> dg.MaterializeResult[None]:
        """Return the result for a table that has just been written."""
        return materialised(con, full_name, table, self.made_from(full_name))

    def made_from(self, full_name: str) -> str:
        """Return the identity of inputs other than tables; overridden in ``pipelines``."""
        return ""

    def complaints(self, con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[Complaint]:
        """Return the required rules that fail on tables; overridden where rules may be imported."""
        return []

    def recheck(self, con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
        """Store evidence for rebuilt tables; overridden where rules may be imported."""


class IntakeResource(_OfOneHome):
    """How extracts come in: the bundled samples or the producers' sites."""

    def judges(self) -> tuple[Judge, ...]:
        """Return the judges of every extract beyond the rules of its own dataset."""
        return judges_of(self.paths)


class GateResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What the release gate demands: the rules of every table, by full table name."""

    required_rules: dict[str, list[str]]


class ObjectStoreResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The object store that gets every release too."""

    url: str

    @property
    def location(self) -> Location:
        """Bucket and prefix."""
        return location_of(self.url)
