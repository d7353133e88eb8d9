"""Version of a dataset: what of it is in use, and everything that a table says of that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from assets.archive.dataset import Dataset
from assets.archive.sources import is_stale
from assets.archive.withdrawal import in_use
from assets.state.home import Home


def dataset_version(home: Home, dataset: Dataset, *, as_of: str | None = None) -> str:
    """Return a text that changes with everything that tables are made of or say of a dataset.

    It begins with the vintages in use, from the oldest to the newest. The hash behind them is of
    where each came from, when it was published, and whether the newest extract is in use. That a
    producer states the same again, as it does every night, changes nothing.

    Args:
        home: Where state lives.
        dataset: Dataset of the catalogue.
        as_of: Only what was known by the end of this date, or by this time (ISO 8601, UTC).
    """
    known = in_use(home, dataset, as_of=as_of)
    facts = [
        is_stale(home, dataset, as_of=as_of),
        *([v.path.name, v.path.stat().st_size, asdict(v.origin), v.published_at] for v in known),
    ]
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]
    return f"{'+'.join(v.sha256[:12] for v in known) or 'none'} {digest}"
