"""Difference of two rates by cause of death: the sum of the differences of every cause.

A cause divides deaths, not births: its rate is over all births, and the rates of all causes add up
to the rate. The births of a cause are those of the population. Causes must not overlap, and what
the total has beside those that are shown is one more, if it gives nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assets.rates.decompositions.grouping import OTHER, Cell, Counts, Grouped, NoGroupingError, Side
from assets.rates.decompositions.intervals import ENOUGH, REPLICATES, SEED
from assets.rates.limits import Z_95, Numbers

_EXACT = 0.5


def group_causes(own: Side, reference: Side, causes: Sequence[str]) -> Grouped:
    """Put the deaths of two populations into the causes that are shown of both.

    Args:
        own: Population of interest, its deaths of each cause as cells.
        reference: Population that it is compared with.
        causes: Causes that do not overlap, in order.

    Raises:
        NoGroupingError: There is no such cause, or what is lacking must not be computed.

    >>> cells = {"infections": Cell(900, (30.0,)), "anomalies": Cell(900, (20.0,))}
    >>> own = Side("own", cells, 900, (53.0,))
    >>> found = group_causes(own, Side("reference", cells, 900, (50.0,)), list(cells))
    >>> found.codes, found.own.deaths.tolist()
    (('infections', 'anomalies', 'other'), [[30.0, 20.0, 3.0]])
    """
    none = Cell(None, None)
    shown = [
        code
        for code in causes
        if all(side.cells.get(code, none).known for side in (own, reference))
    ]
    if not shown:
        lists = "; ".join(f"{s.name} has {', '.join(s.cells)}" for s in (own, reference))
        raise NoGroupingError(f"no cause of death that both have: {lists}")
    rests = [_rest(side, shown) for side in (own, reference)]
    codes = [*shown, OTHER] if any(rest > 0 for rest in rests) else shown
    of_both = [
        _counts(side, shown, rest if OTHER in codes else None)
        for side, rest in zip((own, reference), rests, strict=True)
    ]
    return Grouped(tuple(codes), *of_both)


def _rest(side: Side, shown: Sequence[str]) -> float:
    """Return the deaths of other causes than those that are shown.

    Raises:
        NoGroupingError: They can be those of one withheld cause, or are less than none.
    """
    rest = float(side.rest(shown)[1].sum())
    # Weighted deaths are rounded cause by cause.
    if rest < -_EXACT - 0.5 * len(shown):
        raise NoGroupingError(
            f"the causes of {side.name} hold more than its total: {-rest:,.0f} deaths more"
        )
    if rest <= _EXACT:
        return 0.0
    hides = side.withheld > 0 or side.largest_withheld > 0
    if hides and side.withheld < 2 and not 0 < side.largest_withheld < rest:
        raise NoGroupingError(
            f"of {side.name} one cause can be withheld, and what its total has beside the others "
            "would give it away"
        )
    return rest


def _counts(side: Side, shown: Sequence[str], rest: float | None) -> Counts:
    deaths = [float(side.counts([code])[1].sum()) for code in shown]
    members: list[tuple[str, ...]] = [(code,) for code in shown]
    if rest is not None:
        deaths.append(rest)
        members.append(())
    return Counts(
        births=np.full(len(deaths), float(side.births)),
        deaths=np.array([deaths]),
        unlinked=np.zeros(1),
        members=tuple(members),
        left_out=0.0,
    )


def limits_of_causes(own: Counts, reference: Counts) -> tuple[str, Numbers]:
    """Return the method of the limits, and 95 % limits in deaths per birth.

    Births vary as well as deaths, as in the other decompositions: of so many births each ends in
    death of one cause, or in none.

    Args:
        own: Deaths of the population of interest by cause.
        reference: Deaths of the reference by the same causes.

    Returns:
        Method, and an array of shape (2, causes + 1): lower and upper limits of the part of each
        cause, then of the whole difference.

    >>> one = Counts(np.array([1000.0] * 2), np.array([[20.0, 30.0]]), np.zeros(1), ((), ()), 0.0)
    >>> method, ends = limits_of_causes(one, one)
    >>> method, (1000 * ends[1]).round(4).tolist()
    ('delta', [12.2714, 14.952, 19.1035])
    """
    sides = own, reference
    risks = [each.deaths.sum(axis=0) / each.births for each in sides]
    if min(each.deaths.min() for each in sides) >= ENOUGH:
        point = np.append(risks[0] - risks[1], (risks[0] - risks[1]).sum())
        variance = sum(
            np.append(risk * (1 - risk), risk.sum() * (1 - risk.sum())) / each.births[0]
            for risk, each in zip(risks, sides, strict=True)
        )
        spread = Z_95 * np.sqrt(variance)
        return "delta", np.stack([point - spread, point + spread])
    random = np.random.default_rng(SEED)
    drawn = [
        random.multinomial(
            round(each.births[0]), [*risk, max(1 - risk.sum(), 0.0)], size=REPLICATES
        )[:, :-1]
        / each.births[0]
        for risk, each in zip(risks, sides, strict=True)
    ]
    apart = drawn[0] - drawn[1]
    found = np.concatenate([apart, apart.sum(axis=1, keepdims=True)], axis=1)
    ends: Numbers = np.quantile(found, [0.025, 0.975], axis=0)
    return "bootstrap", ends
