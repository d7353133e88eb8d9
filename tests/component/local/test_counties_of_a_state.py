"""Some counties of a state beside the state: parts of it, never taken for the whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from assets.core.declarations import build_areas, build_region_members
from assets.core.geography.area_registry import areas
from assets.core.regions.loader import load_regions
from assets.disclosure.published_tables import publish_tables
from assets.rates.builders import (
    build_claims,
    build_disparities,
    build_rankings,
    build_targets,
    build_trends,
)
from assets.schema.registry import table
from assets.state.warehouse import in_memory
from expectations.relational import rules_of, run

Build = Callable[..., duckdb.DuckDBPyConnection]
COUNTIES = sorted(a.code for a in areas().values() if a.kind == "county" and a.parent == "US-MO")


def extract(state_deaths: int, deaths: dict[str, str] | None = None) -> str:
    rows = [f"US-MO,2012,75000,{state_deaths}"]
    rows += [f"{c},2012,1000,{(deaths or {}).get(c, '12')}" for c in COUNTIES]
    return "\n".join(("area,year,live_births,infant_deaths", *rows)) + "\n"


def sums_broken(con: duckdb.DuckDBPyConnection) -> int:
    name = "core.observations"
    rules = [r for r in rules_of(name) if r.rule.rule_id == "CORE-SUM-AREAS"]
    (finding,) = run(con, rules, name, table(name))
    assert not finding.error, finding.error
    return finding.offending


@pytest.mark.parametrize(("state_deaths", "broken"), [(500, 0), (192, 0), (191, 1)])
def test_listed_counties_are_at_most_the_state(
    build: Build, state_deaths: int, broken: int
) -> None:
    assert len(COUNTIES) == 16, "all counties of the registry"
    assert sums_broken(build(extract(state_deaths))) == broken


def test_disclosure_control_takes_listed_counties_for_a_part_of_their_state(
    repository: Path,
) -> None:
    con = in_memory()
    build_areas(con)
    build_region_members(con)
    known = set(areas()) | {r.code for r in load_regions()}
    select = (repository / "assets" / "disclosure" / "members.sql").read_text(encoding="utf-8")
    select = select.replace("{areas}", "core.areas")
    select = select.replace("{region_members}", "core.region_members")
    unlisted = {
        parent
        for parent, vintage, member in con.execute(select).fetchall()
        if vintage == "US" and member not in known
    }
    con.close()
    assert unlisted == {"US-MO", "US-NY"}


def test_a_small_county_is_protected_and_the_state_stays(build: Build) -> None:
    con = build(extract(500, {"29155": "4"}))
    for derived in (build_rankings, build_disparities, build_trends, build_targets, build_claims):
        derived(con)
    publish_tables(con)
    status = dict(
        con.execute(
            "SELECT area_code, value_status FROM published.rates WHERE source_family = "
            "'state_extract' AND measure = 'infant_mortality' AND window_type = 'annual'"
        ).fetchall()
    )
    assert status["29155"] == "suppressed"
    assert status["US-MO"] == "ok"
    of_bootheel = [status[c] for c in ("29069", "29133", "29143", "29155", "29201", "29207")]
    assert status["X-MO-BOOTHEEL"] == "suppressed" or of_bootheel.count("suppressed") > 1
