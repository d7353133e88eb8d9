"""Columns that several released tables share."""

from __future__ import annotations

from assets.schema.codes import (
    AREA_TYPES,
    COUNTRIES,
    RATE_MEASURES,
    SOURCE_FAMILIES,
    STRATUM_TYPES,
    VALUE_STATUSES,
    WINDOW_TYPES,
)
from assets.schema.model import Column, boolean, date, number, text
from assets.schema.producers import nations


def series(*, area: bool = True) -> tuple[Column, ...]:
    """Return the columns that name a series, with or without its area."""
    columns: tuple[Column, ...] = (
        text(
            "source_family",
            "Series that the figure belongs to; series are never mixed",
            required=True,
            allowed=SOURCE_FAMILIES,
        ),
        text(
            "country",
            "; ".join(f"{code}: {name}" for code, name in nations().items()),
            required=True,
            allowed=COUNTRIES,
        ),
    )
    if area:
        columns += (
            text(
                "area_code",
                "US: 'US', 'US-MO' or county FIPS; UK: GSS code or list of codes; "
                "custom regions: 'X-…' or the code that their declaration gives",
                required=True,
            ),
            text("area_name", "Name for display; never a key", required=True),
            text("area_type", "Kind of area", required=True, allowed=AREA_TYPES),
            text("geography_vintage", "Boundary set that the area code belongs to", required=True),
        )
    return columns


MEASURE = text("measure", "Rate that the row gives", required=True, allowed=RATE_MEASURES)
STRATUM = (
    text(
        "stratum_type",
        "Characteristic that the rate is split by; 'all' for the total",
        required=True,
        allowed=STRATUM_TYPES,
        crossed=True,
    ),
    text("stratum", "Value of that characteristic; 'all' for the total", required=True),
)
WINDOW = (
    text("window_type", "How the period is made up", required=True, allowed=WINDOW_TYPES),
    date("period_start", "First day of the window", required=True),
    date("period_end", "Last day of the window", required=True),
)
PERIOD = text(
    "period",
    "The window in words: '2020', '2018-2020', '12 months to 2025-05'",
    required=True,
    pattern=r"[0-9]{4}(?:-[0-9]{4})?|12 months to [0-9]{4}-[0-9]{2}",
)
IS_PREFERRED = boolean(
    "is_preferred",
    "The one row to use of this place_code, measure, stratum, window_type and period: one "
    "with a number before one without, then by the order of the series and the newest "
    "boundary set (docs/methods.md)",
    required=True,
)
IS_LATEST = boolean(
    "is_latest",
    "The newest preferred row with a number of this place_code, measure, stratum and window_type",
    required=True,
)
STATUS = text(
    "value_status",
    "ok and unreliable rows carry numbers; all others carry none",
    required=True,
    allowed=VALUE_STATUSES,
)
METHOD = text("method_version", "Version of the methods that made the row", required=True)
WINDOW_KEY = ("window_type", "period_start", "period_end")


def optional_number(name: str, description: str, **options: object) -> Column:
    """Describe a number that may be absent from a whole table."""
    return number(name, description, may_be_all_null=True, **options)


WEEKS_UNKNOWN = (
    optional_number(
        "bound_lower",
        "Lowest rate that is possible, whatever the weeks of gestation are of those whose weeks "
        "are not known; of rates from a week of gestation on (stratum_type gestation_from), and of "
        "shares of births and late fetal deaths, whatever is true of those not stated",
        minimum=0,
    ),
    optional_number(
        "bound_upper",
        "Highest rate that is possible, whatever the weeks of gestation are of those whose weeks "
        "are not known, or who are linked to no birth",
        minimum=0,
    ),
    optional_number(
        "share_unknown",
        "Deaths whose weeks of gestation are not known, or that are linked to no birth, as a share "
        "of all deaths of any week; of a share, births of whom it is asked and not known; above "
        "0.1 these rows are unreliable",
        minimum=0,
        maximum=1,
    ),
)
