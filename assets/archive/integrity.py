"""Verify archived files against their checksums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.schema.content_hash import file_sha256
from assets.state.home import Home

_RESTORE = (
    "Restore the folder from a backup; without one, move it out of the archive and take the "
    "extract in again: imr ingest FILE, or the next run where it is fetched."
)


def damage(home: Home, datasets: Iterable[Dataset]) -> Iterator[str]:
    """Read every vintage again and yield a sentence per folder that is not what it was."""
    for dataset in datasets:
        for folder in vintage_folders.folders(home, dataset):
            try:
                vintage = vintage_folders.read(dataset, folder)
                sha256 = file_sha256(vintage.path)
            except vintage_folders.ArchiveError as error:
                yield str(error)
            except OSError as error:
                yield f"{folder} cannot be read ({error}). {_RESTORE}"
            else:
                if not sha256 == vintage.sha256 == folder.name:
                    yield (
                        f"{vintage.path} has the sha256 {sha256[:12]}…; expected "
                        f"{vintage.sha256[:12]}…, as on its arrival. {_RESTORE}"
                    )
