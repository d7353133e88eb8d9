"""Tables that are derived from the rates of a test."""

from __future__ import annotations

import duckdb

from assets.rates.builders import (
    build_claims,
    build_disparities,
    build_rankings,
    build_targets,
    build_trends,
)


def derive(con: duckdb.DuckDBPyConnection) -> None:
    """Compute every table that stands on the rates and that disclosure control reads."""
    for build in (build_rankings, build_disparities, build_trends, build_targets, build_claims):
        build(con)
