"""Released tables of rates: rates, rankings, targets, definitions, strata."""

from __future__ import annotations

from assets.schema.codes import BANDS, CI_METHODS
from assets.schema.model import Layer, Table, boolean, integer, number, text
from assets.schema.tables.shared_columns import (
    IS_LATEST,
    IS_PREFERRED,
    MEASURE,
    METHOD,
    PERIOD,
    STATUS,
    STRATUM,
    WEEKS_UNKNOWN,
    WINDOW,
    WINDOW_KEY,
    optional_number,
    series,
)

RATES = Table(
    name="rates",
    layer=Layer.PUBLISHED,
    grain="source_family × measure × area_code × stratum × window",
    description="Rates with their counts, limits, reliability and status: annual, rolling and "
    "pooled. Counts are summed before they are divided.",
    key=(
        "source_family",
        "measure",
        "area_code",
        "geography_vintage",
        "stratum_type",
        "stratum",
        *WINDOW_KEY,
    ),
    columns=(
        *series(),
        text(
            "place_code",
            "Code by which the area goes today: the newest of codes that replaced each other while "
            "the area stayed the same; otherwise area_code",
            required=True,
        ),
        MEASURE,
        *STRATUM,
        *WINDOW,
        PERIOD,
        number(
            "numerator",
            "Deaths (or births) in the window",
            unit="persons",
            minimum=0,
            source_fields=("Deaths", "Infant deaths", "Count"),
        ),
        number(
            "denominator",
            "Live births (or births, or population) in the window",
            unit="persons",
            minimum=0,
            source_fields=("Births", "Live births", "Denominator"),
        ),
        number(
            "rate",
            "rate_per × numerator / denominator, unrounded",
            minimum=0,
            source_fields=("Death Rate", "Infant mortality rate", "Value"),
        ),
        integer("rate_per", "Denominator units that the rate refers to", required=True),
        integer(
            "decimals",
            "Decimals to which the producer prints the rate, and rate_text has it",
            required=True,
            minimum=0,
            maximum=6,
        ),
        text(
            "rate_text",
            "The rate as it is printed, '7.30 per 1,000': rounded once, half away from zero; a "
            "text, so that no program turns 7.30 into 7.3",
            pattern=r"[0-9]+(?:\.[0-9]+)? per [0-9,]+",
        ),
        optional_number("ci_lower_95", "Lower 95 % confidence limit of the rate"),
        optional_number("ci_upper_95", "Upper 95 % confidence limit of the rate"),
        optional_number("ci_lower_998", "Lower 99.8 % confidence limit of the rate"),
        optional_number("ci_upper_998", "Upper 99.8 % confidence limit of the rate"),
        text("ci_method", "Method of the limits", allowed=CI_METHODS),
        optional_number(
            "relative_standard_error",
            "Relative standard error of the rate",
            unit="percent",
            minimum=0,
        ),
        optional_number(
            "rate_eb",
            "Empirical-Bayes stabilised rate; beside the crude rate, never instead. Null where the "
            "areas of its kind are fewer than 20 or differ by no more than chance (chi-square, "
            "p at or above 0.05)",
            minimum=0,
        ),
        optional_number(
            "mean_of_rates",
            "Unweighted mean of the annual rates of the window, as some publications print it",
            minimum=0,
        ),
        STATUS,
        text(
            "status_reason", "Why the row carries no number or is unreliable", may_be_all_null=True
        ),
        text(
            "band",
            "below 5 excellent, 5 to 10 moderate, above 10 crisis (infant mortality)",
            allowed=BANDS,
            may_be_all_null=True,
        ),
        boolean("is_provisional", "At least one count in the window is provisional", required=True),
        IS_PREFERRED,
        IS_LATEST,
        text(
            "definition_id",
            "Definition that a reader must know before comparing the row with another nation's: a "
            "row of definitions. What is special about an area stands in note of areas",
            required=True,
        ),
        METHOD,
        text(
            "vintages",
            "Extracts that the counts of the window come from: vintage_id of sources, separated "
            "by blanks",
            may_be_all_null=True,
            volatile=True,
        ),
        text(
            "funnel",
            "Place of the area in the funnel of all areas of its kind: high or low at 0.1 % or "
            "2.5 %",
            allowed=("high_001", "high_025", "low_025", "low_001", "not_significant"),
            may_be_all_null=True,
        ),
        text(
            "compared_with_nation",
            "The area's limits against the rate of its nation (US, England, Wales) in the same "
            "series, stratum and window: worse_998 or worse_95 where the lower 99.8 % or 95 % "
            "limit is above it, better_998 or better_95 where the upper one is below it, "
            "otherwise similar; not_compared for nations, without a rate of either, and where "
            "neither a low nor a high rate is better",
            required=True,
            allowed=(
                "better_998",
                "better_95",
                "similar",
                "worse_95",
                "worse_998",
                "not_compared",
            ),
        ),
        *WEEKS_UNKNOWN,
        integer(
            "cause_rank",
            "Place of a cause of death among the ranked causes of its list that have a figure: 1 "
            "has the most deaths, equal numbers share a place; null for groups of causes, for what "
            "is left over ('all other'), and for causes without deaths",
            minimum=1,
            may_be_all_null=True,
        ),
    ),
)

RANKINGS = Table(
    name="rankings",
    layer=Layer.PUBLISHED,
    grain="source_family × measure × window × area",
    description="Ranks of states as America's Health Rankings makes them: 1 is the lowest rate, "
    "ties share a rank; the nation and the District of Columbia are unranked.",
    key=("source_family", "measure", "area_code", "geography_vintage", *WINDOW_KEY, "rank_on"),
    may_be_empty=True,
    columns=(
        *series(),
        MEASURE,
        *WINDOW,
        PERIOD,
        text(
            "rank_on",
            "Whether ties are decided on the rounded or the unrounded rate",
            required=True,
            allowed=("rounded", "unrounded"),
        ),
        number("rate", "Rate that is ranked", may_be_all_null=True),
        integer(
            "rank",
            "Rank; null where the area is unranked or the only one",
            minimum=1,
            may_be_all_null=True,
        ),
        integer("areas_ranked", "Number of areas ranked", required=True, minimum=0),
        optional_number(
            "z_score",
            "(rate − reference) / standard deviation of the ranked rates, capped at ±2",
        ),
        optional_number(
            "change_1_year_percent",
            "Change of the rate that is ranked since the window ending one year earlier",
            unit="percent",
        ),
        integer(
            "consecutive_decreases",
            "Windows in a row with a fall of the rate that is ranked, counted back from this one",
            may_be_all_null=True,
        ),
        integer(
            "consecutive_increases",
            "Windows in a row with a rise of the rate that is ranked, counted back from this one",
            may_be_all_null=True,
        ),
        STATUS,
        METHOD,
        text(
            "z_score_reference",
            "What the z-score is measured from: the nation or, where the series lacks it, the "
            "unweighted mean of the states and the District of Columbia",
            allowed=("nation", "mean_of_states"),
            may_be_all_null=True,
        ),
    ),
)

TARGETS = Table(
    name="targets",
    layer=Layer.PUBLISHED,
    grain="measure × area × window × target or benchmark",
    description="Rates beside dated targets (Healthy People, England's maternity ambition) and "
    "external benchmarks.",
    key=("source_family", "measure", "area_code", "geography_vintage", *WINDOW_KEY, "target_id"),
    may_be_empty=True,
    columns=(
        *series(),
        MEASURE,
        *WINDOW,
        PERIOD,
        text(
            "target_id",
            "Target or benchmark; definitions has where and when it was published",
            required=True,
        ),
        text(
            "target_kind",
            "Target to be met or benchmark to be compared with",
            required=True,
            allowed=("target", "benchmark"),
        ),
        number("target_value", "Value of the target", required=True),
        number("rate", "Rate of the area", may_be_all_null=True),
        number("gap", "rate − target_value", may_be_all_null=True),
        boolean("is_met", "rate ≤ target_value", may_be_all_null=True),
        optional_number(
            "share_achieved_percent",
            "100 · (rate − baseline) / (target − baseline)",
            unit="percent",
        ),
        STATUS,
        METHOD,
        IS_PREFERRED,
        IS_LATEST,
        *STRATUM,
    ),
)

DEFINITIONS = Table(
    name="definitions",
    layer=Layer.PUBLISHED,
    grain="definition that rows of the release refer to",
    description="Long texts that many rows share, once each: how a series counts, where a target "
    "was published, what a policy withholds.",
    key=("definition_id",),
    columns=(
        text(
            "definition_id",
            "Definition: definition_id of rates, target_id of targets, policy of suppression",
            required=True,
        ),
        text(
            "kind",
            "What it defines",
            required=True,
            allowed=("count", "target", "benchmark", "disclosure_policy"),
        ),
        text("text", "The definition in words", required=True),
        text("source", "Who says so, and where", required=True),
    ),
)

STRATA = Table(
    name="strata",
    layer=Layer.PUBLISHED,
    grain="stratum that rows of the release are about × characteristic that it is a group of",
    description="What the strata are: the groups of one characteristic, or of two that are "
    "crossed, in their order and with their bounds.",
    key=("stratum_type", "stratum", "dimension"),
    may_be_empty=True,
    columns=(
        *STRATUM,
        text("dimension", "Characteristic, in words that rows use", required=True),
        text("dimension_title", "Characteristic, for readers", required=True),
        text("group_code", "Group of the characteristic, as rows have it", required=True),
        text("group_name", "Group, for readers", required=True),
        integer(
            "position",
            "Place in the order of the groups; null for the producer's own words",
            minimum=1,
            may_be_all_null=True,
        ),
        number("lower", "Smallest value that belongs to the group", may_be_all_null=True),
        number("upper", "Smallest value that is beyond the group", may_be_all_null=True),
        text("unit", "Unit of the bounds", may_be_all_null=True),
    ),
)
