"""Rates that OHID Fingertips published, as rows of ``core.printed_rates``."""

from __future__ import annotations

import datetime as dt

Row = dict[str, object]
SETS = ("EW-2013-04", "EW-2023-04")
# OHID Fingertips, indicator 92196, 2016 - 18 and 2015 - 17: deaths, births, rate, 95 % limits.
PUBLISHED = [
    ("E07000223", 2016, 2, 1973, 1.0137, 0.1228, 3.6618),
    ("E07000079", 2016, 4, 2249, 1.7786, 0.4846, 4.5538),
    ("E07000150", 2016, 9, 2854, 3.1535, 1.4420, 5.9863),
    ("E07000073", 2016, 10, 3719, 2.6889, 1.2873, 4.9453),
    ("E07000224", 2016, 13, 4399, 2.9552, 1.5720, 5.0538),
    ("E07000117", 2016, 23, 3485, 6.5997, 4.1823, 9.9032),
    ("E06000023", 2016, 61, 18180, 3.3553, 2.5664, 4.3101),
    ("E10000016", 2016, 206, 51903, 3.9689, 3.4454, 4.5495),
    ("E92000001", 2015, 7734, 1974348, 3.9172, 3.8304, 4.0055),
    ("E12000008", 2015, 1040, 303792, 3.4234, 3.2185, 3.6379),
    ("E07000223", 2015, 6, 2051, 2.9254, 1.0736, 6.3674),
    ("E06000043", 2015, 28, 8506, 3.2918, 2.1869, 4.7577),
]
BURNLEY = PUBLISHED[5]


def key(area: str, first: int, last: int, **more: object) -> Row:
    base: Row = {
        "area_code": area,
        "area_name": area,
        "geography_vintage": SETS[1],
        "source_family": "ons_registration",
        "period_start": dt.date(first, 1, 1),
        "period_end": dt.date(last, 12, 31),
        "stratum_type": "all",
        "stratum": "all",
        "rate_per": 1000,
    }
    return base | more


def printed(
    area: str, first: int, deaths: float, births: float, rate: float, low: float, high: float
) -> Row:
    return key(
        area, first, first + 2, dataset_id="fingertips_infant_mortality", period_type="3_years",
        measure="infant_mortality", rate=rate, decimals=4, ci_lower_95=low, ci_upper_95=high,
        ci_decimals=4, numerator=deaths, denominator=births, status="ok",
    )  # fmt: skip
