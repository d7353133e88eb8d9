"""What a producer withholds in one table does not follow from another one that stands beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from assets.archive.intake import NEW, take_in
from assets.archive.samples import sample_extracts
from assets.archive.vintage import Origin
from assets.disclosure.published_tables import publish_tables
from assets.producers.catalogue import dataset
from assets.state.home import Home
from tests.component.disclosure.test_restricted import built
from tests.component.release import figures as f

Regions = Mapping[str, Sequence[str]]
Row = tuple[str, str, float | None]
"""Area, group and deaths; ``None`` where they are withheld."""
WHITE, BLACK, API, NATIVE = (
    "white", "black", "asian_or_pacific_islander", "american_indian_or_alaska_native"
)  # fmt: skip
RACES = (WHITE, BLACK, API, NATIVE)
RACE = "race_bridged"


def learned(
    rows: Sequence[Row], area: str, rest: Sequence[str], regions: Regions = MappingProxyType({})
) -> tuple[float, float]:
    """Return the least and the most deaths that the groups of an area can have that no row names.

    The reader knows that groups add up to their area, and the areas of a region to the region.
    """
    shown = {(a, g): n for a, g, n in rows if n is not None}
    named = {(a, g) for a, g, _ in rows}
    left_out = {(area, group) for group in rest}
    names = sorted((named - set(shown)) | left_out)
    sums = [((area, "all"), [*left_out, *((a, g) for a, g in named if a == area and g != "all")])]
    sums += [
        (whole, parts)
        for region, members in regions.items()
        for group in RACES
        if (whole := (region, group)) in shown
        and named.issuperset(parts := [(member, group) for member in members])
    ]
    lines = [[float(name in set(parts)) for name in names] for _, parts in sums]
    right = [shown[whole] - sum(shown.get(p, 0.0) for p in set(parts)) for whole, parts in sums]
    goal = np.array([float(name in left_out) for name in names])
    ends = [
        sign * milp(
            sign * goal,
            constraints=LinearConstraint(np.array(lines), right, right),
            integrality=np.ones(len(names)),
            bounds=Bounds(0, 10_000),
        ).fun
        for sign in (1.0, -1.0)
    ]  # fmt: skip
    return ends[0], ends[1]


def in_schema(con: duckdb.DuckDBPyConnection, schema: str, year: int) -> list[Row]:
    return con.execute(
        f"SELECT area_code, stratum, numerator FROM {schema}.rates WHERE source_family = "
        "'nchs_linked' AND measure = 'infant_mortality' AND window_type = 'annual' "
        f"AND year(period_end) = {year} AND stratum_type IN ('all', '{RACE}') "
        "AND area_type IN ('state', 'custom_region')"
    ).fetchall()


def of_race(area: str, stratum: str, deaths: float | None, **other: object) -> Mapping[str, object]:
    births = None if deaths is None else 250 * deaths
    return f.rate(
        deaths, births, **f.series(area), stratum_type=RACE, stratum=stratum, **other
    )  # fmt: skip


@pytest.mark.parametrize("told", [False, True])
def test_a_group_that_is_left_out_does_not_follow_from_the_total(
    con: duckdb.DuckDBPyConnection, told: bool
) -> None:
    rows = [f.rate(45, 12_000, **f.series("US-NH")), of_race("US-NH", WHITE, 41)]
    rows += [of_race("US-NH", BLACK, None, value_status="suppressed")] if told else []
    f.fill(con, [*rows, f.rate(60, 12_000, **f.series("US-ME")), of_race("US-ME", WHITE, 40)])
    publish_tables(con)
    rest = (BLACK, API, NATIVE)
    assert learned(in_schema(con, "rates", 2010), "US-NH", rest) == (4, 4)
    low, high = learned(in_schema(con, "published", 2010), "US-NH", rest)
    assert high - low >= 2
    assert low == 0 or high >= 10
    published = f.rows(con, "published.rates").set_index(["area_code", "stratum"])
    # The total stays, and so does what gives no small count away: 20 others of Maine.
    assert published.loc[("US-NH", "all"), "numerator"] == 45
    assert published.loc[("US-ME", WHITE), "numerator"] == 40
    hidden = published.loc[("US-NH", WHITE)]
    assert hidden["value_status"] == "suppressed"
    assert hidden["status_reason"].startswith("withheld because a count that the producer")


def test_tables_of_an_area_that_contradict_each_other_keep_nothing_from_the_others(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """Two exports of different days: 41 and 10 babies of 45."""
    suppressed = {"value_status": "suppressed"}
    rows = [f.rate(45, 12_000, **f.series("US-ME")), of_race("US-ME", WHITE, 41)]
    rows += [of_race("US-ME", API, 10), of_race("US-ME", BLACK, None, **suppressed)]
    rows += [f.rate(45, 12_000, **f.series("US-NH")), of_race("US-NH", WHITE, 41)]
    rows += [of_race("US-NH", BLACK, None, **suppressed)]
    f.fill(con, rows)
    publish_tables(con)
    published = f.rows(con, "published.rates").set_index(["area_code", "stratum"])
    assert published.loc[("US-ME", WHITE), "numerator"] == 41
    assert published.loc[("US-NH", WHITE), "value_status"] == "suppressed"


def test_the_nation_and_figures_alone_are_left_as_they_are(
    con: duckdb.DuckDBPyConnection,
) -> None:
    nation = [f.rate(45, 12_000, **f.series("US")), f.rate(41, 9_000, **f.series("US"),
              stratum_type=RACE, stratum=WHITE)]  # fmt: skip
    f.fill(con, [*nation, of_race("US-NH", WHITE, 41)])
    publish_tables(con)
    assert set(f.rows(con, "published.rates")["value_status"]) == {"ok"}


def test_genuine_exports_of_states_and_of_their_races_stand_side_by_side(
    shared_data: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home").create()
    linked = dataset("nchs_wonder_linked")
    (of_years,) = (file for file, _ in sample_extracts(linked) if "state_2014-2020" in file.name)
    races = shared_data / "nchs/wonder/public/paris_IMR_BY_state_by_RACE__2007-2016.txt"
    states = tmp_path / "states.txt"
    lines = of_years.read_text(encoding="utf-8").replace(
        "2014; 2015; 2016; 2017; 2018; 2019; 2020", "2016"
    )
    states.write_text(re.sub(r'(?m)^\t"[^"]*"\t"\d\d"\t"20(?!16).*\n', "", lines), encoding="utf-8")
    for file in (states, races):
        origin = Origin(file.name, "2026-01-01T00:00:00+00:00", "x")
        found = take_in(home, linked, file, origin)
        assert found.status == NEW, found.errors
    with built(home) as con:
        publish_tables(con)
        before, after = in_schema(con, "rates", 2016), in_schema(con, "published", 2016)
        members: dict[str, list[str]] = {}
        for region, member in con.execute(
            "SELECT region_code, member_code FROM core.region_members"
        ).fetchall():
            members.setdefault(region, []).append(member)
    secrets = []
    for area, total in ((a, n) for a, g, n in before if g == "all" and a.startswith("US-")):
        groups = {g for a, g, _ in before if a == area and g != "all"}
        rest = [g for g in RACES if g not in groups]
        if total is None or not groups or not rest:
            continue
        low, high = learned(before, area, rest)
        if low == high and 1 <= low <= 9:
            secrets.append((area, low))
            low, high = learned(after, area, rest, members)
            assert high - low >= 2, area
            assert low == 0 or high >= 10, area
    assert ("US-NH", 7) in secrets  # 45 deaths, 38 of them of white babies.
    assert len(secrets) == 33
