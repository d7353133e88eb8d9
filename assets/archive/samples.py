"""The bundled samples as extracts with an origin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from assets.archive.dataset import Dataset
from assets.archive.store import Origin

_ASSETS = Path(__file__).resolve().parents[1]


def sample_extracts(dataset: Dataset) -> Iterator[tuple[Path, Origin]]:
    """Yield the sample files of a dataset, oldest first, each with its origin."""
    folder = _ASSETS / dataset.source / "samples"
    origins = json.loads((folder / "origins.json").read_text(encoding="utf-8"))
    for name in dataset.samples:
        facts = origins[Path(name).name]
        yield (
            folder / "files" / Path(name).name,
            Origin(
                url=facts["url"],
                retrieved_at=facts["retrieved_at"],
                published_at=facts.get("published_at"),
                licence=dataset.licence,
                note=facts.get("note", ""),
                parameters={"profile": "sample"},
            ),
        )
