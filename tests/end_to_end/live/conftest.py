"""Every producer on loopback with the bundled sample figures in wire form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assets.producers.catalogue import dataset
from tests.component.live.producers import (
    Edition,
    NomisData,
    Producers,
    SodaData,
    nomis_from_answer,
)

# NCHS - VSRR Quarterly provisional estimates for selected birth indicators, edition of May 2020.
_QUARTERLY_BIRTHS = [
    {
        "year_and_quarter": f"2017 Q{quarter}",
        "topic": "Birth Rates",
        "topic_subgroup": "Age-specific Birth Rates",
        "indicator": "15-19 years",
        "time_period": "12 Month-ending",
        "rate": rate,
        "unit": "per 1,000 population",
    }
    for quarter, rate in enumerate(("19.90", "19.50"), 1)
]


@pytest.fixture(scope="session")
def producers(repository: Path) -> Iterator[Producers]:
    running = Producers()
    nchs = repository / "assets/producers/nchs/samples/files"
    ons = repository / "assets/producers/ons/samples/files"
    ohid = repository / "assets/producers/ohid/samples/files"

    def records(name: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((nchs / name).read_text(encoding="utf-8"))
        return found

    births, rates = records("births_e6fc-ccez.json"), records("rates_epev-k6ss.json")
    running.soda = {
        "hmz2-vwda": SodaData(records("vsrr_hmz2-vwda_edition_1.json")),
        "jqwm-z2g9": SodaData(records("vsrr_quarterly_jqwm-z2g9.json")),
        "e6fc-ccez": SodaData(births),
        "epev-k6ss": SodaData(rates),
        "76vv-a7x8": SodaData(_QUARTERLY_BIRTHS),
        "ddsk-zebd": SodaData(
            [
                {"race": "All", "year": r["year"], "infant_mortality_rate": r["mortality_rate"]}
                for r in rates
                if r["type"] == "Infant"
            ]
        ),
        "89yk-m38d": SodaData(
            [
                {
                    "year": r["year"],
                    "race": "All Races",
                    "live_births": r["birth_number"],
                    "birth_rate": r["crude_birth_rate"],
                    "fertility_rate": r["general_fertility_rate"],
                }
                for r in births
            ]
        ),
    }
    live_births = nomis_from_answer(ons / "nomis_live_births_2023.csv")
    running.nomis = {
        "NM_205_1": live_births,
        "NM_203_1": _characteristics(live_births),
        "NM_161_1": nomis_from_answer(ons / "nomis_deaths_2013_2014.csv"),
        "NM_2002_1": nomis_from_answer(ons / "nomis_population_2023.csv"),
    }
    indicator = (ohid / "fingertips_92196.csv").read_bytes()
    # The last line end tells the two answers apart.
    running.fingertips = {"501": indicator, "502": indicator.rstrip()}
    for dataset_id, files in {
        "ons_child_mortality": {
            2022: "cim2022deathcohortworkbook.xlsx",
            2018: "cms2018workbook.xls",
        },
        "ons_birth_registrations": {2023: "2023birthregistrations.xlsx"},
        "ons_deaths_by_area": {y: f"deathsarea{y}.xls" for y in range(2014, 2010, -1)},
        "ons_births_by_area": {y: f"birthsbyarea{y}.xls" for y in range(2014, 2010, -1)},
    }.items():
        path = urlsplit(dataset(dataset_id).url).path
        running.ons[path] = [
            Edition(
                f"{path}/{year}",
                {name: (ons / name).read_bytes()},
                released=f"{year + 2}-02-15T09:30:00.000Z",
            )
            for year, name in files.items()
        ]
    yield running
    running.close()


def _characteristics(births: NomisData) -> NomisData:
    """Return the national rows of live births as the dataset by mother's characteristics."""
    nations = [r for r in births.rows if r[births.header.index("GEOGRAPHY_TYPE")] == "countries"]
    return NomisData(births.header, [[c.replace("Nm-205", "Nm-203") for c in r] for r in nations])
