"""Fixtures of release tests: a warehouse with figures, and a home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pytest

from assets.release.channels.releases_on_disk import Release, folder_of
from assets.release.channels.resolve import resolve
from assets.release.publish import ReleaseOutcome
from assets.state.home import Home
from tests.component.release import figures as f
from tests.worlds import Worlds


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def one_area_without(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make one release of national figures and of an area without any."""
    areas = [f.area("US"), f.area("US-MO", "US"), f.area("US-KS", "US"), f.area("K04000001")]
    rates = [*f.national(), f.rate(None, None, **f.series("US-KS"))]
    f.ready(con, rates, restated=True, areas=areas)
    f.publish(con, home)


def national(con: duckdb.DuckDBPyConnection, home: Home) -> ReleaseOutcome:
    """Make one release of national figures, on the first day of June."""
    f.ready(con, f.national(), restated=True)
    return f.publish(con, home)


@pytest.fixture
def one_release(worlds: Worlds) -> Home:
    """A home with one release of national figures and one area without any. Read only."""
    return worlds.made(one_area_without)


@pytest.fixture
def release(worlds: Worlds, home: Home, request: pytest.FixtureRequest) -> Release:
    """That release, to change."""
    worlds.begin(one_area_without, home, request)
    return resolve(home.releases)


@pytest.fixture
def first(worlds: Worlds, home: Home, request: pytest.FixtureRequest) -> ReleaseOutcome:
    """A release of national figures, beside the warehouse that it was made from."""
    outcome = worlds.begin(national, home, request)
    return replace(outcome, path=folder_of(home.releases, outcome.version))


@pytest.fixture
def publish(con: duckdb.DuckDBPyConnection, home: Home) -> Callable[..., ReleaseOutcome]:
    """Publish what stands in the warehouse on a day of June 2026."""

    return partial(f.publish, con, home)
