"""The disclosure certificate that is made with a release: private rows, and what the manifest says.

It is computed from the files of the release and of those before it, as readers and
``imr audit disclosure`` compute it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import duckdb

from assets.disclosure.disclosure_policies import disclosure_policies
from assets.disclosure.drawn import fingerprint, secret_of
from assets.disclosure.released_counts import published_rows
from assets.state import durable
from assets.state.home import Home
from assets.state.home_key import keyed
from assets.state.private import close_file

ADVERSARY = "1"
"""Version of what readers are taken to know (docs/disclosure.md); raised when that changes."""
_FOLDER = "disclosure"


def certificate_file(home: Home, version: str) -> Path:
    """Return the file with the certificate of a release; only the home reads it."""
    return home.reports / _FOLDER / f"release={version}.csv"


def certified(
    con: duckdb.DuckDBPyConnection, home: Home, version: str, folders: Sequence[Path]
) -> Mapping[str, object]:
    """Certify a release that is being made, and return what its manifest says of that.

    Args:
        con: Open connection.
        home: Keeps the certificate.
        version: The release.
        folders: Release folders from the oldest to the one that is being made.

    Raises:
        DamagedReleaseError: One of the releases cannot be read.
    """
    guarded = sorted(f for f, p in disclosure_policies().items() if p.withholds)
    shown = published_rows(con, folders[-1], guarded)
    if all(value is not None for _, *values in shown for value in values):
        return _said({}, 0, None)
    # Imported late: most releases withhold nothing, and the solver takes a moment.
    from assets.disclosure import certificate
    from assets.disclosure.audit import AuditError
    from assets.disclosure.programmes import SOLVER

    status = "solved"
    rows: Sequence[certificate.Certified] = ()
    try:
        rows = certificate.certify(con, folders)
    except AuditError as error:
        # The gate has audited it with all that is known here; readers find a contradiction.
        status = str(error)
    told = list(certificate.summaries(rows))
    narrowest = min((s.narrowest for s in told if s.narrowest is not None), default=None)
    file = certificate_file(home, version)
    durable.make_folder(file.parent)
    facts = {
        "release": version,
        "adversary": ADVERSARY,
        "solver": SOLVER,
        "status": status,
        "pattern_sha256": certificate.pattern_hash(rows),
        "seed": fingerprint(secret_of(partial(keyed, home))),
        "series": [asdict(summary) for summary in told],
    }
    for written, text in (
        (file, certificate.as_csv(rows)),
        (file.with_suffix(".json"), json.dumps(facts, indent=2) + "\n"),
    ):
        durable.replace_text(written, text)
        close_file(written)
    return _said({s.source_family: s.policy for s in told}, len(rows), narrowest)


def _said(policies: Mapping[str, str], cells: int, narrowest: int | None) -> Mapping[str, object]:
    return {
        "adversary": ADVERSARY,
        "policies": dict(policies),
        "cells_audited": cells,
        "narrowest_interval": narrowest,
    }
