"""Statements about single figures: NICE, KPI Depot and MDLinx."""

from __future__ import annotations

from fractions import Fraction

import duckdb

from assets.rates.change import RateCount, z_test
from assets.rates.claims.pooled_counts import US_FAMILIES, absence, first_complete, series
from assets.rates.claims.statements import Claim, ClaimResult, not_computable, verdict
from assets.rates.measures import register
from assets.rates.rounding import half_away
from assets.rates.targets import targets
from assets.schema.codes import LOCAL_AUTHORITIES
from assets.state.warehouse import sql_of

_BIRTHS_PER_POPULATION = "live_births_per_population"
_BENCHMARKS = {"KPI-02": "kpi_depot_world", "KPI-03": "kpi_depot_sub_saharan_africa"}


def births_per_population(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Recompute live births as a share of the population."""
    year = claim.first_year or 0
    held = series(con, "ons_occurrence", claim.area, measure=_BIRTHS_PER_POPULATION)
    if year not in held.counts:
        return not_computable(
            f"Live births or the mid-year population of {claim.area} in {year} are not held."
        )
    births, population = held.counts[year]
    per = 100 if claim.unit == "percent" else 10_000
    value = per * Fraction(births) / Fraction(population)
    shown = half_away(value, claim.decimals)
    return ClaimResult(
        verdict=verdict(shown == claim.value_text),
        source_family=held.family,
        value=float(value),
        display=shown,
        inputs=f"{births:,.0f} live births, population {population:,.0f}",
        explanation=f"{half_away(value, 4)} {claim.unit}, computed from the counts.",
    )


def majority_suppressed(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Answer for which windows most local authorities of England would have to be withheld."""
    register(con)
    query = sql_of(__file__, "small_counts")
    rows = con.execute(query.replace("{local_authorities}", str(LOCAL_AUTHORITIES))).fetchall()
    if not rows:
        return not_computable("No infant deaths by local authority of England are held.")
    described = [
        f"{family}, {window} to {end:%Y}: {areas} areas of {vintage}, {withheld / areas:.0%} below "
        f"{least} deaths, {below_10 / areas:.0%} below 10, {below_20 / areas:.0%} below 20"
        for family, vintage, window, end, areas, least, withheld, below_10, below_20 in rows
    ]
    family, vintage, window, end, areas, least, withheld, _, below_20 = rows[0]
    share = 100 * withheld / areas
    answer = "most" if share > 50 else "not most"
    unreliable = "most" if 2 * below_20 > areas else "not most"
    return ClaimResult(
        verdict=verdict(share > 50),
        source_family=family,
        value=share,
        display=half_away(share, 0),
        inputs="; ".join(described),
        explanation=(
            "A question, read as the statement that most would be, and answered for the "
            f"{window} window ending {end:%Y} on boundary set {vintage}: under ONS's rule (no rate "
            f"below {least} deaths) {answer} results would be withheld; {unreliable} would be "
            "unreliable (below 20 deaths). The table suppression gives the same share for every "
            "window (share_no_rate of english_local_authorities)."
        ),
    )


def rate_without_year(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Find the years whose national rate is the one stated without a year."""
    fits: list[str] = []
    found = None
    for family in US_FAMILIES:
        for pool in series(con, family, claim.area).pools(1):
            if half_away(pool.rate, claim.decimals) == claim.value_text:
                fits.append(f"{pool.last} ({family} {half_away(pool.rate, 2)})")
                found = pool if found is None or pool.last > found.last else found
    if found is None:
        held = [p for f in US_FAMILIES for p in series(con, f, claim.area).pools(1)]
        if not held:
            return not_computable(f"No annual rate of {claim.area} is held.")
        return ClaimResult(
            "does_not_reproduce",
            f"No year held has a rate of {claim.value_text} per 1,000.",
            inputs=f"{len(held)} annual rates",
        )
    return ClaimResult(
        verdict="reproduces",
        source_family=found.family,
        value=float(found.rate),
        display=half_away(found.rate, claim.decimals),
        inputs=found.inputs,
        best_fit=", ".join(fits),
        explanation="The statement names no year; these years have the rate.",
    )


def external_benchmark(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Return the result for a figure that another producer states: carried, not computed."""
    declared = next(t for t in targets() if t.target_id == _BENCHMARKS[claim.claim_id])
    return not_computable(
        f"Births and infant deaths of {claim.area} are not among the sources. Carried as the "
        f"benchmark {declared.target_id} ({declared.value:g} per 1,000)."
    )


def bands(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Return where the stated bands are applied."""
    return not_computable(
        "A rule, not a figure. It is applied to every infant mortality rate in the column band of "
        "the table rates: 5 and 10 are moderate, decided on the unrounded rate."
    )


def rising(con: duckdb.DuckDBPyConnection, claim: Claim) -> ClaimResult:
    """Test whether the national rate rose between the two stated years."""
    first, last = claim.first_year or 0, claim.last_year or 0
    held = first_complete(con, claim.area, first, last, ("nchs_linked", "nchs_mortality"))
    if held is None:
        return not_computable(
            absence(con, claim.area, first, last, ("nchs_linked", "nchs_mortality"))
        )
    old, new = (held.pool(year, year) for year in (first, last))
    if old is None or new is None:
        return not_computable(f"The rates of {first} and {last} have no births.")
    z, p = z_test(RateCount(new.deaths, new.births), RateCount(old.deaths, old.births))
    change = 100 * (float(new.rate) / float(old.rate) - 1)
    significant = p < 0.05
    return ClaimResult(
        verdict=verdict(change > 0 and significant),
        source_family=held.family,
        value=change,
        display=f"{change:+.1f} %",
        inputs=f"{old.inputs}; {new.inputs}",
        explanation=(
            f"{half_away(old.rate, 2)} to {half_away(new.rate, 2)} per 1,000: z = {z:.3f}, "
            f"p = {p:.4f}, {'significant' if significant else 'not significant'} at 5 %."
        ),
    )
