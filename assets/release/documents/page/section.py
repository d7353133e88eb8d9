"""What the sections of the page have in common: what they are made from, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from assets.archive.overview import DatasetState
from assets.release.documents.page.drawing import Figure, Table
from assets.state.warehouse import records, sql_of, table_exists


@dataclass(frozen=True)
class Release:
    """What the page is made from.

    Attributes:
        con: Open connection with the published tables.
        facts: version, released_at, schema_version and method_version.
        previous: Release before, or ``None`` for a first one.
        datasets: State of the datasets on the day of the release, as ``imr sources`` shows it.
        files: Size in bytes of the files of the release, by name.
    """

    con: duckdb.DuckDBPyConnection
    facts: Mapping[str, str]
    previous: str | None = None
    datasets: Sequence[DatasetState] = ()
    files: Mapping[str, int] = field(default_factory=dict)

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of ``<query>.sql`` beside this module."""
        return records(self.con, sql_of(__file__, query), values or None)

    def has(self, table: str) -> bool:
        """Return whether there is a table."""
        return table_exists(self.con, table)


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes:
        findings: What it says, a sentence each, before any picture.
        missing: What this release lacks of it, a sentence each.
        figures: Charts with their tables.
        tables: Tables without a chart.
        notes: How to read it.
        in_captions: The captions of the figures say the findings; only print lists them.
        more: What its own template needs.
    """

    findings: Sequence[str] = ()
    missing: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    in_captions: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


RELIABLE = "ok"
NO_BORROWING = (
    "The nations count differently, so that figures of two series are shown beside each other and "
    "never joined."
)
