"""Rows of core tables for tests of rules."""

from __future__ import annotations

import datetime as dt


def count(measure: str, value: float | None, **more: object) -> dict[str, object]:
    """Return a row of ``core.observations``: a count of England in 2020, but for ``more``."""
    base: dict[str, object] = {
        "source_family": "ons_occurrence",
        "country": "EW",
        "area_code": "E92",
        "geography_vintage": "EW",
        "period_type": "year",
        "period_start": dt.date(2020, 1, 1),
        "period_end": dt.date(2020, 12, 31),
        "measure": measure,
        "stratum_type": "all",
        "stratum": "all",
        "value": value,
        "status": "ok" if value is not None else "missing",
        "rounded_to": 1,
    }
    return base | more
