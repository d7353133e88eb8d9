"""Write the bundled NCHS samples: ``python -m tools.samples.nchs.generate``."""

from __future__ import annotations

from pathlib import Path

from tools.samples.nchs.soda_samples import soda_samples
from tools.samples.nchs.wonder_samples import wonder_samples

FILES = Path(__file__).parents[3] / "assets/producers/nchs/samples/files"


def write_samples(folder: Path) -> list[Path]:
    """Write every sample into ``folder``; the same figures give the same bytes.

    Returns:
        Paths of the files, in the order in which they were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in (*wonder_samples(), *soda_samples()):
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


if __name__ == "__main__":
    for file in write_samples(FILES):
        print(file.relative_to(FILES.parent))
