"""The bundled samples as extracts with an origin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.vintage import Origin
from assets.state.home import Home

_PRODUCERS = Path(__file__).resolve().parents[1] / "producers"


def sample_extracts(dataset: Dataset) -> Iterator[tuple[Path, Origin]]:
    """Yield the sample files of a dataset, oldest first, each with its origin."""
    if not dataset.samples:
        return
    folder = _PRODUCERS / dataset.source / "samples"
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


class ProfileError(RuntimeError):
    """The home holds bundled samples, which must not stand among fetched extracts."""


def refuse_samples(home: Home, datasets: Iterable[Dataset]) -> None:
    """Refuse a home that bundled samples were taken into.

    Raises:
        ProfileError: At least one vintage is a bundled sample.
    """
    for dataset in datasets:
        for vintage in vintage_folders.vintages(home, dataset):
            if vintage.origin.parameters.get("profile") == "sample":
                raise ProfileError(
                    f"{home.root} holds bundled samples ({vintage.vintage_id}); expected a home "
                    "for live extracts only, so that the two never stand in one table. Set "
                    "IMR_HOME to another folder for the live profile."
                )
