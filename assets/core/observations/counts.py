"""Building ``core.observations``, ``core.printed_rates`` and ``core.revisions`` from staging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from assets.core import absent_staging
from assets.core.corrections import apply_corrections, load_corrections
from assets.core.geography.area_registry import (
    DECLARED_VINTAGE,
    areas,
    boundary_set_by_code,
    boundary_sets,
    members,
    split_back,
    successors,
)
from assets.core.geography.counties import counties_of
from assets.core.observations.traits import add_traits
from assets.core.observations.weeks import add_from_weeks
from assets.producers.catalogue import PRODUCERS, STAGED
from assets.schema.codes import DEATH_AGES
from assets.schema.producers import public_series
from assets.schema.registry import table
from assets.schema.strata.vocabulary import of_the_death
from assets.state.warehouse import declare, literal, replace_table, sql_of, temp_table

_FOLDER = Path(__file__).parent
_BOUNDARY_COLUMNS = ("vintage_id", "year", "area_code", "geography_vintage")


def build_counts(con: duckdb.DuckDBPyConnection, today: date | None = None) -> dict[str, int]:
    """Replace the three tables by what the staged vintages say.

    Args:
        con: Connection to a warehouse with ``core.vintages``; a staging table that is not there yet
            has no cells.
        today: Past day that is rebuilt: corrections must have been in force then, and those that
            do not fit its extracts are left out. By default the present day (UTC).

    Returns:
        Rows per table.

    Raises:
        CorrectionError: A declared correction no longer fits its source.
    """
    absent_staging.create_absent(con)
    _register_lookups(con)
    cells = " UNION ALL BY NAME ".join(f"({_text(s.cells)})" for s in STAGED.values() if s.cells)
    con.execute(f"CREATE OR REPLACE TEMP TABLE harmonised_cells AS {cells}").fetchall()
    con.execute(
        "CREATE OR REPLACE TEMP TABLE harmonised AS SELECT *, CAST(NULL AS VARCHAR) AS "
        f"correction_id FROM ({sql_of(__file__, 'harmonised')})"
    ).fetchall()
    apply_corrections(
        con,
        load_corrections(),
        today or datetime.now(UTC).date(),
        past=today is not None,
    )
    con.execute(f"INSERT INTO harmonised BY NAME {sql_of(__file__, 'births_beside')}").fetchall()
    months = sql_of(__file__, "months_to_years")
    con.execute(f"INSERT INTO harmonised BY NAME {months}").fetchall()
    add_from_weeks(con)
    add_traits(con)
    recast = sql_of(__file__, "recast").replace("{target}", DECLARED_VINTAGE)
    con.execute(f"INSERT INTO harmonised BY NAME {recast}").fetchall()
    deaths = ", ".join(literal(measure) for measure in DEATH_AGES)
    causes = sql_of(__file__, "births_of_causes").replace("{deaths}", deaths)
    causes = causes.replace("{of_the_death}", ", ".join(map(literal, of_the_death())))
    con.execute(f"INSERT INTO harmonised BY NAME {causes}").fetchall()
    return {
        name: replace_table(con, table(f"core.{name}"), sql_of(__file__, name))
        for name in ("observations", "printed_rates", "revisions")
    }


def _register_lookups(con: duckdb.DuckDBPyConnection) -> None:
    counties = counties_of(con)
    american = [a for a in (*areas().values(), *counties) if a.country == "US"]
    declare(con, _declared_lookups())
    _temp(
        con,
        "country_lookup",
        [{"area_code": a.code, "country": a.country} for a in (*areas().values(), *counties)],
    )
    _temp(con, "fips_lookup", [{"fips": a.fips, "area_code": a.code} for a in american])
    _temp(con, "us_name_lookup", [{"label": a.name.lower(), "area_code": a.code} for a in american])
    tables: dict[str, list[Path]] = {
        "measure_lookup": [p.measures for p in PRODUCERS.values() if p.measures],
        "stratum_lookup": [p.groups for p in PRODUCERS.values() if p.groups],
        "ew_name_lookup": [_FOLDER.parent / "geography" / "ew_names.csv"],
    }
    for name, files in tables.items():
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM read_csv("
            f"[{', '.join(literal(file) for file in files)}], header = true, all_varchar = true)"
        ).fetchall()
    # The first of a producer's datasets that state one count is used; others come before these.
    ranks = ", ".join(
        f"{literal(dataset)}: {rank}"
        for producer in PRODUCERS.values()
        for rank, dataset in enumerate(producer.precedence, 1)
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE vintage_order AS SELECT vintage_id, "
        f"position, is_restricted, coalesce(MAP {{{ranks}}}[dataset_id], 0) AS precedence "
        "FROM core.vintages"
    ).fetchall()
    con.execute(
        "CREATE OR REPLACE TEMP TABLE staged_lookup "
        "(staging_table VARCHAR, dash_is_zero BOOLEAN, areas_left_out BOOLEAN)"
    ).fetchall()
    con.executemany(
        "INSERT INTO staged_lookup VALUES (?, ?, ?)",
        [
            (name, s.dash_is_zero, s.areas is not None and s.areas.unknown == "left_out")
            for name, s in STAGED.items()
        ],
    ).fetchall()
    for producer in PRODUCERS.values():
        if producer.lookups is not None:
            producer.lookups(con)
    _temp(con, "boundary_lookup", _boundaries(con), _BOUNDARY_COLUMNS)


@cache
def _declared_lookups() -> Mapping[str, pa.Table]:
    """Return the lookups that follow from the registry of areas alone."""
    rows = {
        "successor_lookup": [
            {"area_code": old, "successor": new} for old, new in successors().items()
        ],
        "successor_needs": merger_needs(),
        "split_lookup": [
            {"area_code": new, "earlier": old} for new, olds in split_back().items() for old in olds
        ],
        "code_boundary_lookup": code_boundaries(),
        "restricted_lookup": [
            {"source_family": public, "restricted": name}
            for name, public in public_series().items()
        ],
    }
    return {name: pa.Table.from_pylist(each) for name, each in rows.items()}


def _boundaries(con: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Return the boundary set of every code of an extract, judged by all codes of its year."""
    select = " UNION ".join(f"({_text(s.codes)})" for s in STAGED.values() if s.codes)
    rows = con.execute(
        f"SELECT vintage_id, year, area_code FROM ({select}) ORDER BY ALL"
    ).fetchall()
    by_extract: dict[tuple[str, str], list[str]] = {}
    for vintage_id, year, code in rows:
        by_extract.setdefault((vintage_id, year), []).append(code)
    found = []
    for (vintage_id, year), codes in by_extract.items():
        found += [
            {
                "vintage_id": vintage_id,
                "year": year,
                "area_code": code,
                "geography_vintage": name,
            }
            for code, name in boundary_set_by_code(codes).items()
        ]
    return found


def code_boundaries() -> list[dict[str, str]]:
    """Return the boundary set of every code but those of the United States, by the code alone.

    The declared set where the code is in force in it, otherwise the newest set that has the code.
    """
    english = [b for b in boundary_sets() if b.country == "EW"]
    declared_last = sorted(english, key=lambda b: (b.name == DECLARED_VINTAGE, b.in_force_on))
    found = {area.code: b.name for b in declared_last for area in members(b)}
    found |= {area.code: area.boundary_set for area in areas().values() if area.boundary_set}
    return [{"area_code": code, "geography_vintage": name} for code, name in found.items()]


def merger_needs() -> list[dict[str, str]]:
    """Return how many areas of each boundary set became each area of the declared set."""
    by_name = {b.name: b for b in boundary_sets()}
    declared = {a.code for a in members(by_name[DECLARED_VINTAGE])}
    onward = successors()
    found: Counter[tuple[str, str]] = Counter()
    for boundary in by_name.values():
        for area in members(boundary) if boundary.in_force_on else ():
            successor = onward.get(area.code, area.code)
            if successor in declared:
                found[boundary.name, successor] += 1
    return [
        {"geography_vintage": name, "successor": successor, "members": str(count)}
        for (name, successor), count in found.items()
    ]


def _temp(
    con: duckdb.DuckDBPyConnection,
    name: str,
    rows: list[dict[str, str]],
    columns: tuple[str, ...] | None = None,
) -> None:
    temp_table(con, name, pd.DataFrame(rows, columns=columns, dtype="str"))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
