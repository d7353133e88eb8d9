"""Where the code of an asset lies, for the link that Dagster's web UI shows."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

_ROOT = Path(__file__).resolve().parents[2]


def code_references(functions: Iterable[Callable[..., Any]]) -> dg.CodeReferencesMetadataValue:
    """Return references to functions, and to the SQL file of the same name beside each.

    Only files on this machine are named, because a copy of the code may differ from any other.

    Args:
        functions: Functions that make the asset.
    """
    places: dict[tuple[Path, int | None], None] = {}
    for function in functions:
        code = _plain(function).__code__
        file = Path(code.co_filename)
        places[file, code.co_firstlineno] = None
        sql = file.with_suffix(".sql")
        if sql.is_file():
            places[sql, None] = None
    with warnings.catch_warnings():
        # Dagster still calls references to code beta; a later version that changes them fails here.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return dg.CodeReferencesMetadataValue(
            code_references=[
                dg.LocalFileCodeReference(
                    file_path=str(file), line_number=line, label=_label(file, line)
                )
                for file, line in places
            ]
        )


def _plain(function: Callable[..., Any]) -> Any:
    while isinstance(function, partial):
        function = function.func
    return function


def _label(file: Path, line: int | None) -> str:
    shown = file.relative_to(_ROOT) if file.is_relative_to(_ROOT) else file
    return f"{shown}:{line}" if line else str(shown)
