"""Commands run in a real pseudo-terminal of a given size."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78])")
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Shown:
    """What a command showed.

    Attributes:
        exit_code: Its exit code.
        raw: Everything that reached the terminal.
    """

    exit_code: int
    raw: str

    @property
    def lines(self) -> list[str]:
        """Lines without escape sequences; what was written over counts as a line."""
        return lines_of(self.raw)


def lines_of(raw: str) -> list[str]:
    """Return what reached a terminal as lines, without escape sequences."""
    return re.split(r"\r\n|\r|\n", _ESCAPE.sub("", raw))


def on_terminal(
    words: Sequence[str],
    *,
    columns: int = 80,
    rows: int = 24,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    watch: Callable[[str], None] | None = None,
    typed: bytes = b"",
) -> Shown:
    """Run a command with a terminal as its standard input, output and error.

    Args:
        words: The command.
        columns: Width of the terminal.
        rows: Its height.
        environment: Variables to set beside those of this process; an empty one is unset.
        folder: Folder to run in.
        watch: Called with everything shown so far whenever there is more.
        typed: Keys that are pressed at the start.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    mine = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    values = {**mine, "TERM": "xterm-256color", **(environment or {})}
    process = subprocess.Popen(
        words,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={name: value for name, value in values.items() if value},
        cwd=folder,
        start_new_session=True,
    )
    os.close(theirs)
    if typed:
        os.write(ours, typed)
    seen = bytearray()
    try:
        while select.select([ours], [], [], _PATIENCE_SECONDS)[0]:
            try:
                more = os.read(ours, 65536)
            except OSError:  # the last descriptor of the terminal was closed
                break
            if not more:
                break
            seen += more
            if watch is not None:
                watch(seen.decode("utf-8", "replace"))
    finally:
        os.close(ours)
        if process.poll() is None:
            process.wait(timeout=_PATIENCE_SECONDS)
    return Shown(process.returncode, seen.decode("utf-8", "replace"))
