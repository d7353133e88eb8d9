"""Databases of CDC WONDER as their request forms show them: years, boxes, buttons, parameters.

``databases.csv``, ``boxes.csv`` and ``parameters.json`` are compiled from captured forms by
``tools/wonder_forms.py``; the column ``captured`` says when.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
OPEN = ("D192", "D176")
"""Provisional databases, whose last year is not over; asked for months only."""
UNTRIED = ("linked", "fetal")
"""Kinds of databases that nobody is known to have asked through the service for programs."""


@dataclass(frozen=True)
class Box:
    """One entry of the menu "Group Results By".

    Attributes:
        dimension: Characteristic, ``state``, ``county``, ``year`` or ``month``.
        code: Code of the form.
        label: Words of the form.
        radio: Field of the radio buttons that must be set for it, or empty.
        button: Words beside the button to choose, or empty.
        groups: Number of its groups, those for all and for unknown left out; 0 if not listed.
    """

    dimension: str
    code: str
    label: str
    radio: str
    button: str
    groups: int

    @property
    def variable(self) -> str:
        """Code without its level."""
        return self.code.partition("-")[0]


@dataclass(frozen=True)
class Database:
    """One database and its request form.

    Attributes:
        code: ``D69``.
        kind: ``linked``, ``natality``, ``mortality`` or ``fetal``.
        title: Title in the form and in the footer of exports.
        page: Address of the form.
        first_year: First year that it had when the form was captured.
        last_year: Last year then.
        measures: Measures that are ticked as the form opens.
        state_list: Words above the list of states.
        states_by_code: States are listed as ``29  (Missouri)``, not by name alone.
        year_list: Words above the list of years.
        all_years: Entry of that list for all years.
        age_list: Words above the list of ages, where it must be restricted to infants.
        boxes: Entries of the menu by dimension.
    """

    code: str
    kind: str
    title: str
    page: str
    first_year: int
    last_year: int
    measures: tuple[str, ...]
    state_list: str
    states_by_code: bool
    year_list: str
    all_years: str
    age_list: str
    boxes: dict[str, Box]


@cache
def databases() -> tuple[Database, ...]:
    """Return the databases, in the order in which a year is asked of those of a kind."""
    boxes: dict[str, dict[str, Box]] = {}
    for row in _rows("boxes"):
        boxes.setdefault(row["database"], {})[row["dimension"]] = Box(
            row["dimension"],
            row["code"],
            row["label"],
            row["radio"],
            row["button"],
            int(row["groups"]),
        )
    return tuple(
        Database(
            row["database"],
            row["kind"],
            row["title"],
            row["page"],
            int(row["first_year"]),
            int(row["last_year"]),
            tuple(filter(None, row["measures"].split("; "))),
            row["state_list"],
            row["states_by_code"] == "yes",
            row["year_list"],
            row["all_years"],
            row["age_list"],
            boxes[row["database"]],
        )
        for row in _rows("databases")
    )


def opening(database: str) -> dict[str, tuple[str, ...]]:
    """Return the parameters that a form sends as it opens."""
    said = _opening()[database]
    return {name: (value,) for value, names in said.items() for name in names.split()}


@cache
def _opening() -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = json.loads((_FOLDER / "parameters.json").read_text("utf-8"))
    return said


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
