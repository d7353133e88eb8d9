"""A producer server per test, and a dataset of each producer with quick limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.archive import inbox
from assets.archive.http.client import Limits
from assets.state.home import Home
from tests.component.live.producers import Producers

QUICK = Limits(
    max_bytes=4 << 20,
    seconds=2,
    connect_seconds=2,
    read_seconds=2,
    attempts=2,
    backoff_seconds=0.0,
    retry_after_max=0,
)


@pytest.fixture
def producers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Producers]:
    running = Producers()
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    yield running
    running.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture
def quick() -> Limits:
    return QUICK


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what was written a moment ago for whole."""
    monkeypatch.setattr(inbox, "QUIET_SECONDS", 0)


@pytest.fixture
def export(repository: Path) -> bytes:
    """An export of CDC WONDER: linked births and infant deaths of the United States."""
    return (
        repository / "assets/producers/nchs/samples/files/wonder_linked_us_2007-2023.txt"
    ).read_bytes()
