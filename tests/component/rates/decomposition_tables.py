"""Counts of nations and states by groups, and the rows of a pair, for tests of decompositions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from assets.rates.builders import build_rates
from assets.rates.decompositions.decompositions import build_decompositions
from assets.schema.registry import table
from expectations.relational import rules_of, run
from tests.component.rates.core_tables import CoreTables

ONS, LINKED, NCHS = "ons_occurrence", "ons_linked_births", "nchs_linked"
ENGLAND, WALES, BOTH = "E92000001", "W92000004", "K04000001, J99000001"
WEEKS = ("under_22", "22_23", "24_27", "28_31", "32_36", "37_and_over",
         "inconsistent", "not_stated")  # fmt: skip
THREE_GROUPS = ("under_24", "24_and_over", "not_stated_or_inconsistent")
GRAMS = ("under_1000", "1000_1499", "1500_2499", "2500_3999")
Counts = Mapping[str, tuple[float | None, float | None]]


def put(
    core: CoreTables,
    place: tuple[str, str, int],
    groups: Counts,
    total: tuple[float, float],
    *,
    dimension: str = "gestation",
    deaths: str = "neonatal_deaths",
    unlinked: float = 0,
    within: tuple[str, str] | None = None,
) -> None:
    """Add deaths and births of groups, and of their total, which may be a group itself."""
    family, area, year = place
    own = within or ("all", "all")
    for code, counts in {**groups, "unlinked": (unlinked or None, None)}.items():
        stratum = (dimension, code)
        if within:
            both = sorted([stratum, within])
            stratum = ("|".join(b[0] for b in both), "|".join(b[1] for b in both))
        for measure, count in zip((deaths, "live_births"), counts, strict=True):
            if count is not None:
                core.count(area, year, measure, count, family=family, stratum=stratum)
    for measure, count in zip((deaths, "live_births"), total, strict=True):
        core.count(area, year, measure, count, family=family, stratum=own)


def named(codes: tuple[str, ...], deaths: list, births: list) -> Counts:
    return dict(zip(codes, zip(deaths, births, strict=True), strict=True))


def nations() -> CoreTables:
    core = CoreTables()
    for code, kind, name in ((ENGLAND, "country", "England"), (WALES, "country", "Wales"),
                             (BOTH, "country_group", "England and Wales")):  # fmt: skip
        core.area(code, kind, "EW", name)
    for code, kind, name in (("US", "country", "United States"), ("US-AL", "state", "Alabama"),
                             ("US-WA", "state", "Washington")):  # fmt: skip
        core.area(code, kind, "US", name)
    return core


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    build_decompositions(con)
    return con


def parts(
    con: duckdb.DuckDBPyConnection, pair: str, measure: str = "neonatal_mortality", groups: int = 0
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of a pair by factor and group."""
    found = con.execute(
        "SELECT * FROM rates.decompositions WHERE pair_id LIKE ? AND measure = ?", [pair, measure]
    ).df().to_dict("records")  # fmt: skip
    of_size = f".{groups}." if groups else ""
    return {
        (row["factor"], row["group_code"]): row for row in found if of_size in row["grouping_id"]
    }


def offending(con: duckdb.DuckDBPyConnection, rule_id: str) -> int:
    name = "rates.decompositions"
    rules = [r for r in rules_of(name) if r.rule.rule_id == rule_id]
    (finding,) = run(con, rules, name, table("published.decompositions"))
    assert not finding.error, finding.error
    assert finding.compared > 0 or rule_id.endswith("WITHHELD")
    return finding.offending
