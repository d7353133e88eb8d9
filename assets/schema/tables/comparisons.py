"""Released tables that compare: disparities, trends, claims."""

from __future__ import annotations

from assets.schema.codes import CLAIM_VERDICTS, STRATUM_TYPES
from assets.schema.model import Layer, Table, date, integer, number, text
from assets.schema.tables.shared_columns import (
    MEASURE,
    METHOD,
    PERIOD,
    STATUS,
    WINDOW,
    WINDOW_KEY,
    optional_number,
    series,
)

DISPARITIES = Table(
    name="disparities",
    layer=Layer.PUBLISHED,
    grain="measure × window × area × pair of groups",
    description="Rate ratio and rate difference between groups, with limits, on both scales.",
    key=(
        "source_family",
        "measure",
        "area_code",
        "geography_vintage",
        "stratum_type",
        "stratum",
        "reference_stratum",
        *WINDOW_KEY,
    ),
    may_be_empty=True,
    columns=(
        *series(),
        MEASURE,
        text(
            "stratum_type",
            "Characteristic that is compared",
            required=True,
            allowed=STRATUM_TYPES,
            crossed=True,
        ),
        text("stratum", "Group", required=True),
        text("reference_stratum", "Group that it is compared with", required=True),
        *WINDOW,
        PERIOD,
        optional_number("rate", "Rate of the group"),
        optional_number("reference_rate", "Rate of the reference group"),
        integer("rate_per", "Denominator units that the rates refer to", required=True),
        optional_number("rate_ratio", "rate / reference_rate"),
        optional_number("rate_ratio_lower_95", "Lower 95 % limit of the ratio"),
        optional_number("rate_ratio_upper_95", "Upper 95 % limit of the ratio"),
        optional_number("rate_difference", "rate − reference_rate"),
        optional_number("rate_difference_lower_95", "Lower 95 % limit of the difference"),
        optional_number("rate_difference_upper_95", "Upper 95 % limit of the difference"),
        optional_number(
            "excess_deaths", "Deaths beyond those expected at the reference rate", unit="persons"
        ),
        optional_number(
            "attributable_fraction", "Excess deaths as a share of all deaths of both groups"
        ),
        optional_number("share_of_deaths", "Deaths of the group as a share of the area's deaths"),
        optional_number(
            "share_of_deaths_lower_95", "Lower 95 % Wilson limit of the share of deaths"
        ),
        optional_number(
            "share_of_deaths_upper_95", "Upper 95 % Wilson limit of the share of deaths"
        ),
        optional_number("share_of_births", "Births of the group as a share of the area's births"),
        optional_number("share_ratio", "share_of_deaths / share_of_births"),
        optional_number("ratio_change", "Ratio of this rate ratio to that of the previous window"),
        optional_number("ratio_change_p_value", "Two-sided p-value of the ratio of ratios"),
        optional_number(
            "difference_change", "Change of the rate difference since the previous window"
        ),
        optional_number("difference_change_p_value", "Two-sided p-value of that change"),
        date(
            "previous_period_end", "End of the previous window compared with", may_be_all_null=True
        ),
        STATUS,
        METHOD,
        optional_number(
            "slope_index",
            "Slope index of inequality over the deprivation deciles: rate at the least deprived "
            "end of the population − rate at the most deprived end, on the row of decile 1 "
            "against 10",
        ),
        optional_number("slope_index_lower_95", "Lower 95 % limit of the slope index"),
        optional_number("slope_index_upper_95", "Upper 95 % limit of the slope index"),
        optional_number(
            "relative_index",
            "Relative index of inequality: rate at the least deprived end / rate at the most "
            "deprived end",
        ),
        optional_number("relative_index_lower_95", "Lower 95 % limit of the relative index"),
        optional_number("relative_index_upper_95", "Upper 95 % limit of the relative index"),
    ),
)

TRENDS = Table(
    name="trends",
    layer=Layer.PUBLISHED,
    grain="measure × area × kind of trend × span",
    description="Year-on-year tests by the producer's rule, quasi-Poisson log-linear trends "
    "inside break-free spans, and runs.",
    key=(
        "source_family",
        "measure",
        "area_code",
        "geography_vintage",
        "trend_type",
        "period_start",
        "period_end",
    ),
    may_be_empty=True,
    columns=(
        *series(),
        MEASURE,
        text("trend_type", "Kind of trend", required=True, allowed=("year_on_year", "log_linear")),
        date("period_start", "First day of the span", required=True),
        date("period_end", "Last day of the span", required=True),
        integer("points", "Annual rates used", required=True, minimum=2),
        optional_number("rate_start", "Rate of the first year"),
        optional_number("rate_end", "Rate of the last year"),
        optional_number(
            "change_percent",
            "Year on year: change of the rate; log-linear: annual percent change",
            unit="percent",
        ),
        optional_number(
            "change_lower_95", "Lower 95 % limit of the annual percent change", unit="percent"
        ),
        optional_number(
            "change_upper_95", "Upper 95 % limit of the annual percent change", unit="percent"
        ),
        optional_number("dispersion", "Pearson dispersion of the log-linear model"),
        text(
            "test", "Test used", required=True, allowed=("z", "ci_overlap", "quasi_poisson", "none")
        ),
        optional_number("z", "Test statistic"),
        optional_number("p_value", "Two-sided p-value; null for interval overlap"),
        text(
            "verdict",
            "What may be said",
            required=True,
            allowed=(
                "significant_rise",
                "significant_fall",
                "no_significant_change",
                "no_trend",
                "not_tested",
            ),
        ),
        integer(
            "run_length",
            "Years in a row in the same direction, ending with this span, as the rates are printed "
            "(rate_text of rates); rankings count runs of the value that is ranked",
            may_be_all_null=True,
        ),
        STATUS,
        METHOD,
    ),
)

CLAIMS = Table(
    name="claims",
    layer=Layer.PUBLISHED,
    grain="statement",
    description="Statements that others make, beside our recomputation and a verdict.",
    key=("claim_id",),
    columns=(
        text("claim_id", "Statement", required=True),
        text("document", "Where the statement is made", required=True),
        text("statement", "What is said", required=True),
        text("measure", "Measure that the statement is about", required=True),
        text("area", "Area as stated", may_be_all_null=True),
        text("period", "Period as stated", may_be_all_null=True),
        number("claimed_value", "Value as stated"),
        text("unit", "Unit of the value", required=True),
        text("source_family", "Series that the recomputation uses", may_be_all_null=True),
        optional_number("recomputed_value", "Value that we compute for the stated area and period"),
        text(
            "recomputed_display",
            "That value at the precision of the statement",
            may_be_all_null=True,
        ),
        text("inputs", "Counts that the recomputation stands on", may_be_all_null=True),
        text("verdict", "Outcome", required=True, allowed=CLAIM_VERDICTS),
        text(
            "best_fit",
            "Window or area that does reproduce the statement, if any",
            may_be_all_null=True,
        ),
        text("explanation", "What was found or what is missing", required=True),
        METHOD,
    ),
)
