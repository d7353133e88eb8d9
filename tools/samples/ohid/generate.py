"""Write the bundled sample of the OHID: ``python -m tools.samples.ohid.generate``."""

from __future__ import annotations

from pathlib import Path

from tools.samples.ohid.fingertips_sample import write_fingertips

FILES = Path(__file__).parents[3] / "assets/producers/ohid/samples/files"


def write_samples(folder: Path) -> list[Path]:
    """Write the sample into a folder; the same figures give the same bytes.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "fingertips_92196.csv"
    write_fingertips(path)
    return [path]


if __name__ == "__main__":
    for file in write_samples(FILES):
        print(file.relative_to(FILES.parent))
