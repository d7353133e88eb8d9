"""Builders of the tables of rates, in the order in which they build on each other.

``build_rates`` reads the core tables; the others read ``rates.rates`` and must follow it.
"""

from __future__ import annotations

from assets.rates.claims.build import build_claims
from assets.rates.disparities import build_disparities
from assets.rates.rankings import build_rankings
from assets.rates.rates import build_rates
from assets.rates.targets import build_targets
from assets.rates.trends import build_trends

__all__ = [
    "build_claims",
    "build_disparities",
    "build_rankings",
    "build_rates",
    "build_targets",
    "build_trends",
]
