"""Where the extracts of a dataset lie in a home."""

from __future__ import annotations

from pathlib import Path

from assets.archive.dataset import Dataset
from assets.state.home import Home


def folder_of(home: Home, dataset: Dataset) -> Path:
    """Return the folder of a dataset in the archive: ``archive/<producer>/<dataset>``.

    A home that has the dataset under the producer that it was listed under before keeps it there.
    """
    folder = home.archive / dataset.source / dataset.dataset_id
    if dataset.formerly and not folder.exists():
        before = home.archive / dataset.formerly / dataset.dataset_id
        if before.is_dir():
            return before
    return folder
