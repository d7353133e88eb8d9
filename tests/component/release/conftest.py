"""Fixtures of release tests: a warehouse with figures, and a home."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets.home import Home
from assets.release.catalogue import Release, resolve
from assets.release.publish import ReleaseOutcome, publish_release
from assets.warehouse import in_memory
from tests.component.release import figures as f


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = in_memory()
    yield connection
    connection.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture(scope="session")
def one_release(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one release of national figures and one area without any. Read only."""
    home = Home(tmp_path_factory.mktemp("one") / "home").create()
    con = in_memory()
    areas = [f.area("US"), f.area("US-MO", "US"), f.area("US-KS", "US"), f.area("K04000001")]
    f.ready(con, [*f.national(), f.rate(None, None, **f.series("US-KS"))], areas=areas)
    now = datetime(2026, 6, 1, 2, 15, tzinfo=UTC)
    publish_release(con, home, required_rules=f.required(), now=now)
    con.close()
    return home


@pytest.fixture
def release(one_release: Home, home: Home) -> Release:
    """A copy of that release to change."""
    shutil.copytree(one_release.root, home.root, dirs_exist_ok=True)
    return resolve(home.releases)


@pytest.fixture
def publish(con: duckdb.DuckDBPyConnection, home: Home) -> Callable[..., ReleaseOutcome]:
    """Publish what stands in the warehouse on a day of June 2026."""

    def at(day: int = 1, **options: object) -> ReleaseOutcome:
        now = datetime(2026, 6, day, 2, 15, tzinfo=UTC)
        arguments = {"required_rules": f.required(), "now": now, **options}
        return publish_release(con, home, **arguments)  # type: ignore[arg-type]

    return at
