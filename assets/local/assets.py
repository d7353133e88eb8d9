"""Dagster assets of the local CSV extracts: raw vintages and the staging table."""

from __future__ import annotations

from assets.archive.assets import raw_assets, staging_assets
from assets.local.catalogue import DATASETS

ASSETS = (raw_assets("local", DATASETS), staging_assets("local", DATASETS))
