"""A clock for the client that only sleeping moves."""

from __future__ import annotations

from types import SimpleNamespace

import pytest


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        stands_still = SimpleNamespace(monotonic=lambda: self.now, sleep=self.sleep)
        monkeypatch.setattr("assets.archive.http.client.time", stands_still)
        monkeypatch.setattr("assets.archive.http.deadline.time", stands_still)
        monkeypatch.setattr("assets.archive.http.servers.time", stands_still)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)
