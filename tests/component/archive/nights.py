"""A night without Dagster: the steps of a run in their order, each judged by its required rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.intake import take_in
from assets.archive.samples import sample_extracts
from assets.archive.settling import Complaint
from assets.archive.vintage import Origin
from assets.archive.waiting import taken_again
from assets.core.declarations import (
    build_areas,
    build_pools,
    build_region_members,
    build_series_breaks,
)
from assets.core.enough import NothingToCountError
from assets.core.geography.arriving_areas import judge_areas
from assets.core.judges import judges_of
from assets.core.settled import BuildInputs, Stage, settle_counts, settle_staging
from assets.disclosure.published_tables import publishing
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.rates.builders import DERIVED, RATES
from assets.state.home import Home
from assets.state.warehouse import connect
from expectations.complaints import complaints
from expectations.suites import suite_tables

JUDGES = (judge_areas, judge_strata)


ALL = (RATES, DERIVED, publishing())
"""Everything that stands on the counts."""


@dataclass(frozen=True)
class Night:
    """What became of a night.

    Attributes:
        published: Everything that was built may be released.
        set_aside: What was set aside, a line each.
        blocked: Rules that stopped it, with table.
        nothing: Why there was nothing to publish.
    """

    published: bool = False
    set_aside: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    nothing: str = ""


def arrive(home: Home, name: str, file: Path, at: str) -> str:
    """Take an extract in as a person would; returns the outcome's status."""
    origin = Origin(f"file:{file.name}", at, "terms")
    return take_in(home, dataset(name), file, origin, JUDGES).status


def arrive_samples(home: Home, *names: str) -> None:
    """Take all bundled samples of some datasets in."""
    for name in names:
        for file, origin in sample_extracts(dataset(name)):
            take_in(home, dataset(name), file, origin, JUDGES)


def put(home: Home, name: str, file: Path, at: str) -> str:
    """Archive an extract past the door, as one that an earlier version took in."""
    entry = dataset(name)
    vintage, _ = vintage_folders.put(
        home, entry, file, Origin(f"file:{file.name}", at, "terms", at[:10])
    )
    return vintage.vintage_id


def shown(home: Home) -> dict[tuple[object, ...], object]:
    """Return the counts that the last night used, by series, area, period and stratum."""
    with connect(home.warehouse) as con:
        rows = con.execute(
            "SELECT source_family, area_code, period_start, period_end, measure, stratum_type, "
            "stratum, value FROM core.observations WHERE geography_vintage IN ('US', 'EW')"
        ).fetchall()
    return {row[:-1]: row[-1] for row in rows}


def night(home: Home, stages: Sequence[Stage] = ALL) -> Night:
    """Build and judge what the archive has, and remember what passed as a release would.

    Args:
        home: Where state lives.
        stages: Tables to build on the counts.
    """
    latest: dict[str, list[Complaint]] = {}

    def judged(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[Complaint]:
        # Each table as it was judged when it was built last: nothing is judged twice.
        found = {name: complaints(con, [name], basis="test") for name in names}
        latest.update(found)
        return [one for each in found.values() for one in each]

    # Evidence is for a release, and here is none.
    inputs = BuildInputs(
        home,
        DATASETS,
        judged,
        lambda *_: None,
        taken_again=lambda some: taken_again(home, some, DATASETS, judges_of(home)),
    )
    with connect(home.warehouse) as con:
        lines = _stage(con, inputs)
        try:
            for above in range(len(stages) + 1):
                lines += settle_counts(con, inputs, *stages[:above])
        except NothingToCountError as error:
            return Night(set_aside=tuple(lines), nothing=str(error))
        judged(con, [n for n in suite_tables() if n.startswith("core.") and n not in latest])
        left = tuple(
            f"{c.table} {c.rule}: {c.seen}"
            for name, each in latest.items()
            if not name.startswith("staging.")
            for c in each
        )
        if not left:
            _remember(home, con)
    return Night(not left, tuple(lines), left)


def _stage(con: duckdb.DuckDBPyConnection, inputs: BuildInputs) -> list[str]:
    lines: list[str] = []
    staged: dict[str, list[Dataset]] = {}
    for entry in DATASETS:
        staged.setdefault(entry.staging.full_name, []).append(entry)
    for group in staged.values():
        lines += settle_staging(con, inputs, group)
    build_areas(con, inputs.home.regions)
    build_region_members(con, inputs.home.regions)
    build_series_breaks(con)
    build_pools(con)
    return lines


def _remember(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Write of a release what says which vintages it stands on."""
    inputs = [
        {"vintage_id": row[0]}
        for row in con.execute("SELECT vintage_id FROM core.vintages ORDER BY ALL").fetchall()
    ]
    folder = home.releases / "release=2026.01.01"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"inputs": inputs}), encoding="utf-8")
    channel = home.releases / "channels" / "nightly.json"
    channel.parent.mkdir(parents=True, exist_ok=True)
    channel.write_text(json.dumps({"version": "2026.01.01"}), encoding="utf-8")
