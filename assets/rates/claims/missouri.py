"""Statements of the Missouri Foundation for Health, years 2002 to 2012."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from assets.rates.claims.pooled_counts import Pool, absence, first_complete, series
from assets.rates.claims.statements import Claim, ClaimResult, not_computable, span, verdict
from assets.rates.limits import wilson_limits
from assets.rates.rounding import half_away
from assets.state.warehouse import sql_of

_STATE = "US-MO"
_STATE_FAMILIES = ("nchs_linked", "nchs_mortality", "state_extract")
_COUNTY_FAMILIES = ("state_extract", "nchs_linked", "nchs_mortality")
_BOOTHEEL = ("29069", "29133", "29143", "29155", "29201", "29207")
_ST_LOUIS_CITY = "29510"
_ST_LOUIS_COUNTY = "29189"
_VARIANTS = {
    "St. Louis city and the Bootheel": (_ST_LOUIS_CITY, *_BOOTHEEL),
    "St. Louis city, St. Louis County and the Bootheel": (
        _ST_LOUIS_CITY,
        _ST_LOUIS_COUNTY,
        *_BOOTHEEL,
    ),
}


def deaths(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute the sum of infant deaths that the statement says was exceeded."""
    first, last = claim.first_year or 0, claim.last_year or 0
    held = first_complete(con, _STATE, first, last, _STATE_FAMILIES)
    total = held.pool(first, last) if held else None
    if held is None or total is None:
        return not_computable(absence(con, _STATE, first, last, _STATE_FAMILIES))
    return ClaimResult(
        verdict=verdict(total.deaths > (claim.value or 0)),
        source_family=held.family,
        value=total.deaths,
        display=half_away(total.deaths, 0),
        inputs=total.inputs,
        explanation=(
            f"{total.deaths:,.0f} deaths in {last - first + 1} years; stated as 'more than'."
        ),
    )


def deaths_per_year(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute the yearly average of infant deaths."""
    first, last = claim.first_year or 0, claim.last_year or 0
    held = first_complete(con, _STATE, first, last, _STATE_FAMILIES)
    total = held.pool(first, last) if held else None
    if held is None or total is None:
        return not_computable(absence(con, _STATE, first, last, _STATE_FAMILIES))
    years = last - first + 1
    average = total.deaths / years
    return ClaimResult(
        verdict=verdict(half_away(average, claim.decimals) == claim.value_text),
        source_family=held.family,
        value=average,
        display=half_away(average, claim.decimals),
        inputs=total.inputs,
        explanation=(
            f"{half_away(average, 1)} a year over {years} data years; the statement holds to its "
            "one significant figure only."
        ),
    )


def regional_share(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute the share of the state's infant deaths in St. Louis and the Bootheel.

    A share of deaths says little without the share of births that it is of; both are given, with
    their ratio (methods, section 4).
    """
    first, last = claim.first_year or 0, claim.last_year or 0
    for family in _COUNTY_FAMILIES:
        state = series(con, family, _STATE).pool(first, last)
        if state is None:
            continue
        shares = {}
        for name, members in _VARIANTS.items():
            pools = [series(con, family, member).pool(first, last) for member in members]
            if all(pools):
                shares[name] = _Share.of([pool for pool in pools if pool], state)
        if shares:
            return _share_result(claim, family, shares, state.inputs)
    total = first_complete(con, _STATE, first, last, _STATE_FAMILIES)
    state = total.pool(first, last) if total else None
    bears = (
        f" Of the state's {state.deaths:,.0f} infant deaths ({state.family}) {claim.value_text} % "
        f"are {half_away(state.deaths * (claim.value or 0) / 100, 0)}."
        if state
        else ""
    )
    return not_computable(
        f"No series identifies deaths of St. Louis city ({_ST_LOUIS_CITY}) and the six Bootheel "
        f"counties ({', '.join(_BOOTHEEL)}) for {claim.period}: CDC WONDER pools small counties as "
        "'Unidentified Counties'. Ingest an extract of the state health department (area, year, "
        "live_births, infant_deaths) to fill it; imr wanted infant_mortality US-MO says which "
        f"exports there are.{bears}",
        state.family if state else None,
    )


def black_white_ratio(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute the ratio of the rates of babies of Black and White mothers."""
    first, last = claim.first_year or 0, claim.last_year or 0
    rows = con.execute(
        sql_of(__file__, "black_white"), {"area": _STATE, "first": first, "last": last}
    ).fetchall()
    if not rows:
        nearly, family = _nation_nearly(con, claim)
        return not_computable(
            f"No series has deaths and births of {_STATE} by race of mother within {claim.period}. "
            "National Vital Statistics Reports print three-year rates of Missouri without their "
            "counts, in a table that no dataset here reads. Ingest a CDC WONDER export of linked "
            "birth / infant death records by state, mother's race or Hispanic origin, and year of "
            "death to fill it; imr wanted infant_mortality US-MO says how." + nearly,
            family,
        )
    family, basis, start, end, black, white, ratio = rows[0]
    # Of one series only: disclosure control withholds a statement by the series that it names.
    others = "; ".join(
        f"{r[2]:%Y}-{r[3]:%Y} {half_away(r[4], 2)} / {half_away(r[5], 2)} = {half_away(r[6], 2)}"
        for r in rows
        if r[0] == family
    )
    return ClaimResult(
        verdict=verdict(half_away(ratio, claim.decimals) == claim.value_text),
        source_family=family,
        value=ratio,
        display=half_away(ratio, claim.decimals),
        inputs=f"{basis}: {others}",
        explanation=(
            f"Statewide, {start:%Y}-{end:%Y}: {half_away(black, 2)} against {half_away(white, 2)} "
            f"per 1,000, a ratio of {half_away(ratio, 2)}. 'Three times' means a ratio of 3."
        ),
    )


def _nation_nearly(con: duckdb.DuckDBPyConnection, claim: Claim) -> tuple[str, str | None]:
    """Return the ratio of the nation nearest to the stated one, in words, and its series."""
    years = {"area": "US", "first": claim.first_year or 0, "last": claim.last_year or 0}
    rows = con.execute(sql_of(__file__, "black_white"), years).fetchall()
    if not rows:
        return "", None
    family, basis, start, end, black, white, ratio = min(
        rows, key=lambda row: (abs(row[6] - (claim.value or 0)), -row[3].toordinal(), row[0])
    )
    return (
        f" The nearest that is held is of the United States, {span(start.year, end.year)} "
        f"({family}, {basis}): {half_away(black, 2)} against {half_away(white, 2)} per 1,000, a "
        f"ratio of {half_away(ratio, 2)}."
    ), family


@dataclass(frozen=True)
class _Share:
    """Share of a region in its state, in per cent, with Wilson limits of the share of deaths."""

    deaths: float
    lower: float
    upper: float
    births: float

    @classmethod
    def of(cls, region: Sequence[Pool], state: Pool) -> _Share:
        deaths = sum(pool.deaths for pool in region)
        lower, upper = wilson_limits(deaths, state.deaths)
        births = sum(pool.births for pool in region)
        return cls(
            100 * deaths / state.deaths,
            100 * float(lower),
            100 * float(upper),
            100 * births / state.births,
        )

    def __str__(self) -> str:
        return (
            f"{half_away(self.deaths, 1)} % of deaths (95 % Wilson limits "
            f"{half_away(self.lower, 1)} to {half_away(self.upper, 1)}), "
            f"{half_away(self.births, 1)} % of births, ratio "
            f"{half_away(self.deaths / self.births, 2)}"
        )


def _share_result(
    claim: Claim, family: str, shares: dict[str, _Share], state_inputs: str
) -> ClaimResult:
    fits = [n for n, s in shares.items() if half_away(s.deaths, claim.decimals) == claim.value_text]
    name = fits[0] if fits else next(iter(shares))
    listed = "; ".join(f"{n}: {s}" for n, s in shares.items())
    return ClaimResult(
        verdict=verdict(bool(fits)),
        source_family=family,
        value=shares[name].deaths,
        display=half_away(shares[name].deaths, claim.decimals),
        inputs=f"{listed}; Missouri {state_inputs}",
        best_fit=name if fits else None,
        explanation=(
            "The statement does not say whether St. Louis means the city or also the county."
        ),
    )
