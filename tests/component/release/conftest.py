"""Fixtures of release tests: a warehouse with figures, and a home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from assets.home import Home
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


@pytest.fixture
def publish(con: duckdb.DuckDBPyConnection, home: Home) -> Callable[..., ReleaseOutcome]:
    """Publish what stands in the warehouse on a day of June 2026."""

    def at(day: int = 1, **options: object) -> ReleaseOutcome:
        now = datetime(2026, 6, day, 2, 15, tzinfo=UTC)
        arguments = {"required_rules": f.required(), "now": now, **options}
        return publish_release(con, home, **arguments)  # type: ignore[arg-type]

    return at
