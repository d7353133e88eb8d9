"""Core tables: harmonised counts, areas, printed rates and revisions."""

from __future__ import annotations

from assets.schema.codes import (
    AREA_TYPES,
    COUNT_MEASURES,
    COUNT_STATUSES,
    COUNTRIES,
    PERIOD_TYPES,
    PRINTED_RATE_STATUSES,
    RATE_MEASURES,
    SOURCE_FAMILIES,
    STRATUM_TYPES,
)
from assets.schema.model import Column, Layer, Table, boolean, date, integer, number, text
from assets.schema.producers import declared

SERIES: tuple[Column, ...] = (
    text(
        "source_family",
        "Series that the figure belongs to; series are never mixed",
        required=True,
        allowed=SOURCE_FAMILIES,
    ),
    text(
        "area_code",
        "US: 'US', 'US-MO' or county FIPS; UK: GSS code or list of codes; custom regions: 'X-…' "
        "or the code that their declaration gives",
        required=True,
    ),
    text("geography_vintage", "Boundary set that the area code belongs to", required=True),
)
PERIOD: tuple[Column, ...] = (
    text("period_type", "Kind of period", required=True, allowed=PERIOD_TYPES),
    date("period_start", "First day of the period", required=True),
    date("period_end", "Last day of the period", required=True),
)
STRATUM: tuple[Column, ...] = (
    text(
        "stratum_type",
        "Characteristic that the figure is split by; 'all' for the total",
        required=True,
        allowed=STRATUM_TYPES,
        crossed=True,
    ),
    text("stratum", "Value of that characteristic; 'all' for the total", required=True),
)
ORIGIN: tuple[Column, ...] = (
    text("dataset_id", "Dataset of the extract catalogue", required=True),
    text("vintage_id", "Vintage that the figure was read from", required=True),
    text("source_sheet", "Sheet, archive member or page", required=True),
    integer("source_row", "Row in that sheet or file, counted from 1", required=True, minimum=1),
    text("source_column", "Header of the column as printed", required=True),
    text("raw_text", "Text of the cell where it is not a plain number", may_be_all_null=True),
)
PRINTED_PERIOD_TYPES = (*PERIOD_TYPES, "3_years")
"""Periods that rates are printed for; counts of three years are kept as counts of each year."""
_SERIES_KEY = (
    "source_family",
    "area_code",
    "geography_vintage",
    "period_type",
    "period_start",
    "period_end",
)
_STRATUM_KEY = ("stratum_type", "stratum")

OBSERVATIONS = Table(
    name="observations",
    layer=Layer.CORE,
    grain="source_family × area × period × measure × stratum",
    description="Harmonised counts of births and deaths, each from the newest vintage that has "
    "the cell. Value and status are separate: a suppressed count is not zero and not missing.",
    key=(*_SERIES_KEY, "measure", *_STRATUM_KEY),
    columns=(
        text("country", "Country of the series", required=True, allowed=COUNTRIES),
        *SERIES,
        *PERIOD,
        text("measure", "What is counted", required=True, allowed=COUNT_MEASURES),
        *STRATUM,
        number("value", "Count; null unless status is ok", unit="persons", minimum=0),
        text("status", "State of the count", required=True, allowed=COUNT_STATUSES),
        integer(
            "rounded_to",
            "Unit that the producer rounds the count to; 1 where exact",
            unit="persons",
            required=True,
            minimum=1,
        ),
        boolean("is_provisional", "The producer calls the figure provisional", required=True),
        text("correction_id", "Correction applied to the figure", may_be_all_null=True),
        *ORIGIN,
    ),
)


def _beside(name: str, what: str, unit: str | None = None) -> Column:
    return number(
        name,
        f"{what} as printed beside the rate, where the producer prints it",
        unit=unit,
        minimum=0,
        may_be_all_null=True,
    )


PRINTED_RATES = Table(
    name="printed_rates",
    layer=Layer.CORE,
    grain="dataset × source_family × area × period × rate × stratum",
    description="Rates as producers print them, with the limits and counts printed beside them; "
    "kept for reconciliation only, no rate of ours is computed from them.",
    key=("dataset_id", *_SERIES_KEY, "measure", *_STRATUM_KEY),
    may_be_empty=True,
    columns=(
        text("country", "Country of the series", required=True, allowed=COUNTRIES),
        *SERIES,
        text(
            "period_type",
            "Kind of period; '3_years' are three calendar years",
            required=True,
            allowed=PRINTED_PERIOD_TYPES,
        ),
        *PERIOD[1:],
        text("measure", "Rate that is printed", required=True, allowed=RATE_MEASURES),
        *STRATUM,
        number(
            "rate",
            "Rate as printed; null unless status is ok or unreliable",
            minimum=0,
            may_be_all_null=True,
        ),
        integer("rate_per", "Births that the printed rate refers to", required=True),
        integer("decimals", "Decimal places that the producer prints", required=True, minimum=0),
        _beside("ci_lower_95", "Lower 95 % confidence limit"),
        _beside("ci_upper_95", "Upper 95 % confidence limit"),
        _beside("ci_lower_998", "Lower 99.8 % confidence limit"),
        _beside("ci_upper_998", "Upper 99.8 % confidence limit"),
        integer(
            "ci_decimals",
            "Decimal places of the printed limits",
            minimum=0,
            may_be_all_null=True,
        ),
        _beside("numerator", "Deaths", unit="persons"),
        _beside("denominator", "Births", unit="persons"),
        text("status", "State of the printed rate", required=True, allowed=PRINTED_RATE_STATUSES),
        *ORIGIN,
    ),
)

REVISIONS = Table(
    name="revisions",
    layer=Layer.CORE,
    grain="observation key × vintage that changed it",
    description="Every count that a newer vintage restated with another value or status.",
    key=(*_SERIES_KEY, "measure", *_STRATUM_KEY, "vintage_id"),
    may_be_empty=True,
    columns=(
        *SERIES,
        *PERIOD,
        text("measure", "What is counted", required=True, allowed=COUNT_MEASURES),
        *STRATUM,
        text("previous_vintage_id", "Vintage that the figure was read from before", required=True),
        number("previous_value", "Count before", unit="persons", may_be_all_null=True),
        text("previous_status", "Status before", required=True, allowed=COUNT_STATUSES),
        text("vintage_id", "Vintage that restated it", required=True),
        number("value", "Count now", unit="persons", may_be_all_null=True),
        text("status", "Status now", required=True, allowed=COUNT_STATUSES),
    ),
)

AREA_COLUMNS: tuple[Column, ...] = (
    text("area_code", "Code of the area; a list of codes is an area of its own", required=True),
    text("geography_vintage", "Boundary set that the code belongs to", required=True),
    text("area_name", "Name for display; never a key", required=True),
    text("area_type", "Kind of area", required=True, allowed=AREA_TYPES),
    text("country", "Country that the area lies in", required=True, allowed=COUNTRIES),
    text(
        "parent_code",
        "Area of the next higher level whose total includes this area",
        may_be_all_null=True,
    ),
    text(
        "region_code", "Region or, in the US, the nation that states sum to", may_be_all_null=True
    ),
    date("valid_from", "First day on which the code was in force", may_be_all_null=True),
    date(
        "valid_to",
        "Last day on which the code was in force; null while it is",
        may_be_all_null=True,
    ),
    text(
        "predecessors",
        "Codes that were merged or recoded into this one, separated by ';'",
        may_be_all_null=True,
    ),
    text("source", "Where the row comes from", required=True),
    text(
        "members",
        "Areas of the same boundary set whose counts are summed to this custom region, separated "
        "by ';'",
        may_be_all_null=True,
    ),
    text(
        "note",
        "What a reader must know of the area, e.g. that a declared region approximates another",
        may_be_all_null=True,
    ),
)

AREAS = Table(
    name="areas",
    layer=Layer.CORE,
    grain="area × geography vintage",
    description="The geography registry: every area that a figure may refer to.",
    key=("area_code", "geography_vintage"),
    columns=AREA_COLUMNS,
)

REGION_MEMBERS = Table(
    name="region_members",
    layer=Layer.CORE,
    grain="custom region × geography vintage × member area",
    description="Members of the regions that users declare; counts of members are summed.",
    key=("region_code", "geography_vintage", "member_code"),
    may_be_empty=True,
    columns=(
        text("region_code", "Custom region", required=True),
        text("geography_vintage", "Boundary set of the members", required=True),
        text("member_code", "Area that belongs to the region", required=True),
        text("definition", "File that declares the region", required=True),
    ),
)

SERIES_BREAKS = Table(
    name="series_breaks",
    layer=Layer.CORE,
    grain="series × measure × area × first year after the break",
    description="Known breaks; a window whose years straddle one is not published.",
    key=("source_family", "measure", "area_code", "first_year"),
    may_be_empty=True,
    columns=(
        text("source_family", "Series", required=True, allowed=SOURCE_FAMILIES),
        text("measure", "Rate that breaks", required=True, allowed=RATE_MEASURES),
        text("area_code", "Area that breaks; '*' for all", required=True),
        integer("first_year", "First year of the new basis", required=True),
        text("kind", "Kind of break", required=True),
        text("reason", "What changed", required=True),
        text("source", "Where that is documented", required=True),
    ),
)

POOLS = Table(
    name="pools",
    layer=Layer.CORE,
    grain="declared pool",
    description="Sets of years that users declare to be pooled for an area.",
    key=("pool_id",),
    may_be_empty=True,
    columns=(
        text("pool_id", "Name of the pool", required=True),
        text("source_family", "Series", required=True, allowed=SOURCE_FAMILIES),
        text("area_code", "Area or custom region; '*' for every area of the series", required=True),
        integer("first_year", "First year", required=True),
        integer("last_year", "Last year", required=True),
        text("reason", "Why the pool is declared", required=True),
    ),
)

SOURCE_COLUMNS: tuple[Column, ...] = (
    text("vintage_id", "Dataset and start of the checksum of the extract", required=True),
    text("dataset_id", "Dataset of the extract catalogue", required=True),
    text("source", "Producer", required=True, allowed=tuple(declared())),
    text("producer", "Producer in full", required=True),
    text("title", "Producer's title of the dataset", required=True),
    text("file_name", "Name of the extract", required=True),
    text(
        "sha256",
        "Checksum of the extract; of one whose counts may not be shown, digits made with a secret "
        "key in place of it, since few counts could be found by trying them",
        required=True,
        pattern=r"[0-9a-f]{64}",
    ),
    integer(
        "bytes",
        "Size of the extract; of one whose counts may not be shown, rounded up to 10,000",
        unit="bytes",
        required=True,
        minimum=1,
    ),
    text("url", "Where the extract was taken from", required=True),
    text("retrieved_at", "When it was taken (UTC, ISO 8601)", required=True, volatile=True),
    text(
        "published_at",
        "When the producer published it, or was asked for it by a person (ISO 8601), where known",
        may_be_all_null=True,
    ),
    integer(
        "position",
        "Place among the vintages of its dataset, from the oldest statement of the producer to the "
        "newest; of those that state a cell, the last one is used",
        required=True,
        minimum=1,
        volatile=True,
    ),
    integer("staged_rows", "Cells read from the extract", required=True, minimum=1),
    text("licence", "Licence of the extract", required=True),
    text("citation", "Citation that the producer asks for", required=True),
    text(
        "status",
        "Whether the newest extract of the dataset could be taken in",
        required=True,
        allowed=("current", "superseded", "stale"),
    ),
    text("note", "Remarks on the extract, e.g. that it is a bundled sample", may_be_all_null=True),
    boolean(
        "is_restricted",
        "It was handed in as restricted: its figures stand in a series of their own, whose small "
        "counts are withheld",
        required=True,
    ),
)

VINTAGES = Table(
    name="vintages",
    layer=Layer.CORE,
    grain="vintage in use",
    description="Raw vintages that the counts stand on.",
    key=("vintage_id",),
    columns=SOURCE_COLUMNS,
)

CORE_TABLES = (
    OBSERVATIONS,
    PRINTED_RATES,
    REVISIONS,
    AREAS,
    REGION_MEMBERS,
    SERIES_BREAKS,
    POOLS,
    VINTAGES,
)
