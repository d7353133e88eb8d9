"""Dagster's instance in ``$IMR_HOME/dagster``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from assets.home import Home
from pipelines.settings import PROJECT

_CONFIGURATION = PROJECT / "deploy" / "dagster.yaml"


def prepare_instance(home: Home) -> Path:
    """Create Dagster's home with its configuration, point ``DAGSTER_HOME`` at it, return it."""
    home.create()
    target = home.dagster / "dagster.yaml"
    if not target.exists():
        shutil.copyfile(_CONFIGURATION, target)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    return home.dagster
