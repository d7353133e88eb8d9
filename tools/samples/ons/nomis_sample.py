"""Samples of the Nomis API in the full column grammar: six columns per dimension."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.samples.ons.figure_tables import rows_of

_SUFFIXES = ("", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER")
_OBSERVATION = (
    *("MEASURES", "MEASURES_NAME", "OBS_VALUE", "OBS_STATUS", "OBS_STATUS_NAME"),
    *("OBS_CONF", "OBS_CONF_NAME", "URN", "RECORD_OFFSET", "RECORD_COUNT"),
)
_MORTALITY_DATES = {"2013": "32208e0", "2014": "32224e0"}
_COUNTRIES = {
    "E92000001": ("2092957699", "England"),
    "W92000004": ("2092957700", "Wales"),
    "K04000001": ("2092957703", "England and Wales"),
    "J99000001": ("2092957716", "Resident outside England and Wales"),
}
_ORDER = {code: i for i, code in enumerate(_COUNTRIES)}
_FIRST_REGION, _FIRST_AUTHORITY = 2013265921, 1000000001
_AUTHORITIES = ("E06", "E07", "E08", "E09", "W06")
_TYPES = {
    "countries": "499",
    "regions": "480",
    "local authorities: district / unitary (as of April 2023)": "424",
}
_COUNTRY, _REGION, _AUTHORITY = _TYPES

Cell = int | str
_ALL_CAUSES: tuple[Cell, ...] = (
    *(0, "A00-R99,U00-Y89 All causes, all ages", "Total", "cause of death", 1001, 0),
)
_BOTH_SEXES: tuple[Cell, ...] = (0, "Total", 0, "Sex", 1000, 0)
_INFANTS: tuple[Cell, ...] = (1, "Aged under 1", 1, "ageband", 1000, 1)
_DEATHS: tuple[Cell, ...] = (1, "Deaths", 1, "measures", 1000, 0)
_AGE_OF_MOTHER: tuple[Cell, ...] = (0, "Total", 0, "Age of mother", 1000, 0)
_ALL_AGES: tuple[Cell, ...] = (200, "All Ages", 200, "", "", 0)


@dataclass(frozen=True)
class _Area:
    """One area: GSS code, name, kind, Nomis identifier and what is counted in it."""

    code: str
    name: str
    kind: str
    identifier: str
    value: int


@dataclass(frozen=True)
class _Record:
    """One record: year, area with its place in the list, further dimensions, identifier."""

    year: str
    area: _Area
    place: int
    others: Sequence[Cell]
    urn: str


def write_live_births_2023(path: Path) -> None:
    """Write countries, regions and local authorities as one complete page.

    Areas whose births are published together only (Cornwall with the Isles of Scilly) are not
    areas of Nomis and are left out. Identifiers of local authorities are stand-ins.
    """
    areas = _areas("live_births", rows_of("area_births_2023.csv"))
    _write(
        path,
        ("DATE", "GEOGRAPHY", "AGE_OF_MOTHER"),
        [
            _Record("2023", a, i, _AGE_OF_MOTHER, f"Nm-205d1d32218e0d{a.identifier}d0d20100")
            for i, a in enumerate(areas)
        ],
    )


def write_infant_deaths(path: Path) -> None:
    """Write deaths under 1 of nations and regions, registered in 2013 and 2014.

    England and Wales is the sum of the two nations, as the producer publishes it.
    """
    records = []
    for year, date in _MORTALITY_DATES.items():
        rows = [row for row in rows_of("deaths_by_area.csv") if row["year"] == year]
        counts = {r["area_code"]: int(r["infant_deaths"]) for r in rows if r["area_code"]}
        residents = counts["E92000001"] + counts["W92000004"]
        printed = [r for r in rows if r["area_code"] in _COUNTRIES or r["area_code"][:3] == "E12"]
        printed.append({"area_code": "K04000001", "infant_deaths": str(residents)})
        printed.sort(key=lambda r: _ORDER.get(r["area_code"], len(_ORDER)))
        for i, a in enumerate(_areas("infant_deaths", printed)):
            urn = f"Nm-161d1d{date}d{a.identifier}d98a99d0d1d1d20100"
            others = (*_ALL_CAUSES, *_BOTH_SEXES, *_INFANTS, *_DEATHS)
            records.append(_Record(year, a, i, others, urn))
    _write(path, ("DATE", "GEOGRAPHY", "CAUSE_OF_DEATH", "GENDER", "AGE", "MEASURE"), records)


def write_population_2023(path: Path) -> None:
    """Write the population of England in mid-2023, all ages; types of age are left blank."""
    (row,) = rows_of("population.csv")
    (area,) = _areas("population", [row])
    urn = f"Nm-2002d1d32368e0d{area.identifier}d0d200d20100"
    record = _Record(row["year"], area, 0, (*_BOTH_SEXES, *_ALL_AGES), urn)
    _write(path, ("DATE", "GEOGRAPHY", "GENDER", "C_AGE"), [record])


def _write(path: Path, dimensions: Sequence[str], records: Sequence[_Record]) -> None:
    header = [d + suffix for d in dimensions for suffix in _SUFFIXES] + list(_OBSERVATION)
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(",".join(f'"{text}"' for text in header) + "\n")
        writer = csv.writer(handle, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        for offset, record in enumerate(records):
            area, year = record.area, int(record.year)
            writer.writerow(
                [
                    *(year, year, year, "date", 0, 0),
                    *(int(area.identifier), area.name, area.code),
                    *(area.kind, int(_TYPES[area.kind]), record.place),
                    *record.others,
                    *(20100, "Value", area.value, "A", "Normal Value"),
                    *("F", "Free (free for publication)"),
                    *(record.urn, offset, len(records)),
                ]
            )


def _areas(counted: str, rows: Sequence[dict[str, str]]) -> list[_Area]:
    found: dict[str, list[_Area]] = {kind: [] for kind in _TYPES}
    for row in rows:
        code, value = row["area_code"], int(row[counted])
        if code in _COUNTRIES:
            identifier, name = _COUNTRIES[code]
            found[_COUNTRY].append(_Area(code, name, _COUNTRY, identifier, value))
        elif code.startswith("E12"):
            identifier = str(_FIRST_REGION + len(found[_REGION]))
            name = _titled(row.get("area_name") or row["printed"])
            found[_REGION].append(_Area(code, name, _REGION, identifier, value))
        elif code.startswith(_AUTHORITIES) and "," not in code:
            identifier = str(_FIRST_AUTHORITY + len(found[_AUTHORITY]))
            name = row["area_name"]
            found[_AUTHORITY].append(_Area(code, name, _AUTHORITY, identifier, value))
    return [area for kind in _TYPES for area in found[kind]]


def _titled(name: str) -> str:
    """Return a region's name as Nomis prints it; the workbooks print capitals and padding."""
    return name.strip().title().replace(" And ", " and ").replace(" Of ", " of ")
