"""Two releases and both channels, made once, and a server that answers in a thread."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pytest

from assets.release.channels import releases_on_disk
from assets.release.site.server import Site, address_of, listening, server
from assets.state.home import Home
from tests.component.release import figures as f
from tests.worlds import Worlds

FIRST, SECOND = "2026.06.01", "2026.06.02"
Serve = Callable[..., str]


def two_releases(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make two releases: the channel stable shows the first, nightly the second."""
    f.ready(con, f.national())
    f.publish(con, home)
    first = releases_on_disk.releases_in(home.releases)[0]
    releases_on_disk.point(home.releases, "stable", releases_on_disk.pointer_to(first))
    f.ready(con, f.national(2011))
    f.publish(con, home, 2)


@contextmanager
def served(releases: Path, **options: object) -> Iterator[str]:
    """Serve releases at a free port of this machine; return the address."""
    with listening("127.0.0.1", 0) as taken:
        address = address_of(taken, "127.0.0.1")
        running = server(Site(releases, address=address, **options))  # type: ignore[arg-type]
        thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            yield address
        finally:
            running.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def shown(worlds: Worlds) -> Home:
    """That home. Read only."""
    return worlds.made(two_releases)


@pytest.fixture(scope="module")
def site(shown: Home) -> Iterator[str]:
    """Address at which it is served."""
    with served(shown.releases) as address:
        yield address


@pytest.fixture
def own(shown: Home, tmp_path: Path) -> Home:
    """A copy of its releases, to change."""
    home = Home(tmp_path / "own")
    shutil.copytree(shown.releases, home.releases)
    return home


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve releases until the test ends."""
    with ExitStack() as stack:
        yield lambda releases, **options: stack.enter_context(served(releases, **options))


@pytest.fixture
def damage() -> Callable[[Path], None]:
    """Change one byte of a file and nothing else, not even its time."""

    def change(path: Path) -> None:
        seen, held = path.stat(), bytearray(path.read_bytes())
        held[len(held) // 2] ^= 1
        path.write_bytes(held)
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))

    return change
