"""Which wants the extracts answer that a person brought, for the end of a run."""

from __future__ import annotations

from datetime import UTC, datetime

from assets.archive.vintage import BY_HAND
from assets.archive.vintage_folders import folders
from assets.archive.withdrawal import in_use
from assets.core.wanted import answered
from assets.producers.catalogue import DATASETS
from assets.state.home import Home


def archived(home: Home) -> frozenset[str]:
    """Return the folders of all vintages."""
    return frozenset(str(f) for d in DATASETS for f in folders(home, d))


def answered_since(home: Home, before: frozenset[str]) -> tuple[str, ...]:
    """Return which wants are answered by what was brought by hand, one line each.

    Args:
        home: Where state lives.
        before: Folders of the vintages that were there before.
    """
    if archived(home) <= before:
        return ()
    new = [
        vintage
        for dataset in DATASETS
        for vintage in in_use(home, dataset)
        if str(vintage.path.parent) not in before and vintage.origin.url.startswith(BY_HAND)
    ]
    today = datetime.now(UTC).date()
    return tuple(f"{a.line} ({a.file})" for a in answered(home, today, new))
