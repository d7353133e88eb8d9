"""Counts that statements are recomputed from: annual rows of the rates, summed, then divided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from assets.rates.claims.statements import span
from assets.state.warehouse import sql_of

INFANT = "infant_mortality"
US_FAMILIES = ("nchs_mortality", "nchs_linked")
"""America's Health Rankings uses the mortality files; the linked file where they have no figure."""


@dataclass(frozen=True)
class Pool:
    """Counts of consecutive years of one area, summed."""

    family: str
    area: str
    first: int
    last: int
    deaths: float
    births: float
    per: int = 1000

    @property
    def rate(self) -> Fraction:
        """Rate per ``per``, exact."""
        return self.per * Fraction(self.deaths) / Fraction(self.births)

    @property
    def inputs(self) -> str:
        """Counts as text."""
        return (
            f"{span(self.first, self.last)}: {self.deaths:,.0f} deaths, "
            f"{self.births:,.0f} live births"
        )


@dataclass(frozen=True)
class Series:
    """Annual counts of one area in one series."""

    family: str
    area: str
    counts: dict[int, tuple[float, float]]

    def lacking(self, first: int, last: int) -> list[int]:
        """Return the years of the span that have no counts."""
        return [year for year in range(first, last + 1) if year not in self.counts]

    def pool(self, first: int, last: int) -> Pool | None:
        """Return the summed counts of the span, or nothing where a year is absent."""
        if self.lacking(first, last):
            return None
        years = [self.counts[year] for year in range(first, last + 1)]
        deaths = sum(year[0] for year in years)
        births = sum(year[1] for year in years)
        return Pool(self.family, self.area, first, last, deaths, births) if births else None

    def pools(self, length: int) -> Iterator[Pool]:
        """Return every window of so many consecutive years, oldest first."""
        for first in sorted(self.counts):
            found = self.pool(first, first + length - 1)
            if found:
                yield found


def series(
    con: duckdb.DuckDBPyConnection,
    family: str,
    area: str,
    *,
    measure: str = INFANT,
    stratum: tuple[str, str] = ("all", "all"),
) -> Series:
    """Return the annual counts of an area in a series."""
    rows = con.execute(
        sql_of(__file__, "annual"),
        {
            "family": family,
            "measure": measure,
            "area": area,
            "stratum_type": stratum[0],
            "stratum": stratum[1],
        },
    ).fetchall()
    return Series(family, area, {int(y): (float(d), float(b)) for y, d, b in rows})


def first_complete(
    con: duckdb.DuckDBPyConnection,
    area: str,
    first: int,
    last: int,
    families: Sequence[str] = US_FAMILIES,
) -> Series | None:
    """Return the first series, in order of preference, that has every year of the span."""
    for family in families:
        found = series(con, family, area)
        if not found.lacking(first, last):
            return found
    return None


def absence(
    con: duckdb.DuckDBPyConnection,
    area: str,
    first: int,
    last: int,
    families: Sequence[str] = US_FAMILIES,
) -> str:
    """Return which years of an area no series has."""
    gaps = []
    for family in families:
        years = series(con, family, area).lacking(first, last)
        gaps.append(f"{family} lacks {', '.join(map(str, years))}")
    return f"No series has deaths and births of {area} for every year: {'; '.join(gaps)}."
