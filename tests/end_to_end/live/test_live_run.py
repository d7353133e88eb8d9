"""The live profile from end to end: producers on loopback, exports in the inbox, one release."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from assets.archive import inbox, vintage_folders
from assets.archive.refresh import refresh
from assets.archive.sources import stale_datasets
from assets.producers.catalogue import DATASETS, dataset
from assets.state.home import Home
from pipelines.outcome import RunOutcome
from pipelines.run import execute
from pipelines.settings import Settings
from tests.component.live.producers import Producers, Reply, SodaData

RAW = 'key:"raw/*"'


@dataclass(frozen=True)
class FirstRun:
    """The home after the first live run, and what the run said."""

    settings: Settings
    outcome: RunOutcome

    @property
    def home(self) -> Home:
        return self.settings.home


@pytest.fixture(scope="module")
def first(
    producers: Producers, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FirstRun]:
    settings = Settings(Home(tmp_path_factory.mktemp("live") / "home"), "live")
    home = settings.home.create()
    for file in (repository / "assets/producers/nchs/samples/files").glob("wonder_*.txt"):
        shutil.copy(file, home.inbox)
    (home.inbox / "holiday.txt").write_text("Dear diary,\nit rained.\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in producers.environment.items():
            patch.setenv(name, value)
        patch.setattr(inbox, "QUIET_SECONDS", 0)
        yield FirstRun(settings, execute(settings))


def test_the_whole_way_from_the_wire_to_a_release(first: FirstRun) -> None:
    outcome = first.outcome
    assert outcome.stale == ()
    assert outcome.failures == ()
    assert [c for c in outcome.failed_checks if c.blocking] == []
    assert outcome.published
    assert outcome.exit_code == 0
    assert outcome.path is not None
    rows = (
        duckdb.connect()
        .sql(
            f"""SELECT area_code, numerator, denominator
        FROM '{(outcome.path / "rates.parquet").as_posix()}'
        WHERE measure = 'infant_mortality' AND window_type = 'annual' AND stratum_type = 'all'
          AND ((area_code = 'US-MO' AND period_end = '2023-12-31' AND source_family = 'nchs_linked')
            OR (area_code = 'E92000001' AND period_end = '2022-12-31'
                AND source_family = 'ons_occurrence'))
        ORDER BY area_code"""
        )
        .fetchall()
    )
    # Child mortality 2022, Table 3, England; linked records 2023, Missouri.
    assert rows == [
        ("E92000001", 2240, 577_046),
        ("US-MO", 411, 67_123),
    ]


def test_every_dataset_came_by_itself_or_from_the_inbox(first: FirstRun) -> None:
    offered = [d for d in DATASETS if d.source != "local"]
    empty = [d.dataset_id for d in offered if not vintage_folders.vintages(first.home, d)]
    assert empty == []
    assert not any(
        v.origin.parameters.get("profile") == "sample"
        for d in DATASETS
        for v in vintage_folders.vintages(first.home, d)
    )


def test_the_inbox_is_empty_and_the_stranger_is_reported(first: FirstRun) -> None:
    assert [p.name for p in first.home.inbox.iterdir() if p.is_file()] == []
    assert len(list((first.home.inbox / "processed").iterdir())) == 25
    (report,) = (first.home.quarantine / "unidentified").glob("*/report.json")
    facts = json.loads(report.read_text(encoding="utf-8"))
    assert facts["file"] == "holiday.txt"
    assert "Dear diary" in facts["seen"]
    assert "imr ingest --list" in facts["remedy"]
    assert (report.parent / "holiday.txt").exists()


def test_a_night_without_news_costs_a_few_small_requests(
    first: FirstRun, producers: Producers
) -> None:
    producers.forget()
    statuses = {refresh(first.home, d, profile="live").status for d in DATASETS}
    assert statuses == {"unchanged"}
    # Seven datasets of data.cdc.gov and four of Nomis ask once, the two kinds of areas of
    # Fingertips once each, four of the ONS site twice, and three of those have an older edition.
    assert len(producers.seen) == 7 + 4 + 2 + 4 * 2 + 3
    assert not [p for p in producers.seen if p.startswith(("/resource", "/file")) or ".csv?" in p]
    assert producers.sent_bytes < 20_000


def test_one_producer_down_leaves_the_other_alone(
    first: FirstRun, producers: Producers, repository: Path
) -> None:
    counts = dataset("nchs_vsrr_counts")
    before = {d.dataset_id: len(vintage_folders.vintages(first.home, d)) for d in DATASETS}

    def gone(path: str, query: dict[str, str], reply: Reply) -> Reply | None:
        return Reply(404, b"retired") if "e6fc-ccez" in path else None

    edition = repository / "assets/producers/nchs/samples/files/vsrr_hmz2-vwda_edition_2.json"
    producers.soda["hmz2-vwda"] = SodaData(
        json.loads(edition.read_text(encoding="utf-8")), updated=1_710_000_000
    )
    producers.faults = [gone]
    try:
        outcome = execute(first.settings, only=RAW)
    finally:
        producers.faults = []
    assert outcome.exit_code == 3
    ((stale, reason),) = outcome.stale
    assert stale == "nchs_births_1909"
    assert "retired" in reason
    after = {d.dataset_id: len(vintage_folders.vintages(first.home, d)) for d in DATASETS}
    assert after == before | {counts.dataset_id: before[counts.dataset_id] + 1}
    births = dataset("nchs_births_1909")
    assert refresh(first.home, births, profile="live").status == "unchanged"
    assert stale_datasets(first.home, DATASETS) == []


def _first_run(folder: Path, producers: Producers, silent: str) -> RunOutcome:
    """Return the first run of a home without exports, where some addresses answer 404."""
    settings = Settings(Home(folder / "home"), "live")
    settings.home.create()
    producers.faults = [
        lambda path, query, reply: Reply(404, b"gone") if re.search(silent, path) else None
    ]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in producers.environment.items():
            patch.setenv(name, value)
        try:
            return execute(settings)
        finally:
            producers.faults = []


def test_producers_that_are_silent_from_the_start_keep_no_other_back(
    producers: Producers, tmp_path: Path
) -> None:
    # Nor does a home without exports of CDC WONDER.
    outcome = _first_run(tmp_path, producers, "all_data|/api/v01/")
    assert [c for c in outcome.failed_checks if c.blocking] == []
    assert outcome.published
    assert outcome.exit_code == 3
    assert {name for name, _ in outcome.stale} == {
        "fingertips_infant_mortality",
        *(d.dataset_id for d in DATASETS if d.dataset_id.startswith("nomis_")),
    }


def test_nothing_at_all_is_said_plainly(producers: Producers, tmp_path: Path) -> None:
    outcome = _first_run(tmp_path, producers, ".")
    assert outcome.exit_code == 1
    ((step, message),) = outcome.failures
    assert step == "core_counts"
    assert "the archive has no births and no deaths" in message
    assert "imr sources" in message
