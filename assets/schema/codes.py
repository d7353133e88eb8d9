"""Closed code lists shared by several tables. Names are the field's standard terms."""

from __future__ import annotations

from assets.schema.producers import all_series, nations
from assets.schema.strata.vocabulary import BIRTH, WHOLE, dimensions, groups_of, stratum_types
from assets.schema.traits import traits

COUNTRIES = tuple(nations())

FAMILY_COUNTRIES = {series.name: series.countries for series in all_series().values()}
"""Countries whose areas a series can have. Methods follow the country of a row, not its series."""

SOURCE_FAMILIES = tuple(FAMILY_COUNTRIES)
"""Series that are never mixed: a death counted in two of these is two rows, not one."""

PERIOD_TYPES = ("year", "quarter", "month", "12_months_ending", "several_years")

DEATH_AGES = {
    "early_neonatal_deaths": (0, 168),
    "late_neonatal_deaths": (168, 672),
    "neonatal_deaths": (0, 672),
    "postneonatal_deaths": (672, 8760),
    "infant_deaths": (0, 8760),
}
"""Deaths by age: first hour of life and the hour after the last (days 0-6, 7-27, 0-27, 28-364)."""

COUNT_SUMS = {"perinatal_deaths": ("stillbirths", "early_neonatal_deaths")}
"""Counts that are sums of different things; sums of ages follow from ``DEATH_AGES``."""

COUNT_MEASURES = (
    "live_births",
    "stillbirths",
    *DEATH_AGES,
    "perinatal_deaths",
    "maternal_deaths",
    "population",
    "fetal_deaths",
    *(trait.count for trait in traits()),
)

RATE_MEASURES = (
    "infant_mortality",
    "neonatal_mortality",
    "early_neonatal_mortality",
    "late_neonatal_mortality",
    "postneonatal_mortality",
    "perinatal_mortality",
    "stillbirth",
    "maternal_mortality",
    "live_births_per_population",
    "inadequate_prenatal_care",
    "no_prenatal_care",
    "late_or_no_prenatal_care",
    "preterm",
    "very_preterm",
    "extremely_preterm",
    "low_birth_weight",
    "very_low_birth_weight",
    "fetal_mortality",
    "late_fetal_mortality",
    "perinatal_mortality_i",
    "perinatal_mortality_ii",
)

COUNT_STATUSES = ("ok", "suppressed", "missing", "not_applicable")
"""State of a count: printed (zero included), withheld by the producer, not there, meaningless."""

PRINTED_RATE_STATUSES = (
    "ok",
    "unreliable",
    "not_calculated",
    "suppressed",
    "missing",
    "not_applicable",
)
"""State of a rate as a producer printed it."""

VALUE_STATUSES = (
    "ok",
    "unreliable",
    "suppressed",
    "missing",
    "incomplete_window",
    "series_break",
)
"""State of a published rate; only ``ok`` and ``unreliable`` rows carry numbers."""

VALUES_SHOWN = ("ok", "unreliable")

WINDOW_TYPES = (
    "annual",
    "rolling_2_year",
    "rolling_3_year",
    "rolling_5_year",
    "rolling_12_month",
    "pooled",
)

WINDOW_NAMES = {
    "rolling_12_month": "twelve months",
    "annual": "annual",
    "rolling_2_year": "two years",
    "rolling_3_year": "three years",
    "rolling_5_year": "five years",
    "pooled": "pooled years",
}
"""Kinds of windows in the words of a sentence, in the order in which it names them."""

CI_METHODS = ("exact", "byar", "gamma", "normal", "wilson")

BANDS = ("excellent", "moderate", "crisis")

AREA_TYPES = (
    "country",
    "country_group",
    "region",
    "state",
    "territory",
    "county",
    "registration_area",
    "metropolitan_county",
    "unitary_authority",
    "non_metropolitan_district",
    "metropolitan_district",
    "london_borough",
    "london_subregion",
    "combined_authority_areas",
    "outside_area",
    "custom_region",
    "unidentified_counties",
)

LOCAL_AUTHORITIES = (
    "unitary_authority",
    "metropolitan_district",
    "non_metropolitan_district",
    "london_borough",
    "combined_authority_areas",
)
"""Areas of one level that together cover a country of the United Kingdom."""

STRATUM_TYPES = stratum_types()

STRATA = {
    dimension: tuple(groups_of(dimension))
    for dimension in dimensions()
    if groups_of(dimension)
    and dimensions()[dimension].adds_up == WHOLE
    and dimensions()[dimension].about == BIRTH
}
"""Groups of the characteristics of births that have a closed list and are asked for."""

CLAIM_VERDICTS = ("reproduces", "does_not_reproduce", "cannot_be_computed")

CHECKS = ("contract", "plausibility")
SEVERITIES = ("critical", "warning", "info")
RULE_OUTCOMES = ("passed", "failed", "waived", "not_evaluated")

CHANGE_KINDS = ("added", "revised", "withdrawn", "newly_suppressed", "released")
CHANGE_CAUSES = (
    "new_period",
    "new_area",
    "new_series",
    "source_revision",
    "status_change",
    "correction",
    "method_change",
    "geography",
    "newly_suppressed",
    "released",
    "withdrawn",
)
