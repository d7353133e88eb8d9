"""Compile ``ew_areas.csv`` from extracts of the ONS Code History Database.

Run ``python -m assets.core.geography.compile_ew FOLDER HIERARCHY`` after a boundary change.
``FOLDER`` holds ``oi_chd_<entity>.json`` (areas with dates, names, parents) and
``gsscoder_lad_code_changes.csv`` (predecessors); ``HIERARCHY`` is a table by area in the order of
the child mortality workbook, which alone tells the metropolitan county of a district.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).with_name("ew_areas.csv")
COLUMNS = (
    "area_code",
    "area_name",
    "area_type",
    "parent_code",
    "region_code",
    "valid_from",
    "valid_to",
    "predecessors",
    "source",
)
_TYPES = {
    "E06": "unitary_authority",
    "E07": "non_metropolitan_district",
    "E08": "metropolitan_district",
    "E09": "london_borough",
    "E10": "county",
    "E11": "metropolitan_county",
    "E12": "region",
    "W06": "unitary_authority",
}
_CHD = "ONS Code History Database, July 2024"
_WORKBOOK = "ONS child mortality workbook 2022, Country_code_listings and Table 3"
_RECODES = {
    "E08000038": ("Barnsley", "E08000016", "E11000003", "2025-04-01"),
    "E08000039": ("Sheffield", "E08000019", "E11000003", "2025-04-01"),
}
_FIXED = (
    ("K02000001", "United Kingdom", "country_group", "", ""),
    ("K04000001, J99000001", "England, Wales and elsewhere", "country_group", "K02000001", ""),
    ("K04000001", "England and Wales", "country_group", "K04000001, J99000001", ""),
    ("E92000001", "England", "country", "K04000001", ""),
    ("W92000004", "Wales", "country", "K04000001", ""),
    ("S92000003", "Scotland", "country", "K02000001", ""),
    ("N92000002", "Northern Ireland", "country", "K02000001", ""),
    (
        "J99000001",
        "Usual residence outside England and Wales",
        "outside_area",
        "K04000001, J99000001",
        "",
    ),
    ("E13000001", "Inner London", "london_subregion", "E12000007", "E12000007"),
    ("E13000002", "Outer London", "london_subregion", "E12000007", "E12000007"),
    (
        "E06000052, E06000053",
        "Cornwall and Isles of Scilly",
        "combined_authority_areas",
        "E12000009",
        "E12000009",
    ),
    (
        "E09000001, E09000012",
        "Hackney and City of London",
        "combined_authority_areas",
        "E13000001",
        "E12000007",
    ),
)


def compile_areas(folder: Path, hierarchy: Path) -> list[dict[str, str]]:
    """Return one row per code, sorted, from the extracts in ``folder``."""
    areas = _areas(folder)
    sub_parents = _sub_parents(hierarchy)
    predecessors = _predecessors(folder)
    rows = [
        dict(
            zip(
                COLUMNS,
                (code, name, kind, parent, region, "2009-01-01", "", "", _WORKBOOK),
                strict=True,
            )
        )
        for code, name, kind, parent, region in _FIXED
    ]
    parents = {code: facts[1] for code, facts in areas.items()} | sub_parents
    parents |= {code: parent for code, _, _, parent, _ in _FIXED}
    for code, (name, _, start, end) in areas.items():
        values = (
            code,
            name,
            _TYPES[code[:3]],
            parents.get(code, ""),
            _region(code, parents),
            start,
            end,
            ";".join(sorted(predecessors.get(code, ()))),
            _CHD,
        )
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return sorted(rows, key=lambda r: r["area_code"])


def _region(code: str, parents: dict[str, str]) -> str:
    above = parents.get(code, "")
    while above and not above.startswith("E12"):
        above = parents.get(above, "")
    return above


def _areas(folder: Path) -> dict[str, tuple[str, str, str, str]]:
    found: dict[str, tuple[str, str, str, str]] = {}
    for file in sorted(folder.glob("oi_chd_*.json")):
        for code, versions in json.loads(file.read_text(encoding="utf-8"))["areas"].items():
            if code[:3] not in _TYPES:
                continue
            latest = max(versions, key=lambda v: v["date"]["s"])
            start = min(v["date"]["s"] for v in versions)
            end = latest["date"].get("e", "")
            found[code] = (latest["nm"], latest.get("parent", ""), start, end)
    for code, (name, old, parent, start) in _RECODES.items():
        found[code] = (name, parent, start, "")
        old_name, old_parent, old_start, _ = found[old]
        found[old] = (old_name, old_parent, old_start, "2025-03-31")
    return found


def _sub_parents(hierarchy: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    region_of_county: dict[str, str] = {}
    region = county = ""
    with hierarchy.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            code = row["area_code"]
            if code.startswith("E12"):
                region = code
            elif code.startswith(("E11", "E13")):
                county = code
                region_of_county[code] = region
            elif code.startswith(("E08", "E09")):
                found[code] = county
    found.update(region_of_county)
    found |= {new: found[old] for new, (_, old, _, _) in _RECODES.items() if old in found}
    return found


def _predecessors(folder: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    with (folder / "gsscoder_lad_code_changes.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["changed_to_code"] != row["changed_from_code"]:
                found[row["changed_to_code"]].add(row["changed_from_code"])
    for new, (_, old, _, _) in _RECODES.items():
        found[new].add(old)
    return found


def main() -> None:
    """Write ``ew_areas.csv`` from the two paths on the command line."""
    rows = compile_areas(Path(sys.argv[1]), Path(sys.argv[2]))
    with TARGET.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
