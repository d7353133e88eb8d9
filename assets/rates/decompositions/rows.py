"""The rows of one pair of rates: its difference, and the part of every factor and group."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.rates.decompositions.causes import limits_of_causes
from assets.rates.decompositions.grouping import OTHER, Counts, Grouped
from assets.rates.decompositions.intervals import bootstrap_three, limits
from assets.rates.decompositions.population import Population
from assets.rates.decompositions.three_factors import TwoAges, three_factors
from assets.rates.decompositions.two_factors import averted, share_unknown, two_factors
from assets.rates.limits import Numbers
from assets.schema.strata.vocabulary import groups_of

ALL = "all"
_FEW = 5
"""Deaths of a group below which its part is unreliable."""
_MOST = 1 / 3
"""Share of the parts in unknown groups above which nothing may be said of the others."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """Parts of a difference and their limits, in deaths per birth.

    Attributes:
        factors: Names, one for each row of ``each``.
        each: Parts, one row per factor and one column per group.
        limits: Lower and upper limits of ``each``, shape (2, factors, groups).
        sums: Sum of each factor, then the unlinked deaths, then the whole difference.
        sum_limits: Lower and upper limits of ``sums``.
        centred: Composition against the mean of both rates with its limits, shape (3, groups);
            ``None`` with three factors.
        method: Method of the limits.
    """

    factors: tuple[str, ...]
    each: Numbers
    limits: Numbers
    sums: Numbers
    sum_limits: Numbers
    centred: Numbers | None
    method: str


def two_factor_parts(own: Population, reference: Population) -> Parts:
    """Return composition and rate of two populations with the same groups."""
    found, ends = two_factors(own, reference), limits(own, reference)
    return Parts(
        factors=("composition", "rate"),
        each=np.array([found.composition, found.rate]),
        limits=np.stack([ends.composition, ends.rate], axis=1),
        sums=np.array(
            [found.composition.sum(), found.rate.sum(), found.unlinked, found.difference]
        ),
        sum_limits=ends.totals,
        centred=np.vstack([found.centred, ends.centred]),
        method=ends.method,
    )


def three_factor_parts(own: TwoAges, reference: TwoAges) -> Parts:
    """Return composition, the risk of the first 28 days and that of the survivors."""
    found, ends = three_factors(own, reference), bootstrap_three(own, reference)
    each = np.array([found.distribution, found.neonatal, found.postneonatal])
    groups = each.shape[1]
    return Parts(
        factors=("composition", "neonatal_risk", "postneonatal_risk"),
        each=each,
        limits=ends[:, : 3 * groups].reshape(2, 3, groups),
        sums=np.array([*each.sum(axis=1), found.unlinked, found.difference]),
        sum_limits=ends[:, 3 * groups :],
        centred=None,
        method="bootstrap",
    )


def cause_parts(own: Counts, reference: Counts) -> Parts:
    """Return the difference of the rates of every cause of two populations."""
    each = own.deaths.sum(axis=0) / own.births - reference.deaths.sum(axis=0) / reference.births
    method, ends = limits_of_causes(own, reference)
    none = np.zeros((2, 1))
    return Parts(
        factors=("rate",),
        each=each[np.newaxis],
        limits=ends[:, np.newaxis, :-1],
        sums=np.array([each.sum(), 0.0, each.sum()]),
        sum_limits=np.hstack([ends[:, -1:], none, ends[:, -1:]]),
        centred=None,
        method=method,
    )


def rows_of(
    grouped: Grouped,
    dimension: str,
    rate_per: int,
    unknown: Sequence[str],
    *,
    three: bool,
    causes: bool = False,
) -> Iterator[Row]:
    """Yield the rows of a pair, without what names the pair.

    Args:
        grouped: Both populations in their common groups; two ages with three factors.
        dimension: Characteristic of the groups.
        rate_per: Denominator units of rates and parts.
        unknown: Groups of which nothing is known.
        three: Tell the first 28 days and the risk of the survivors apart.
        causes: The groups are causes of death, whose births are those of the population.
    """
    make = _of_causes if causes else _population
    own, reference = make(grouped.own), make(grouped.reference)
    if causes:
        parts = cause_parts(grouped.own, grouped.reference)
    elif three:
        parts = three_factor_parts(_ages(grouped.own), _ages(grouped.reference))
    else:
        parts = two_factor_parts(own, reference)
    is_unknown = np.array([code in unknown for code in grouped.codes])
    share = share_unknown(parts.each, float(parts.sums[-2]), is_unknown)
    few = _few(grouped)
    # The part of a cause stands on its own deaths alone.
    judged = _judged(grouped, share, [] if causes else few)
    says = judged["caution"] != "unknown_dominates"
    pair = {
        "grouping_id": grouping_id(dimension, grouped.codes),
        "rate": rate_per * own.rate,
        "reference_rate": rate_per * reference.rate,
        "rate_per": rate_per,
        "rate_difference": rate_per * float(parts.sums[-1]),
        "interval_method": parts.method,
        "share_unknown": share,
        **judged,
    }
    names = _names(dimension)
    for place, factor in enumerate((*parts.factors, "unlinked", "difference")):
        sums = _part(parts.sums[place], parts.sum_limits[:, place], rate_per, says)
        yield {**pair, **sums, **_of_all(factor, own, reference), "factor": factor}
    for row, factor in enumerate(parts.factors):
        for place, code in enumerate(grouped.codes):
            yield {
                **pair,
                **_part(parts.each[row, place], parts.limits[:, row, place], rate_per, says),
                **(_centred(parts, place, rate_per) if factor == "composition" else {}),
                **(_of_cause(grouped, place, share, few) if causes else {}),
                "factor": factor,
                "group_code": code,
                "group_name": names.get(code, code.replace("_", " ")),
                "members": _members(grouped, place),
                "deaths": float(grouped.own.deaths[:, place].sum()),
                "births": float(grouped.own.births[place]),
                "reference_deaths": float(grouped.reference.deaths[:, place].sum()),
                "reference_births": float(grouped.reference.births[place]),
            }


def grouping_id(dimension: str, codes: Sequence[str]) -> str:
    """Return the name of a grouping: two are the same if their names are.

    Args:
        dimension: Characteristic of the groups.
        codes: The groups.

    >>> grouping_id("gestation", ["under_24", "24_and_over"])
    'gestation.2.54bf0cd1'
    """
    told = hashlib.sha256(" ".join(codes).encode()).hexdigest()[:8]
    return f"{dimension}.{len(codes)}.{told}"


def _population(counts: Counts) -> Population:
    deaths = counts.deaths.sum(axis=0).tolist()
    return Population.of(counts.births.tolist(), deaths, float(counts.unlinked.sum()))


def _of_causes(counts: Counts) -> Population:
    return Population.of(counts.births[:1].tolist(), [float(counts.deaths.sum())])


def _of_cause(grouped: Grouped, place: int, share: float, few: Sequence[str]) -> Row:
    """Return the deaths averted of one cause, and its status."""
    one = slice(place, place + 1)
    own, reference = (
        Population.of(c.births[one].tolist(), c.deaths.sum(axis=0)[one].tolist())
        for c in (grouped.own, grouped.reference)
    )
    of_it = [code for code in few if code == grouped.codes[place]]
    return _averted(own, reference) | _judged(grouped, share, of_it)


def _ages(counts: Counts) -> TwoAges:
    neonatal, postneonatal = counts.deaths
    return TwoAges.of(counts.births, neonatal, postneonatal, float(counts.unlinked.sum()))


def _part(value: float, ends: Numbers, rate_per: int, says: bool) -> Row:
    lower, upper = rate_per * float(ends[0]), rate_per * float(ends[1])
    direction = "not_distinguishable"
    if lower > 0 or upper < 0:
        direction = "raises" if lower > 0 else "lowers"
    return {
        "part": rate_per * float(value),
        "part_lower_95": lower,
        "part_upper_95": upper,
        "direction": direction if says else None,
    }


def _centred(parts: Parts, place: int, rate_per: int) -> Row:
    if parts.centred is None:
        return {}
    value, lower, upper = rate_per * parts.centred[:, place]
    return {
        "part_centred": float(value),
        "part_centred_lower_95": float(lower),
        "part_centred_upper_95": float(upper),
    }


def _of_all(factor: str, own: Population, reference: Population) -> Row:
    """Return counts of a row about all groups, and the deaths averted on that of the difference."""
    about: Row = {"group_code": ALL, "group_name": "All groups"}
    if factor == "unlinked":
        return about | {"deaths": own.unlinked, "reference_deaths": reference.unlinked}
    if factor != "difference":
        return about
    return about | {
        "deaths": float(own.deaths.sum()) + own.unlinked,
        "births": own.total,
        "reference_deaths": float(reference.deaths.sum()) + reference.unlinked,
        "reference_births": reference.total,
        **_averted(own, reference),
    }


def _averted(own: Population, reference: Population) -> Row:
    less = averted(own, reference)
    return {
        "averted_all": less.all,
        "averted_distribution": less.distribution,
        "averted_rates": less.rates,
        "averted_interaction": less.interaction,
    }


def _few(grouped: Grouped) -> list[str]:
    """Return the groups of few deaths on either side."""
    return [
        code
        for place, code in enumerate(grouped.codes)
        for side in (grouped.own, grouped.reference)
        if side.births[place] > 0 and side.deaths[:, place].sum() < _FEW
    ]


def _judged(grouped: Grouped, share: float, few: Sequence[str]) -> Row:
    """Return status, caution and reason."""
    reasons = []
    if share > _MOST:
        reasons.append(
            f"{share:.0%} of all parts lie in groups that are not known and in unlinked deaths: "
            "nothing may be said of the others"
        )
    if few:
        reasons.append(f"fewer than {_FEW} deaths in {', '.join(dict.fromkeys(few))}")
    for side, counts in (("own", grouped.own), ("reference", grouped.reference)):
        if abs(counts.left_out) >= 1:
            reasons.append(
                f"{counts.left_out:,.0f} births of the {side} total are in no group and left out"
            )
    if OTHER in grouped.codes:
        reasons.append("other is what the totals have beside the groups that are shown")
    caution = "unknown_dominates" if share > _MOST else "few_deaths" if few else None
    return {
        "caution": caution,
        "value_status": "unreliable" if caution else "ok",
        "status_reason": "; ".join(reasons) or None,
    }


def _members(grouped: Grouped, place: int) -> str:
    own, reference = grouped.own.members[place], grouped.reference.members[place]
    told = " ".join(own)
    return told if own == reference else f"{told} / {' '.join(reference)}"


def _names(dimension: str) -> Mapping[str, str]:
    found = {code: known.name for code, known in groups_of(dimension).items()}
    return {OTHER: "Not shown", **found}
