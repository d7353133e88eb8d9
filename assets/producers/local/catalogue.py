"""Datasets of the extract catalogue that arrive as local CSV."""

from __future__ import annotations

from assets.archive.container import sniff
from assets.archive.dataset import Dataset
from assets.producers.local.counts_csv import parse_area_counts, parse_us_maternal_deaths
from assets.producers.local.rules import NATIONAL_RULES, RULES
from assets.producers.local.tables import LOCAL_COUNTS

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        dataset_id="local_area_counts",
        source="local",
        title="Counts by area and year from a health department (CSV)",
        producer="Health department or authority that supplied the extract",
        url="docs/local_extracts.md",
        licence="Terms of the authority that supplied the extract",
        citation="Name the authority that supplied the extract and the day it was supplied.",
        staging=LOCAL_COUNTS,
        parse=parse_area_counts,
        file_types=(sniff.TEXT,),
        intake_rules=RULES,
        is_confidential=True,
        how_to_get="Ask the health department for counts by county and year; write them as CSV "
        "with the columns area, year and counts such as live_births and infant_deaths "
        "(docs/local_extracts.md); then run: imr ingest FILE --dataset local_area_counts",
    ),
    Dataset(
        dataset_id="nchs_maternal_deaths",
        source="local",
        title="Maternal deaths of the United States, as in the NCHS maternal mortality rates",
        producer="National Center for Health Statistics, Centers for Disease Control and "
        "Prevention",
        url="https://www.cdc.gov/nchs/data/hestat/maternal-mortality/2023/"
        "maternal-mortality-rates-2023.htm",
        licence="Public domain (work of the United States Government)",
        citation="National Center for Health Statistics. Maternal Mortality Rates in the United "
        "States. NCHS Health E-Stats.",
        staging=LOCAL_COUNTS,
        parse=parse_us_maternal_deaths,
        file_types=(sniff.TEXT,),
        intake_rules=NATIONAL_RULES,
        samples=("nchs_maternal_deaths_2018_2023.csv",),
        release_months=(2, 3, 4, 5),
        how_to_get="Copy the number of maternal deaths of each year from the NCHS Health E-Stats "
        "'Maternal Mortality Rates in the United States' into a CSV with the columns "
        "area,year,maternal_deaths (area US); then run: "
        "imr ingest FILE --dataset nchs_maternal_deaths",
    ),
)
