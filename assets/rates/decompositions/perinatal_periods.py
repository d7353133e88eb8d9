"""Perinatal periods of risk: ``rates.perinatal_periods`` from the counts at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isnan
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from assets.rates.decompositions import pairs
from assets.rates.decompositions.grouping import Bounds, bounds_of
from assets.rates.decompositions.periods_of_risk import PERIODS, excess
from assets.rates.decompositions.segments import Segment, tiling
from assets.rates.inputs import require
from assets.rates.limits import Z_95, Numbers
from assets.schema.registry import METHOD_VERSION, table
from assets.state.warehouse import records, replace_table, sql_of, temp_table
from assets.text.yaml_file import read_yaml

_FILE = Path(__file__).with_name("periods.yaml")
_FEWEST, _FEWEST_OF_CELL = 60, 5
_MOST_UNKNOWN = 0.10
_PER = 1000
_OF_NCHS = (
    "fetal deaths of 24 weeks and more by birth weight, of the population of the linked file (NCHS "
    "counts them from 20 weeks)"
)
Counts = Mapping[str, Mapping[str, float]]
"""Counts by what is counted and by group of birth weight; ``all`` is the total."""


class NotPublishedError(Exception):
    """The four cells of a population cannot be made, or must not be read; says why."""


@dataclass(frozen=True)
class Cells:
    """Deaths of the four periods, and the births and fetal deaths that they are of."""

    deaths: Numbers
    births: float


def build_perinatal_periods(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.perinatal_periods``; returns the row count."""
    require(con, ("core.observations", "core.areas"))
    spec = table("published.perinatal_periods")
    declared = read_yaml(_FILE)
    temp_table(con, "declared_populations", pd.DataFrame(declared["populations"]))
    counts: dict[tuple[str, str, int], dict[str, dict[str, float]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in records(con, sql_of(__file__, "periods")):
        of = counts[row["source_family"], row["area_code"], row["year"]]
        of[row["measure"]][row["stratum"]] = row["value"]
    areas = {
        row["area_code"]: row
        for row in records(con, "SELECT * FROM core.areas ORDER BY area_code, geography_vintage")
    }
    rows = [
        row
        for population in declared["populations"]
        if population["area_code"] in areas
        for row in _rows(population, areas[population["area_code"]], counts, declared["needs"])
    ]
    frame = pd.DataFrame(rows, columns=list(spec.column_names))
    temp_table(con, "period_rows", frame.astype(object).where(frame.notna(), None))
    return replace_table(con, spec, "SELECT * FROM period_rows", schema="rates")


def _rows(
    population: Mapping[str, Any],
    area: Mapping[str, Any],
    counts: Mapping[tuple[str, str, int], Counts],
    needs: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    family, code = population["source_family"], population["area_code"]
    years = population["year"], population["reference_year"]
    about = {
        **{name: area[name] for name in ("country", "area_code", "area_name", "area_type")},
        "geography_vintage": area["geography_vintage"],
        "source_family": family,
        "variant": population["variant"],
        "window_type": "annual",
        "period_start": date(years[0], 1, 1),
        "period_end": date(years[0], 12, 31),
        "reference_period_start": date(years[1], 1, 1),
        "reference_period_end": date(years[1], 12, 31),
        "rate_per": _PER,
        "method_version": METHOD_VERSION,
    }
    try:
        _no_break(family, years)
        own, reference = (
            four_cells(counts.get((family, code, year), {}), population["variant"], needs, year)
            for year in years
        )
    except NotPublishedError as reason:
        yield about | {"period_of_risk": "all", "value_status": "missing",
                       "status_reason": str(reason)}  # fmt: skip
        return
    yield from _numbers(about, own, reference)


def _numbers(about: dict[str, Any], own: Cells, reference: Cells) -> Iterator[dict[str, Any]]:
    found = excess(own.deaths, own.births, reference.deaths, reference.births)
    whole = excess(
        own.deaths.sum(keepdims=True),
        own.births,
        reference.deaths.sum(keepdims=True),
        reference.births,
    )
    for names, each, deaths, of_reference in (
        (PERIODS, found, own.deaths, reference.deaths),
        (("all",), whole, own.deaths.sum(keepdims=True), reference.deaths.sum(keepdims=True)),
    ):
        for place, name in enumerate(names):
            share, beyond = float(each.shares[place]), float(each.deaths[place])
            spread = Z_95 * float(each.errors[place])
            yield about | {
                "period_of_risk": name,
                "deaths": float(deaths[place]),
                "births_and_fetal_deaths": own.births,
                "reference_deaths": float(of_reference[place]),
                "reference_births_and_fetal_deaths": reference.births,
                "rate": _PER * float(each.rates[place]),
                "reference_rate": _PER * float(each.reference_rates[place]),
                "excess_rate": _PER * float(each.rates[place] - each.reference_rates[place]),
                "excess_deaths": beyond,
                "excess_deaths_lower_95": beyond - spread,
                "excess_deaths_upper_95": beyond + spread,
                "share_of_excess": None if name == "all" or isnan(share) else share,
                "value_status": "ok",
            }


def four_cells(counts: Counts, variant: str, needs: Mapping[str, str], year: int) -> Cells:
    """Return the four cells of a population.

    Args:
        counts: Counts of the population and year.
        variant: ``ons`` or ``nchs``.
        needs: Counts that are needed, with their names in words.
        year: Year, for messages.

    Raises:
        NotPublishedError: Counts are lacking, too few, or of too many the weight is not known.
    """
    lacking = [
        f"{words} by birth weight"
        for measure, words in needs.items()
        if len(counts.get(measure, {})) < 2 or "all" not in counts[measure]
    ]
    if variant == "nchs":
        lacking = [n for n in lacking if not n.startswith("fetal")] + [_OF_NCHS]
    if lacking:
        raise NotPublishedError(f"no figures of {year} for {'; '.join(lacking)}")
    cut = float(read_yaml(_FILE)["cut"])
    low, high = (
        {measure: _sum(counts[measure], side) for measure in needs}
        for side in (Bounds(upper=cut), Bounds(lower=cut))
    )
    deaths = ("stillbirths", "neonatal_deaths", "postneonatal_deaths")
    cells = np.array([sum(low[m] for m in deaths), *(high[m] for m in deaths)])
    born = sum(side[m] for side in (low, high) for m in ("live_births", "stillbirths"))
    total = sum(counts[measure]["all"] for measure in deaths)
    unknown = 1 - float(cells.sum()) / total
    if unknown > _MOST_UNKNOWN:
        raise NotPublishedError(
            f"not published: the birth weight of {unknown:.1%} of the deaths of {year} is not "
            f"known, more than {_MOST_UNKNOWN:.0%}"
        )
    if cells.sum() < _FEWEST or cells.min() < _FEWEST_OF_CELL:
        raise NotPublishedError(
            f"not published: fewer than {_FEWEST} deaths of {year} in all four cells, or fewer "
            f"than {_FEWEST_OF_CELL} in one"
        )
    return Cells(cells, born)


def _sum(groups: Mapping[str, float], side: Bounds) -> float:
    """Return the count of the groups that lie on one side of the cut.

    Raises:
        NotPublishedError: They do not fill it.
    """
    rules = pairs.rules("birth_weight")[0]
    known = {code: bounds_of(code, rules) for code in groups}
    segments = [Segment(b.lower, b.upper, code) for code, b in known.items() if b.bounded]
    cut = side.upper if side.upper < inf else side.lower
    within = [s for s in tiling(segments, [cut]) if s.within(Segment(side.lower, side.upper))]
    codes: Sequence[str] = [s.group for s in within if s.group is not None]
    filled = bool(within) and within[0].lower == side.lower and within[-1].upper == side.upper
    if len(codes) < len(within) or not filled:
        raise NotPublishedError(f"the groups of birth weight do not meet at {cut:g} g")
    return sum(groups[code] for code in codes)


def _no_break(family: str, years: tuple[int, int]) -> None:
    for each in pairs.said("breaks"):
        crossed = min(years) < each["first_year"] <= max(years)
        if crossed and (each["dimension"], each["source_family"]) == ("birth_weight", family):
            raise NotPublishedError(
                f"the years lie on two sides of a break in {each['first_year']}: {each['reason']}"
            )
