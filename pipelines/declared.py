"""Declarations in force today, as an asset that every table depends on.

Waivers and corrections expire, policies begin on a day, and own regions are files of the user. None
of these changes the code version, so they need a version of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from assets.archive.dataset_version import dataset_version
from assets.core.corrections import load_corrections
from assets.core.settled import COUNTED
from assets.defs.code_references import code_references
from assets.defs.resources import WarehouseResource
from assets.defs.specs import DECLARED, OWNERS
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.dropped import read_drops
from assets.disclosure.patterns import release_folders
from assets.disclosure.published_tables import PUBLISHED
from assets.producers.catalogue import DATASETS
from assets.state.code_version import whole_code_version
from assets.state.home import Home
from expectations import waivers


def declared_version(home: Home, basis: str, today: date | None = None) -> str:
    """Return a version that changes whenever a declaration in force changes.

    Args:
        home: Where the user's own regions lie.
        basis: Which extracts a run looks at, see :func:`expectations.validate.validate_table`.
        today: Day to judge by; the present day (UTC) by default.
    """
    on = today or datetime.now(UTC).date()
    facts = {
        "basis": basis,
        "waivers": [w.waiver_id for w in waivers.load() if w.expires >= on],
        "corrections": [c.identifier for c in load_corrections() if c.expires >= on],
        "policies": {
            family: repr(policy)
            for family, policy in disclosure_policies(on, own=home.policies).items()
        },
        "own policies": _content(home.policies),
        "regions": _files(home.regions),
        "dropped": [str(drop) for drop in read_drops(home.dropped)],
    }
    return _hash(facts)


def made_from(
    home: Home, basis: str, names: Iterable[str], *without: Sequence[Path]
) -> Sequence[Mapping[str, str]]:
    """Return hashes per table of what it is made from, other than its upstream tables.

    Args:
        home: Where state lives.
        basis: Which extracts a run looks at.
        names: Full names in the warehouse.
        *without: Releases to leave out; there is one answer for each such choice.
    """
    everywhere = (whole_code_version(), declared_version(home, basis))
    asked = list(names)
    # A value that an earlier release shows cannot be withheld any more.
    shown = {
        folder: (folder.name, _content(folder / "manifest.json"))
        for folder in (release_folders(home.releases) if set(asked) & set(PUBLISHED) else ())
    }
    used = {
        d.dataset_id: dataset_version(home, d)
        for d in DATASETS
        if d.staging.full_name in asked or set(asked) & set(COUNTED)
    }
    extracts = {
        name: [
            used[d.dataset_id] for d in DATASETS if name in COUNTED or d.staging.full_name == name
        ]
        for name in asked
    }
    return [
        {
            name: _hash([everywhere, extracts[name], seen if name in PUBLISHED else ()])
            for name in asked
        }
        for seen in ([said for f, said in shown.items() if f not in out] for out in without)
    ]


@dg.asset(
    key=DECLARED,
    description="Waivers, corrections, policies and own regions that are in force on the day of "
    "the run. When one expires, begins or is edited, every table is made and judged again.",
    metadata={"dagster/code_references": code_references((declared_version,))},
    group_name="declared",
    owners=OWNERS,
    kinds={"yaml"},
    tags={"layer": "declared"},
    code_version=whole_code_version(),
)
def in_force(warehouse: WarehouseResource) -> dg.MaterializeResult[None]:
    """Return a version of the declarations in force, on which every table depends."""
    version = declared_version(warehouse.paths, warehouse.basis, warehouse.today)
    return dg.MaterializeResult(data_version=dg.DataVersion(version))


ASSETS = (in_force,)


def _files(folder: Path) -> list[tuple[str, str]]:
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return [(f.relative_to(folder).as_posix(), _content(f)) for f in files]


def _content(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        # Errors in these files are reported by the steps that read them.
        return "unreadable"


def _hash(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
