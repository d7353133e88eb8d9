"""Builders of the tables of rates, in the order in which they build on each other.

``build_rates`` reads the core tables; the others read ``rates.rates`` and must follow it.
"""

from __future__ import annotations

from assets.core.enough import refuse_no_rates
from assets.core.settled import Stage
from assets.rates.claims.claims_table import build_claims
from assets.rates.decompositions.decompositions import build_decompositions
from assets.rates.decompositions.perinatal_periods import build_perinatal_periods
from assets.rates.disparities import build_disparities
from assets.rates.rankings import build_rankings
from assets.rates.rates import build_rates
from assets.rates.targets import build_targets
from assets.rates.trends import build_trends

RATES = Stage((build_rates, refuse_no_rates), ("rates.rates",))
"""The table of rates, on the counts."""
BUILDERS = {
    "rates.rankings": build_rankings,
    "rates.disparities": build_disparities,
    "rates.decompositions": build_decompositions,
    "rates.perinatal_periods": build_perinatal_periods,
    "rates.trends": build_trends,
    "rates.targets": build_targets,
    "rates.claims": build_claims,
}
"""What compares the rates, table by table."""
DERIVED = Stage(tuple(BUILDERS.values()), tuple(BUILDERS))
"""All of them, on the table of rates."""
