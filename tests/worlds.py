"""Homes that many tests start from: each is made once, and copied for a test that changes it."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb
import pytest
from filelock import FileLock

from assets.state.home import Home
from assets.state.warehouse import in_memory, literal

T = TypeVar("T")
Make = Callable[[duckdb.DuckDBPyConnection, Home], T]
"""A function of a module that fills an empty warehouse and a new home."""


class Worlds:
    """What makers made, a home and its warehouse each, in one folder.

    The processes of one test session share it: the first one that asks makes it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def made(self, make: Make[T]) -> Home:
        """Return the home that ``make`` makes. Read only: other tests see the same."""
        folder = self._of(make)
        home = Home(folder / "home")
        said = folder / "said.pickle"
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if not said.exists():
                con = in_memory()
                returned = make(con, home.create())
                con.execute(f"ATTACH {literal(folder / 'warehouse.duckdb')} AS kept").fetchall()
                con.execute("COPY FROM DATABASE memory TO kept").fetchall()
                con.close()
                # At the end, so that a world that could not be made is not taken for one.
                said.write_bytes(pickle.dumps(returned))
        return home

    def begin(self, make: Make[T], home: Home, request: pytest.FixtureRequest) -> T:
        """Make a new home what ``make`` makes, and the warehouse of the test where it has one."""
        if "con" in request.fixturenames:
            return self.enter(make, request.getfixturevalue("con"), home)
        return self._copied(make, home)

    def _copied(self, make: Make[T], home: Home) -> T:
        shutil.copytree(self.made(make).root, home.root, dirs_exist_ok=True)
        said: T = pickle.loads((self._of(make) / "said.pickle").read_bytes())  # noqa: S301
        return said

    def enter(self, make: Make[T], con: duckdb.DuckDBPyConnection, home: Home) -> T:
        """Make an empty warehouse and a new home what ``make`` makes; return what that returned."""
        said = self._copied(make, home)
        kept = literal(self._of(make) / "warehouse.duckdb")
        con.execute(f"ATTACH {kept} AS kept (READ_ONLY)").fetchall()
        con.execute("COPY FROM DATABASE kept TO memory").fetchall()
        con.execute("DETACH kept").fetchall()
        return said

    def _of(self, make: Make[T]) -> Path:
        return self._folder / f"{make.__module__}.{make.__qualname__}"
