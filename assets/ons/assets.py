"""Dagster assets of the ONS extracts: raw vintages and staging tables."""

from __future__ import annotations

from assets.archive.assets import raw_assets, staging_assets
from assets.ons.catalogue import DATASETS

ASSETS = (raw_assets("ons", DATASETS), staging_assets("ons", DATASETS))
