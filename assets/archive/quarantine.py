"""Quarantine: refused files with a report that says why, and what was refused before."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets.archive.container.guard import MAX_FILE_BYTES
from assets.archive.dataset import Dataset
from assets.archive.errors import ExtractError
from assets.archive.names import printable, stored_name
from assets.archive.vintage import Origin, Refusal
from assets.schema.content_hash import file_sha256
from assets.state.code_version import code_version
from assets.state.home import Home
from assets.text.secret import redacted

REPORT = "report.json"


def reader_version(dataset: Dataset) -> str:
    """Return the version of everything that decides whether an extract is refused."""
    return code_version(
        f"assets/producers/{dataset.source}", "assets/schema", "assets/archive", "assets/core"
    )


def quarantine(
    home: Home,
    dataset: Dataset,
    file: Path,
    origin: Origin,
    errors: Sequence[ExtractError],
    warnings: Sequence[ExtractError] = (),
    comparisons: Sequence[Mapping[str, object]] = (),
) -> Path:
    """Keep a refused extract with a report that says why; returns the report's path."""
    folder = home.quarantine / dataset.dataset_id / file_sha256(file)[:12]
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / stored_name(file.name)
    if file.resolve() != kept.resolve():
        shutil.copyfile(file, kept)
    reader = reader_version(dataset)
    before = facts_of(folder / REPORT) or {}
    facts = {
        "dataset": dataset.dataset_id,
        "file": kept.name,
        "url": redacted(origin.url),
        "times": 1 + (int(before.get("times", 0)) if before.get("reader") == reader else 0),
        "refused_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "reader": reader,
        "origin": asdict(replace(origin, url=redacted(origin.url))),
        "errors": [e.as_dict() for e in errors],
        "warnings": [w.as_dict() for w in warnings],
        "comparisons": [dict(c) for c in comparisons],
    }
    told = [part for e in errors for part in (str(e), str(e.details.get("paste", ""))) if part]
    (folder / "report.txt").write_text("\n\n".join(told) + "\n", encoding="utf-8")
    return _write(folder, facts)


def was_restricted(home: Home, dataset: Dataset, sha256: str) -> bool:
    """Return whether a file was refused before that had been handed in as restricted."""
    facts = facts_of(home.quarantine / dataset.dataset_id / sha256[:12] / REPORT) or {}
    return bool(facts.get("origin", {}).get("restricted"))


def set_aside_unknown(home: Home, file: Path, seen: str, remedy: str) -> Path:
    """Move what no dataset recognises into quarantine; returns the report's path.

    Only a file of ordinary size that may be read is opened; of a link, a pipe or a file of another
    user no more than the name is looked at.
    """
    folder = home.quarantine / "unidentified" / _mark(file)
    folder.mkdir(parents=True, exist_ok=True)
    kept, name = folder / stored_name(file.name), printable(file.name)
    # Moved first: what cannot be moved stays where it is, without a report on every night.
    file.replace(kept)
    facts = {
        "file": kept.name,
        "called": name,
        # The same bytes under other names.
        "also": sorted(_earlier_names(folder) - {kept.name}),
        "refused_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seen": seen,
        "remedy": remedy,
    }
    (folder / "report.txt").write_text(f"{name}: {seen}. {remedy}\n", encoding="utf-8")
    return _write(folder, facts)


def _earlier_names(folder: Path) -> set[str]:
    facts = facts_of(folder / REPORT) or {}
    also = facts.get("also")
    names = [facts.get("file"), *(also if isinstance(also, list) else [])]
    return {str(name) for name in names if name}


def _mark(file: Path) -> str:
    """Return twelve hex digits that identify a file: of its bytes, or of its name if unreadable."""
    facts = file.lstat()
    if stat.S_ISREG(facts.st_mode) and facts.st_size <= MAX_FILE_BYTES and os.access(file, os.R_OK):
        return file_sha256(file)[:12]
    named = f"{os.fsencode(file.name)!r}|{facts.st_size}|{facts.st_mtime_ns}"
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def refusals(home: Home, dataset: Dataset) -> tuple[Refusal, ...]:
    """Return what was refused of a dataset, oldest first; damaged reports are passed over."""
    found = []
    for report in sorted((home.quarantine / dataset.dataset_id).glob(f"*/{REPORT}")):
        facts = facts_of(report)
        if facts is None or "origin" not in facts:
            continue
        errors = [ExtractError(**e) for e in facts["errors"]]
        refusal = Refusal(
            Origin(**facts["origin"]),
            facts["reader"],
            str(errors[0]) if errors else "",
            int(facts.get("times", 1)),
            tuple(e.rule for e in errors),
        )
        found.append((facts["refused_at"], refusal))
    return tuple(refusal for _, refusal in sorted(found, key=lambda pair: pair[0]))


def origin_in_quarantine(home: Home, file: Path) -> Origin | None:
    """Return the origin of a file that lies in quarantine, so that it can be taken in after all."""
    if not file.resolve().is_relative_to(home.quarantine.resolve()):
        return None
    facts = facts_of(file.parent / REPORT)
    return Origin(**facts["origin"]) if facts is not None and "origin" in facts else None


def facts_of(report: Path) -> dict[str, Any] | None:
    """Return what a report says, ``None`` where it cannot be read."""
    try:
        facts = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def note(report: Path, name: str, value: str) -> None:
    """Add a fact to the report of a refused extract."""
    _write(report.parent, {**(facts_of(report) or {}), name: value})


def _write(folder: Path, facts: Mapping[str, object]) -> Path:
    report = folder / REPORT
    aside = folder / f".{REPORT}.new"
    aside.write_text(json.dumps(facts, indent=2, default=str) + "\n", encoding="utf-8")
    aside.replace(report)
    return report
