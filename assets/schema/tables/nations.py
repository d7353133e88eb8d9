"""Released table that sets nations beside each other on one definition: comparisons."""

from __future__ import annotations

from assets.schema.codes import AREA_TYPES, COUNTRIES, SOURCE_FAMILIES
from assets.schema.model import Layer, Table, integer, number, text
from assets.schema.strata.vocabulary import groups_of
from assets.schema.tables.shared_columns import (
    MEASURE,
    METHOD,
    STATUS,
    WEEKS_UNKNOWN,
    WINDOW,
    WINDOW_KEY,
    optional_number,
)

ANY_WEEK = "any"
FROM_WEEKS = (ANY_WEEK, *(g.code for g in groups_of("gestation_from").values() if g.has_bounds))

COMPARISONS = Table(
    name="comparisons",
    layer=Layer.PUBLISHED,
    grain="measure × weeks × window × nation or state, on one definition",
    description="England, Wales, England and Wales, the United States and its states beside each "
    "other: births and deaths from the same week of gestation on, in the same period, with what "
    "still differs. A nation without a figure has a row that says what is needed.",
    key=("measure", "gestation_from", "area_code", *WINDOW_KEY),
    may_be_empty=True,
    columns=(
        text(
            "comparison_id",
            "Rows that may be compared: measure, weeks, window and period are the same",
            required=True,
        ),
        text("country", "Country of the area", required=True, allowed=COUNTRIES),
        text("area_code", "Area: 'US', 'US-MO', a GSS code or a list of codes", required=True),
        text("area_name", "Name for display; never a key", required=True),
        text("area_type", "Kind of area", required=True, allowed=AREA_TYPES),
        text("geography_vintage", "Boundary set that the area code belongs to", required=True),
        MEASURE,
        text(
            "gestation_from",
            "Weeks of gestation from which births and deaths are counted, known weeks only; 'any' "
            "for all, with unknown weeks",
            required=True,
            allowed=FROM_WEEKS,
        ),
        *WINDOW,
        text("period", "The window in words", required=True),
        text(
            "source_family",
            "Series of the figure; null where there is none",
            allowed=SOURCE_FAMILIES,
            may_be_all_null=True,
        ),
        number(
            "numerator", "Deaths in the window", unit="persons", minimum=0, may_be_all_null=True
        ),
        number(
            "denominator", "Births in the window", unit="persons", minimum=0, may_be_all_null=True
        ),
        optional_number("rate", "rate_per × numerator / denominator, unrounded", minimum=0),
        integer("rate_per", "Births that the rate refers to", required=True),
        text("rate_text", "The rate as it is printed", may_be_all_null=True),
        optional_number("ci_lower_95", "Lower 95 % confidence limit of the rate"),
        optional_number("ci_upper_95", "Upper 95 % confidence limit of the rate"),
        *WEEKS_UNKNOWN,
        STATUS,
        text(
            "status_reason",
            "Why there is no figure, or why it is unreliable; of a missing one, what is needed",
            may_be_all_null=True,
        ),
        text(
            "reference_area_code",
            "Area that the row is compared with: the first of England and Wales, England, Wales "
            "and the United States that has a figure",
            may_be_all_null=True,
        ),
        optional_number("reference_rate", "Rate of that area"),
        optional_number("rate_ratio", "rate / reference_rate"),
        optional_number(
            "rate_ratio_lower_95",
            "Lower 95 % limit of the ratio; null where either has fewer than 20 deaths",
        ),
        optional_number("rate_ratio_upper_95", "Upper 95 % limit of the ratio"),
        optional_number("rate_difference", "rate − reference_rate"),
        optional_number("rate_difference_lower_95", "Lower 95 % limit of the difference"),
        optional_number("rate_difference_upper_95", "Upper 95 % limit of the difference"),
        text(
            "still_differs",
            "What still differs from the area that the row is compared with, topic by topic: first "
            "of the row, then of that area",
            may_be_all_null=True,
        ),
        text(
            "definition_id",
            "Definition of the figure: a row of definitions",
            may_be_all_null=True,
        ),
        METHOD,
    ),
)
