"""A process that dies, or a disk that fails, at a chosen file-system call."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

_WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "os.link"}


class ProcessDeath(BaseException):
    """Nothing of the process runs after this."""


class FaultPlan:
    """Counts the file-system calls below a folder and fails at one of them.

    Attributes:
        calls: What was called so far, in order.
    """

    def __init__(self, root: Path, fail_at: int | None, fault: BaseException) -> None:
        self.calls: list[str] = []
        self._root = str(root)
        self._fail_at = fail_at
        self._fault = fault
        self._dead = False

    @property
    def struck(self) -> bool:
        """True once the fault has happened."""
        return self._fail_at is not None and len(self.calls) > self._fail_at

    def call(self, name: str, place: str = "") -> None:
        """Note one call; raise where it is the chosen one, and ever after if the process died."""
        if self._dead:
            raise self._fault
        self.calls.append(f"{name} {place.removeprefix(self._root)}")
        if self._fail_at is not None and len(self.calls) == self._fail_at + 1:
            self._dead = isinstance(self._fault, ProcessDeath)
            raise self._fault

    def audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note an audited event that concerns the folder."""
        if event in _WATCHED and arguments:
            place = arguments[0]
            if isinstance(place, str | os.PathLike) and str(place).startswith(self._root):
                self.call(event, str(place))


_active: list[FaultPlan] = []
sys.addaudithook(lambda event, arguments: [p.audited(event, arguments) for p in _active] and None)


class FaultyConnection:
    """A DuckDB connection whose writes to files can fail half done."""

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: FaultPlan) -> None:
        self._con = con
        self._plan = plan

    def execute(self, query: str, *arguments: Any) -> Any:
        if not query.startswith("COPY "):
            return self._con.execute(query, *arguments)
        target = Path(query.rsplit(" TO '", 1)[1].split("'", 1)[0])
        if not target.is_relative_to(self._plan._root):
            return self._con.execute(query, *arguments)
        self._plan.call("COPY", str(target))
        result = self._con.execute(query, *arguments)
        try:
            self._plan.call("COPY half done", str(target))
        except BaseException:
            content = target.read_bytes() if not self._plan._dead else _unwatched(target)
            _cut(target, len(content) // 2)
            raise
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def _unwatched(path: Path) -> bytes:
    plans, _active[:] = list(_active), []
    try:
        return path.read_bytes()
    finally:
        _active[:] = plans


def _cut(path: Path, size: int) -> None:
    plans, _active[:] = list(_active), []
    try:
        os.truncate(path, size)
    finally:
        _active[:] = plans


@contextmanager
def faults(
    root: Path, fail_at: int | None, fault: BaseException, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaultPlan]:
    """Fail at one call below a folder for the block; ``None`` only counts."""
    plan = FaultPlan(root, fail_at, fault)
    true_sync = os.fsync

    def sync(handle: int) -> None:
        plan.call("fsync")
        true_sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        _active.append(plan)
        try:
            yield plan
        finally:
            _active.remove(plan)
