"""The real command, and a home with a published release of the bundled samples to change."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import preloaded

Imr = Callable[..., subprocess.CompletedProcess[str]]


def run_imr(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DAGSTER_HOME", "IMR_PROFILE")}
    return preloaded.run(arguments, {**environment, "IMR_HOME": str(home)}, home.parent)


@pytest.fixture
def published(first_run: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of that home to change."""
    home = tmp_path / "home"
    shutil.copytree(first_run[0], home)
    return home
