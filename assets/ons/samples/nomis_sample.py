"""Sample of the Nomis API: live births 2023 by area in the full column grammar."""

from __future__ import annotations

import csv
from pathlib import Path

from assets.ons.samples.figure_tables import rows_of

_YEAR = "2023"
_SUFFIXES = ("", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER")
_DIMENSIONS = ("DATE", "GEOGRAPHY", "AGE_OF_MOTHER")
_OBSERVATION = (
    *("MEASURES", "MEASURES_NAME", "OBS_VALUE", "OBS_STATUS", "OBS_STATUS_NAME"),
    *("OBS_CONF", "OBS_CONF_NAME", "URN", "RECORD_OFFSET", "RECORD_COUNT"),
)
_COUNTRIES = {
    "E92000001": ("2092957699", "England"),
    "W92000004": ("2092957700", "Wales"),
    "K04000001": ("2092957703", "England and Wales"),
}
_FIRST_REGION, _FIRST_AUTHORITY = 2013265921, 1000000001
_AUTHORITIES = ("E06", "E07", "E08", "E09", "W06")
_TYPES = {
    "countries": "499",
    "regions": "480",
    "local authorities: district / unitary (as of April 2023)": "424",
}
_COUNTRY, _REGION, _AUTHORITY = _TYPES


def write_live_births_2023(path: Path) -> None:
    """Write countries, regions and local authorities as one complete page.

    Areas whose births are published together only (Cornwall with the Isles of Scilly) are not
    areas of Nomis and are left out. Identifiers of local authorities are stand-ins.
    """
    areas = _areas()
    header = [d + suffix for d in _DIMENSIONS for suffix in _SUFFIXES] + list(_OBSERVATION)
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(",".join(f'"{text}"' for text in header) + "\n")
        writer = csv.writer(handle, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        for offset, (code, name, kind, identifier, births) in enumerate(areas):
            writer.writerow(
                [
                    *(int(_YEAR), int(_YEAR), int(_YEAR), "date", 0, 0),
                    *(int(identifier), name, code, kind, int(_TYPES[kind]), offset),
                    *(0, "Total", 0, "Age of mother", 1000, 0),
                    *(20100, "Value", births, "A", "Normal Value"),
                    *("F", "Free (free for publication)"),
                    f"Nm-205d1d32218e0d{identifier}d0d20100",
                    *(offset, len(areas)),
                ]
            )


def _areas() -> list[tuple[str, str, str, str, int]]:
    found: dict[str, list[tuple[str, str, str, str, int]]] = {kind: [] for kind in _TYPES}
    for row in rows_of("area_births_2023.csv"):
        code, births = row["area_code"], int(row["live_births"])
        if code in _COUNTRIES:
            identifier, name = _COUNTRIES[code]
            found[_COUNTRY].append((code, name, _COUNTRY, identifier, births))
        elif code.startswith("E12"):
            identifier = str(_FIRST_REGION + len(found[_REGION]))
            found[_REGION].append((code, _titled(row["area_name"]), _REGION, identifier, births))
        elif code.startswith(_AUTHORITIES) and "," not in code:
            identifier = str(_FIRST_AUTHORITY + len(found[_AUTHORITY]))
            found[_AUTHORITY].append((code, row["area_name"], _AUTHORITY, identifier, births))
    return [area for kind in _TYPES for area in found[kind]]


def _titled(name: str) -> str:
    """Return a region's name as Nomis prints it; the workbook prints capitals."""
    return name.title().replace(" And ", " and ").replace(" Of ", " of ")
