"""Core tables and rates from chosen extracts, through the door that every extract takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from assets.archive.intake import NEW, take_in
from assets.archive.samples import sample_extracts
from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.archive.vintage import Origin
from assets.core.declarations import (
    build_areas,
    build_pools,
    build_region_members,
    build_series_breaks,
)
from assets.core.geography.arriving_areas import judge_areas
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import DATASETS, dataset
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.rates.builders import build_rates
from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from assets.state.warehouse import connect

JUDGES = (judge_areas, judge_strata)
Build = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Take local extracts and the samples of named datasets in; build counts and rates."""
    with ExitStack() as stack:

        def _build(*extracts: str, samples: tuple[str, ...] = ()) -> duckdb.DuckDBPyConnection:
            home = Home(tmp_path / "home").create()
            for number, content in enumerate(extracts):
                file = tmp_path / f"counts-{number}.csv"
                file.write_text(content, encoding="utf-8")
                origin = Origin(file.name, f"2024-05-{number + 1:02}T00:00:00+00:00", "terms")
                outcome = take_in(home, dataset("local_area_counts"), file, origin, JUDGES)
                assert outcome.status == NEW, outcome.errors
            for name in samples:
                for file, origin in sample_extracts(dataset(name)):
                    assert take_in(home, dataset(name), file, origin, JUDGES).status == NEW
            con = stack.enter_context(connect(home.warehouse))
            for table in tables_of(Layer.STAGING):
                build_staging_table(con, home, table, DATASETS)
            for declare in (build_areas, build_region_members, build_series_breaks, build_pools):
                declare(con)
            build_vintages(con, home, DATASETS)
            build_counts(con)
            build_rates(con)
            return con

        yield _build
