"""Dagster's instance in ``$IMR_HOME/dagster``."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import Pool

from assets.state.durable import replace_text
from assets.state.home import Home

TEMPLATE = Path(__file__).with_name("dagster.yaml")
_SHIPPED = ".dagster.yaml.shipped"
# Templates of versions that kept no copy beside the configuration.
_EARLIER = (
    "3d87dba10c5bd22d75976ab88433c90e0151fd44e9d5fcfe119f27f70c3dc2d3",
    "d4db72afa1253a6b0031a7caf2714a18e310624535fcaa56c21de538dc408825",
    "0500ca7f58fcec63693faec9248456d9d99bf7b1d613b68a25335dd5c5407276",
)


def prepare_instance(home: Home) -> Path:
    """Create Dagster's home with its configuration, point ``DAGSTER_HOME`` at it, return it.

    A newer configuration replaces one that nobody has edited. Beside an edited one it is written
    once as a separate file: :func:`offered`.
    """
    home.create()
    target, shipped = home.dagster / "dagster.yaml", home.dagster / _SHIPPED
    template, present, last = TEMPLATE.read_text("utf-8"), _text(target), _text(shipped)
    ours = present in (None, last, template) or _digest(present or "") in _EARLIER
    if template not in (present, last) or last is None:
        if present != template:
            replace_text(target if ours else offered(home), template)
        replace_text(shipped, template)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    return home.dagster


def offered(home: Home) -> Path:
    """Return the path of a newer configuration, beside one that somebody has edited."""
    return home.dagster / "dagster.yaml.new"


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def open_instance() -> Iterator[dg.DagsterInstance]:
    """Open the instance of ``DAGSTER_HOME``, with one engine and connection kept per database."""
    with _databases_at_hand(), _engines_kept(), dg.DagsterInstance.get() as instance:
        yield instance


@contextmanager
def _engines_kept() -> Iterator[None]:
    """Let Dagster reuse one SQLAlchemy engine per database, instead of one per event.

    A new engine compiles every statement again, and a run stores some five hundred events.
    """
    engines: dict[str, Engine] = {}

    def kept(url: str, **options: Any) -> Engine:
        if url not in engines:
            engines[url] = create_engine(url, **options)
        return engines[url]

    storages = (sqlite_event_log, sqlite_run_storage)
    for module in storages:
        setattr(module, "create_engine", kept)  # noqa: B010
    try:
        yield
    finally:
        for module in storages:
            setattr(module, "create_engine", create_engine)  # noqa: B010


@contextmanager
def _databases_at_hand() -> Iterator[None]:
    """Keep one connection per SQLite database open, so that its log is merged once, at the end.

    Dagster opens and closes a connection for every event, and the last connection to close copies
    the log into the database, and waits for the disk each time. An idle connection prevents that.
    If the process dies, nothing that was stored is lost; a power cut may lose the last events of
    the run that it ended, but does not damage the database.
    """
    held: dict[str, sqlite3.Connection] = {}

    def connected(connection: object, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("PRAGMA synchronous=NORMAL")
        file = connection.execute("PRAGMA database_list").fetchall()[0][2]
        if file and file not in held and _has_write_ahead_log(connection):
            held[file] = own = sqlite3.connect(file, check_same_thread=False)
            stack.enter_context(closing(own))
            own.execute("SELECT count(*) FROM sqlite_master").fetchall()

    with ExitStack() as stack:
        event.listen(Pool, "connect", connected)
        stack.callback(event.remove, Pool, "connect", connected)
        yield


def _has_write_ahead_log(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA journal_mode").fetchall()[0][0] == "wal")
