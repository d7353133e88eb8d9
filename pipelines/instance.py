"""Dagster's instance in ``$IMR_HOME/dagster``."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from assets.state.durable import replace_text
from assets.state.home import Home

TEMPLATE = Path(__file__).with_name("dagster.yaml")
_SHIPPED = ".dagster.yaml.shipped"
# Templates from before the copy beside it was kept.
_EARLIER = (
    "3d87dba10c5bd22d75976ab88433c90e0151fd44e9d5fcfe119f27f70c3dc2d3",
    "d4db72afa1253a6b0031a7caf2714a18e310624535fcaa56c21de538dc408825",
    "0500ca7f58fcec63693faec9248456d9d99bf7b1d613b68a25335dd5c5407276",
)


def prepare_instance(home: Home) -> Path:
    """Create Dagster's home with its configuration, point ``DAGSTER_HOME`` at it, return it.

    A configuration that nobody has edited is replaced by a later one. Of one that somebody has
    edited the later one is put beside it, once: :func:`offered`.
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
    """Return where a later configuration lies beside one that somebody has edited."""
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
    """Open the instance of ``DAGSTER_HOME``, with engine and connections kept per database."""
    with _databases_at_hand(), dg.DagsterInstance.get() as instance:
        yield instance


@contextmanager
def _databases_at_hand() -> Iterator[None]:
    """Let Dagster reuse one SQLAlchemy engine and its connections per SQLite database.

    Without this, Dagster makes an engine, which compiles every statement again, and a connection
    for each of some five hundred events of a run. The last connection to close copies the log into
    the database and waits for the disk; here that happens once, at the end. If the process dies,
    nothing that was stored is lost; a power cut may lose the last events of the run that it ended,
    but does not damage the database.
    """
    engines: dict[str, Engine] = {}

    def kept(url: str, **options: Any) -> Engine:
        if url not in engines:
            engines[url] = engine = create_engine(url, **options | {"poolclass": QueuePool})
            event.listen(engine, "connect", _wait_seldom)
            # Dagster disposes of an engine after each event.
            engine.dispose = lambda close=True: None  # type: ignore[method-assign]
        return engines[url]

    storages = (sqlite_event_log, sqlite_run_storage)
    for module in storages:
        setattr(module, "create_engine", kept)  # noqa: B010
    try:
        yield
    finally:
        for module in storages:
            setattr(module, "create_engine", create_engine)  # noqa: B010
        for engine in engines.values():
            Engine.dispose(engine)


def _wait_seldom(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")
