"""Statements of America's Health Rankings, 2013 edition."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from assets.rates.claims.pooled_counts import Pool, Series, absence, first_complete
from assets.rates.claims.statements import Claim, ClaimResult, not_computable, span, verdict
from assets.rates.rounding import half_away
from assets.rates.targets import targets

_EDITION_GAP = 2
"""Years between the windows of the 2011 and the 2013 edition."""


def two_year_average(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute a rate stated for an area and a span of years, pooled."""
    first, last = _years(claim)
    held = first_complete(con, claim.area, first, last)
    stated = held.pool(first, last) if held else None
    if held is None or stated is None:
        return not_computable(absence(con, claim.area, first, last))
    others = _nearest(_agreeing(held, claim, last - first + 1), stated)
    agrees = half_away(stated.rate, claim.decimals) == claim.value_text
    return ClaimResult(
        verdict=verdict(agrees),
        source_family=held.family,
        value=float(stated.rate),
        display=half_away(stated.rate, claim.decimals),
        inputs=stated.inputs,
        best_fit=None if agrees or not others else _fit(others[0], claim.decimals),
        explanation=_average_explanation(stated, others, claim, agrees),
    )


def change_since_edition(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute the percent change between the windows of two editions."""
    first, last = _years(claim)
    held = first_complete(con, claim.area, first - _EDITION_GAP, last)
    if held is None:
        return not_computable(absence(con, claim.area, first - _EDITION_GAP, last))
    old = held.pool(first - _EDITION_GAP, last - _EDITION_GAP)
    new = held.pool(first, last)
    if old is None or new is None:
        return not_computable(absence(con, claim.area, first - _EDITION_GAP, last))
    change = _percent(new, old)
    fits = _nearest(
        (
            pool
            for pool in held.pools(last - first + 1)
            if pool.first > old.last
            and half_away(_percent(pool, old), claim.decimals) == claim.value_text
        ),
        new,
    )
    agrees = half_away(change, claim.decimals) == claim.value_text
    best = None
    if fits and not agrees:
        fitted = _percent(fits[0], old)
        best = (
            f"{span(fits[0].first, fits[0].last)} against {span(old.first, old.last)} "
            f"({half_away(fitted, 2)} -> {half_away(fitted, claim.decimals)})"
        )
    return ClaimResult(
        verdict=verdict(agrees),
        source_family=held.family,
        value=change,
        display=half_away(change, claim.decimals),
        inputs=f"{old.inputs}; {new.inputs}",
        best_fit=best,
        explanation=(
            f"From {span(old.first, old.last)}, the years of the 2011 edition if the 2013 edition "
            f"stands on {span(first, last)}, the pooled rate went from {half_away(old.rate, 2)} to "
            f"{half_away(new.rate, 2)} per 1,000. A negative change is a reduction; computed from "
            "unrounded rates."
        ),
    )


def consecutive_decreases(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute how many windows in a row the printed rate had fallen."""
    first, last = _years(claim)
    held = first_complete(con, claim.area, first - 1, last)
    if held is None:
        return not_computable(absence(con, claim.area, first - 1, last))
    pools = {pool.last: pool for pool in held.pools(last - first + 1)}
    runs = {end: _run(pools, end) for end in pools}
    fits = sorted(
        (end for end, run in runs.items() if str(run) == claim.value_text and end != last),
        key=lambda end: (abs(end - last), -end),
    )
    agrees = str(runs[last]) == claim.value_text
    best = f"{span(pools[fits[0]].first, fits[0])} (run of {runs[fits[0]]})" if fits else None
    printed = ", ".join(
        f"{span(pool.first, pool.last)} {half_away(pool.rate, 1)}"
        for end, pool in sorted(pools.items())
        if last - 4 <= end <= last + 1
    )
    return ClaimResult(
        verdict=verdict(agrees),
        source_family=held.family,
        value=float(runs[last]),
        display=str(runs[last]),
        inputs=f"pooled rates per 1,000: {printed}",
        best_fit=None if agrees else best,
        explanation=(
            "Counted from rates at the published precision of one decimal; equal printed rates "
            "end a run."
        ),
    )


def stated_target(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Compare a stated target with the declared one, and say whether it was met."""
    target = next(t for t in targets() if t.target_id == "healthy_people_2020")
    _, last = _years(claim)
    held = first_complete(con, claim.area, last, last)
    met = held.pool(last, last) if held else None
    outcome = "The national rate of the target year is not held."
    if met:
        word = "met" if met.rate <= target.value else "not met"
        outcome = f"It was {word}: {half_away(met.rate, 2)} in {last} ({met.family})."
    return ClaimResult(
        verdict=verdict(half_away(target.value, claim.decimals) == claim.value_text),
        source_family=met.family if met else None,
        value=target.value,
        display=half_away(target.value, claim.decimals),
        inputs=target.source,
        explanation=f"The declared target has the stated value. {outcome}",
    )


def _percent(new: Pool, old: Pool) -> float:
    return 100 * (float(new.rate) / float(old.rate) - 1)


def _years(claim: Claim) -> tuple[int, int]:
    if claim.first_year is None or claim.last_year is None:
        raise ValueError(f"claims.csv: {claim.claim_id} needs the years that it is about")
    return claim.first_year, claim.last_year


def _agreeing(held: Series, claim: Claim, length: int) -> Iterator[Pool]:
    return (
        pool
        for pool in held.pools(length)
        if half_away(pool.rate, claim.decimals) == claim.value_text
    )


def _nearest(pools: Iterator[Pool], stated: Pool) -> list[Pool]:
    others = [pool for pool in pools if pool.last != stated.last]
    return sorted(others, key=lambda pool: (abs(pool.last - stated.last), -pool.last))


def _fit(pool: Pool, decimals: int) -> str:
    years = span(pool.first, pool.last)
    return f"{years} ({half_away(pool.rate, 2)} -> {half_away(pool.rate, decimals)})"


def _average_explanation(stated: Pool, others: list[Pool], claim: Claim, agrees: bool) -> str:
    years = span(stated.first, stated.last)
    text = f"{years} pooled gives {half_away(stated.rate, 2)} per 1,000 in {stated.family}"
    text += f", as stated {claim.value_text}." if agrees else f", not {claim.value_text}."
    if agrees and others and abs(others[0].last - stated.last) == 1:
        text += f" {_fit(others[0], claim.decimals)} agrees as well."
    if not agrees and others:
        text += f" {_fit(others[0], claim.decimals)} does reproduce the statement."
    return text


def _run(pools: dict[int, Pool], end: int) -> int:
    length = 0
    while end - 1 in pools and float(half_away(pools[end].rate, 1)) < float(
        half_away(pools[end - 1].rate, 1)
    ):
        length += 1
        end -= 1
    return length
