"""Write the bundled sample: ``python -m tools.samples.local.generate``."""

from __future__ import annotations

import csv
from pathlib import Path

FIGURES = Path(__file__).parent / "figures" / "us_maternal_deaths.csv"
FILES = Path(__file__).parents[3] / "assets/producers/local/samples/files"


def write_samples(folder: Path) -> list[Path]:
    """Write the sample into ``folder``; the same figures give the same bytes.

    Returns:
        Paths of the files.
    """
    with FIGURES.open(encoding="utf-8", newline="") as handle:
        figures = list(csv.DictReader(handle))
    lines = ["area,year,maternal_deaths,note"]
    for row in figures:
        source = row["source"].replace('"', '""')
        lines.append(f'US,{row["year"]},{row["maternal_deaths"]},"{source}"')
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"nchs_maternal_deaths_{figures[0]['year']}_{figures[-1]['year']}.csv"
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))
    return [path]


if __name__ == "__main__":
    for file in write_samples(FILES):
        print(file.relative_to(FILES.parent))
