"""What a count of a release is: the same count in whatever row, window or boundary set it stands.

Live births stand in several rates, the same three years can be a rolling and a pooled window, and
an area that kept its code is the same area in every boundary set. So a count is known by what it
counts, not by the row that prints it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isnan, nan

from assets.disclosure.sums_of_areas import Place
from assets.rates.measures import measures
from assets.schema.tables.rates import RATES

AND = "+"
KEY = RATES.key
Key = tuple[str, str, str, str, str, str, str, date, date]
Row = tuple[Key, float | None, float | None]
"""Key of a rate, and the two counts that it is made of; ``None`` where there is no figure."""


@dataclass(frozen=True, order=True)
class Cell:
    """One count: what is counted, where, for whom and when.

    Attributes:
        source_family: Series.
        quantity: What is counted.
        area_code: Area.
        boundaries: Boundary set; empty where the code counts the same in all of them.
        stratum_type: Characteristic, ``all`` for the total.
        stratum: Group, ``all`` for the total.
        start: First day.
        end: Last day.
        role: Empty for a count; otherwise what an unknown remainder stands for, or which earlier
            state of the count is meant.
    """

    source_family: str
    quantity: str
    area_code: str
    boundaries: str
    stratum_type: str
    stratum: str
    start: date
    end: date
    role: str = ""

    @property
    def place(self) -> Place:
        """The area that is counted."""
        return self.area_code, self.boundaries


@cache
def quantities() -> Mapping[str, tuple[str, str]]:
    """Return the counts that numerator and denominator of every declared measure are."""
    return {m.name: (AND.join(m.numerators), AND.join(m.denominators)) for m in measures()}


@cache
def _strata(measure: str, stratum_type: str, stratum: str) -> tuple[tuple[str, str], ...]:
    """Return the strata that numerator and denominator of a rate are counted in."""
    declared = next(m for m in measures() if m.name == measure)
    return (stratum_type, stratum), declared.divided_by(stratum_type, stratum)


def cells_of(key: Key, apart: Collection[str] = ()) -> tuple[Cell, Cell]:
    """Return the cells of numerator and denominator of one rate row.

    Args:
        key: Key of the row.
        apart: Codes of areas whose boundary sets count differently.

    Raises:
        KeyError: The measure of the row is not declared.
    """
    family, measure, area, boundaries, stratum_type, stratum, _, start, end = key
    if measure not in quantities():
        raise KeyError(
            f"{measure!r} is not declared in assets/rates/measures.yaml; declare its counts there, "
            "because a measure that the audit does not know is not published"
        )
    numerator, denominator = (
        Cell(
            family,
            quantity,
            area,
            boundaries if area in apart else "",
            *counted_in,
            start,
            end,
        )
        for quantity, counted_in in zip(
            quantities()[measure], _strata(measure, stratum_type, stratum), strict=True
        )
    )
    return numerator, denominator


def counts_of(rows: Iterable[Row], apart: Collection[str] = ()) -> dict[Cell, float]:
    """Return the count of every cell of some rows; ``nan`` where no row has it.

    Args:
        rows: Rates with their counts, in persons.
        apart: Codes of areas whose boundary sets count differently.
    """
    counts: dict[Cell, float] = {}
    for key, *values in rows:
        for cell, value in zip(cells_of(key, apart), values, strict=True):
            if value is not None:
                counts[cell] = value
            else:
                counts.setdefault(cell, nan)
    return counts


def areas_apart(views: Iterable[Sequence[Row]]) -> frozenset[str]:
    """Return the codes of areas that are counted differently in different boundary sets.

    Args:
        views: Rows of one release, or of the warehouse, each.
    """
    found: set[str] = set()
    for rows in views:
        seen: dict[Cell, dict[str, float]] = defaultdict(dict)
        for key, *values in rows:
            for cell, value in zip(cells_of(key), values, strict=True):
                if value is not None and not isnan(value):
                    seen[cell][key[3]] = value
        found |= {cell.area_code for cell, by_set in seen.items() if len(set(by_set.values())) > 1}
    return frozenset(found)
