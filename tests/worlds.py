"""Homes that many tests start from: each is made once, and copied for a test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from assets.state.home import Home
from assets.state.warehouse import in_memory, literal

T = TypeVar("T")
Make = Callable[[duckdb.DuckDBPyConnection, Home], T]
"""A function of a module that fills an empty warehouse and a new home."""


class Worlds:
    """What makers made, a home and its warehouse each, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: dict[Path, Any] = {}

    def made(self, make: Make[T]) -> Home:
        """Return the home that ``make`` makes. Read only: other tests see the same."""
        folder = self._of(make)
        home = Home(folder / "home")
        if not home.root.exists():
            con = in_memory()
            self._said[folder] = make(con, home.create())
            con.execute("DROP TABLE IF EXISTS temp.hand_made").fetchall()
            con.execute(f"ATTACH {literal(folder / 'warehouse.duckdb')} AS kept").fetchall()
            con.execute("COPY FROM DATABASE memory TO kept").fetchall()
            con.close()
        return home

    def enter(self, make: Make[T], con: duckdb.DuckDBPyConnection, home: Home) -> T:
        """Make an empty warehouse and a new home what ``make`` makes; return what that returned."""
        shutil.copytree(self.made(make).root, home.root, dirs_exist_ok=True)
        kept = literal(self._of(make) / "warehouse.duckdb")
        con.execute(f"ATTACH {kept} AS kept (READ_ONLY)").fetchall()
        con.execute("COPY FROM DATABASE kept TO memory").fetchall()
        con.execute("DETACH kept").fetchall()
        said: T = self._said[self._of(make)]
        return said

    def _of(self, make: Make[T]) -> Path:
        return self._folder / f"{make.__module__}.{make.__qualname__}"
