"""Dagster resources: thin shells around the home, the archive and the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb

from assets.archive.intake import Judge
from assets.core.geography.intake import judge_areas
from assets.core.observations.intake import judge_strata
from assets.home import Home
from assets.warehouse import connect


class WarehouseResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The DuckDB warehouse of one home, and the basis of what a run puts into it."""

    home: str
    basis: str = ""

    @property
    def paths(self) -> Home:
        """Folders of the home."""
        return Home(Path(self.home)).create()

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the warehouse for one asset and close it again."""
        with connect(self.paths.warehouse) as con:
            yield con


class IntakeResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """How extracts come in: the bundled samples or the producers' sites."""

    home: str
    profile: str = "sample"
    as_of: str = ""

    @property
    def paths(self) -> Home:
        """Folders of the home."""
        return Home(Path(self.home)).create()

    @property
    def known_until(self) -> str | None:
        """Last date whose vintages count, or ``None`` for all."""
        return self.as_of or None

    def judges(self) -> tuple[Judge, ...]:
        """Return the judges of every extract beyond the rules of its own dataset."""
        return (judge_areas, judge_strata)


class GateResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What the release gate demands: the rules of every table, by full table name."""

    required_rules: dict[str, list[str]]
