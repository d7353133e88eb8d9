"""Fixtures shared by all tests."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from pipelines.signals import WORDS
from tests.emptied import emptied
from tests.pseudo_terminal import on_terminal
from tests.worlds import Worlds

# Most objects of a test process are modules of packages; looking through them again and again takes
# a tenth of its time.
gc.set_threshold(100_000, 50, 100)
# A busy machine is no failure.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

# Whoever starts the tests in the background has signals ignored, also by what the tests start.
for number in WORDS:
    if signal.getsignal(number) is signal.SIG_IGN:
        anew = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, anew)

REPOSITORY = Path(__file__).resolve().parents[1]
_OF_ONE_SERVER = ("tests/browser", "tests/component/object_store")


def pytest_configure(config: pytest.Config) -> None:
    """Let several processes take files in the order of collection.

    By default those with the fewest tests come last, which are the ones that take longest: at the
    end one process would wait for the other.
    """
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole runs, which take longest, and end with unit tests."""
    last = ("bad_inputs", "component", "unit")
    rooms = [item.path.relative_to(REPOSITORY / "tests").parts[0] for item in items]
    order = {room: last.index(room) + 1 if room in last else 0 for room in rooms}
    items.sort(key=lambda item: order[item.path.relative_to(REPOSITORY / "tests").parts[0]])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Let one process take all tests that need a server, so that there is one of each."""
    return OneServer(config, log) if config.getvalue("dist") == "loadfile" else None


class OneServer(LoadFileScheduling):
    """Files of tests by process; the folders of browser and object store as if a file each."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((f for f in _OF_ONE_SERVER if file.startswith(f"{f}/")), file)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of the project."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real extracts; the test is skipped where it is absent."""
    folder = Path(os.environ.get("IMR_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("real extracts are not on this machine (set IMR_SHARED_DATA to their folder)")
    return folder


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse in memory."""
    with emptied() as connection:
        yield connection


@pytest.fixture(scope="session")
def session_folder(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """A folder that the processes of one test session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def worlds(session_folder: Path) -> Worlds:
    """Homes that are made once."""
    folder = session_folder / "worlds"
    folder.mkdir(exist_ok=True)
    return Worlds(folder)


@pytest.fixture(scope="session")
def first_run(session_folder: Path) -> tuple[Path, str]:
    """Home after the first run on a terminal of 80 columns, and what reached it. Read only.

    The processes of one test session share it: the first one that asks makes it.
    """
    folder = session_folder / "first_run"
    said = folder / "said.json"
    with FileLock(session_folder / "first_run.lock"):
        if not said.exists():
            folder.mkdir(exist_ok=True)
            words = [str(Path(sys.executable).with_name("imr")), "run"]
            unset = {"DAGSTER_HOME": "", "IMR_PROFILE": "sample"}
            done = on_terminal(
                words,
                environment={**unset, "IMR_HOME": str(folder / "home")},
                folder=folder,
            )
            assert done.exit_code == 0, done.raw
            said.write_text(json.dumps(done.raw), encoding="utf-8")
    return folder / "home", json.loads(said.read_text(encoding="utf-8"))
