"""Open the figures that a search may look at: what this home's releases show, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

import duckdb

from assets.release.channels.release_views import add_views, relation
from assets.release.channels.releases_on_disk import Release
from assets.release.claim_search.vocabulary import Vocabulary
from assets.release.claim_search.wording import Statement
from assets.schema.codes import RATE_MEASURES
from assets.schema.strata.vocabulary import groups_in
from assets.state.warehouse import literal, scratch

COLUMNS = (
    "source_family", "geography_vintage", "area_code", "area_name", "area_type", "measure",
    "stratum_type", "stratum", "window_type", "period_start", "period_end", "numerator",
    "denominator", "rate", "rate_per", "mean_of_rates", "is_provisional", "value_status",
)  # fmt: skip
_MOST_SETS = 16
_MEASURE = "infant_mortality"
"""Measure that a number without the name of one is about."""


@contextmanager
def opened(release: Release, earlier: Sequence[Release]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a release, its rates as ``now_rates``, those of earlier ones as ``earlier_rates``."""
    con = scratch()
    try:
        add_views(con, release, "main")
        for name, versions in (("now_rates", [release]), ("earlier_rates", earlier)):
            con.execute(f"CREATE VIEW {name} AS {_rates(versions)}").fetchall()
        con.execute(f"CREATE VIEW printed AS {_printed(release)}").fetchall()
        yield con
    finally:
        con.close()


def _rates(releases: Sequence[Release]) -> str:
    """Return SQL for the rates of releases, the newest first."""
    parts = []
    for order, release in enumerate(releases, 1):
        preferred = "is_preferred" if _schema(release) >= "2." else "NULL::BOOLEAN AS is_preferred"
        parts.append(
            f"SELECT {', '.join(COLUMNS)}, {preferred}, {literal(release.version)} AS release, "
            f"{order} AS release_order FROM {relation(release.path, 'rates')}"
        )
    if not parts:
        return "SELECT *, 1 AS release_order FROM now_rates WHERE false"
    return " UNION ALL ".join(parts)


def _schema(release: Release) -> str:
    return str(release.manifest()["schema_version"])


def _printed(release: Release) -> str:
    columns = ", ".join(
        c for c in COLUMNS
        if c not in {"numerator", "denominator", "rate", "mean_of_rates", "is_provisional"}
    )  # fmt: skip
    if "disagreements" not in release.tables:
        return (
            f"SELECT {columns}, rate, source_family AS printed_by, '' AS release FROM now_rates "
            "WHERE false"
        )
    return (
        f"SELECT {columns}, other_value AS rate, other_source_name AS printed_by, "
        f"{literal(release.version)} AS release FROM disagreements "
        "WHERE kind = 'printed_rate' AND quantity = 'rate' AND other_value IS NOT NULL"
    )


def ask(con: duckdb.DuckDBPyConnection, words: Vocabulary, stated: Statement) -> None:
    """Create the tables of what is asked for: areas, strata and measures, and what is near them."""
    areas = _area_rows(words, stated.areas)
    strata = con.execute("SELECT DISTINCT stratum_type, stratum FROM now_rates").fetchall()
    measures = measures_meant(stated)
    # A ratio compares the groups that are stated; each stands in a row of its own.
    ratio = stated.unit == "ratio" and len(stated.groups) == 2
    groups = [(*stated.groups[0], *stated.groups[1])] if ratio else stated.groups
    _fill(
        con, "asked_areas", "area_set VARCHAR, area_code VARCHAR, members INT, departs INT", areas
    )
    _fill(
        con,
        "asked_strata",
        "stratum_type VARCHAR, stratum VARCHAR, departs INT",
        [(kind, name, int(not _fits(kind, name, groups))) for kind, name in strata],
    )
    _fill(
        con,
        "asked_sides",
        "side INT, stratum_type VARCHAR, stratum VARCHAR",
        [
            (side, kind, name)
            for side, group in enumerate(stated.groups if ratio else (), 1)
            for kind, name in strata
            if _fits(kind, name, [group])
        ],
    )
    _fill(
        con,
        "asked_measures",
        "measure VARCHAR, departs INT",
        [(name, int(name not in measures)) for name in RATE_MEASURES],
    )


def measures_meant(stated: Statement) -> tuple[str, ...]:
    """Return the measures that a statement is about."""
    return stated.measures or (_MEASURE,)


def _area_rows(
    words: Vocabulary, stated: Sequence[tuple[str, ...]]
) -> list[tuple[str, str, int, int]]:
    if not stated:
        return [(code, code, 1, 0) for code in words.areas]
    rows = []
    for members in list(product(*stated))[:_MOST_SETS]:
        chosen = sorted(set(members))
        rows += [("|".join(chosen), code, len(chosen), 0) for code in chosen]
    if len(stated) == 1:
        near = {c for code in stated[0] for c in _near(words, code)} - set(stated[0])
        rows += [(code, code, 1, 1) for code in sorted(near)]
    return rows


def _near(words: Vocabulary, code: str) -> Iterator[str]:
    """Yield areas that are easily taken for one: what it is a part of, and countries in it."""
    here = words.areas[code].parent
    while here is not None and here in words.areas:
        yield here
        here = words.areas[here].parent
    for other, area in words.areas.items():
        if area.parent == code and area.kind in {"country", "country_group"}:
            yield other
        if code in other.split(", ") and other != code:
            yield other


def _fits(kind: str, stratum: str, groups: Sequence[Collection[str]]) -> bool:
    """Return whether a stratum is of exactly the groups that are stated."""
    carried = [f"{dimension}={code}" for dimension, code in groups_in(kind, stratum).items()]
    if len(carried) != len(groups):
        return False
    return all(any(name in each for each in groups) for name in carried) and all(
        any(name in each for name in carried) for each in groups
    )


def _fill(
    con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]
) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})").fetchall()
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        con.executemany(f"INSERT INTO {name} VALUES ({marks})", rows).fetchall()
