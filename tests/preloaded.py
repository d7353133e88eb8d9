"""Processes of their own that begin where the heavy packages and the project are imported already.

Importing Dagster and Great Expectations takes longer than most commands do. A server of the
standard library imports them once per test process and forks a child for each process asked for:
a real one, with its own output, environment, signals and exit code. What depends on a fresh start
(the first run, terminals, the wheel, the README) starts ``imr`` itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

_PACKAGES = ["dagster", "great_expectations", "duckdb", "pandas", "polars", "scipy.special",
             "pipelines.commands.run", "pipelines.run", "expectations.domain"]  # fmt: skip
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_PACKAGES)

Main = Callable[[Sequence[str]], None]
"""A function of a module that a process is made of; it gets the words that it was started with."""


class Started:
    """A process that runs, as :class:`subprocess.Popen` shows one.

    Attributes:
        stdin: What the process reads.
        stdout: What it writes.
    """

    def __init__(
        self, main: Main, words: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        ends = [os.pipe() for _ in range(3)]
        theirs = (ends[0][0], ends[1][1], ends[2][1])
        # Connections are what the server passes on to a child; here they only carry descriptors.
        passed = [Connection(end, writable=number > 0) for number, end in enumerate(theirs)]
        self._process = _context.Process(
            target=_become, args=(main, list(words), dict(environment), str(folder), passed)
        )
        self._process.start()
        for connection in passed:
            connection.close()
        self.stdin = os.fdopen(ends[0][1], "w", encoding="utf-8")
        self.stdout = os.fdopen(ends[1][0], encoding="utf-8")
        self._stderr = os.fdopen(ends[2][0], encoding="utf-8")

    @property
    def pid(self) -> int:
        found = self._process.pid
        assert found is not None
        return found

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def communicate(self) -> tuple[str, str]:
        """Close its input, wait for its end and return what it wrote."""
        errors: list[str] = []
        reading = threading.Thread(target=lambda: errors.append(self._stderr.read()))
        if not self.stdin.closed:
            self.stdin.close()
            reading.start()
            out = self.stdout.read()
            reading.join()
            for file in (self.stdout, self._stderr):
                file.close()
        else:
            out, errors = "", [""]
        self._process.join()
        return out, errors[0]


def start(
    main: Main,
    *words: object,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Started:
    """Start a process that calls ``main`` with words, and return while it runs.

    Args:
        main: A function of a module.
        *words: What it gets, as text.
        environment: All environment variables that it gets; those of this process by default.
        folder: Its working folder; that of this process by default.
    """
    kept = os.environ if environment is None else environment
    return Started(main, [str(word) for word in words], kept, folder or Path.cwd())


def imr(words: Sequence[str]) -> None:
    """Be the command ``imr``."""
    sys.argv = [str(Path(sys.executable).with_name("imr")), *words]
    from pipelines.start import main

    main()


def dagster(words: Sequence[str]) -> None:
    """Be the command ``dagster``."""
    sys.argv = [str(Path(sys.executable).with_name("dagster")), *words]
    from dagster._cli import main

    main()


def run(
    words: Sequence[object],
    environment: Mapping[str, str],
    folder: Path,
    command: Main = imr,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return what it said.

    Args:
        words: Its arguments.
        environment: All environment variables that it gets.
        folder: Its working folder.
        command: The command, ``imr`` by default.
    """
    process = start(command, *words, environment=environment, folder=folder)
    out, err = process.communicate()
    assert process.returncode is not None
    said = [str(word) for word in words]
    return subprocess.CompletedProcess(said, process.returncode, out, err)


def _become(
    main: Main,
    words: list[str],
    environment: dict[str, str],
    folder: str,
    passed: list[Connection],
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for descriptor, connection in enumerate(passed):
        os.dup2(connection.fileno(), descriptor)
        connection.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    main(words)
