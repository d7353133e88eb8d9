"""Core tables and rates from chosen extracts, through the door that every extract takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from assets.archive.intake import NEW, take_in
from assets.archive.samples import sample_extracts
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.state.home import Home
from assets.state.warehouse import connect
from tests.from_archive import rates_of

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
            rates_of(con, home)
            return con

        yield _build
