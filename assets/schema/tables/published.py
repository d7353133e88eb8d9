"""Tables of a release, in the order in which a reader meets them.

The same columns stand in the ``rates`` schema of the warehouse before disclosure control and in
the ``published`` schema after it.
"""

from __future__ import annotations

from assets.schema.tables.bookkeeping import AREAS, CHANGES, QUALITY, SOURCES
from assets.schema.tables.comparisons import CLAIMS, DISPARITIES, TRENDS
from assets.schema.tables.decompositions import DECOMPOSITIONS, PERINATAL_PERIODS
from assets.schema.tables.disagreements import DISAGREEMENTS
from assets.schema.tables.headline import HEADLINE
from assets.schema.tables.nations import COMPARISONS
from assets.schema.tables.rates import DEFINITIONS, RANKINGS, RATES, STRATA, TARGETS
from assets.schema.tables.suppression import SUPPRESSION, SUPPRESSION_BY_WINDOW

__all__ = [
    "ALSO_READ",
    "AREAS",
    "CHANGES",
    "CLAIMS",
    "COMPARISONS",
    "COMPUTED",
    "COPIES",
    "DECOMPOSITIONS",
    "DEFINITIONS",
    "DISAGREEMENTS",
    "DISPARITIES",
    "HEADLINE",
    "OF_SHOWN",
    "OF_THE_RELEASE",
    "PERINATAL_PERIODS",
    "PUBLISHED_TABLES",
    "QUALITY",
    "RANKINGS",
    "RATES",
    "SOURCES",
    "STRATA",
    "SUPPRESSION",
    "SUPPRESSION_BY_WINDOW",
    "TARGETS",
    "TRENDS",
]

_COMPUTED = (
    RATES,
    RANKINGS,
    DISPARITIES,
    DECOMPOSITIONS,
    PERINATAL_PERIODS,
    TRENDS,
    TARGETS,
    CLAIMS,
)
_COPIES = {AREAS: "core.areas", SOURCES: "core.vintages"}
_OF_SHOWN = (
    SUPPRESSION,
    SUPPRESSION_BY_WINDOW,
    DEFINITIONS,
    STRATA,
    HEADLINE,
    DISAGREEMENTS,
    COMPARISONS,
)
_OF_THE_RELEASE = (QUALITY, CHANGES)
PUBLISHED_TABLES = (*_COMPUTED, *_OF_SHOWN, *_COPIES, *_OF_THE_RELEASE)

COMPUTED = tuple(t.name for t in _COMPUTED)
"""Names of the tables that stand in the ``rates`` schema before disclosure control."""

COPIES = {t.name: source for t, source in _COPIES.items()}
"""Names of the tables that are those of the core layer, which need no disclosure control."""

OF_SHOWN = tuple(t.name for t in _OF_SHOWN)
"""Names of the tables that are computed from published ones, after disclosure control."""

ALSO_READ = {
    "comparisons": ("core.areas",),
    "headline": ("core.series_breaks",),
    "disagreements": ("core.printed_rates", "core.region_members", "core.areas"),
}
"""Tables that those of shown rates read beside published ones, by name."""

OF_THE_RELEASE = tuple(t.name for t in _OF_THE_RELEASE)
"""Names of the tables about the others, which are written while a release is made."""
