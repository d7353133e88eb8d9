"""Staging tables: typed cells under the producer's own names, one table per dataset family.

Every staging table is long: one row per measured cell of an extract, beside the labels of its row.
No recoding happens here; ``raw_text`` keeps the text of every cell that is not a number.
"""

from __future__ import annotations

from assets.schema.codes import STRATA
from assets.schema.model import Column, Layer, Table, boolean, integer, number, text

PROVENANCE: tuple[Column, ...] = (
    text("dataset_id", "Dataset of the extract catalogue", required=True),
    text(
        "vintage_id",
        "Vintage that the cell was read from: dataset and start of its sha256",
        required=True,
    ),
    text(
        "source_sheet",
        "Sheet, archive member or page of the extract; empty for one-sheet files",
        required=True,
    ),
    integer("source_row", "Row in that sheet or file, counted from 1", required=True, minimum=1),
    text("source_column", "Header of the measured column as the producer prints it", required=True),
)
CELL: tuple[Column, ...] = (
    number(
        "value", "Number in the cell; null where the cell is not a number", may_be_all_null=False
    ),
    text("raw_text", "Text of the cell where it is not a plain number", may_be_all_null=True),
)
_KEY = ("vintage_id", "source_sheet", "source_row", "source_column")


def _label(name: str, description: str) -> Column:
    return text(name, description, may_be_all_null=True)


def _pair(name: str, description: str, code: str) -> tuple[Column, Column]:
    """Return the columns of one grouping: its label as printed and the code beside it."""
    return (
        _label(name, f"{description} as printed"),
        _label(f"{name}_code", f"Code beside it, {code}"),
    )


NCHS_WONDER = Table(
    name="nchs_wonder",
    layer=Layer.STAGING,
    grain="vintage × row × measured column of a CDC WONDER export",
    description="Cells of hand-exported CDC WONDER tables: linked birth / infant death records, "
    "natality, mortality and fetal deaths. Total rows are kept and marked; they are never summed.",
    key=_KEY,
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
        _label("state", "State of the mother's residence as printed"),
        _label("state_code", "State FIPS code, two digits"),
        _label("county", "County of residence as printed"),
        _label("county_code", "County FIPS code, five digits; SS999 for unidentified counties"),
        *_pair("census_region", "Census region of residence", "e.g. 'CENS-R1'"),
        *_pair("census_division", "Census division of residence", "e.g. 'CENS-D1'"),
        *_pair("hhs_region", "HHS region of residence", "e.g. 'HHS1'"),
        _label("year", "Year as printed, e.g. '2022 (provisional)'"),
        _label("year_code", "Year, four digits"),
        _label("month", "Month as printed"),
        _label("month_code", "Month number, 1 to 12; the year stands in year_code"),
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
        _label("race", "Mother's race as printed"),
        _label("race_code", "Mother's race code"),
        _label("race_scheme", "Header of the race column, which names the scheme"),
        _label("hispanic_origin", "Mother's Hispanic origin as printed"),
        _label("hispanic_origin_code", "Mother's Hispanic origin code"),
        _label("age_of_infant", "Age of infant at death as printed"),
        _label("age_of_infant_code", "Age of infant at death code"),
        _label("age_of_mother", "Age of mother as printed"),
        _label("age_of_mother_code", "Age of mother code"),
        _label("sex", "Sex of infant as printed"),
        _label("sex_code", "Sex of infant code"),
        _label("cause", "Cause of death as printed"),
        _label("cause_code", "Cause of death code"),
        _label("cause_scheme", "Header of the cause column, which names the list of causes"),
        *_pair("birth_weight", "Birth weight of the infant", "by header of the column"),
        *_pair("gestation", "Weeks of gestation", "by header of the column"),
        _label(
            "gestation_scheme",
            "Header of the gestation column: by last menses (LMP) or obstetric estimate (OE)",
        ),
        *_pair("prenatal_care", "Month or trimester in which prenatal care began", "'00' none"),
        *_pair("education", "Mother's education", "levels differ between databases"),
        *_pair("marital_status", "Mother's marital status", "'1' married, '2' unmarried"),
        *_pair("plurality", "Single, twin, triplet or higher", "'1' to '3'"),
        *_pair("birth_order", "Live birth order", "'01' first"),
        *_pair("age_of_father", "Age of father", "as printed"),
        _label(
            "other",
            "Groupings without a column of their own, 'Header: label', separated by '; '",
        ),
        _label("other_code", "Codes of those groupings, separated by '; '"),
        *CELL,
    ),
)

NCHS_VSRR = Table(
    name="nchs_vsrr",
    layer=Layer.STAGING,
    grain="vintage × row of hmz2-vwda",
    description="State and national provisional counts of births, deaths and infant deaths "
    "(data.cdc.gov hmz2-vwda), one row per record, every vintage kept.",
    key=_KEY,
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
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        _label("period", "Year, or year and quarter, as sent"),
        _label("topic", "Topic of the indicator"),
        _label("indicator", "Indicator, type or race as sent"),
        _label("time_period", "Time basis of the figure, e.g. '12 Month-ending'"),
        _label("unit", "Unit as sent"),
        *CELL,
    ),
)

ONS_CHILD_MORTALITY = Table(
    name="ons_child_mortality",
    layer=Layer.STAGING,
    grain="vintage × sheet × row × measured column of a child mortality workbook",
    description="Cells of the ONS child mortality (death cohort) workbooks: the national series "
    "(Table 1), nations by sex (Table 2), areas (Table 3), age of mother (Table 10, all "
    "birthweights) and deprivation in England (Table 21) and Wales (Table 25).",
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("table_number", "Number of the table in the workbook", required=True),
        text("edition", "Data year that the edition is named after", required=True),
        text("year", "Data year of the row", required=True),
        _label("area_code", "GSS code or list of codes as printed, padding removed"),
        _label("area_name", "Area name as printed, padding removed"),
        _label("area_geography", "Kind of area as printed"),
        _label(
            "imd_decile",
            "Decile of the Index of Multiple Deprivation, the English one in Table 21 and the "
            "Welsh one in Table 25, 1 most deprived, or 'Total'",
        ),
        _label("sex", "Sex as printed, 'All' for both"),
        _label("age_of_mother", "Age of mother as printed; 'Unlinked deaths' for unknown mothers"),
        *CELL,
    ),
)

ONS_AREA_REGISTRATIONS = Table(
    name="ons_area_registrations",
    layer=Layer.STAGING,
    grain="vintage × sheet × row × measured column of a by-area workbook",
    description="Cells of the ONS workbooks 'Deaths registered by area of usual residence' and "
    "'Births by area of usual residence of mother'.",
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("subject", "What the workbook counts", required=True, allowed=("births", "deaths")),
        text("year", "Data year", required=True),
        _label("area_code", "GSS code where the edition prints one"),
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
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("table_number", "Number of the table in the workbook", required=True),
        text("year", "Data year", required=True),
        _label("area_code", "GSS code or list of codes as printed, padding removed"),
        _label("area_name", "Area name as printed, padding removed"),
        _label("area_geography", "Kind of area as printed"),
        _label("age_of_mother", "Age of mother at birth as printed"),
        _label("sex", "Sex as printed"),
        *CELL,
    ),
)

NOMIS = Table(
    name="nomis",
    layer=Layer.STAGING,
    grain="vintage × record of a Nomis response",
    description="Records of the Nomis API, every dimension kept as text.",
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("nomis_dataset", "Nomis dataset id, e.g. NM_205_1", required=True),
        text("date", "Data year as sent", required=True),
        text("geography_code", "GSS code as sent", required=True),
        text("geography_name", "Area name as sent", required=True),
        _label("geography_type", "Kind and vintage of the area as sent"),
        _label("geography_typecode", "Nomis type number of the area"),
        _label("age", "Label of the age dimension, of the person or of the mother"),
        _label("age_code", "Code of the age dimension"),
        _label("gender", "Label of the gender dimension"),
        _label("gender_code", "Code of the gender dimension"),
        text("measure_name", "Label of the measure", required=True),
        text("measures", "Nomis number of the kind of value; 20100 is the count", required=True),
        _label("obs_status", "Observation status as sent"),
        _label("obs_conf", "Confidentiality mark as sent"),
        boolean(
            "is_newest_boundary",
            "Row of the newest boundary vintage for its code and date",
            required=True,
        ),
        *CELL,
    ),
)

FINGERTIPS = Table(
    name="fingertips",
    layer=Layer.STAGING,
    grain="vintage × area × period × measured column of a Fingertips export",
    description="Cells of indicator exports of OHID Fingertips, one row per area however many "
    "parents repeat it; rows by deprivation or other categories are left out. Published values "
    "to compare with, never an input to rates.",
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("indicator_id", "Fingertips number of the indicator, e.g. 92196", required=True),
        text("indicator_name", "Name of the indicator", required=True),
        text("area_code", "GSS code as sent", required=True),
        text("area_name", "Area name as sent", required=True),
        text("area_type", "Kind and vintage of the area as sent", required=True),
        text("sex", "Sex as sent, e.g. 'Persons'", required=True),
        text("age", "Age as sent, e.g. '<1 yr'", required=True),
        text(
            "period",
            "Three calendar years as sent, e.g. '2016 - 18'",
            required=True,
            pattern="[0-9]{4} - [0-9]{2}",
        ),
        _label("value_note", "Note of the producer beside the value"),
        *CELL,
    ),
)

LOCAL_COUNTS = Table(
    name="local_counts",
    layer=Layer.STAGING,
    grain="vintage × row × count column of a local CSV extract",
    description="Counts by area and year that arrive as plain CSV: extracts of health departments "
    "and national figures copied from reports (docs/local_extracts.md).",
    key=_KEY,
    may_be_empty=True,
    columns=(
        *PROVENANCE,
        text("area", "Code of the geography registry, e.g. 'US-MO' or '29069'", required=True),
        text("year", "Calendar year", required=True, pattern="[0-9]{4}"),
        text(
            "stratum_type",
            "Characteristic that the row is split by; 'all' for the total",
            required=True,
            allowed=("all", *STRATA),
        ),
        text("stratum", "Group of that characteristic; 'all' for the total", required=True),
        _label("note", "Note of the supplier beside the row"),
        number(
            "value", "Number in the cell; null where the cell is not a number", may_be_all_null=True
        ),
        CELL[1],
    ),
)

STAGING_TABLES = (
    NCHS_WONDER,
    NCHS_VSRR,
    NCHS_SERIES,
    ONS_CHILD_MORTALITY,
    ONS_AREA_REGISTRATIONS,
    ONS_BIRTH_REGISTRATIONS,
    NOMIS,
    FINGERTIPS,
    LOCAL_COUNTS,
)
