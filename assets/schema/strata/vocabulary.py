"""Dimensions and their groups: one vocabulary for all producers.

A dimension is a characteristic, such as ``age_of_mother``; a group is one of its values, such as
``20_24``. A row of a table carries one or two of them in the columns ``stratum_type`` and
``stratum``. With two, both columns list them in the alphabetical order of the dimensions, with
``|`` between: ``age_of_mother|race_bridged`` and ``20_24|black``.

``dimensions.csv`` lists the dimensions, ``groups.csv`` their groups, ``crosswalks.csv`` which group
of one dimension is which of another. What a producer prints for a group stands in the folder of
the producer, in ``groups_by_label.csv``. A dimension without groups in ``groups.csv`` is an open
list: its groups are the producer's own words.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

_FOLDER = Path(__file__).parent
ALL = "all"
"""Stratum and type of stratum of a total."""
NOT_STATED = "not_stated"
"""Group of those of whom the characteristic is not known, in every dimension that has one."""
JOINED = "|"
"""What stands between two dimensions, and between two groups."""
BIRTH, ITEM, DEATH = "birth", "item", "death"
"""What a dimension is about: a characteristic of births that readers ask for; a single item of a
certificate, whose groups go by the whole name; the death alone, so that it divides no births."""
BOUNDS, WHOLE, OVERLAPPING = "bounds", "whole", "none"
"""How the groups of a dimension add up: those with bounds where the bounds tile; all of them
together, those that are part of another left out; not at all, because they overlap."""


@dataclass(frozen=True)
class Dimension:
    """A characteristic by which figures are split.

    Attributes:
        name: Its code.
        title: Its name for readers.
        unit: Unit of the bounds of its groups; empty where they have none.
        adds_up: ``BOUNDS``, ``WHOLE`` or ``OVERLAPPING``.
        nations: Codes of the nations whose producers print it.
        about: ``BIRTH``, ``ITEM`` or ``DEATH``.
    """

    name: str
    title: str
    unit: str
    adds_up: str
    nations: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Group:
    """One group of a dimension.

    Attributes:
        dimension: Dimension that it belongs to.
        code: Its code, unique within the dimension.
        name: Its name for readers.
        position: Place in the order of the dimension's groups, from 1.
        lower: Smallest value that belongs to it, in the unit of the dimension; ``None`` where it
            is open below or has no bounds.
        upper: Smallest value that is beyond it; ``None`` where it is open above or has no bounds.
        part_of: Group of the same dimension that it is a part of, or empty.
    """

    dimension: str
    code: str
    name: str
    position: int
    lower: float | None
    upper: float | None
    part_of: str

    @property
    def has_bounds(self) -> bool:
        """Whether the group is a range of values."""
        return self.lower is not None or self.upper is not None


@cache
def dimensions() -> Mapping[str, Dimension]:
    """Return all dimensions by name, in the order of ``dimensions.csv``."""
    return {
        row["dimension"]: Dimension(
            row["dimension"],
            row["title"],
            row["unit"],
            row["adds_up"],
            tuple(row["nations"].split()),
            row["about"],
        )
        for row in _rows("dimensions")
    }


def name_of(dimension: str, code: str) -> str:
    """Return the name of a group; of one that is on no list its code in words."""
    known = groups_of(dimension).get(code)
    return known.name if known else code.replace("_", " ")


@cache
def groups_of(dimension: str) -> Mapping[str, Group]:
    """Return the groups of a dimension by code, in order; empty where its list is open."""
    rows = [row for row in _rows("groups") if row["dimension"] == dimension]
    return {
        row["group"]: Group(
            dimension, row["group"], row["name"], position,
            _number(row["lower"]), _number(row["upper"]), row["part_of"],
        )
        for position, row in enumerate(rows, 1)
    }  # fmt: skip


@cache
def of_the_death() -> tuple[str, ...]:
    """Return the dimensions that divide deaths and no births, causes before all."""
    return tuple(d.name for d in dimensions().values() if d.about == DEATH)


@cache
def stratum_types() -> tuple[str, ...]:
    """Return ``all`` and every dimension; two of these may stand together (:func:`crossed`)."""
    return (ALL, *dimensions())


def crossed(alone: Sequence[str]) -> tuple[str, ...]:
    """Return the values of a list, and every pair of them, the total aside.

    >>> crossed(["all", "sex", "payer"])
    ('all', 'sex', 'payer', 'payer|sex')
    """
    pairs = combinations(sorted(value for value in alone if value != ALL), 2)
    return (*alone, *(JOINED.join(pair) for pair in pairs))


def pattern_of(alone: Sequence[str]) -> str:
    r"""Return the regular expression of values that stand alone or in pairs.

    >>> pattern_of(["all", "payer", "sex"])
    'all|payer|sex|(?:payer|sex)\\|(?:payer|sex)'
    """
    crossed = "|".join(value for value in alone if value != ALL)
    return "|".join((*alone, rf"(?:{crossed})\|(?:{crossed})"))


def stratum_of(groups: Mapping[str, str]) -> tuple[str, str]:
    """Return type of stratum and stratum of a row.

    Args:
        groups: Group by dimension; empty for a total.

    >>> stratum_of({"race_bridged": "black", "age_of_mother": "20_24"})
    ('age_of_mother|race_bridged', '20_24|black')
    >>> stratum_of({})
    ('all', 'all')
    """
    if not groups:
        return ALL, ALL
    names = sorted(groups)
    return JOINED.join(names), JOINED.join(groups[name] for name in names)


def groups_in(stratum_type: str, stratum: str) -> dict[str, str]:
    """Return the group by dimension that a row carries; empty for a total.

    >>> groups_in("age_of_mother|race_bridged", "20_24|black")
    {'age_of_mother': '20_24', 'race_bridged': 'black'}
    """
    if stratum_type == ALL:
        return {}
    return dict(zip(stratum_type.split(JOINED), stratum.split(JOINED), strict=True))


@cache
def whatever_the_cause(stratum_type: str, stratum: str) -> tuple[str, str]:
    """Return the stratum without a cause or another characteristic of the death.

    >>> whatever_the_cause("birth_weight|cause_ons", "under_1500|congenital_anomalies")
    ('birth_weight', 'under_1500')
    """
    kept = {n: g for n, g in groups_in(stratum_type, stratum).items() if n not in of_the_death()}
    return stratum_of(kept)


@cache
def crosswalks() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return, by dimension and group, the dimension and group that it is the whole or a part of."""
    return {
        (row["dimension"], row["group"]): (row["to_dimension"], row["to_group"])
        for row in _rows("crosswalks")
    }


@cache
def ranked_causes() -> tuple[tuple[str, str], ...]:
    """Return dimension and group of the causes of death that are ranked.

    Of the list of 130 causes those are that NCHS ranks; of the ONS groups, those that name one
    condition. Groups of other causes, and what is left over, have no place.
    """
    return tuple((row["dimension"], row["group"]) for row in _rows("ranked_causes"))


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))
