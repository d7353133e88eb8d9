"""Dagster's instance in ``$IMR_HOME/dagster``."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import dagster as dg
from sqlalchemy import event
from sqlalchemy.pool import Pool

from assets.home import Home
from pipelines.settings import PROJECT

_CONFIGURATION = PROJECT / "deploy" / "dagster.yaml"


def prepare_instance(home: Home) -> Path:
    """Create Dagster's home with its configuration, point ``DAGSTER_HOME`` at it, return it."""
    home.create()
    target = home.dagster / "dagster.yaml"
    if not target.exists():
        shutil.copyfile(_CONFIGURATION, target)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    return home.dagster


@contextmanager
def open_instance() -> Iterator[dg.DagsterInstance]:
    """Open the instance that ``DAGSTER_HOME`` points at, with its event log kept at hand."""
    with _databases_at_hand(), dg.DagsterInstance.get() as instance:
        yield instance


@contextmanager
def _databases_at_hand() -> Iterator[None]:
    """Let SQLite keep its write-ahead logs until the end, and wait for the disk only then.

    Dagster opens and closes a connection for every event, and the last connection to close copies
    the log into the database, and waits for the disk each time. One idle
    connection per database spares that. Nothing that was stored is lost when the process dies; a
    power cut may lose the last events of a run that it has ended anyway, never the database.
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
