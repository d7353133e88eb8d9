"""Staging tables of the NCHS: typed cells under the producer's own names."""

from __future__ import annotations

from assets.schema.model import Layer, Table, integer, text
from assets.schema.tables.staging import CELL, KEY, PROVENANCE, label, pair

NCHS_WONDER = Table(
    name="nchs_wonder",
    layer=Layer.STAGING,
    grain="vintage × row × measured column of a CDC WONDER export",
    description="Cells of hand-exported CDC WONDER tables: linked birth / infant death records, "
    "natality, mortality and fetal deaths. Total rows are kept and marked; they are never summed.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text(
            "database_label",
            "Dataset line of the footer, e.g. 'Linked Birth / Infant Death Records, 2007-2023'",
            required=True,
        ),
        text(
            "database_kind",
            "Kind of database that the label stands for",
            required=True,
            allowed=("linked", "natality", "mortality", "fetal"),
        ),
        text(
            "row_type",
            "Data row, subtotal or grand total",
            required=True,
            allowed=("data", "subtotal", "total"),
        ),
        integer(
            "rates_per",
            "Multiplier that the person exporting chose for rates",
            may_be_all_null=True,
        ),
        label(
            "grouped_by", "Headers of the label columns, which name scheme and list, '; ' between"
        ),
        label("state", "State of the mother's residence as printed"),
        label("state_code", "State FIPS code, two digits"),
        label("county", "County of residence as printed"),
        label("county_code", "County FIPS code, five digits; SS999 for unidentified counties"),
        *pair("census_region", "Census region of residence", "e.g. 'CENS-R1'"),
        *pair("census_division", "Census division of residence", "e.g. 'CENS-D1'"),
        *pair("hhs_region", "HHS region of residence", "e.g. 'HHS1'"),
        label("year", "Year as printed, e.g. '2022 (provisional)'"),
        label("year_code", "Year, four digits"),
        label("month", "Month as printed"),
        label("month_code", "Month number, 1 to 12; the year stands in year_code"),
        integer(
            "first_year",
            "First year that the figure covers; null where months or years do not say it",
            may_be_all_null=True,
        ),
        integer(
            "last_year",
            "Last year that the figure covers; equal to first_year where it is of one year",
            may_be_all_null=True,
        ),
        label("race", "Mother's race as printed"),
        label("race_code", "Mother's race code"),
        label("hispanic_origin", "Mother's Hispanic origin as printed"),
        label("hispanic_origin_code", "Mother's Hispanic origin code"),
        label("age_of_infant", "Age of infant at death as printed"),
        label("age_of_infant_code", "Age of infant at death code"),
        label("age_of_mother", "Age of mother as printed"),
        label("age_of_mother_code", "Age of mother code"),
        label("sex", "Sex of infant as printed"),
        label("sex_code", "Sex of infant code"),
        label("cause", "Cause of death as printed"),
        label("cause_code", "Cause of death code"),
        *pair("birth_weight", "Birth weight of the infant", "by header of the column"),
        *pair("gestation", "Weeks of gestation", "by header of the column"),
        *pair("payer", "Source of payment for the delivery", "'1' Medicaid"),
        *pair("prenatal_care", "Month or trimester in which prenatal care began", "'00' none"),
        *pair("education", "Mother's education", "levels differ between databases"),
        *pair("marital_status", "Mother's marital status", "'1' married, '2' unmarried"),
        *pair("plurality", "Single, twin, triplet or higher", "'1' to '3'"),
        *pair("birth_order", "Live birth order", "'01' first"),
        *pair("age_of_father", "Age of father", "as printed"),
        label(
            "other",
            "Groupings without a column of their own, 'Header: label', separated by '; '",
        ),
        label("other_code", "Codes of those groupings, separated by '; '"),
        *CELL,
    ),
)

NCHS_VSRR = Table(
    name="nchs_vsrr",
    layer=Layer.STAGING,
    grain="vintage × row of hmz2-vwda",
    description="State and national provisional counts of births, deaths and infant deaths "
    "(data.cdc.gov hmz2-vwda), one row per record, every vintage kept.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("state", "Area in capitals, e.g. 'UNITED STATES'", required=True),
        text("year", "Year as sent", required=True),
        text("month", "English month name", required=True),
        text("period", "'Monthly' or '12 Month-ending'", required=True),
        text("indicator", "What is counted", required=True),
        *CELL,
    ),
)

NCHS_SERIES = Table(
    name="nchs_series",
    layer=Layer.STAGING,
    grain="vintage × row × measured column of a national series on data.cdc.gov",
    description="National NCHS series other than hmz2-vwda: births since 1909, mortality rates "
    "since 1915, quarterly provisional rates.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        label("period", "Year, or year and quarter, as sent"),
        label("topic", "Topic of the indicator"),
        label("indicator", "Indicator, type or race as sent"),
        label("time_period", "Time basis of the figure, e.g. '12 Month-ending'"),
        label("unit", "Unit as sent"),
        *CELL,
    ),
)

TABLES = (
    NCHS_WONDER,
    NCHS_VSRR,
    NCHS_SERIES,
)
