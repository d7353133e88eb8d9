"""Tables of a release, in the order in which a reader meets them.

The same columns stand in the ``rates`` schema of the warehouse before disclosure control and in
the ``published`` schema after it.
"""

from __future__ import annotations

from assets.schema.tables.bookkeeping import AREAS, CHANGES, QUALITY, SOURCES
from assets.schema.tables.comparisons import CLAIMS, DISPARITIES, TRENDS
from assets.schema.tables.rates import RANKINGS, RATES, SUPPRESSION, TARGETS

__all__ = [
    "AREAS",
    "CHANGES",
    "CLAIMS",
    "DISPARITIES",
    "PUBLISHED_TABLES",
    "QUALITY",
    "RANKINGS",
    "RATES",
    "SOURCES",
    "SUPPRESSION",
    "TARGETS",
    "TRENDS",
]

PUBLISHED_TABLES = (
    RATES,
    RANKINGS,
    DISPARITIES,
    TRENDS,
    TARGETS,
    CLAIMS,
    SUPPRESSION,
    AREAS,
    SOURCES,
    QUALITY,
    CHANGES,
)
