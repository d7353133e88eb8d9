"""Jobs: the whole way, one producer's way, or everything after the archive."""

from __future__ import annotations

import dagster as dg

_ALL = dg.AssetSelection.all()
_RAW = dg.AssetSelection.key_prefixes(["raw"])
_DECLARED = dg.AssetSelection.key_prefixes(["declared"])
_AFTER_STAGING = dg.AssetSelection.key_prefixes(["core"], ["rates"], ["published"], ["release"])


def _of_producer(source: str) -> dg.AssetSelection:
    raw = dg.AssetSelection.groups(f"raw_{source}")
    return raw | raw.downstream() | _DECLARED | _AFTER_STAGING


nightly = dg.define_asset_job(
    "nightly",
    selection=_ALL,
    description="Take in what is new from every producer, recompute, validate, publish.",
)
refresh_nchs = dg.define_asset_job(
    "refresh_nchs",
    selection=_of_producer("nchs"),
    description="Take in what is new from the NCHS only, recompute, validate, publish.",
)
refresh_ons = dg.define_asset_job(
    "refresh_ons",
    selection=_of_producer("ons"),
    description="Take in what is new from the ONS only, recompute, validate, publish.",
)
refresh_ohid = dg.define_asset_job(
    "refresh_ohid",
    selection=_of_producer("ohid"),
    description="Take in what is new from the OHID only, recompute, validate, publish.",
)
rebuild = dg.define_asset_job(
    "rebuild",
    selection=_ALL - _RAW,
    description="Recompute, validate and publish from the vintages in the archive.",
)
JOBS = (nightly, refresh_nchs, refresh_ons, refresh_ohid, rebuild)
