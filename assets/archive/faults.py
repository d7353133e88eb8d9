"""Faults of the pipeline with one extract: they refuse that extract and harm no other."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.archive.errors import ExtractError

FAULT = "INTAKE-FAULT"
OF_THE_MACHINE = (
    OSError,
    MemoryError,
    duckdb.OperationalError,
    duckdb.InternalError,
    duckdb.FatalException,
    duckdb.InterruptException,
)
"""Errors for which the machine, or a person who stops a run, is to blame, and no extract."""


@contextmanager
def of_one_extract(file: str, work: str) -> Iterator[None]:
    """Turn whatever goes wrong in the block into a refusal of one extract.

    Args:
        file: Name of the extract.
        work: What the block does, e.g. ``judging it``.

    Raises:
        ExtractError: The block failed; errors of the machine are raised as they are.
    """
    try:
        yield
    except (ExtractError, *OF_THE_MACHINE):
        raise
    except Exception as error:
        raise ExtractError(
            FAULT,
            f"{described(error)} while {work}",
            "no failure of the pipeline",
            "The fault is in the pipeline, not in the file: report it with the file. Other "
            "extracts are used meanwhile. Once it is mended, hand the file in again.",
            file,
        ) from error


def described(error: Exception) -> str:
    """Return the kind, words and place of an error that nobody foresaw."""
    said = str(error).strip().partition("\n")[0]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{f': {said}' if said else ''}{place}"
