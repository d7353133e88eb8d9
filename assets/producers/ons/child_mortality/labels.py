"""What the rows of a child mortality workbook are about: its words for groups, and totals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from assets.producers.ons.workbooks import text
from assets.producers.ons.workbooks.locate import LocatedTable
from assets.producers.ons.workbooks.rows import DataRows, keyed_rows

ALL, UNLINKED = "All", "Unlinked deaths"
DECILES = ("Total", *map(str, range(1, 11)))
CHARACTERISTICS = (
    "age_of_mother",
    "birth_weight",
    "cause_icd_chapter",
    "cause_ons",
    "country_of_birth_of_mother",
    "ethnicity",
    "gestation",
    "ns_sec",
    "place_of_birth",
    "previous_children",
    "registration_type",
    "sex",
)
"""Staging columns of groups, which are dimensions, in alphabetical order."""
_TOTALS = ("all", "total", "persons", "all ages", "all causes", "all weights", "all births")
_OTHER_WORDS = {
    "males": "Male",
    "females": "Female",
    "under 20": "<20",
    "40 and over": "40 & over",
    "40+": "40 & over",
}
"""Words of other tables and editions, in lower case, for one label."""
_GROUPS = Path(__file__).parents[1] / "groups_by_label.csv"


@cache
def known_labels(name: str) -> frozenset[str]:
    """Return the labels of a characteristic in lower case, totals left out."""
    with _GROUPS.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return frozenset(row["label"] for row in rows if row["stratum_type"] == name)


def label_of(name: str, cell: object) -> str:
    """Return a label without padding, with one word for the total and one for each group."""
    printed = text.without_marks(text.clean(cell))
    lower = printed.casefold()
    if lower in _TOTALS:
        return ALL
    return _OTHER_WORDS.get(lower, printed) if name in ("age_of_mother", "sex") else printed


def is_known(name: str, label: str) -> bool:
    """Return whether a label is the total or a known group of a characteristic."""
    lower = label.casefold()
    return label == ALL or lower == UNLINKED.casefold() or lower in known_labels(name)


def begins_label(name: str, start: str) -> bool:
    """Return whether a known label of a characteristic, or of its total, begins with a text."""
    lower = start.casefold()
    return any(label.startswith(lower) for label in (*known_labels(name), *_TOTALS))


def data_rows(table: LocatedTable, key: str, edition: int) -> DataRows:
    """Return the data rows of a table, keyed by area, by year or by its first characteristic."""
    if key == "area_code":
        return keyed_rows(table, key, text.area_code)
    if key == "year":
        return keyed_rows(table, key, partial(_years, edition))
    if key == "imd_decile":
        return keyed_rows(table, key, _decile)
    return keyed_rows(table, key, partial(_known_or_none, key))


def groups_of(rows: DataRows, names: Sequence[str], key: str) -> dict[str, list[str]]:
    """Return the labels of the characteristics by name.

    A row of deaths without a linked birth has that word in all its columns; it is about the second
    characteristic. Socio-economic classes are printed below a type of registration, which they are
    a part of, and in its column. Up to 2018 so are numbers of previous children, which are no part
    of it.
    """
    found: dict[str, list[str]] = {
        name: list(rows.keys) if name == key else _labels(name, rows.label(name)) for name in names
    }
    if "ns_sec" in found:
        found |= _registrations(found["ns_sec"], found[key])
    if "registration_type" in found and "previous_children" not in found:
        found |= _children(found["registration_type"])
    if not any(UNLINKED in labels for labels in found.values()):
        return found
    for index in range(len(rows.keys)):
        unlinked = [name for name, labels in found.items() if labels[index] == UNLINKED]
        for name in unlinked[:-1]:
            found[name][index] = ALL
    return found


def _labels(name: str, cells: Sequence[object]) -> list[str]:
    known = {cell: label_of(name, cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _registrations(printed: list[str], above: list[str]) -> dict[str, list[str]]:
    """Return type of registration and class of rows where both stand in one column."""
    types, classes = [], []
    current, under = ALL, None
    for label, whole in zip(printed, above, strict=True):
        if whole != under:
            current, under = (UNLINKED if whole == UNLINKED else ALL), whole
        if label == ALL or is_known("registration_type", label):
            current = label
            classes.append(ALL)
        else:
            classes.append(label)
        types.append(current)
    return {"registration_type": types, "ns_sec": classes}


def _children(printed: Sequence[str]) -> dict[str, list[str]]:
    """Return type of registration and previous children of rows where both stand in one column."""
    apart = [
        not is_known("registration_type", label) and is_known("previous_children", label)
        for label in printed
    ]
    if not any(apart):
        return {}
    rows = list(zip(printed, apart, strict=True))
    return {
        "registration_type": [ALL if other else label for label, other in rows],
        "previous_children": [label if other else ALL for label, other in rows],
    }


def _decile(cell: object) -> str | None:
    label = text.clean(cell)
    return label if label in DECILES else None


def _known_or_none(name: str, cell: object) -> str | None:
    label = label_of(name, cell)
    return label if label and is_known(name, label) else None


def _years(edition: int, cell: object) -> str | None:
    """Return a year, or the first and last of several years together, ``2020-2022``."""
    parts = text.clean(cell).replace("\u2013", "-").replace(" to ", "-").split("-")
    years = [text.year_label(part, latest=edition) for part in parts]
    if len(years) > 2 or not all(years):
        return None
    return "-".join(year for year in years if year)
