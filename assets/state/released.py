"""Read release files; damage raises an error that names the file and the remedy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb


class NoReleaseError(LookupError):
    """There is no such release; the message says what there is and what to run."""


class DamagedReleaseError(NoReleaseError):
    """A file is not what a publisher writes; the message names it and says what to do."""


_RESTORE = (
    "Restore the folder from a copy, or move it out of the releases; imr verify says what else "
    "has changed."
)


def read_json(path: Path, advice: str = _RESTORE) -> dict[str, Any]:
    """Return the object that a JSON file holds.

    Args:
        path: File.
        advice: What to do where it is damaged.

    Raises:
        FileNotFoundError: There is no such file.
        DamagedReleaseError: It holds no JSON object.
    """
    try:
        return json_object(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise damaged(path, error, advice) from None


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is.

    Raises:
        ValueError: It is none.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"it holds a {type(found).__name__}, not an object")
    return found


def read_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, query: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """Return the rows of a query over the Parquet files of one release folder.

    Args:
        con: Open connection.
        folder: Release folder that the query reads.
        query: SQL.
        parameters: Values for its question marks.

    Raises:
        DamagedReleaseError: A file of the folder cannot be read.
    """
    try:
        return con.execute(query, list(parameters)).fetchall()
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        raise damaged(folder, str(error).partition("\n")[0], _RESTORE) from None


def damaged(path: Path, error: object, advice: str) -> DamagedReleaseError:
    """Return the exception that names a damaged file or folder."""
    return DamagedReleaseError(f"{path} is damaged ({error}). {advice}")
