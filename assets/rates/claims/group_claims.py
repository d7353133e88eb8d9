"""Statements about groups: who is at risk, and that a rate is to be broken down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from assets.rates.change import RateCount, z_test
from assets.rates.claims.statements import Claim, ClaimResult, not_computable, verdict
from assets.rates.limits import NORMAL_FROM, ohid_limits
from assets.rates.rounding import half_away
from assets.schema.strata.partitions import tiling
from assets.schema.strata.vocabulary import BIRTH, NOT_STATED, dimensions, groups_of
from assets.state.warehouse import sql_of

_WIDER = {"E92000001": ("K04000001", "K04000001, J99000001")}
"""Areas that stand in for one where the producer prints a characteristic for them alone."""
_UNKNOWN = (NOT_STATED, "unlinked", "inconsistent", "not_stated_or_inconsistent", "implausible")


@dataclass(frozen=True)
class Risk:
    """A group of babies at risk, and the one that it is compared with.

    Attributes:
        dimension: Characteristic.
        bound: Value that divides the two, in the unit of the characteristic.
        groups: The two groups where the characteristic has no bounds; without the first one, the
            group with the highest rate.
        caveat: In what the groups are not quite what is stated.
    """

    dimension: str
    bound: float | None = None
    groups: tuple[str, str] = ("", "")
    caveat: str = ""


RISKS: Mapping[str, Risk] = {
    "NICE-04": Risk("gestation", bound=37),
    "NICE-05": Risk(
        "birth_weight",
        bound=2500,
        caveat="Low birth weight stands in for restricted growth, which needs the weight by week.",
    ),
    "NICE-06": Risk(
        "ethnicity",
        groups=("", "white_british"),
        caveat="The group with the highest rate is shown; others can have a rate as high.",
    ),
    "NICE-07": Risk("deprivation_decile", groups=("1", "10")),
}
"""Groups that NICE names, by the characteristic that the producers print."""


@dataclass(frozen=True)
class _Counts:
    area: str
    family: str
    year: int
    of: Mapping[str, RateCount]

    def pooled(self, groups: tuple[str, ...] | None) -> RateCount | None:
        if not groups:
            return None
        counts = [self.of[group] for group in groups]
        return RateCount(sum(c.deaths for c in counts), sum(c.births for c in counts))


def at_risk(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Test whether a group has a higher rate than the one that it is compared with."""
    risk = RISKS[claim.claim_id]
    title = dimensions()[risk.dimension].title.lower()
    held: list[_Counts] = []
    for area in (claim.area, *_WIDER.get(claim.area, ())):
        held += _by_characteristic(con, area).get(risk.dimension, [])
    for counts in held:
        pair = _pair(risk, counts)
        if pair is not None:
            return _compared(risk, counts, *pair)
    if held:
        groups = ", ".join(held[0].of)
        where = "at the stated bound" if risk.bound else "into the two that are compared"
        return not_computable(
            f"The groups of {title} that are held for {held[0].year} ({groups}) do not divide "
            f"{where}. {risk.caveat}".strip(),
            held[0].family,
        )
    return not_computable(
        f"No infant deaths and live births of {claim.area} by {title} are held; imr wanted says "
        f"which extract has them. {risk.caveat}".strip()
    )


def disaggregated(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Return by which groups a rate can be broken down, and by which it cannot."""
    area, held_by = claim.area, _by_characteristic(con, claim.area)
    # Of one series only, the one with most characteristics: it is the one that can be withheld.
    numbers = Counter(counts.family for held in held_by.values() for counts in held)
    family = min(numbers, key=lambda name: (-numbers[name], name), default=None)
    spreads, lacking = [], []
    for name, dimension in dimensions().items():
        if area[:2] not in dimension.nations or name in {"gestation_from", "month"}:
            continue
        newest = next(
            (c for c in held_by.get(name, ()) if c.family == family and len(c.of) > 1),
            None,
        )
        if newest is None:
            if dimension.about == BIRTH:
                lacking.append(dimension.title.lower())
            continue
        low, high = _extremes(newest)
        spreads.append(
            f"{dimension.title.lower()} in {newest.year} ({newest.family}), from "
            f"{_said(name, low, newest.of[low])} to {_said(name, high, newest.of[high])}"
        )
    held = f"Held for {area}: {'; '.join(spreads)}." if spreads else f"Nothing of {area} is held."
    missing = f" Not held: {', '.join(lacking)}; imr wanted says how to get them."
    return not_computable(
        f"A recommendation, not a figure: the national rate is to be broken down. {held}"
        + (missing if lacking else ""),
        family,
    )


def _by_characteristic(con: duckdb.DuckDBPyConnection, area: str) -> dict[str, list[_Counts]]:
    """Return the counts by group of every characteristic of an area, the newest year first."""
    found: dict[tuple[str, int, str], dict[str, RateCount]] = {}
    for family, name, group, year, deaths, births in con.execute(
        sql_of(__file__, "groups"), {"area": area, "measure": "infant_mortality"}
    ).fetchall():
        if group not in _UNKNOWN:
            counted = RateCount(float(deaths), float(births))
            found.setdefault((name, -year, family), {})[group] = counted
    by_name: dict[str, list[_Counts]] = {}
    for name, year, family in sorted(found):
        by_name.setdefault(name, []).append(_Counts(area, family, -year, found[name, year, family]))
    return by_name


def _pair(
    risk: Risk, counts: _Counts
) -> tuple[tuple[str, RateCount], tuple[str, RateCount]] | None:
    """Return names and counts of the two groups, or nothing where they are not held."""
    if risk.bound is not None:
        unit = dimensions()[risk.dimension].unit
        below = counts.pooled(tiling(risk.dimension, list(counts.of), None, risk.bound))
        above = counts.pooled(tiling(risk.dimension, list(counts.of), risk.bound, None))
        if below is None or above is None:
            return None
        return (f"under {risk.bound:g} {unit}", below), (f"{risk.bound:g} {unit} or more", above)
    first, second = risk.groups
    first = first or _extremes(counts)[1]
    if first not in counts.of or second not in counts.of or first == second:
        return None
    names = groups_of(risk.dimension)
    return (names[first].name, counts.of[first]), (names[second].name, counts.of[second])


def _compared(
    risk: Risk, counts: _Counts, one: tuple[str, RateCount], other: tuple[str, RateCount]
) -> ClaimResult:
    (name, high), (against, low) = one, other
    ratio = high.ratio / low.ratio if low.deaths else None
    if ratio is None:
        return not_computable(f"No deaths of {against} in {counts.year}: there is no ratio.")
    differs, how = _differs(high, low)
    title = dimensions()[risk.dimension].title.lower()
    return ClaimResult(
        verdict=verdict(ratio > 1 and differs),
        source_family=counts.family,
        value=ratio,
        display=half_away(ratio, 2),
        inputs="; ".join(
            f"{label}: {count.deaths:,.0f} deaths, {count.births:,.0f} live births"
            for label, count in (one, other)
        ),
        explanation=(
            f"{counts.area} {counts.year}, by {title}: {name} {half_away(1000 * high.ratio, 2)}, "
            f"{against} {half_away(1000 * low.ratio, 2)} per 1,000, a ratio of "
            f"{half_away(ratio, 2)}; {how}. {risk.caveat}".strip()
        ),
    )


def _differs(high: RateCount, low: RateCount) -> tuple[bool, str]:
    """Return whether two rates differ by more than chance, by the producer's rule, and how sure."""
    if min(high.deaths, low.deaths) >= NORMAL_FROM:
        z, p = z_test(high, low)
        said = "significant" if p < 0.05 else "not significant"
        return p < 0.05, f"z = {z:.2f}, {said} at 5 %"
    lower = float(ohid_limits([high.deaths])[0][0]) / high.births
    upper = float(ohid_limits([low.deaths])[1][0]) / low.births
    said = "do not overlap" if lower > upper else "overlap"
    return lower > upper, f"the 95 % limits {said}"


def _extremes(counts: _Counts) -> tuple[str, str]:
    """Return the groups with the lowest and the highest rate."""
    order = sorted(counts.of, key=lambda group: (counts.of[group].ratio, group))
    return order[0], order[-1]


def _said(dimension: str, code: str, count: RateCount) -> str:
    known = groups_of(dimension).get(code)
    return f"{half_away(1000 * count.ratio, 2)} ({known.name if known else code})"
