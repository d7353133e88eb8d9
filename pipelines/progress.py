"""Progress of a run: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import io
import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from pipelines.terminal import is_terminal, size

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_BAR_AND_NUMBERS = 34
"""Columns that the bar, the count and the clock take at the right of the description."""
_NARROWEST = 16


class RunProgress:
    """Counts finished steps and shows which one ended and what the current one is doing.

    Dagster points the process's standard error at a file of its own while a step runs. Output of
    this class goes to a duplicate of the original descriptor, so that the bar moves during a step
    and a log gets its lines at once.
    """

    def __init__(self, total: int = 0, *, stream: TextIO | None = None) -> None:
        """Prepare for ``total`` steps (0 if not known yet); output goes to standard error."""
        self._stream = stream or sys.stderr
        self._own: TextIO | None = None
        self._total = total
        self._done = 0
        self._depth = 0
        self._started = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        """Start showing progress; a nested block continues the outer one."""
        self._depth += 1
        if self._depth > 1:
            return self
        self._own = _duplicate(self._stream)
        if is_terminal(self._stream):
            self._bar, self._task = _bar(self._own or self._stream, self._total)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing progress and remove the bar."""
        self._depth -= 1
        if self._depth:
            return
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if self._own is not None:
            self._own.close()
            self._own = None

    def expect(self, total: int, done: int = 0) -> None:
        """Set the number of steps, once known, and how many of them are done."""
        self._total, self._done = total, done
        if self._bar is not None:
            self._bar.update(self._task, total=total, completed=done)

    def note(self, text: str) -> None:
        """Show what the current step is doing."""
        if self._bar is not None:
            self._bar.update(self._task, description=self._cut(text))
        else:
            self._line(f"        {text}")

    def step(self, name: str, *, failed: bool = False) -> None:
        """Report that a step ended."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(self._task, advance=1, description=self._cut(f"{name} done"))
            if failed:
                self._bar.console.print(f"failed {name}", style="red", markup=False)
            return
        elapsed = time.monotonic() - self._started
        word = "failed" if failed else "done"
        self._line(f"[{self._done}/{self._total}] {elapsed:6.1f}s {word} {name}")

    def _cut(self, text: str) -> str:
        room = max(size(self._stream)[0] - _BAR_AND_NUMBERS, _NARROWEST)
        line = " ".join(text.split())
        return line if len(line) <= room else line[: room - 1] + "…"

    def _line(self, text: str) -> None:
        target = self._own or self._stream
        target.write(" ".join(text.split("\n")) + "\n")
        target.flush()


def _duplicate(stream: TextIO) -> TextIO | None:
    """Return a stream on a duplicate of the descriptor, or ``None`` if the stream has none."""
    try:
        descriptor = os.dup(stream.fileno())
    except (OSError, ValueError, io.UnsupportedOperation):
        return None
    return open(  # noqa: PTH123, SIM115 — a descriptor, closed with the progress
        descriptor, "w", encoding=stream.encoding or "utf-8", errors="replace", buffering=1
    )


def _bar(stream: TextIO, total: int) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=stream, highlight=False, force_terminal=True),
        transient=True,
        expand=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    return bar, bar.add_task("starting", total=total or None)
