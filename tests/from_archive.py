"""Counts and rates of everything that an archive has, built as a run builds them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.core.declarations import (
    build_areas,
    build_pools,
    build_region_members,
    build_series_breaks,
)
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import DATASETS
from assets.rates.builders import build_rates
from assets.schema.model import Layer, Table
from assets.schema.registry import tables_of
from assets.state.home import Home


def rates_of(
    con: duckdb.DuckDBPyConnection, home: Home, staging: Sequence[Table] | None = None
) -> None:
    """Build everything up to the rates.

    Args:
        con: Open connection to the warehouse.
        home: Home with the archive.
        staging: Staging tables that its extracts are read into; all by default.
    """
    for table in tables_of(Layer.STAGING) if staging is None else staging:
        build_staging_table(con, home, table, DATASETS)
    for declare in (build_areas, build_region_members, build_series_breaks, build_pools):
        declare(con)
    build_vintages(con, home, DATASETS)
    build_counts(con)
    build_rates(con)
