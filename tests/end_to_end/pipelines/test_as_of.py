"""A rebuild as of a past date says what was said then, and moves nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assets.archive.intake import NEW, take_in
from assets.archive.sources import record_attempt
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.release.channels.releases_on_disk import Release, pointer
from assets.release.channels.resolve import resolve
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from pipelines.outcome import RunOutcome
from pipelines.run import execute
from pipelines.settings import Settings

from .conftest import run_imr

BEFORE = "2026-01-01"
"""All samples were retrieved by then; what the test takes in came later."""
SAID = [t.name for t in tables_of(Layer.PUBLISHED) if t.identity]
COUNTIES = """\
area,year,live_births,infant_deaths
29069,2011,400,11
29133,2011,190,10
29143,2011,240,12
29155,2011,260,0
29201,2011,520,14
29207,2011,340,4
"""
"""Made up; one count is small enough to be withheld, with what would give it away."""


@dataclass(frozen=True)
class Moved:
    """A home whose channel has moved on since the first release."""

    home: Home
    first: Release
    later: RunOutcome


@pytest.fixture(scope="module")
def moved(
    first_run: tuple[Path, str], repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Moved:
    folder = tmp_path_factory.mktemp("moved")
    shutil.copytree(first_run[0], folder / "home")
    home = Home(folder / "home")
    first = resolve(home.releases)
    samples = repository / "assets/producers/nchs/samples/files"
    records = json.loads((samples / "vsrr_hmz2-vwda_edition_2.json").read_text(encoding="utf-8"))
    newest = [r for r in records if (r["year"], r["month"]) == ("2021", "March")]
    assert len(newest) > 50
    added = [{**r, "month": "April"} for r in newest]
    (wyoming,) = [r for r in newest if r["state"] == "WYOMING"]
    wyoming["data_value"] = str(int(wyoming["data_value"]) - 2)
    vsrr = folder / "edition_3.json"
    vsrr.write_text(json.dumps([*records, *added]), encoding="utf-8")
    counties = folder / "bootheel.csv"
    counties.write_text(COUNTIES)
    for name, file in {"nchs_vsrr_counts": vsrr, "local_area_counts": counties}.items():
        origin = Origin(f"file:{file.name}", "2026-03-05T09:00:00+00:00", "terms")
        done = take_in(home, dataset(name), file, origin, (judge_areas, judge_strata))
        assert done.status == NEW, done.errors
    record_attempt(home, dataset("ons_child_mortality"), "failed", "503")
    later = execute(Settings(home), job_name="rebuild")
    assert later.published, later
    assert [name for name, _ in later.stale] == ["ons_child_mortality"]
    return Moved(home, first, later)


@pytest.fixture(scope="module")
def elsewhere(moved: Moved, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunOutcome]:
    """The rebuild in a home that has nothing but a copy of the archive."""
    home = Home(tmp_path_factory.mktemp("elsewhere") / "fresh home")
    shutil.copytree(moved.home.archive, home.archive)
    yield execute(Settings(home, as_of=BEFORE), job_name="rebuild")


def test_the_channel_has_moved_on(moved: Moved) -> None:
    assert moved.later.path is not None
    old, new = (json.loads((p / "manifest.json").read_text())["tables"]
                for p in (moved.first.path, moved.later.path))  # fmt: skip
    differ = {name for name in SAID if old[name]["content_hash"] != new[name]["content_hash"]}
    assert {"rates", "sources", "suppression"} <= differ


def test_at_home_it_is_the_old_release_and_nothing_moves(moved: Moved) -> None:
    def state() -> dict[str, bytes]:
        return {
            str(p.relative_to(moved.home.root)): p.read_bytes()
            # Of tables of the past in its history Dagster would say that they are the newest.
            for folder in ("releases", "archive", "lineage", "dagster/history")
            for p in (moved.home.root / folder).rglob("*")
            if p.is_file() and not p.name.startswith(".publish")
        }

    before, warehouse = state(), moved.home.warehouse.stat()
    done = run_imr(moved.home.root, "run", "--as-of", BEFORE)
    assert done.returncode == 0, done.stderr
    assert f"As of {BEFORE} this is release {moved.first.version}; nothing was" in done.stdout
    assert state() == before
    assert moved.home.warehouse.stat().st_mtime_ns == warehouse.st_mtime_ns
    assert not list(moved.home.root.glob("rebuild*"))
    said = pointer(moved.home.releases, "nightly")
    assert said is not None
    assert said.version == moved.later.version


def test_the_archive_alone_gives_the_same_release(moved: Moved, elsewhere: RunOutcome) -> None:
    assert elsewhere.failures == ()
    assert elsewhere.published
    assert elsewhere.path is not None
    old, new = (json.loads((p / "manifest.json").read_text())
                for p in (moved.first.path, elsewhere.path))  # fmt: skip
    assert new["content_hash"] == old["content_hash"]
    assert new["identity"] == old["identity"]
    for name in SAID:
        assert new["tables"][name] == old["tables"][name], name
        csv = f"{name}.csv"
        assert (elsewhere.path / csv).read_bytes() == (moved.first.path / csv).read_bytes(), name
        parquet = [
            pq.ParquetFile(p / f"{name}.parquet") for p in (moved.first.path, elsewhere.path)
        ]
        first, second = (
            {k: v for k, v in f.metadata.metadata.items() if k != b"release_version"}
            for f in parquet
        )
        assert first == second, name
        assert parquet[0].read().equals(parquet[1].read()), name


def test_a_rebuild_that_nobody_published_is_shown_by_no_channel(
    moved: Moved, elsewhere: RunOutcome
) -> None:
    assert elsewhere.path is not None
    releases = elsewhere.path.parent
    manifest = json.loads((elsewhere.path / "manifest.json").read_text())
    assert (manifest["channel"], manifest["as_of"]) == (None, BEFORE)
    assert pointer(releases, "nightly") is None
    assert elsewhere.alerts == ()
    assert elsewhere.stale == ()
