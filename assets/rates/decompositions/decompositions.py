"""Why two rates differ: ``rates.decompositions`` from the rates and counts at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from assets.rates import measures
from assets.rates.decompositions import pairs
from assets.rates.decompositions.causes import group_causes
from assets.rates.decompositions.grouping import Cell, Grouped, NoGroupingError, Side, group
from assets.rates.decompositions.rows import ALL, Row, grouping_id, rows_of
from assets.rates.decompositions.sentences import sentence
from assets.rates.inputs import require
from assets.schema.registry import METHOD_VERSION, table
from assets.schema.strata.vocabulary import groups_of
from assets.state.warehouse import records, replace_table, sql_of, temp_table

_TEMPORARY = ("decomposition_cells", "decomposition_populations", "decomposition_pairs")
_DECLARED = ("declared_pairs", "declared_measures", "declared_breaks")
_SAME = ("source_family", "area_code", "geography_vintage", "own_type", "own", "dimension",
         "period_end")  # fmt: skip
"""What the populations of two measures have in common where they are the same births."""
Population = Mapping[str, Any]


def build_decompositions(con: duckdb.DuckDBPyConnection) -> int:
    """Replace ``rates.decompositions`` from ``rates.rates``; returns the row count."""
    require(con, ("rates.rates", "core.observations", "core.areas", "core.series_breaks"))
    measures.register(con)
    spec = table("published.decompositions")
    for name in _DECLARED:
        of_pairs = {"declared_pairs": "declared_rows"}.get(name, name)
        temp_table(con, name, getattr(pairs, of_pairs)())
    try:
        for name in ("cells", "pairs"):
            con.execute(sql_of(__file__, name)).fetchall()
        rows = list(_rows(con))
        frame = pd.DataFrame(rows, columns=list(spec.column_names))
        temp_table(con, "decomposition_rows", frame.astype(object).where(frame.notna(), None))
        return replace_table(con, spec, "SELECT * FROM decomposition_rows", schema="rates")
    finally:
        for name in (*_TEMPORARY, *_DECLARED, "decomposition_rows"):
            con.execute(f"DROP TABLE IF EXISTS temp.{name}").fetchall()


def _rows(con: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    populations = {
        row["population_id"]: row for row in records(con, "SELECT * FROM decomposition_populations")
    }
    found = records(con, "SELECT * FROM decomposition_pairs ORDER BY ALL")
    cells = _cells(con)
    by_measure = {(p["measure"], *(p[n] for n in _SAME)): i for i, p in populations.items()}
    for pair in found:
        own, reference = populations[pair["own_id"]], populations[pair["reference_id"]]
        about = _about(pair, own, reference)
        if pair["broken"]:
            if pair["is_explicit"]:
                yield _missing(about, f"the years lie on two sides of {pair['broken']}")
            continue
        try:
            sides = [
                _side(each, cells, populations, by_measure, three=pair["three"])
                for each in (own, reference)
            ]
            for row in _computed(sides[0], sides[1], pair, own["rate_per"]):
                yield about | row
        except NoGroupingError as error:
            yield _missing(about, str(error))
    yield from _absent(con)


def _cells(con: duckdb.DuckDBPyConnection) -> Mapping[int, list[Row]]:
    joined = records(
        con,
        "SELECT p.population_id, c.group_code, c.deaths, c.births, c.value_status "
        "FROM decomposition_cells AS c JOIN decomposition_populations AS p "
        "USING (source_family, area_code, geography_vintage, measure, own_type, own, dimension, "
        "period_start, period_end) ORDER BY ALL",
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for cell in joined:
        found[cell["population_id"]].append(cell)
    return found


def _side(
    about: Population,
    cells: Mapping[int, list[Row]],
    populations: Mapping[int, Population],
    by_measure: Mapping[tuple[object, ...], int],
    *,
    three: bool,
) -> Side:
    """Return a population with its groups: deaths of one age, or of two with three factors."""
    named = f"{about['area_name']} {about['period_end'].year}"
    if about["own"] != ALL:
        group = groups_of(about["own_type"]).get(about["own"])
        named += f" ({group.name if group else about['own'].replace('_', ' ')})"
    of = [about["population_id"]]
    if three:
        of = [by_measure.get((age, *(about[n] for n in _SAME)), -1) for age in pairs.THREE]
        if absent := [a for a, i in zip(pairs.THREE, of, strict=True) if i < 0]:
            raise NoGroupingError(
                f"no figures by {about['dimension']} for {' and '.join(absent)} of {named}"
            )
    each = [{cell["group_code"]: cell for cell in cells[i]} for i in of]
    if about["dimension"] in pairs.causes():
        each = [_of_causes(ages, about["births"]) for ages in each]
    family = about["source_family"]
    lost = pairs.said("unlinked")
    return Side(
        name=named,
        cells={
            code: Cell(
                each[0].get(code, cell)["births"],
                _deaths([ages.get(code) for ages in each]),
            )
            for ages in each[:1]
            for code, cell in ages.items()
            if code not in lost
        },
        births=about["births"],
        deaths=tuple(populations[i]["deaths"] for i in of),
        unlinked=tuple(
            sum(ages[code]["deaths"] or 0.0 for code in lost if code in ages) for ages in each
        ),
        largest_withheld=pairs.said("left_out_up_to").get(family, 0),
    )


def _of_causes(cells: Mapping[str, Row], births: float) -> dict[str, Row]:
    """Return causes with the births of the population, without those that a rate has none of."""
    return {
        code: {**cell, "births": births}
        for code, cell in cells.items()
        if cell["deaths"] is not None or cell["value_status"] == "suppressed"
    }


def _deaths(of_ages: Iterable[Row | None]) -> tuple[float, ...] | None:
    counts = [cell["deaths"] if cell else None for cell in of_ages]
    known = tuple(float(count) for count in counts if count is not None)
    return known if len(known) == len(counts) else None


def _computed(own: Side, reference: Side, pair: Row, rate_per: int) -> Iterator[Row]:
    """Yield the rows of every grouping; those that come out the same once.

    Raises:
        NoGroupingError: No grouping is possible.
    """
    dimension = pair["dimension"]
    if dimension in pairs.causes():
        found = group_causes(own, reference, pairs.causes()[dimension])
        yield from _rows_of(found, own.name, reference.name, pair, rate_per)
        return
    seen: set[str] = set()
    refused: NoGroupingError | None = None
    for rules in pairs.rules(dimension):
        try:
            found = group(own, reference, rules)
        except NoGroupingError as error:
            refused = refused or error
            continue
        name = grouping_id(dimension, found.codes)
        if name not in seen:
            seen.add(name)
            yield from _rows_of(found, own.name, reference.name, pair, rate_per)
    if refused and not seen:
        raise refused


def _rows_of(found: Grouped, own: str, reference: str, pair: Row, rate_per: int) -> list[Row]:
    dimension = pair["dimension"]
    causes = dimension in pairs.causes()
    unknown = pairs.said("unknown")
    rows = list(rows_of(found, dimension, rate_per, unknown, three=pair["three"], causes=causes))
    for row in rows:
        if row["factor"] == "difference":
            row["sentence"] = sentence(
                own, reference, pair["measure"], dimension, rows, causes=causes
            )
    return rows


def _about(pair: Row, own: Population, reference: Population) -> Row:
    """Return what names a pair, in every one of its rows."""
    return {
        "pair_id": pair_id(
            pair["pair"],
            (own["source_family"], own["area_code"], own["own"], own["period_end"].year),
            (
                reference["source_family"],
                reference["area_code"],
                reference["own"],
                reference["period_end"].year,
            ),
            own["own_type"],
        ),
        **{
            n: own[n]
            for n in (
                "source_family",
                "country",
                "area_code",
                "area_name",
                "area_type",
                "geography_vintage",
                "measure",
                "period_start",
                "period_end",
                "dimension",
                "rate_per",
            )
        },
        "pair_kind": pair["pair_kind"],
        "stratum_type": own["own_type"],
        "stratum": own["own"],
        "window_type": "annual",
        "reference_stratum": reference["own"],
        **{
            f"reference_{n}": reference[n]
            for n in (
                "source_family",
                "area_code",
                "area_name",
                "geography_vintage",
                "period_start",
                "period_end",
            )
        },
        "still_differs": pair["still_differs"],
        "is_provisional": own["is_provisional"] or reference["is_provisional"],
        "method_version": METHOD_VERSION,
    }


def pair_id(
    name: str,
    own: tuple[str, str, str, int],
    reference: tuple[str, str, str, int],
    stratum_type: str,
) -> str:
    """Return the identity of a pair: its name, then series, area, group and year of both rates."""
    told = []
    for family, area, stratum, year in (own, reference):
        of_group = () if stratum == ALL else (f"{stratum_type}={stratum}",)
        told.append("/".join((family, area, *of_group, str(year))))
    return f"{name}:{told[0]}:{told[1]}"


def _missing(about: Row, reason: str) -> Row:
    return about | {
        "grouping_id": "none",
        "factor": "difference",
        "group_code": ALL,
        "value_status": "missing",
        "status_reason": reason,
    }


def _absent(con: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Yield a row for every explicit pair whose rates have no groups."""
    for pair in records(con, sql_of(__file__, "absent")):
        lacking = []
        for there, area, family, year in (
            ("own_is_there", "area_name", "source_family", "year"),
            ("reference_is_there", "reference_area_name", "reference_source_family", "other_year"),
        ):
            if not pair[there]:
                lacking.append(f"{pair[area]} {pair[year]} ({pair[family]})")
        stratum, other = pair["stratum"], pair["reference_stratum"]
        about = {
            name: pair[name]
            for name in (
                "pair_kind",
                "source_family",
                "country",
                "area_code",
                "area_name",
                "area_type",
                "geography_vintage",
                "measure",
                "stratum_type",
                "stratum",
                "reference_source_family",
                "reference_area_name",
                "reference_geography_vintage",
                "reference_stratum",
                "dimension",
                "rate_per",
                "still_differs",
            )
        } | {
            "pair_id": pair_id(
                pair["pair"],
                (pair["source_family"], pair["area_code"], stratum, pair["year"]),
                (pair["reference_source_family"], pair["other_code"], other, pair["other_year"]),
                pair["stratum_type"],
            ),
            "window_type": "annual",
            "period_start": date(pair["year"], 1, 1),
            "period_end": date(pair["year"], 12, 31),
            "reference_area_code": pair["other_code"],
            "reference_period_start": date(pair["other_year"], 1, 1),
            "reference_period_end": date(pair["other_year"], 12, 31),
            "is_provisional": False,
            "method_version": METHOD_VERSION,
        }
        measure = pair["measure"].replace("_", " ")
        yield _missing(
            about, f"no figures for {measure} by {pair['dimension']} of {' and '.join(lacking)}"
        )
