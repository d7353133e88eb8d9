"""Births without deaths and deaths without births: what must arrive before a rate is possible."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

import duckdb

from assets.archive.acceptance import PROFILE
from assets.archive.dataset import Dataset
from assets.archive.withdrawal import in_use
from assets.producers.catalogue import PRODUCERS
from assets.schema.producers import all_series
from assets.state import durable
from assets.state.home import Home
from assets.state.warehouse import sql_of

BIRTHS, DEATHS = "births", "deaths"
_FILE = "lacking.json"
_WITHOUT = {BIRTHS: DEATHS, DEATHS: BIRTHS}


@dataclass(frozen=True)
class Lacking:
    """Counts of one dataset that nothing stands beside.

    Attributes:
        dataset_id: Dataset whose counts give no rate.
        lacks: ``births`` or ``deaths``.
        years: Years concerned.
        areas: Areas concerned, in the year with most of them.
        needed: What brings the missing counts.
        bundled: Only bundled samples of the dataset are in use.
    """

    dataset_id: str
    lacks: str
    years: tuple[int, ...]
    areas: int
    needed: str
    bundled: bool = False

    @property
    def line(self) -> str:
        """What lacks what, and what to do."""
        areas = "1 area" if self.areas == 1 else f"{self.areas:,} areas"
        return (
            f"{_WITHOUT[self.lacks]} {ranges(self.years)} of {self.dataset_id} ({areas}) have no "
            f"{self.lacks}, so no rate comes out: take in {self.needed}."
        )


def lacking(
    con: duckdb.DuckDBPyConnection, home: Home, datasets: Iterable[Dataset]
) -> list[Lacking]:
    """Return what the counts lack, by dataset.

    Args:
        con: Open connection to the warehouse with ``core.observations`` and ``core.areas``.
        home: Where state lives.
        datasets: Catalogue.
    """
    known = {d.dataset_id: d for d in datasets}
    found = []
    rows = con.execute(sql_of(__file__, "lacking")).fetchall()
    for (dataset_id, family, lacks), group in groupby(rows, key=lambda row: row[:3]):
        listed = list(group)
        years = tuple(int(row[3]) for row in listed)
        entry = known.get(dataset_id)
        found.append(
            Lacking(
                dataset_id,
                lacks,
                years,
                max(int(row[4]) for row in listed),
                needed_for(family, lacks, years),
                entry is not None and _is_bundled(home, entry),
            )
        )
    return found


def needed_for(family: str, lacks: str, years: Sequence[int]) -> str:
    """Return which extract brings the counts that a series lacks."""
    for producer in PRODUCERS.values():
        if producer.needs is not None and (found := producer.needs(family, lacks, years)):
            return found
    return all_series()[family].needs[lacks]


def ranges(years: Sequence[int]) -> str:
    """Return years as people write them: ``2007 to 2016, 2019``."""
    spans: list[list[int]] = []
    for year in sorted(set(years)):
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{s[0]}" if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans)


def remember(home: Home, found: Sequence[Lacking]) -> None:
    """Store what is missing, for commands between runs."""
    home.reports.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(entry) for entry in found], indent=2) + "\n"
    durable.replace_text(home.reports / _FILE, text)


def has_looked(home: Home) -> bool:
    """Return whether what is lacking has been kept."""
    return (home.reports / _FILE).is_file()


def remembered(home: Home) -> list[Lacking]:
    """Return what the last run found missing."""
    try:
        facts = json.loads((home.reports / _FILE).read_text(encoding="utf-8"))
        return [Lacking(**{**entry, "years": tuple(entry["years"])}) for entry in facts]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _is_bundled(home: Home, dataset: Dataset) -> bool:
    return all(v.origin.parameters.get(PROFILE) == "sample" for v in in_use(home, dataset))
