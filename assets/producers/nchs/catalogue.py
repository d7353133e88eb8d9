"""NCHS datasets of the extract catalogue."""

from __future__ import annotations

from assets.archive.container import sniff
from assets.archive.dataset import Dataset
from assets.producers.nchs.soda.fetch import soda_fetcher
from assets.producers.nchs.soda.layouts import (
    BIRTHS_1909,
    BIRTHS_BY_RACE,
    QUARTERLY_BIRTHS,
    RATES_1915,
    RATES_BY_RACE_1915,
    VSRR_COUNTS,
    VSRR_QUARTERLY,
    SodaLayout,
)
from assets.producers.nchs.soda.read import parse_vsrr, series_parser
from assets.producers.nchs.soda.rules import CHANGING_GROUPS_RULES, SERIES_RULES, VSRR_RULES
from assets.producers.nchs.wonder.query_date import query_date
from assets.producers.nchs.wonder.read import (
    parse_fetal,
    parse_linked,
    parse_mortality,
    parse_natality,
)
from assets.producers.nchs.wonder.rules import RULES as WONDER_RULES
from assets.producers.nchs.wonder.use import what_is_made_of
from assets.schema.tables.staging import NCHS_SERIES, NCHS_VSRR, NCHS_WONDER

_PRODUCER = "National Center for Health Statistics, Centers for Disease Control and Prevention"
_LICENCE = "Public domain (work of the United States Government)"
_WONDER_TERMS = (
    f"{_LICENCE}; data use restrictions of CDC WONDER: no figures for 1 to 9 births or deaths"
)
_WONDER_CITATION = (
    "Centers for Disease Control and Prevention, National Center for Health Statistics. National "
    "Vital Statistics System, {title} on CDC WONDER Online Database."
)
_EXPORT = (
    "At {url} choose Data Use Agreement, group by what you need, tick 'Export Results' and send; "
    "then run: imr ingest FILE --dataset {dataset_id}"
)


def _download(layout: SodaLayout) -> str:
    return (
        f"Download https://data.cdc.gov/resource/{layout.soda_id}.json?$limit=50000&$order=:id, or "
        f"https://data.cdc.gov/api/views/{layout.soda_id}/rows.csv?accessType=DOWNLOAD; then run: "
        f"imr ingest FILE --dataset {layout.dataset_id}"
    )


def _citation(title: str) -> str:
    return f"National Center for Health Statistics. {title}. Data.CDC.gov."


_LINKED_URL = "https://wonder.cdc.gov/lbd.html"
_NATALITY_URL = "https://wonder.cdc.gov/natality.html"
_MORTALITY_URL = "https://wonder.cdc.gov/mcd.html"
_FETAL_URL = "https://wonder.cdc.gov/fetal.html"

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        dataset_id="nchs_wonder_linked",
        source="nchs",
        title="Linked Birth / Infant Death Records (CDC WONDER)",
        producer=_PRODUCER,
        url=_LINKED_URL,
        licence=_WONDER_TERMS,
        citation=_WONDER_CITATION.format(title="Linked Birth / Infant Death Records"),
        staging=NCHS_WONDER,
        parse=parse_linked,
        published=query_date,
        file_types=(sniff.TEXT,),
        intake_rules=WONDER_RULES,
        use=what_is_made_of,
        samples=(
            "wonder_linked_state_1995-1998.txt",
            "wonder_linked_us_1995-1998.txt",
            "wonder_linked_state_1999-2002.txt",
            "wonder_linked_us_1999-2002.txt",
            "wonder_linked_state_2003-2006.txt",
            "wonder_linked_us_2003-2006.txt",
            "wonder_linked_state_2007-2013.txt",
            "wonder_linked_state_2014-2020.txt",
            "wonder_linked_state_2022.txt",
            "wonder_linked_state_2023.txt",
            "wonder_linked_us_2007-2023.txt",
            "wonder_linked_hispanic_origin_2008_2010.txt",
            "wonder_linked_hispanic_origin_2016.txt",
            "wonder_linked_bridged_race_2007-2016.txt",
        ),
        release_months=(11, 12),
        how_to_get=_EXPORT.format(url=_LINKED_URL, dataset_id="nchs_wonder_linked"),
    ),
    Dataset(
        dataset_id="nchs_wonder_natality",
        source="nchs",
        title="Natality (CDC WONDER)",
        producer=_PRODUCER,
        url=_NATALITY_URL,
        licence=_WONDER_TERMS,
        citation=_WONDER_CITATION.format(title="Natality"),
        staging=NCHS_WONDER,
        parse=parse_natality,
        published=query_date,
        file_types=(sniff.TEXT,),
        intake_rules=WONDER_RULES,
        use=what_is_made_of,
        samples=(
            "wonder_natality_us_1995-2002.txt",
            "wonder_natality_us_2003-2006.txt",
            "wonder_natality_us_2007-2024.txt",
        ),
        release_months=(8, 9, 10),
        how_to_get=_EXPORT.format(url=_NATALITY_URL, dataset_id="nchs_wonder_natality"),
    ),
    Dataset(
        dataset_id="nchs_wonder_mortality",
        source="nchs",
        title="Infant deaths from the mortality files (CDC WONDER)",
        producer=_PRODUCER,
        url=_MORTALITY_URL,
        licence=_WONDER_TERMS,
        citation=_WONDER_CITATION.format(title="Multiple Cause of Death"),
        staging=NCHS_WONDER,
        parse=parse_mortality,
        published=query_date,
        file_types=(sniff.TEXT,),
        intake_rules=WONDER_RULES,
        use=what_is_made_of,
        samples=(
            "wonder_mortality_us_2000-2017.txt",
            "wonder_mortality_us_2018-2024.txt",
        ),
        release_months=(1, 12),
        how_to_get=_EXPORT.format(url=_MORTALITY_URL, dataset_id="nchs_wonder_mortality")
        + " (age group '< 1 year')",
    ),
    Dataset(
        dataset_id="nchs_wonder_fetal",
        source="nchs",
        title="Fetal Deaths (CDC WONDER)",
        producer=_PRODUCER,
        url=_FETAL_URL,
        licence=_WONDER_TERMS,
        citation=_WONDER_CITATION.format(title="Fetal Deaths"),
        staging=NCHS_WONDER,
        parse=parse_fetal,
        published=query_date,
        file_types=(sniff.TEXT,),
        intake_rules=WONDER_RULES,
        use=what_is_made_of,
        release_months=(3, 8, 9),
        how_to_get=_EXPORT.format(url=_FETAL_URL, dataset_id="nchs_wonder_fetal"),
    ),
    Dataset(
        dataset_id=VSRR_COUNTS.dataset_id,
        source="nchs",
        title="VSRR - State and National Provisional Counts for Live Births, Deaths, and Infant "
        "Deaths",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/hmz2-vwda",
        licence=_LICENCE,
        citation=_citation("VSRR - State and National Provisional Counts"),
        staging=NCHS_VSRR,
        parse=parse_vsrr,
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=VSRR_RULES,
        samples=(
            "vsrr_hmz2-vwda_edition_1.json",
            "vsrr_hmz2-vwda_edition_2.json",
        ),
        release_months=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        how_to_get=_download(VSRR_COUNTS),
        fetch=soda_fetcher(VSRR_COUNTS.soda_id),
    ),
    Dataset(
        dataset_id=BIRTHS_1909.dataset_id,
        source="nchs",
        title="NCHS - Births and General Fertility Rates: United States",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/e6fc-ccez",
        licence=_LICENCE,
        citation=_citation("NCHS - Births and General Fertility Rates: United States"),
        staging=NCHS_SERIES,
        parse=series_parser(BIRTHS_1909),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=SERIES_RULES,
        samples=("births_e6fc-ccez.json",),
        accumulates=False,
        how_to_get=_download(BIRTHS_1909),
        fetch=soda_fetcher(BIRTHS_1909.soda_id),
    ),
    Dataset(
        dataset_id=RATES_1915.dataset_id,
        source="nchs",
        title="NCHS - Infant and neonatal mortality rates: United States, 1915-2013",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/epev-k6ss",
        licence=_LICENCE,
        citation=_citation("NCHS - Infant and neonatal mortality rates: United States, 1915-2013"),
        staging=NCHS_SERIES,
        parse=series_parser(RATES_1915),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=SERIES_RULES,
        samples=("rates_epev-k6ss.json",),
        accumulates=False,
        how_to_get=_download(RATES_1915),
        fetch=soda_fetcher(RATES_1915.soda_id),
    ),
    Dataset(
        dataset_id=VSRR_QUARTERLY.dataset_id,
        source="nchs",
        title="NCHS - VSRR Quarterly provisional estimates for infant mortality",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/jqwm-z2g9",
        licence=_LICENCE,
        citation=_citation("NCHS - VSRR Quarterly provisional estimates for infant mortality"),
        staging=NCHS_SERIES,
        parse=series_parser(VSRR_QUARTERLY),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=SERIES_RULES,
        samples=("vsrr_quarterly_jqwm-z2g9.json",),
        release_months=(2, 5, 8, 11),
        how_to_get=_download(VSRR_QUARTERLY),
        fetch=soda_fetcher(VSRR_QUARTERLY.soda_id),
    ),
    Dataset(
        dataset_id=QUARTERLY_BIRTHS.dataset_id,
        source="nchs",
        title="NCHS - VSRR Quarterly provisional estimates for selected birth indicators",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/76vv-a7x8",
        licence=_LICENCE,
        citation=_citation("NCHS - VSRR Quarterly provisional estimates for birth indicators"),
        staging=NCHS_SERIES,
        parse=series_parser(QUARTERLY_BIRTHS),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=SERIES_RULES,
        release_months=(2, 5, 8, 11),
        how_to_get=_download(QUARTERLY_BIRTHS),
        fetch=soda_fetcher(QUARTERLY_BIRTHS.soda_id),
    ),
    Dataset(
        dataset_id=RATES_BY_RACE_1915.dataset_id,
        source="nchs",
        title="NCHS - Infant Mortality Rates, by Race: United States, 1915-2013",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/ddsk-zebd",
        licence=_LICENCE,
        citation=_citation("NCHS - Infant Mortality Rates, by Race: United States, 1915-2013"),
        staging=NCHS_SERIES,
        parse=series_parser(RATES_BY_RACE_1915),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=SERIES_RULES,
        accumulates=False,
        how_to_get=_download(RATES_BY_RACE_1915),
        fetch=soda_fetcher(RATES_BY_RACE_1915.soda_id),
    ),
    Dataset(
        dataset_id=BIRTHS_BY_RACE.dataset_id,
        source="nchs",
        title="NCHS - Natality Measures for Females by Race and Hispanic Origin: United States",
        producer=_PRODUCER,
        url="https://data.cdc.gov/d/89yk-m38d",
        licence=_LICENCE,
        citation=_citation("NCHS - Natality Measures for Females by Race and Hispanic Origin"),
        staging=NCHS_SERIES,
        parse=series_parser(BIRTHS_BY_RACE),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=CHANGING_GROUPS_RULES,
        accumulates=False,
        how_to_get=_download(BIRTHS_BY_RACE),
        fetch=soda_fetcher(BIRTHS_BY_RACE.soda_id),
    ),
)
