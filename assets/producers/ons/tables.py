"""Staging tables of the ONS: typed cells under the producer's own names."""

from __future__ import annotations

from assets.schema.model import Layer, Table, boolean, text
from assets.schema.tables.staging import CELL, KEY, PROVENANCE, label

ONS_CHILD_MORTALITY = Table(
    name="ons_child_mortality",
    layer=Layer.STAGING,
    grain="vintage × sheet × row × measured column of a child mortality workbook",
    description="Cells of the ONS child mortality (death cohort) workbooks: every table, the "
    "groups of its rows and columns as printed, with 'All' for totals. Tables 17 to 20, 22 to 24, "
    "26 and 27 count births linked to their notification.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text(
            "table_number",
            "Number of the table in the editions since 2020; one that they lack is '9 of 2018', as "
            "source_sheet names it",
            required=True,
        ),
        text("edition", "Data year that the edition is named after", required=True),
        text(
            "year",
            "Data year of the row, or first and last of several years together, as 2018-2022",
            required=True,
        ),
        label("area_code", "GSS code or list of codes as printed, padding removed"),
        label("area_name", "Area name as printed, padding removed"),
        label("area_geography", "Kind of area as printed"),
        label(
            "imd_decile",
            "Decile of the Index of Multiple Deprivation, the English one in Table 21 and the "
            "Welsh one in Table 25, 1 most deprived, or 'Total'",
        ),
        label("sex", "Sex as printed, 'All' for both"),
        label("age_of_mother", "Age of mother as printed; 'Unlinked deaths' for unknown mothers"),
        label("birth_weight", "Birth weight in grams as printed"),
        label("cause_icd_chapter", "Chapter of ICD-10 of the underlying cause as printed"),
        label("cause_ons", "ONS cause group as printed"),
        label("country_of_birth_of_mother", "Country of birth of the mother as printed"),
        label("ethnicity", "Ethnic group of the infant as printed"),
        label("gestation", "Weeks of gestation as printed"),
        label("ns_sec", "Socio-economic class (NS-SEC) as printed"),
        label("place_of_birth", "Place of delivery as printed"),
        label("previous_children", "Number of previous children of the mother as printed"),
        label("registration_type", "Marital status and type of registration as printed"),
        *CELL,
    ),
)

ONS_AREA_REGISTRATIONS = Table(
    name="ons_area_registrations",
    layer=Layer.STAGING,
    grain="vintage × sheet × row × measured column of a by-area workbook",
    description="Cells of the ONS workbooks 'Deaths registered by area of usual residence' and "
    "'Births by area of usual residence of mother'.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("subject", "What the workbook counts", required=True, allowed=("births", "deaths")),
        text("year", "Data year", required=True),
        label("area_code", "GSS code where the edition prints one"),
        text(
            "area_name", "Area name as printed, padding and footnote marks removed", required=True
        ),
        text("area_text", "Area name exactly as printed", required=True),
        *CELL,
    ),
)

ONS_BIRTH_REGISTRATIONS = Table(
    name="ons_birth_registrations",
    layer=Layer.STAGING,
    grain="vintage × sheet × row × measured column of a birth registrations workbook",
    description="Cells of the ONS workbook 'Births in England and Wales: birth registrations'.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("table_number", "Number of the table in the workbook", required=True),
        text("year", "Data year", required=True),
        label("area_code", "GSS code or list of codes as printed, padding removed"),
        label("area_name", "Area name as printed, padding removed"),
        label("area_geography", "Kind of area as printed"),
        label("age_of_mother", "Age of mother at birth as printed"),
        label("sex", "Sex as printed"),
        label("imd_decile", "Decile of the Index of Multiple Deprivation of the nation as printed"),
        label("registration_type", "Registration of the birth as printed"),
        label("plurality", "Single or multiple birth as printed"),
        label("previous_children", "Number of previous live-born children as printed"),
        *CELL,
    ),
)

NOMIS = Table(
    name="nomis",
    layer=Layer.STAGING,
    grain="vintage × record of a Nomis response",
    description="Records of the Nomis API, every dimension kept as text.",
    key=KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("nomis_dataset", "Nomis dataset id, e.g. NM_205_1", required=True),
        text("date", "Data year as sent", required=True),
        text("geography_code", "GSS code as sent", required=True),
        text("geography_name", "Area name as sent", required=True),
        label("geography_type", "Kind and vintage of the area as sent"),
        label("geography_typecode", "Nomis type number of the area"),
        label("age", "Label of the age dimension, of the person or of the mother"),
        label("age_code", "Code of the age dimension"),
        label("gender", "Label of the gender dimension"),
        label("gender_code", "Code of the gender dimension"),
        text("measure_name", "Label of the measure", required=True),
        text("measures", "Nomis number of the kind of value; 20100 is the count", required=True),
        label("obs_status", "Observation status as sent"),
        label("obs_conf", "Confidentiality mark as sent"),
        boolean(
            "is_newest_boundary",
            "Row of the newest boundary vintage for its code and date",
            required=True,
        ),
        *CELL,
    ),
)

TABLES = (
    ONS_CHILD_MORTALITY,
    ONS_AREA_REGISTRATIONS,
    ONS_BIRTH_REGISTRATIONS,
    NOMIS,
)
