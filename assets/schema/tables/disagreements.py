"""Released table of contradictions: one figure, stated in two ways."""

from __future__ import annotations

from assets.schema.model import Layer, Table, boolean, number, text
from assets.schema.tables.rates import RATES
from assets.schema.tables.shared_columns import (
    MEASURE,
    METHOD,
    STATUS,
    STRATUM,
    WINDOW,
    WINDOW_KEY,
    optional_number,
    series,
)

KINDS = ("two_series", "printed_rate", "total_and_parts")
EXPLANATIONS = (
    "definition",
    "boundaries",
    "revision",
    "rounding",
    "other_births",
    "combined_area",
    "chance",
    "unexplained",
)

DISAGREEMENTS = Table(
    name="disagreements",
    layer=Layer.PUBLISHED,
    grain="figure × how it is stated otherwise",
    description="Where two series state one figure differently, a producer prints a rate that its "
    "own counts do not give, or a total is not the sum of its parts: both values, and our reading. "
    "Both are shown in rates or printed by a producer. Figures of several years repeat those of "
    "their years and are left out, but for rates that a producer prints of three years.",
    key=(
        "kind",
        "source_family",
        "measure",
        "area_code",
        "geography_vintage",
        "stratum_type",
        "stratum",
        *WINDOW_KEY,
        "other_source",
        "other_geography_vintage",
    ),
    may_be_empty=True,
    columns=(
        text(
            "kind",
            "two_series: another series, or the same one on another boundary set; printed_rate: a "
            "producer's rate beside the quotient of the counts; total_and_parts: a printed count "
            "beside the sum of its parts",
            required=True,
            allowed=KINDS,
        ),
        text("area_name", "Name for display; never a key", required=True),
        text("measure_name", "Measure in words", required=True),
        RATES.column("period"),
        text(
            "quantity",
            "What the two values are: the rate, or the deaths under it",
            required=True,
            allowed=("rate", "numerator"),
        ),
        number("value", "Value of the row of rates that is named here, unrounded", required=True),
        text("value_source_name", "Series of that row, in words", required=True),
        number("other_value", "Value as it is stated otherwise", required=True),
        text("other_source_name", "Who states it, in words", required=True),
        number("difference", "other_value − value", required=True),
        optional_number("difference_percent", "100 · (other_value / value − 1)", unit="percent"),
        text(
            "explained_by",
            "What explains the difference, as far as the figures themselves show it: definition "
            "(another way to count), boundaries, revision (one is provisional or older), rounding, "
            "other_births (printed on other births), combined_area (printed for an area joined "
            "with another), chance (same definition, within chance and revision); unexplained "
            "otherwise",
            required=True,
            allowed=EXPLANATIONS,
        ),
        text("reading", "Our reading, in one sentence", required=True),
        text("preferred_because", "Why the row of rates is the one that counts", required=True),
        RATES.column("numerator"),
        RATES.column("denominator"),
        optional_number("other_numerator", "Deaths beside the other value", unit="persons"),
        optional_number("other_denominator", "Births beside the other value", unit="persons"),
        *(c for c in series() if c.name != "area_name"),
        MEASURE,
        *STRATUM,
        *WINDOW,
        text(
            "other_source",
            "Series or dataset that states the other value, or the sum that it is",
            required=True,
        ),
        text("other_geography_vintage", "Boundary set of the other value", required=True),
        RATES.column("rate_per"),
        boolean("is_preferred", "The row of rates is the preferred one", required=True),
        STATUS,
        METHOD,
    ),
)
