"""Tell whether a stream is a terminal, and its size."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

_USUAL_WIDTH, _USUAL_HEIGHT = 80, 24
_EXPANDED = set('"$`\\!')
"""Characters that a shell interprets within double quotation marks."""
_PLAINLY_PUT = ("dumb", "unknown")


def is_terminal(stream: TextIO) -> bool:
    """Return whether the stream is a terminal that can move its cursor.

    ``TERM=dumb`` cannot, and gets the same plain lines as a pipe.
    """
    try:
        shown = stream.isatty()
    except ValueError:  # closed
        return False
    return shown and os.environ.get("TERM", "") not in _PLAINLY_PUT


def is_coloured(stream: TextIO) -> bool:
    """Return whether emphasis may be used: on a terminal, unless ``NO_COLOR`` is set."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def size(stream: TextIO) -> tuple[int, int]:
    """Return columns and lines of the terminal behind a stream.

    ``COLUMNS`` and ``LINES`` override it, as everywhere. A terminal that does not know its size
    counts as 80 × 24.
    """
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        columns, lines = 0, 0
    wished = [os.environ.get(name, "") for name in ("COLUMNS", "LINES")]
    columns, lines = (
        int(wish) if wish.isdecimal() and int(wish) else found
        for wish, found in zip(wished, (columns, lines), strict=True)
    )
    return columns or _USUAL_WIDTH, lines or _USUAL_HEIGHT


def invocation(
    *words: str, argv0: str | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Return a command line that runs ``imr`` with these words, as the reader can type it here.

    The program is named as it was called: ``imr`` where the shell finds the same one, otherwise
    its path, from this folder if it lies below. ``IMR_HOME`` is put in front where it is set.

    Args:
        words: Arguments, not yet quoted.
        argv0: How the program was called; ``sys.argv[0]`` by default.
        environment: Environment variables; those of the process by default.
    """
    values = os.environ if environment is None else environment
    home = values.get("IMR_HOME", "")
    prefix = f"IMR_HOME={shlex.quote(home)} " if home else ""
    called = sys.argv[0] if argv0 is None else argv0
    return prefix + quoted(_program(called, values.get("PATH")), *words)


def quoted(*words: str) -> str:
    """Return words as a shell reads them; SQL keeps its own quotation marks."""
    return " ".join(
        f'"{word}"' if "'" in word and not set(word) & _EXPANDED else shlex.quote(word)
        for word in words
    )


def _program(called: str, search_path: str | None) -> str:
    path = Path(called)
    if path.name != "imr" or not path.is_file():
        return "imr"
    found = shutil.which("imr", path=search_path)
    if found is not None and Path(found).resolve() == path.resolve():
        return "imr"
    # Links are not resolved: the link is what the user typed.
    absolute, here = Path.cwd() / path, Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)
