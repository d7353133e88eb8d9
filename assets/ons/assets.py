"""Dagster assets of the ONS extracts: raw vintages and staging tables."""

from __future__ import annotations

from assets.archive.assets import raw_asset, staging_assets
from assets.ons.catalogue import DATASETS

ASSETS = (*(raw_asset(d) for d in DATASETS), *staging_assets(DATASETS))
