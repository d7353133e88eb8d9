"""All datasets of all producers."""

from __future__ import annotations

from assets.archive.dataset import Dataset
from assets.producers.local.catalogue import DATASETS as LOCAL
from assets.producers.nchs.catalogue import DATASETS as NCHS
from assets.producers.ohid.catalogue import DATASETS as OHID
from assets.producers.ons.catalogue import DATASETS as ONS

DATASETS: tuple[Dataset, ...] = (*NCHS, *ONS, *OHID, *LOCAL)


def dataset(dataset_id: str) -> Dataset:
    """Return a dataset by its id.

    Raises:
        KeyError: There is no such dataset; the message lists all.
    """
    for entry in DATASETS:
        if entry.dataset_id == dataset_id:
            return entry
    known = ", ".join(d.dataset_id for d in DATASETS)
    raise KeyError(f"no dataset {dataset_id!r}; known are {known}")
