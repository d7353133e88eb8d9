"""A server and a clock of its own per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.component.archive.clock import Clock
from tests.component.archive.misbehaving import Server


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
