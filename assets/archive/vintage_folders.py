"""The archive: every vintage of a raw extract under its sha256, with where it came from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assets.archive.dataset import Dataset
from assets.archive.folder import folder_of
from assets.archive.names import RESERVED, printable, stored_name
from assets.archive.vintage import BY_HAND, NEWEST_YEAR, Origin, Vintage
from assets.schema.content_hash import file_sha256
from assets.state import durable
from assets.state.home import Home
from assets.state.home_key import keyed
from assets.state.moments import is_by
from assets.text.secret import redacted

ORIGIN_FILE = "origin.json"
CONFIRMED_FILE = "confirmed.json"
_INCOMING = ".incoming-"


class ChangedError(RuntimeError):
    """A file was written to while it was read, so that what was judged is not what it holds."""


class ArchiveError(RuntimeError):
    """The archive is damaged; the message names the folder and what to do."""


def put(
    home: Home, dataset: Dataset, file: Path, origin: Origin, sha256: str = ""
) -> tuple[Vintage, bool]:
    """Archive a file; the same bytes again change nothing.

    The vintage is written aside and renamed, so that a killed process leaves either the whole
    vintage or none. A damaged folder of the same bytes is put aside under a hidden name and
    written again.

    Args:
        home: Where state lives.
        dataset: Dataset that the file belongs to.
        file: The extract.
        origin: Where it came from.
        sha256: Checksum of the bytes that were judged, where they were.

    Returns:
        The vintage and whether it is new.

    Raises:
        ChangedError: The file has other bytes by now.
    """
    sha256 = sha256 or file_sha256(file)
    target = folder_of(home, dataset) / sha256
    if target.exists():
        try:
            return read(dataset, target), False
        except ArchiveError:
            target.rename(target.with_name(f".damaged-{sha256[:12]}-{uuid.uuid4().hex[:8]}"))
    aside = target.parent / f"{_INCOMING}{uuid.uuid4().hex}"
    aside.mkdir(parents=True)
    try:
        name = stored_name(file.name)
        size, copied = _copy_durably(file, aside / name)
        refuse_changed(copied, sha256, name)
        origin = replace(origin, url=redacted(origin.url))
        facts = {"file": name, "bytes": size, "sha256": sha256, **asdict(origin)}
        if dataset.is_confidential or origin.restricted:
            facts["stamp"] = keyed(home, sha256)
        text = json.dumps(facts, indent=2, sort_keys=True)
        durable.write_text(aside / ORIGIN_FILE, text + "\n")
        aside.rename(target)
        durable.sync_folder(target.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return read(dataset, target), True


def refuse_changed(now: str, judged: str, name: str) -> None:
    """Compare the checksum of a file with that of the bytes that were judged.

    Raises:
        ChangedError: It has other bytes by now.
    """
    if now != judged:
        raise ChangedError(
            f"{name} was written to while it was read, so that nothing can be said of it yet."
        )


def vintages(home: Home, dataset: Dataset, *, as_of: str | None = None) -> list[Vintage]:
    """Return the vintages of a dataset from the oldest to the newest.

    A folder that cannot be read is left out; :func:`damaged` names it.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        as_of: Only those known by the end of this date, or by this time (ISO 8601, UTC).
    """
    found = []
    for entry in folders(home, dataset):
        try:
            found.append(read(dataset, entry))
        except ArchiveError:
            # One damaged folder must not take the other vintages out of use.
            continue
    if as_of is not None:
        found = [_until(v, as_of) for v in found if is_by(v.known_at, as_of)]
    return sorted(found, key=lambda v: v.order)


def damaged(home: Home, dataset: Dataset) -> list[ArchiveError]:
    """Return an error for each vintage of a dataset that cannot be read; it is not in use."""
    found = []
    for entry in folders(home, dataset):
        try:
            read(dataset, entry)
        except ArchiveError as error:
            found.append(error)
    return found


def folders(home: Home, dataset: Dataset) -> list[Path]:
    """Return the folders of the vintages of a dataset, in order of their checksums."""
    folder = folder_of(home, dataset)
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def read(dataset: Dataset, folder: Path) -> Vintage:
    """Return the vintage in a folder.

    Raises:
        ArchiveError: The folder does not say what it holds.
    """
    facts = _facts(folder / ORIGIN_FILE)
    try:
        name, sha256 = facts.pop("file"), facts.pop("sha256")
        facts.pop("bytes")
        stamp = facts.pop("stamp", "")
        if not name or name in RESERVED or Path(name).name != name:
            raise _damaged(folder, f"its extract is said to be called {printable(name)}")
        confirmed = folder / CONFIRMED_FILE
        said = tuple(Origin(**c) for c in _facts(confirmed)) if confirmed.exists() else ()
        origin, says_when = Origin(**facts), dataset.published is not None
        if not (folder / name).is_file():
            raise _damaged(folder, f"{name} is missing")
        return Vintage(dataset.dataset_id, sha256, folder / name, origin, said, says_when, stamp)
    except (AttributeError, KeyError, TypeError) as error:
        raise _damaged(folder, f"{type(error).__name__}: {error}") from error


def confirm(vintage: Vintage, origin: Origin) -> bool:
    """Remember that the producer states the bytes of a vintage again, elsewhere or anew.

    What has been said before is not written again. A file that comes by hand says nothing that the
    producer could be asked about, unless a person says when it was published.

    Returns:
        Whether there was something new to remember.
    """
    if origin.url.startswith(BY_HAND) and origin.published_at is None:
        return False
    said = [s for s in vintage.statements if s.url == origin.url and _asked(s) == _asked(origin)]
    if said and (said[-1].headers, said[-1].published_at) == (origin.headers, origin.published_at):
        return False
    facts = [asdict(known) for known in (*vintage.confirmed, origin)]
    text = json.dumps(facts, indent=2, sort_keys=True) + "\n"
    durable.replace_text(vintage.path.parent / CONFIRMED_FILE, text)
    return True


def mark_restricted(home: Home, vintage: Vintage) -> str:
    """Mark an archived vintage as restricted; the mark is never taken off.

    Returns:
        The identifier by which it goes from now on: it was made of the plain checksum before.
    """
    file = vintage.path.parent / ORIGIN_FILE
    facts = {**_facts(file), "restricted": True, "stamp": keyed(home, vintage.sha256)}
    durable.replace_text(file, json.dumps(facts, indent=2, sort_keys=True) + "\n")
    return replace(vintage, stamp=facts["stamp"]).vintage_id


def clear_incomplete(home: Home, dataset: Dataset) -> int:
    """Remove what a killed process left behind; returns how many folders were removed."""
    folder = folder_of(home, dataset)
    leftovers = list(folder.glob(f"{_INCOMING}*")) if folder.is_dir() else []
    for leftover in leftovers:
        shutil.rmtree(leftover, ignore_errors=True)
    return len(leftovers)


def _asked(origin: Origin) -> dict[str, str]:
    """Return the query of a request, without what intake added to it."""
    return {k: v for k, v in origin.parameters.items() if k not in ("slot", NEWEST_YEAR)}


def _until(vintage: Vintage, as_of: str) -> Vintage:
    """Return a vintage as it was known then."""
    confirmed = tuple(c for c in vintage.confirmed if is_by(c.retrieved_at, as_of))
    return replace(vintage, confirmed=confirmed)


def _facts(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(file.parent, f"{file.name}: {error}") from error


def _damaged(folder: Path, seen: str) -> ArchiveError:
    return ArchiveError(
        f"{folder} cannot be read ({seen}), so this extract is not in use; expected a file with "
        f"{ORIGIN_FILE}, which says where it came from. Restore the folder from a backup; "
        "without one, take the extract in again: imr ingest FILE, or the next run where it is "
        "fetched."
    )


def _copy_durably(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file and wait for the disk; return the size and the sha256 of what was copied."""
    size, digest = 0, hashlib.sha256()
    with source.open("rb") as reader, target.open("wb") as writer:
        while part := reader.read(1 << 20):
            writer.write(part)
            digest.update(part)
            size += len(part)
        writer.flush()
        os.fsync(writer.fileno())
    return size, digest.hexdigest()
