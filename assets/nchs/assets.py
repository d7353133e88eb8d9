"""Dagster assets of the NCHS extracts: raw vintages and staging tables."""

from __future__ import annotations

from assets.archive.assets import raw_assets, staging_assets
from assets.nchs.catalogue import DATASETS

ASSETS = (raw_assets("nchs", DATASETS), staging_assets("nchs", DATASETS))
