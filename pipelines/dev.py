"""Dagster's web UI on the project's instance: ``make dev``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pipelines.instance import prepare_instance
from pipelines.settings import PROJECT, Settings


def main() -> None:
    """Replace this process by ``dagster dev`` on ``$IMR_HOME/dagster``."""
    prepare_instance(Settings.from_environment().home)
    dagster = Path(sys.executable).with_name("dagster")
    arguments = [str(dagster), "dev", "-w", str(PROJECT / "workspace.yaml"), *sys.argv[1:]]
    os.execv(str(dagster), arguments)  # noqa: S606


if __name__ == "__main__":
    main()
