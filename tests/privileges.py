"""Commands run with the rights of another user, where this machine lets root do so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

NO_RIGHTS = ("--bounding-set=-all", "--inh-caps=-all")
"""Root without its privileges is a user like any other."""


def user(number: int) -> tuple[str, ...]:
    """Return what makes a command one of another user, by number."""
    return (f"--reuid={number}", f"--regid={number}", "--clear-groups")


def run(
    rights: Sequence[str],
    words: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command with the rights that ``setpriv`` is asked for; skip the test where it cannot.

    Args:
        rights: Options of ``setpriv``.
        words: The command.
        folder: Its working folder.
        environment: All its variables; those of this process by default.
    """
    setpriv = shutil.which("setpriv")
    if os.getuid() != 0 or setpriv is None:
        pytest.skip("only root may run a process with the rights of another user, by setpriv")
    done = subprocess.run(
        [setpriv, *rights, *words],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if "setpriv:" in done.stderr:
        pytest.skip(f"this machine does not let root do so: {done.stderr.strip()}")
    return done
