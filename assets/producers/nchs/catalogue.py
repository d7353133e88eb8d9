"""NCHS datasets of the extract catalogue."""

from __future__ import annotations

from assets.archive.container import sniff
from assets.archive.dataset import Dataset
from assets.producers.nchs.soda.fetch import soda_fetcher
from assets.producers.nchs.soda.layouts import LAYOUTS, SodaLayout
from assets.producers.nchs.soda.read import parser_of, staging_of
from assets.producers.nchs.soda.rules import rules_of
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.wonder.query import query_date
from assets.producers.nchs.wonder.read import (
    parse_fetal,
    parse_linked,
    parse_mortality,
    parse_natality,
)
from assets.producers.nchs.wonder.rules import RULES as WONDER_RULES
from assets.producers.nchs.wonder.use import what_is_made_of

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
    "At {url} choose Data Use Agreement, group by what you need, tick 'Export Results' and send "
    "(imr wanted says which boxes); then run: imr ingest FILE --dataset {dataset_id}"
)


def _download(layout: SodaLayout) -> str:
    return (
        f"Download https://data.cdc.gov/resource/{layout.soda_id}.json?$limit=50000&$order=:id, or "
        f"https://data.cdc.gov/api/views/{layout.soda_id}/rows.csv?accessType=DOWNLOAD; then run: "
        f"imr ingest FILE --dataset {layout.dataset_id}"
    )


def _soda_dataset(layout: SodaLayout) -> Dataset:
    return Dataset(
        dataset_id=layout.dataset_id,
        source="nchs",
        title=layout.title,
        producer=_PRODUCER,
        url=f"https://data.cdc.gov/d/{layout.soda_id}",
        licence=_LICENCE,
        citation=f"National Center for Health Statistics. {layout.title}. Data.CDC.gov.",
        staging=staging_of(layout),
        parse=parser_of(layout),
        file_types=(sniff.JSON, sniff.TEXT, sniff.ZIP),
        intake_rules=rules_of(layout),
        samples=layout.samples,
        accumulates=layout.accumulates,
        release_months=layout.release_months,
        how_to_get=_download(layout),
        fetch=soda_fetcher(layout.soda_id),
    )


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
            "wonder_linked_prenatal_care_2016.txt",
            "wonder_linked_prenatal_care_and_race_2016.txt",
            "wonder_linked_birth_weight_2016.txt",
            "wonder_linked_cause_2016.txt",
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
            "wonder_natality_gestation_and_race_2017.txt",
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
        samples=("wonder_fetal_us_2005-2024.txt",),
        release_months=(3, 8, 9),
        how_to_get=_EXPORT.format(url=_FETAL_URL, dataset_id="nchs_wonder_fetal"),
    ),
    *map(_soda_dataset, LAYOUTS),
)
