"""Datasets on England and Wales: Office for National Statistics, Nomis, OHID Fingertips."""

from __future__ import annotations

from urllib.parse import urlsplit

from assets.archive.container.sniff import EMPTY, JSON, TEXT, XLS, XLSX
from assets.archive.dataset import Dataset
from assets.producers.ons import use
from assets.producers.ons.area_registrations.read import parse_births_by_area, parse_deaths_by_area
from assets.producers.ons.area_registrations.rules import BIRTHS_RULES, DEATHS_RULES
from assets.producers.ons.birth_registrations.read import parse_birth_registrations
from assets.producers.ons.birth_registrations.rules import RULES as BIRTH_REGISTRATIONS_RULES
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.producers.ons.child_mortality.rules import RULES as CHILD_MORTALITY_RULES
from assets.producers.ons.nomis.fetch import nomis_fetcher
from assets.producers.ons.nomis.read import (
    parse_births_characteristics,
    parse_deaths,
    parse_live_births,
    parse_population,
)
from assets.producers.ons.nomis.rules import rules as nomis_rules
from assets.producers.ons.tables import (
    NOMIS,
    ONS_AREA_REGISTRATIONS,
    ONS_BIRTH_REGISTRATIONS,
    ONS_CHILD_MORTALITY,
)
from assets.producers.ons.workbooks.fetch import ons_fetcher
from assets.producers.ons.workbooks.release_date import release_date

PRODUCER = "Office for National Statistics"
LICENCE = "Open Government Licence v3.0"
_PAGE = "https://www.ons.gov.uk/peoplepopulationandcommunity/birthsdeathsandmarriages"
_CHILD_MORTALITY_PAGE = (
    f"{_PAGE}/deaths/datasets/childmortalitystatisticschildhoodinfantandperinatal"
    "childhoodinfantandperinatalmortalityinenglandandwales"
)
_DEATHS_PAGE = f"{_PAGE}/deaths/datasets/deathsregisteredbyareaofusualresidenceenglandandwales"
_BIRTHS_PAGE = f"{_PAGE}/livebirths/datasets/birthsbyareaofusualresidenceofmotheruk"
_REGISTRATIONS_PAGE = f"{_PAGE}/livebirths/datasets/birthsinenglandandwalesbirthregistrations"
_NOMIS_PAGE = "https://www.nomisweb.co.uk/datasets"
_CITATION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0"
)
_NOMIS_CITATION = f"{_CITATION}; taken from Nomis"
# An empty body and a JSON error message are answers that the parser explains better than the
# check of the file type can.
_NOMIS_TYPES = (TEXT, JSON, EMPTY)
_SAVE_NOMIS = (
    "Save {number}.data.csv of the Nomis API with measures=20100 and all pages up to RECORD_COUNT, "
    "one after the other."
)
_NATIONS = "2092957699,2092957700,2092957703"
_ENGLISH_REGIONS = "2013265921...2013265929"
_OUTSIDE = "2092957716"
# The total of every dimension is 0. "Total mortality" of NM_161_1 is left out: its code is no GSS
# code, and it is the sum of England and Wales and the residents outside.
_LIVE_BIRTHS_QUERY = {
    "geography": f"{_NATIONS},{_ENGLISH_REGIONS},TYPE424",
    "date": "latestMINUS9-latest",
    "age_of_mother": "0",
}
_CHARACTERISTICS_QUERY = {
    "geography": _NATIONS,
    "date": "latestMINUS9-latest",
    "gender": "0...2",
    "multiple": "0",
    "registration_type": "0",
    "cob_mother": "0",
    "age_of_mother": "0",
}
_DEATHS_QUERY = {
    "geography": f"{_NATIONS},{_OUTSIDE},{_ENGLISH_REGIONS}",
    "date": "latestMINUS9-latest",
    "cause_of_death": "0",
    "gender": "0",
    "age": "1",
    "measure": "1",
}
_POPULATION_QUERY = {
    "geography": _NATIONS,
    "date": "latestMINUS9-latest",
    "gender": "0",
    "c_age": "200",
}


def _path(page: str) -> str:
    """Return the path of a page, without the host, which a mirror replaces."""
    return urlsplit(page).path


CHILD_MORTALITY = Dataset(
    dataset_id="ons_child_mortality",
    source="ons",
    title="Child mortality (death cohort) tables in England and Wales",
    producer=PRODUCER,
    url=_CHILD_MORTALITY_PAGE,
    licence=LICENCE,
    citation=_CITATION,
    staging=ONS_CHILD_MORTALITY,
    parse=parse_child_mortality,
    published=release_date,
    file_types=(XLSX, XLS),
    intake_rules=CHILD_MORTALITY_RULES,
    samples=("files/cms2018workbook.xls", "files/cim2022deathcohortworkbook.xlsx"),
    release_months=(2, 3, 4, 5),
    how_to_get="Download the workbook of an edition from the dataset page and leave it as it is.",
    fetch=ons_fetcher(_path(_CHILD_MORTALITY_PAGE), since=2016),
    use=use.complete,
)
DEATHS_BY_AREA = Dataset(
    dataset_id="ons_deaths_by_area",
    source="ons",
    title="Deaths registered by area of usual residence, UK",
    producer=PRODUCER,
    url=_DEATHS_PAGE,
    licence=LICENCE,
    citation=_CITATION,
    staging=ONS_AREA_REGISTRATIONS,
    parse=parse_deaths_by_area,
    published=release_date,
    file_types=(XLS, XLSX),
    intake_rules=DEATHS_RULES,
    samples=tuple(f"files/deathsarea{year}.xls" for year in range(2011, 2015)),
    release_months=(7, 8, 9, 10),
    how_to_get="Download the workbook of one year (Table 1a) from the dataset page.",
    fetch=ons_fetcher(_path(_DEATHS_PAGE), since=2010),
    use=use.deaths("births by area of usual residence, ons_births_by_area"),
)
BIRTHS_BY_AREA = Dataset(
    dataset_id="ons_births_by_area",
    source="ons",
    title="Births by area of usual residence of mother, UK",
    producer=PRODUCER,
    url=_BIRTHS_PAGE,
    licence=LICENCE,
    citation=_CITATION,
    staging=ONS_AREA_REGISTRATIONS,
    parse=parse_births_by_area,
    published=release_date,
    file_types=(XLS, XLSX),
    intake_rules=BIRTHS_RULES,
    samples=tuple(f"files/birthsbyarea{year}.xls" for year in range(2011, 2015)),
    release_months=(8, 9, 10, 11),
    how_to_get="Download the workbook of one year from the dataset page.",
    fetch=ons_fetcher(_path(_BIRTHS_PAGE), since=2010),
    use=use.births("deaths registered by area, ons_deaths_by_area"),
)
BIRTH_REGISTRATIONS = Dataset(
    dataset_id="ons_birth_registrations",
    source="ons",
    title="Births in England and Wales: birth registrations",
    producer=PRODUCER,
    url=_REGISTRATIONS_PAGE,
    licence=LICENCE,
    citation=_CITATION,
    staging=ONS_BIRTH_REGISTRATIONS,
    parse=parse_birth_registrations,
    published=release_date,
    file_types=(XLSX,),
    intake_rules=BIRTH_REGISTRATIONS_RULES,
    samples=("files/2023birthregistrations.xlsx",),
    release_months=(8, 9, 10),
    how_to_get="Download <year>birthregistrations.xlsx from the dataset page.",
    fetch=ons_fetcher(_path(_REGISTRATIONS_PAGE), since=2022),
    use=use.births("child mortality, ons_child_mortality"),
)
NOMIS_LIVE_BIRTHS = Dataset(
    dataset_id="nomis_live_births",
    source="ons",
    title="Live births in England and Wales down to local authority area (NM_205_1)",
    producer=PRODUCER,
    url=_NOMIS_PAGE,
    licence=LICENCE,
    citation=_NOMIS_CITATION,
    staging=NOMIS,
    parse=parse_live_births,
    file_types=_NOMIS_TYPES,
    intake_rules=nomis_rules("INTAKE-NOMIS-BIRTHS", by_area=True),
    samples=("files/nomis_live_births_2023.csv",),
    release_months=(8, 9, 10),
    how_to_get=_SAVE_NOMIS.format(number="NM_205_1"),
    fetch=nomis_fetcher("NM_205_1", _LIVE_BIRTHS_QUERY),
    use=use.births("child mortality, ons_child_mortality"),
)
NOMIS_BIRTHS_CHARACTERISTICS = Dataset(
    dataset_id="nomis_births_characteristics",
    source="ons",
    title="Live births in England and Wales by characteristics of mother (NM_203_1)",
    producer=PRODUCER,
    url=_NOMIS_PAGE,
    licence=LICENCE,
    citation=_NOMIS_CITATION,
    staging=NOMIS,
    parse=parse_births_characteristics,
    file_types=_NOMIS_TYPES,
    intake_rules=nomis_rules("INTAKE-NOMIS-CHARACTERISTICS", by_area=False),
    release_months=(8, 9, 10),
    how_to_get=_SAVE_NOMIS.format(number="NM_203_1"),
    fetch=nomis_fetcher("NM_203_1", _CHARACTERISTICS_QUERY),
    use=use.births("child mortality, ons_child_mortality"),
)
NOMIS_DEATHS = Dataset(
    dataset_id="nomis_deaths",
    source="ons",
    title="Mortality statistics: underlying cause, sex and age (NM_161_1), nations and regions",
    producer=PRODUCER,
    url=f"{_NOMIS_PAGE}/mortsa",
    licence=LICENCE,
    citation=_NOMIS_CITATION,
    staging=NOMIS,
    parse=parse_deaths,
    file_types=_NOMIS_TYPES,
    intake_rules=nomis_rules("INTAKE-NOMIS-DEATHS", by_area=False),
    samples=("files/nomis_deaths_2013_2014.csv",),
    release_months=(10, 11),
    how_to_get=_SAVE_NOMIS.format(number="NM_161_1") + " Nations and regions only: Nomis rounds "
    "deaths of local authorities.",
    fetch=nomis_fetcher("NM_161_1", _DEATHS_QUERY),
    use=use.deaths("births by area of usual residence, ons_births_by_area"),
)

NOMIS_POPULATION = Dataset(
    dataset_id="nomis_population",
    source="ons",
    title="Population estimates: mid-year, local authority based by age (NM_2002_1)",
    producer=PRODUCER,
    url=f"{_NOMIS_PAGE}/pestsyoala",
    licence=LICENCE,
    citation=_NOMIS_CITATION,
    staging=NOMIS,
    parse=parse_population,
    file_types=_NOMIS_TYPES,
    intake_rules=nomis_rules("INTAKE-NOMIS-POPULATION", by_area=False),
    samples=("files/nomis_population_2023.csv",),
    release_months=(7, 10),
    how_to_get=_SAVE_NOMIS.format(number="NM_2002_1") + " Ask for gender=0 and c_age=200 (all "
    "ages).",
    fetch=nomis_fetcher("NM_2002_1", _POPULATION_QUERY),
    use=use.population,
)

DATASETS: tuple[Dataset, ...] = (
    CHILD_MORTALITY,
    DEATHS_BY_AREA,
    BIRTHS_BY_AREA,
    BIRTH_REGISTRATIONS,
    NOMIS_LIVE_BIRTHS,
    NOMIS_BIRTHS_CHARACTERISTICS,
    NOMIS_DEATHS,
    NOMIS_POPULATION,
)
