"""Counts and rates from real CDC WONDER exports, through the door that every extract takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from assets.archive.intake import NEW, take_in
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from assets.producers.identify import identify
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.schema.registry import table
from assets.state.home import Home
from assets.state.warehouse import connect
from tests.from_archive import rates_of

Wonder = Callable[..., duckdb.DuckDBPyConnection]
FOLDER = Path("nchs", "wonder", "public")


@pytest.fixture(scope="module")
def wonder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wonder]:
    """Take real exports in by name; return a warehouse with their counts and rates."""
    with ExitStack() as stack:

        def _build(*names: str) -> duckdb.DuckDBPyConnection:
            home = Home(tmp_path_factory.mktemp("home")).create()
            for name in names:
                file = shared_data / FOLDER / name
                found = dataset(identify(file) or "unknown")
                origin = Origin(name, "2026-05-01T00:00:00+00:00", "public domain")
                outcome = take_in(home, found, file, origin, (judge_areas, judge_strata))
                assert outcome.status == NEW, outcome.errors
            con = stack.enter_context(connect(home.warehouse))
            rates_of(con, home, [table("staging.nchs_wonder")])
            return con

        yield _build
