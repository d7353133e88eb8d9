"""Write the bundled ONS samples: ``python -m tools.samples.ons.generate``."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.samples.ons.nomis_sample import (
    write_infant_deaths,
    write_live_births_2023,
    write_population_2023,
)
from tools.samples.ons.xls_samples import (
    write_births_by_area,
    write_child_mortality_2018,
    write_deaths_by_area,
)
from tools.samples.ons.xlsx_samples import (
    write_birth_registrations_2023,
    write_child_mortality_2022,
)

HERE = Path(__file__).parents[3] / "assets/producers/ons/samples"
FILES = HERE / "files"
YEARS = range(2011, 2015)
WRITERS: dict[str, Callable[[Path], None]] = {
    "cms2018workbook.xls": write_child_mortality_2018,
    "cim2022deathcohortworkbook.xlsx": write_child_mortality_2022,
    **{f"deathsarea{year}.xls": partial(write_deaths_by_area, year=year) for year in YEARS},
    **{f"birthsbyarea{year}.xls": partial(write_births_by_area, year=year) for year in YEARS},
    "2023birthregistrations.xlsx": write_birth_registrations_2023,
    "nomis_live_births_2023.csv": write_live_births_2023,
    "nomis_deaths_2013_2014.csv": write_infant_deaths,
    "nomis_population_2023.csv": write_population_2023,
}


def write_samples(folder: Path) -> list[Path]:
    """Write every sample; the same figures give the same bytes.

    Args:
        folder: Where to; made where it does not exist.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, write in WRITERS.items():
        write(folder / name)
        written.append(folder / name)
    return written


def origins() -> dict[str, dict[str, str | None]]:
    """Return where the figures of every sample were published."""
    return dict(json.loads((HERE / "origins.json").read_text(encoding="utf-8")))


if __name__ == "__main__":
    for path in write_samples(FILES):
        print(f"{path.relative_to(HERE)}  {path.stat().st_size:,} bytes")
