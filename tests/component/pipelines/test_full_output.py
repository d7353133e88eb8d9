"""Where standard output takes no more, a command says so in one line and leaves no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is full")


@pytest.mark.parametrize(
    ("words", "called"),
    [
        (["--version"], "imr"),
        (["nope", "--json"], "imr"),
        (["sources"], "imr sources"),
        (["show", "--json"], "imr show"),
    ],
    ids=["version", "error", "table", "json"],
)
def test_a_full_disk_behind_standard_output(tmp_path: Path, words: list[str], called: str) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("imr")), *words],
            env={**os.environ, "IMR_HOME": str(tmp_path)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == f"{called}: what it says cannot be written (No space left on device).\n"
