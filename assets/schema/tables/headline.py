"""Released table of newest figures: what somebody who opens one file wants to see first."""

from __future__ import annotations

from assets.schema.model import Layer, Table, boolean, integer, number, text
from assets.schema.tables.rates import RATES
from assets.schema.tables.shared_columns import (
    MEASURE,
    METHOD,
    STATUS,
    WINDOW,
    optional_number,
    series,
)

KINDS = ("annual", "twelve_months", "several_years")
CHANGE_VERDICTS = (
    "significant_rise",
    "significant_fall",
    "no_significant_change",
    "series_break",
    "no_earlier_figure",
)

HEADLINE = Table(
    name="headline",
    layer=Layer.PUBLISHED,
    grain="measure × place_code × kind",
    description="The newest figure of every area and measure, one row each: of a calendar year, of "
    "several years together, and of 12 months where these end later. Preferred rows with a number "
    "only, of all mothers and babies; an area of which everything is withheld has none.",
    key=("measure", "place_code", "kind"),
    columns=(
        text("area_name", "Name for display; never a key", required=True),
        text("measure_name", "Measure in words", required=True),
        RATES.column("period"),
        number(
            "rate",
            "Rate as printed: rounded once, half away from zero, to decimals",
            required=True,
            minimum=0,
        ),
        text("unit", "What the rate is per", required=True),
        text("rate_text", "Rate and unit as text, which no reader rounds", required=True),
        optional_number("ci_lower_95", "Lower 95 % confidence limit, rounded to decimals"),
        optional_number("ci_upper_95", "Upper 95 % confidence limit, rounded to decimals"),
        RATES.column("numerator"),
        RATES.column("denominator"),
        text(
            "reliability",
            "In words: reliable, or why the figure is of low reliability; and whether it is "
            "provisional",
            required=True,
        ),
        text(
            "previous_period",
            "Period of the figure before in the same series, of which no month is shared",
            may_be_all_null=True,
        ),
        optional_number("previous_rate", "Rate of that period, as printed", minimum=0),
        optional_number(
            "change_percent",
            "Change from that rate, of unrounded rates, to one decimal",
            unit="percent",
        ),
        text(
            "change_verdict",
            "Whether the change is more than chance: the test of trends (year_on_year)",
            required=True,
            allowed=CHANGE_VERDICTS,
        ),
        text("change_in_words", "The change and its verdict in words", required=True),
        RATES.column("compared_with_nation"),
        text("comparison_in_words", "The comparison with the nation in words", required=True),
        integer(
            "rank",
            "Rank among the states, 1 the lowest rate, ties by the rounded rate; null elsewhere",
            minimum=1,
            may_be_all_null=True,
        ),
        integer("areas_ranked", "Number of areas ranked", minimum=0, may_be_all_null=True),
        RATES.column("funnel"),
        MEASURE,
        text(
            "kind",
            "annual: newest calendar year; several_years: newest window of several years, of three "
            "before five, two and pools; twelve_months: 12 months that end after that year",
            required=True,
            allowed=KINDS,
        ),
        *(c for c in series() if c.name != "area_name"),
        text("series_name", "Name of the series", required=True),
        RATES.column("place_code"),
        *WINDOW,
        RATES.column("rate_per"),
        RATES.column("decimals"),
        STATUS,
        boolean("is_provisional", "At least one count in the window is provisional", required=True),
        RATES.column("definition_id"),
        METHOD,
    ),
)
