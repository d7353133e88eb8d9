"""Births and deaths of whole areas and years in the archive, as a reference for other exports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from assets.producers.nchs.wonder.grammar import REMOVED
from assets.producers.nchs.wonder.layout import FETAL, LINKED, MORTALITY, NATALITY
from assets.producers.nchs.wonder.vocabulary import characteristics

COUNTS = {
    LINKED: ("Births", "Deaths"),
    NATALITY: ("Births",),
    MORTALITY: ("Deaths",),
    FETAL: ("Fetal Deaths",),
}
"""Counts that an export of each kind of database must prove to be of everybody."""
NATION = "00"
MONTHS = 12
Key = tuple[str, str, int]
"""Count, FIPS code (``NATION`` for the country) and year."""


@dataclass(frozen=True)
class Figure:
    """A count of everybody in one area and year.

    Attributes:
        value: The count.
        kind: Kind of database that it is from.
        vintage_id: Extract that states it.
    """

    value: float
    kind: str
    vintage_id: str


@dataclass(frozen=True)
class Held:
    """Counts of whole areas and years, the newest statement of each kind of database."""

    figures: dict[Key, dict[str, Figure]] = field(default_factory=dict)

    def get(self, key: Key) -> dict[str, Figure]:
        """Return the figures of a count, by kind of database."""
        return self.figures.get(key, {})


@cache
def split_columns() -> tuple[str, ...]:
    """Return the staging columns that hold a code where a figure is of a group only."""
    return tuple(f"{name}_code" for name in characteristics())


def fips_of(frame: pd.DataFrame) -> pd.Series[str]:
    """Return the FIPS code of the area of every row; regions of several states have none."""
    fips = frame["county_code"].fillna(frame["state_code"]).astype("object")
    regions = ["census_region_code", "census_division_code", "hhs_region_code"]
    return fips.where(fips.notna() | frame[regions].notna().any(axis=1), NATION)


def held_in(frames: Iterable[pd.DataFrame]) -> Held:
    """Return what staged exports state of whole areas and years.

    Left out are exports without footer, whose restrictions nobody knows, and provisional years.

    Args:
        frames: Staging rows of one extract each, oldest first, with ``vintage_id``.
    """
    held = Held()
    given = list(frames)
    if not given:
        return held
    # All at once: each of the many columns of characteristics is looked at.
    frame = pd.concat(given, ignore_index=True)
    of_all = frame[list(split_columns())].isna().all(axis=1)
    provisional = frame["year"].str.contains("provisional", case=False, na=False)
    rows = frame[
        (frame["row_type"] == "data")
        & (frame["database_label"] != REMOVED)
        & of_all
        & ~provisional
        & frame["year_code"].notna()
        & frame["value"].notna()
    ]
    rows = rows.assign(fips=fips_of(rows))
    keys = ["database_kind", "vintage_id", "source_column", "fips", "year_code"]
    sums = rows.groupby(keys, sort=False).agg(
        value=("value", "sum"), months=("month_code", "nunique"), rows=("value", "size")
    )
    whole = sums[(sums["months"] == MONTHS) | ((sums["months"] == 0) & (sums["rows"] == 1))]
    for stated in whole.reset_index().to_dict(orient="records"):
        kind, count = str(stated["database_kind"]), str(stated["source_column"])
        if count in COUNTS.get(kind, ()):
            key = (count, str(stated["fips"]), int(stated["year_code"]))
            figure = Figure(float(stated["value"]), kind, str(stated["vintage_id"]))
            held.figures.setdefault(key, {})[kind] = figure
    return held
