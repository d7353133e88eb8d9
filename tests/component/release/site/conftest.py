"""Two releases and both channels, made once, and a server that answers in a thread."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assets.release.channels import releases_on_disk
from assets.release.channels.releases_on_disk import MANIFEST
from assets.release.site.server import Site, address_of, listening, server
from assets.release.writer import CHECKSUMS, checksum_lines, describe_files
from assets.state.home import Home
from tests.component.release.conftest import national
from tests.worlds import Worlds

FIRST, SECOND = "2026.06.01", "2026.06.02"
Serve = Callable[..., str]


def two_releases(worlds: Worlds, folder: Path) -> Home:
    """Make a home of two releases: the channel stable shows the first, nightly the second.

    The first was published; the second is made of it, with one rate less, as publishing is dear.
    """
    home = Home(folder)
    shutil.copytree(worlds.made(national).releases, home.releases)
    (first,) = releases_on_disk.releases_in(home.releases)
    assert first.version == FIRST
    second = releases_on_disk.Release(SECOND, releases_on_disk.folder_of(home.releases, SECOND))
    shutil.copytree(first.path, second.path)
    for page in second.path.glob("*.html"):
        page.write_text(page.read_text(encoding="utf-8").replace(FIRST, SECOND), encoding="utf-8")
    rates = pq.ParquetFile(first.path / "rates.parquet").read()
    pq.write_table(rates.slice(1), second.path / "rates.parquet")
    lines = (first.path / "rates.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (second.path / "rates.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    facts = first.manifest() | {"version": SECOND, "content_hash": "2" * 64}
    for name in (MANIFEST, CHECKSUMS):
        (second.path / name).unlink()
    facts["files"] = describe_files(second.path)
    (second.path / MANIFEST).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    (second.path / CHECKSUMS).write_text(checksum_lines(second.path), encoding="utf-8")
    for channel, shown in (("stable", first), ("nightly", second)):
        releases_on_disk.point(home.releases, channel, releases_on_disk.pointer_to(shown))
    return home


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
def shown(worlds: Worlds, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """That home. Read only."""
    return two_releases(worlds, tmp_path_factory.mktemp("shown"))


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
