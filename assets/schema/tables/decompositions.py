"""Released tables that say why two rates differ."""

from __future__ import annotations

from assets.schema.codes import SOURCE_FAMILIES
from assets.schema.model import Layer, Table, boolean, date, integer, text
from assets.schema.strata.vocabulary import dimensions
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

PAIR_KINDS = (
    "nation_nation",
    "state_nation",
    "state_state",
    "authority_nation",
    "group_group",
    "year_year",
)
FACTORS = ("difference", "composition", "rate", "neonatal_risk", "postneonatal_risk", "unlinked")

DECOMPOSITIONS = Table(
    name="decompositions",
    layer=Layer.PUBLISHED,
    grain="pair of rates × factor × group",
    description="Why two rates differ: which part of the difference lies in births that are "
    "distributed otherwise over groups (weeks, weight, age of mother …), and which in other "
    "rates of the same groups. The parts add up to the difference. They depend on the grouping: "
    "rows of two grouping_id are never compared.",
    key=("pair_id", "measure", "dimension", "grouping_id", "factor", "group_code"),
    may_be_empty=True,
    columns=(
        text(
            "pair_id",
            "The pair: its name, and the areas, groups and years of both rates",
            required=True,
        ),
        text("pair_kind", "What is compared", required=True, allowed=PAIR_KINDS),
        *series(),
        MEASURE,
        *STRATUM,
        *WINDOW,
        text(
            "reference_source_family",
            "Series of the reference",
            required=True,
            allowed=SOURCE_FAMILIES,
        ),
        text("reference_area_code", "Area of the reference", required=True),
        text("reference_area_name", "Its name for display; never a key", required=True),
        text("reference_geography_vintage", "Boundary set of the reference's area", required=True),
        text("reference_stratum", "Group of stratum_type that the reference is of", required=True),
        date("reference_period_start", "First day of the reference's window", required=True),
        date("reference_period_end", "Last day of the reference's window", required=True),
        text(
            "dimension",
            "Characteristic by whose groups the difference is split",
            required=True,
            allowed=tuple(dimensions()),
        ),
        text(
            "grouping_id",
            "The groups that were used, by dimension, number and a checksum of "
            "their codes; none where there are none",
            required=True,
        ),
        text(
            "factor",
            "difference: the whole; composition: births distributed otherwise; rate: "
            "other rates of the same groups or causes of death, or neonatal_risk and "
            "postneonatal_risk (of the survivors); unlinked: deaths that belong to no group of "
            "births",
            required=True,
            allowed=FACTORS,
        ),
        text("group_code", "Group; all for the sum over groups", required=True),
        text("group_name", "Its name for display; never a key", may_be_all_null=True),
        text(
            "members",
            "Groups of the producer that it is made of, own and then the "
            "reference's where these are others, separated by blanks and '/'",
            may_be_all_null=True,
        ),
        optional_number(
            "rate", "The rate: its groups and unlinked deaths over its births", minimum=0
        ),
        optional_number("reference_rate", "The rate of the reference", minimum=0),
        integer("rate_per", "Denominator units that rates and parts refer to", required=True),
        optional_number("rate_difference", "rate − reference_rate"),
        optional_number("deaths", "Deaths of the group", unit="persons", minimum=0),
        optional_number(
            "births",
            "Births of the group; of a cause of death those of the population",
            unit="persons",
            minimum=0,
        ),
        optional_number(
            "reference_deaths", "Deaths of the group in the reference", unit="persons", minimum=0
        ),
        optional_number(
            "reference_births", "Births of the group in the reference", unit="persons", minimum=0
        ),
        optional_number("part", "Part of the difference that lies in this factor and group"),
        optional_number("part_lower_95", "Lower 95 % limit of the part"),
        optional_number("part_upper_95", "Upper 95 % limit of the part"),
        optional_number(
            "part_centred",
            "Composition of a group against the mean of both rates: "
            "above 0 where there are more births of a group of high mortality or "
            "fewer of one of low mortality; its sum is that of part",
        ),
        optional_number("part_centred_lower_95", "Lower 95 % limit of the centred part"),
        optional_number("part_centred_upper_95", "Upper 95 % limit of the centred part"),
        text(
            "interval_method",
            "Method of the limits: delta where every group has 20 deaths or "
            "more in both populations, bootstrap elsewhere and with three factors; births vary "
            "as well as deaths",
            allowed=("delta", "bootstrap"),
            may_be_all_null=True,
        ),
        text(
            "direction",
            "What may be said of the part: not_distinguishable where its limits hold 0",
            allowed=("raises", "lowers", "not_distinguishable"),
            may_be_all_null=True,
        ),
        optional_number(
            "share_unknown",
            "Share of all parts, whatever their sign, that lies in "
            "groups that are not known and in unlinked deaths",
            minimum=0,
            maximum=1,
        ),
        optional_number(
            "averted_all",
            "Deaths that would not have occurred with the births and "
            "the risks of the reference, of those that belong to a group; below 0 "
            "more would have (on the row of the difference, and of each cause of death)",
            unit="persons",
        ),
        optional_number(
            "averted_distribution",
            "The same with the distribution of births of the reference and the own risks",
            unit="persons",
        ),
        optional_number(
            "averted_rates",
            "The same with the risks of the reference and the own distribution",
            unit="persons",
        ),
        optional_number(
            "averted_interaction",
            "What both of them count: averted_all = "
            "averted_distribution + averted_rates − averted_interaction",
            unit="persons",
        ),
        text(
            "sentence",
            "The difference and its parts in words (on the row of the difference); "
            "none where unknown groups dominate",
            may_be_all_null=True,
        ),
        text(
            "caution",
            "unknown_dominates: more than a third of all parts lies in groups that "
            "are not known; few_deaths: a group has fewer than 5 deaths on either side",
            allowed=("unknown_dominates", "few_deaths"),
            may_be_all_null=True,
        ),
        STATUS,
        text(
            "status_reason",
            "Why the pair has no parts or they are unreliable, and what was left out",
            may_be_all_null=True,
        ),
        text(
            "still_differs",
            "What differs between the two populations beside the groups, where "
            "they come from two series",
            may_be_all_null=True,
        ),
        boolean("is_provisional", "At least one of the rates is provisional", required=True),
        METHOD,
    ),
)

PERIODS_OF_RISK = (
    "all",
    "maternal_health_prematurity",
    "maternal_care",
    "newborn_care",
    "infant_health",
)

PERINATAL_PERIODS = Table(
    name="perinatal_periods",
    layer=Layer.PUBLISHED,
    grain="population × reference × period of risk",
    description="Perinatal periods of risk: fetal and infant deaths in four cells of birth weight "
    "and age at death, beside a reference. Only where births, fetal and infant deaths by birth "
    "weight are of one population and year; otherwise one row says what is missing.",
    key=(
        "source_family",
        "area_code",
        "geography_vintage",
        *WINDOW_KEY,
        "reference_period_end",
        "period_of_risk",
    ),
    may_be_empty=True,
    columns=(
        *series(),
        text(
            "variant",
            "nchs: fetal deaths of 24 weeks and more, from 500 g; ons: stillbirths of 24 weeks "
            "and more, of any weight",
            required=True,
            allowed=("nchs", "ons"),
        ),
        *WINDOW,
        date("reference_period_start", "First day of the reference's window", required=True),
        date("reference_period_end", "Last day of the reference's window", required=True),
        text(
            "period_of_risk",
            "maternal_health_prematurity: fetal and infant deaths below 1,500 g; from 1,500 g "
            "maternal_care: fetal deaths, newborn_care: deaths of days 0 to 27, infant_health: of "
            "days 28 to 364; all: the four together",
            required=True,
            allowed=PERIODS_OF_RISK,
        ),
        optional_number("deaths", "Deaths of the period", unit="persons", minimum=0),
        optional_number(
            "births_and_fetal_deaths",
            "Live births and fetal deaths with a known weight",
            unit="persons",
            minimum=0,
        ),
        optional_number("reference_deaths", "Deaths of the reference", unit="persons", minimum=0),
        optional_number(
            "reference_births_and_fetal_deaths",
            "Live births and fetal deaths of the reference with a known weight",
            unit="persons",
            minimum=0,
        ),
        optional_number("rate", "Deaths over births and fetal deaths", minimum=0),
        optional_number("reference_rate", "The same of the reference", minimum=0),
        integer("rate_per", "Denominator units that the rates refer to", required=True),
        optional_number("excess_rate", "rate − reference_rate"),
        optional_number(
            "excess_deaths",
            "Deaths beyond those expected at the reference's rate; below 0 where there are fewer",
            unit="persons",
        ),
        optional_number("excess_deaths_lower_95", "Lower 95 % limit of the excess", unit="persons"),
        optional_number("excess_deaths_upper_95", "Upper 95 % limit of the excess", unit="persons"),
        optional_number(
            "share_of_excess",
            "Excess of the period over that of all; null where one period has fewer deaths than "
            "expected",
            minimum=0,
            maximum=1,
        ),
        STATUS,
        text(
            "status_reason",
            "What is missing, or why the cells are not published",
            may_be_all_null=True,
        ),
        METHOD,
    ),
)
