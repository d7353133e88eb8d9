"""The archive: every vintage of a raw extract under its sha256, with where it came from."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assets.archive import durable
from assets.archive.dataset import Dataset
from assets.home import Home
from assets.schema.identity import file_sha256

ORIGIN_FILE = "origin.json"
_INCOMING = ".incoming-"


@dataclass(frozen=True)
class Origin:
    """Where an extract came from; stored beside it as ``origin.json``.

    Attributes:
        url: Address that it was taken from, or ``file:<name>`` for a hand export.
        retrieved_at: When it was taken (UTC, ISO 8601).
        published_at: When the producer published it, where known (ISO 8601).
        licence: Licence of the extract.
        note: Remark for readers, e.g. that the extract is a bundled sample.
        headers: Response headers worth keeping (ETag, Last-Modified, …).
        parameters: Request parameters, or the query that an export prints in its footer.
    """

    url: str
    retrieved_at: str
    licence: str
    published_at: str | None = None
    note: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Vintage:
    """One archived extract.

    Attributes:
        dataset_id: Dataset that it belongs to.
        sha256: Checksum of its bytes.
        path: The file in the archive.
        origin: Where it came from.
    """

    dataset_id: str
    sha256: str
    path: Path
    origin: Origin

    @property
    def vintage_id(self) -> str:
        """Short identifier: dataset and the start of the checksum."""
        return f"{self.dataset_id}@{self.sha256[:12]}"

    @property
    def order(self) -> tuple[str, str, str]:
        """Sort key from the oldest to the newest statement of the producer."""
        return (
            self.origin.published_at or self.origin.retrieved_at,
            self.origin.retrieved_at,
            self.sha256,
        )


def put(home: Home, dataset: Dataset, file: Path, origin: Origin) -> tuple[Vintage, bool]:
    """Archive a file; the same bytes again change nothing.

    The vintage is written aside and renamed, so that a killed process leaves either the whole
    vintage or none.

    Returns:
        The vintage and whether it is new.
    """
    sha256 = file_sha256(file)
    target = _folder(home, dataset) / sha256
    if (target / ORIGIN_FILE).exists():
        return _read(dataset.dataset_id, target), False
    aside = target.parent / f"{_INCOMING}{uuid.uuid4().hex}"
    aside.mkdir(parents=True)
    try:
        _copy_durably(file, aside / file.name)
        text = json.dumps(
            {"file": file.name, "bytes": file.stat().st_size, "sha256": sha256, **asdict(origin)},
            indent=2,
            sort_keys=True,
        )
        durable.write_text(aside / ORIGIN_FILE, text + "\n")
        aside.rename(target)
        durable.sync_folder(target.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return _read(dataset.dataset_id, target), True


def vintages(home: Home, dataset: Dataset, *, as_of: str | None = None) -> list[Vintage]:
    """Return the vintages of a dataset from the oldest to the newest.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        as_of: Only those retrieved on or before this date (ISO 8601, UTC).
    """
    folder = _folder(home, dataset)
    if not folder.is_dir():
        return []
    found = [
        _read(dataset.dataset_id, entry)
        for entry in folder.iterdir()
        if not entry.name.startswith(".") and (entry / ORIGIN_FILE).exists()
    ]
    if as_of is not None:
        found = [v for v in found if v.origin.retrieved_at[: len(as_of)] <= as_of]
    return sorted(found, key=lambda v: v.order)


def clear_incomplete(home: Home, dataset: Dataset) -> int:
    """Remove what a killed process left behind; returns how many folders were removed."""
    folder = _folder(home, dataset)
    leftovers = list(folder.glob(f"{_INCOMING}*")) if folder.is_dir() else []
    for leftover in leftovers:
        shutil.rmtree(leftover, ignore_errors=True)
    return len(leftovers)


def _folder(home: Home, dataset: Dataset) -> Path:
    return home.archive / dataset.source / dataset.dataset_id


def _read(dataset_id: str, folder: Path) -> Vintage:
    facts = json.loads((folder / ORIGIN_FILE).read_text(encoding="utf-8"))
    name, sha256 = facts.pop("file"), facts.pop("sha256")
    facts.pop("bytes")
    return Vintage(dataset_id, sha256, folder / name, Origin(**facts))


def _copy_durably(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())
