"""Read the figure tables from which the samples are written."""

from __future__ import annotations

import csv
from pathlib import Path

FIGURES = Path(__file__).parent / "figures"


def figures(name: str) -> list[dict[str, str]]:
    """Return the rows of ``figures/<name>.csv``, every cell as text."""
    with (FIGURES / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
