"""Progress of a run: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class RunProgress:
    """Counts finished steps and says which one just ended."""

    def __init__(self, total: int, *, console: Console | None = None) -> None:
        """Prepare for ``total`` steps; writes to standard error."""
        self._console = console or Console(file=sys.stderr, highlight=False)
        self._total = total
        self._done = 0
        self._started = time.monotonic()
        self._bar: Progress | None = None
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description:<40}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task("starting", total=total)

    def __enter__(self) -> Self:
        """Start showing progress."""
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing progress."""
        if self._bar is not None:
            self._bar.stop()

    def note(self, text: str) -> None:
        """Say what the step that is under way is doing."""
        if self._bar is not None:
            self._bar.update(self._task, description=text)
        else:
            self._console.print(f"        {text}", markup=False)

    def step(self, name: str, *, failed: bool = False) -> None:
        """Report that a step ended."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(self._task, advance=1, description=name)
            if failed:
                self._console.print(f"[red]failed[/red] {name}")
            return
        elapsed = time.monotonic() - self._started
        word = "failed" if failed else "done"
        self._console.print(
            f"[{self._done}/{self._total}] {elapsed:6.1f}s {word} {name}", markup=False
        )
