"""Statements about prenatal care: which definition of it, if any, has the share that is stated."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import duckdb

from assets.rates.claims.statements import Claim, ClaimResult, not_computable, verdict
from assets.rates.limits import wilson_limits
from assets.rates.rounding import half_away
from assets.schema.strata.partitions import siblings
from assets.schema.strata.vocabulary import Group, groups_of
from assets.state.warehouse import sql_of

_DIMENSION = "prenatal_care"
_PUBLISHED = Path(__file__).with_name("published_shares.csv")
_NONE, _INADEQUATE = "no_prenatal_care", "inadequate_prenatal_care"
_MISSING = (
    "Needs live births of {year} by month in which prenatal care began (CDC WONDER, natality); imr "
    "wanted says how to get them."
)
_INDEX = (
    "Whether care is inadequate by the usual index (APNCU) depends on the visits and the weeks of "
    "gestation of each mother too, which only natality microdata have."
)


@dataclass(frozen=True)
class Share:
    """Share of births whose mother had care of a kind, by month alone.

    Attributes:
        definition: What is counted, and of which births, in words.
        measure: Measure that has this definition, if one has.
        family: Series.
        year: Year of the births.
        births: Births that are counted.
        of: Births that they are a share of.
    """

    definition: str
    measure: str
    family: str
    year: int
    births: float
    of: float

    @property
    def percent(self) -> Fraction:
        """The share in per cent, exact."""
        return 100 * Fraction(self.births) / Fraction(self.of)

    def __str__(self) -> str:
        return f"{self.definition} {half_away(self.percent, 2)} %"


_Of = Callable[[Group], bool | None]


def _from(month: int) -> _Of:
    """Return whether a group began care in or after a month; ``None`` where it does so in part."""

    def began(group: Group) -> bool | None:
        lower = group.lower or 0
        if lower < month and (group.upper is None or group.upper > month):
            return None
        return lower >= month

    return began


def _is_none(group: Group) -> bool:
    return group.upper == 1


def _or_none(chosen: _Of) -> _Of:
    return lambda group: True if _is_none(group) else chosen(group)


_DEFINITIONS: Mapping[str, _Of] = {
    "no care": _is_none,
    "care from the 7th month": _from(7),
    "care from the 7th month or none": _or_none(_from(7)),
    "care from the 5th month or none": _or_none(_from(5)),
    "care from the 4th month or none": _or_none(_from(4)),
}
"""Definitions by month alone; each also of all births, those without a known month included."""


def prenatal_care(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Find the definition that has the stated share, and the one that nearly has it."""
    shares = _shares(con, claim.area)
    year = claim.last_year or 0
    of_year = _of_one_series([share for share in shares if share.year == year])
    printed = list(_printed(claim, year))
    if not of_year:
        return not_computable(
            " ".join((_MISSING.format(year=year), *_other_years(shares), *printed, _index(claim)))
            .replace("  ", " ").strip()
        )  # fmt: skip
    fits = [s for s in of_year if half_away(s.percent, claim.decimals) == claim.value_text]
    nearest = min(of_year, key=lambda s: abs(s.percent - Fraction(str(claim.value))))
    listed = f"{year} ({nearest.family}): {'; '.join(map(str, of_year))}."
    found = fits[0] if fits else None
    said = (
        f"{'; '.join(map(str, fits))} has the stated share."
        if fits
        else f"No definition by month has it; the nearest is {nearest}, "
        f"{half_away(abs(nearest.percent - Fraction(str(claim.value))), 2)} away."
    )
    stated = next((s for s in of_year if s.measure == claim.measure), None)
    text = " ".join(part for part in (said, listed, *printed, _index(claim)) if part)
    if stated is None:
        best = str(found) if found else None
        family = of_year[0].family
        return ClaimResult("cannot_be_computed", text, source_family=family, best_fit=best)
    lower, upper = wilson_limits(stated.births, stated.of)
    agrees = half_away(stated.percent, claim.decimals) == claim.value_text
    return ClaimResult(
        verdict=verdict(agrees),
        source_family=stated.family,
        value=float(stated.percent),
        display=half_away(stated.percent, claim.decimals),
        inputs=(
            f"{year}: {stated.births:,.0f} of {stated.of:,.0f} births with a known month (95 % "
            f"Wilson limits {half_away(100 * float(lower), 2)} to "
            f"{half_away(100 * float(upper), 2)} %)"
        ),
        best_fit=None if agrees or found is None else str(found),
        explanation=text,
    )


def _index(claim: Claim) -> str:
    return _INDEX if claim.measure == _INADEQUATE else ""


def _other_years(shares: list[Share]) -> Iterator[str]:
    """Yield what the newest other year has."""
    if shares:
        newest = max(share.year for share in shares)
        found = _of_one_series([share for share in shares if share.year == newest])
        listed = "; ".join(map(str, found))
        yield f"Held for {newest} ({found[0].family}): {listed}."


def _of_one_series(shares: list[Share]) -> list[Share]:
    """Return the shares of the first series: disclosure control withholds by the one named."""
    return [share for share in shares if share.family == shares[0].family]


def _printed(claim: Claim, year: int) -> Iterator[str]:
    """Yield what the producer prints for the stated year, or for another one."""
    name = "none" if claim.measure == _NONE else "apncu_inadequate"
    rows = [row for row in _published() if row["definition"] == name]
    rows = [row for row in rows if row["year"] == str(year)] or rows[:1]
    for row in rows:
        difference = half_away(abs(Fraction(row["percent"]) - Fraction(claim.value_text)), 1)
        yield (
            f"NCHS prints {row['percent']} % for {row['year']}, {difference} from the statement "
            f"({row['source']})."
        )


@cache
def _published() -> tuple[dict[str, str], ...]:
    with _PUBLISHED.open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def _shares(con: duckdb.DuckDBPyConnection, area: str) -> list[Share]:
    """Return the shares by every definition that the groups of a year allow."""
    counts: dict[tuple[str, int], dict[str, float]] = {}
    for family, year, group, births in con.execute(
        sql_of(__file__, "births_by_care"), {"area": area}
    ).fetchall():
        counts.setdefault((family, year), {})[group] = float(births)
    return [s for key, births in counts.items() for s in _of_year(*key, births)]


def _of_year(family: str, year: int, births: Mapping[str, float]) -> Iterator[Share]:
    known = groups_of(_DIMENSION)
    sets = [
        [known[g] for g in found if g in known and known[g].has_bounds]
        for found in siblings(_DIMENSION, list(births))
    ]
    groups = max(sets, key=lambda found: sum(births[g.code] for g in found), default=[])
    if not any(map(_is_none, groups)):
        return
    of_known = sum(births[g.code] for g in groups)
    unknown = sum(b for g, b in births.items() if g not in known or not known[g].has_bounds)
    for name, chosen in _DEFINITIONS.items():
        inside = [chosen(group) for group in groups]
        if None in inside:
            continue
        counted = sum(births[g.code] for g, is_in in zip(groups, inside, strict=True) if is_in)
        measure = _NONE if chosen is _is_none else ""
        yield Share(name, measure, family, year, counted, of_known)
        if unknown:
            yield Share(f"{name}, of all births", "", family, year, counted, of_known + unknown)
