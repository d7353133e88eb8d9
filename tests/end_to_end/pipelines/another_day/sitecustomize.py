"""Imported by Python itself where this folder is on its path: another clock, more threads.

Of the clock only the names in modules of the project are replaced: compiled packages need the
real type.
"""

from __future__ import annotations

import datetime
import os
import types
from collections.abc import Callable
from functools import wraps
from importlib.machinery import SourceFileLoader
from typing import Any

_AHEAD = datetime.timedelta(days=float(os.environ["IMR_TEST_DAYS_AHEAD"]))
_PROJECT = {"assets", "expectations", "pipelines"}


class _Like(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime.datetime)


class _Ahead(datetime.datetime, metaclass=_Like):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
        return datetime.datetime.now(tz) + _AHEAD


_module = types.SimpleNamespace(**{**vars(datetime), "datetime": _Ahead})
_execute = SourceFileLoader.exec_module


def _with_threads(connect: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(connect)
    def connected(*arguments: Any, **options: Any) -> Any:
        con = connect(*arguments, **options)
        con.execute(f"SET threads = {int(os.environ['IMR_TEST_THREADS'])}")
        return con

    return connected


def _exec_module(self: SourceFileLoader, module: types.ModuleType) -> None:
    _execute(self, module)
    if module.__name__ == "duckdb":
        module.connect = _with_threads(module.connect)  # type: ignore[attr-defined]
    if module.__name__.partition(".")[0] in _PROJECT:
        for name, value in list(vars(module).items()):
            if value is datetime.datetime:
                setattr(module, name, _Ahead)
            elif value is datetime:
                setattr(module, name, _module)


SourceFileLoader.exec_module = _exec_module  # type: ignore[method-assign]
