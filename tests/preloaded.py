"""``imr`` as a process of its own that begins where the heavy packages are imported already.

Importing Dagster and Great Expectations takes longer than most commands do. A server of the
standard library imports them once per test process and forks a child for each command: a real
process with its own output, environment, signals and exit code. What depends on a fresh start (the
first run, terminals, the wheel, the README) starts ``imr`` itself.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_PACKAGES = ["dagster", "great_expectations", "duckdb", "pandas", "scipy.special"]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_PACKAGES)


def run(
    words: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run ``imr`` to its end and return what it said.

    Args:
        words: Its arguments.
        environment: All environment variables that it gets.
        folder: Its working folder.
    """
    command = [str(Path(sys.executable).with_name("imr")), *words]
    with tempfile.TemporaryDirectory() as aside:
        said = [Path(aside, name) for name in ("out", "err")]
        process = _context.Process(
            target=_become, args=(command, dict(environment), str(folder), *map(str, said))
        )
        process.start()
        process.join()
        out, err = (path.read_text(encoding="utf-8") for path in said)
        code = process.exitcode
    assert code is not None
    return subprocess.CompletedProcess(command, code, out, err)


def _become(
    command: list[str], environment: dict[str, str], folder: str, out: str, err: str
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for descriptor, path in ((1, out), (2, err)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = command
    from pipelines.start import main

    main()
