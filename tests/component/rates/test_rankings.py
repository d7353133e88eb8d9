"""Rankings of states, changes since an edition, and targets."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.rates.builders import build_rankings, build_rates, build_targets
from assets.release.documents.folder_readme import QUERIES
from tests.component.rates.core_tables import CoreTables, one, rates

TABLE = "rates.rankings"


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    build_rankings(con)
    build_targets(con)
    return con


def ranked(con: duckdb.DuckDBPyConnection, rank_on: str, window: str = "annual") -> dict:
    found = rates(con, f"rank_on = '{rank_on}' AND window_type = '{window}'", TABLE)
    return {r["area_code"]: r for r in found if r["period_end"].year == 2010}


@pytest.fixture(scope="module")
def states() -> duckdb.DuckDBPyConnection:
    # 4.4, 5.0 twice once rounded (5.01 and 4.96), 5.1; the nation and the District beside them.
    core = CoreTables()
    core.infant("US-NH", 2010, 440, 100000)
    core.infant("US-XA", 2010, 501, 100000)
    core.infant("US-XB", 2010, 496, 100000)
    core.infant("US-XC", 2010, 510, 100000)
    core.infant("US-DC", 2010, 300, 100000)
    core.infant("US", 2010, 6300, 1000000, kind="country")
    core.infant("US-PR", 2010, 100, 100000, kind="territory")
    core.infant("US-GAP", 2010, None, 100000)
    return built(core)


def test_a_few_states_of_a_series_are_not_ranked() -> None:
    core = CoreTables()
    for at in range(10):
        core.infant(f"US-X{at}", 2010, 500 + at, 100000)
        if at < 9:
            core.infant(f"US-X{at}", 2011, 500 + at, 100000)
        if at < 7:
            core.infant(f"US-X{at}", 2012, 500 + at, 100000)
    con = built(core)
    found = rates(con, "rank_on = 'unrounded' AND window_type = 'annual'", TABLE)
    last = {
        year: max((r["rank"] or 0) for r in found if r["period_end"].year == year)
        for year in (2010, 2011, 2012)
    }
    assert last == {2010: 10, 2011: 9, 2012: 0}
    assert {r["areas_ranked"] for r in found if r["period_end"].year == 2012} == {0}


def test_equal_printed_values_share_a_rank(states: duckdb.DuckDBPyConnection) -> None:
    found = ranked(states, "rounded")
    assert {a: r["rank"] for a, r in found.items()} == {
        "US": None,
        "US-DC": None,
        "US-GAP": None,
        "US-NH": 1,
        "US-XA": 2,
        "US-XB": 2,
        "US-XC": 4,
    }
    assert {r["areas_ranked"] for r in found.values()} == {4}
    assert found["US-GAP"]["value_status"] == "missing"
    assert found["US-GAP"]["rate"] is None


def test_unrounded_values_do_not_tie(states: duckdb.DuckDBPyConnection) -> None:
    found = ranked(states, "unrounded")
    assert [found[a]["rank"] for a in ("US-NH", "US-XB", "US-XA", "US-XC")] == [1, 2, 3, 4]


def test_z_scores() -> None:
    core = CoreTables()
    for code, tenths in (("A", 44), ("B", 99), ("C", 60), ("D", 72), ("E", 51)):
        core.infant(f"US-{code}", 2010, tenths * 10, 100000)
    core.infant("US", 2010, 6300, 1000000, kind="country")
    found = ranked(built(core), "rounded")
    expected = {
        "US-A": -0.879498,
        "US-B": 1.666417,
        "US-C": -0.138868,
        "US-D": 0.416604,
        "US-E": -0.555472,
    }
    for code, z in expected.items():
        assert found[code]["z_score"] == pytest.approx(z, abs=5e-7)
    assert found["US"]["z_score"] is None
    assert found["US-A"]["z_score_reference"] == "nation"


def test_z_scores_are_capped() -> None:
    core = CoreTables()
    for number in range(20):
        core.infant(f"US-{number:02}", 2010, 500, 100000)
    core.infant("US-XX", 2010, 5000, 100000)
    found = ranked(built(core), "rounded")
    assert found["US-XX"]["z_score"] == 2


def test_runs_and_changes_over_windows() -> None:
    core = CoreTables()
    for year, deaths in enumerate((700, 680, 679, 640, 600, 610), start=2005):
        core.infant("US-MO", year, deaths, 100000)
    con = built(core)
    found = {
        r["period_end"].year: r
        for r in rates(con, "rank_on = 'rounded' AND window_type = 'annual'", TABLE)
    }
    # Ranked: 7.0 6.8 6.8 6.4 6.0 6.1.
    assert [found[y]["consecutive_decreases"] for y in range(2005, 2011)] == [0, 1, 0, 1, 2, 0]
    assert [found[y]["consecutive_increases"] for y in range(2005, 2011)] == [0, 0, 0, 0, 0, 1]
    assert found[2006]["change_1_year_percent"] == pytest.approx(100 * (6.8 / 7.0 - 1))
    assert found[2007]["change_1_year_percent"] == 0
    assert found[2005]["change_1_year_percent"] is None


@pytest.mark.parametrize(
    ("rank_on", "falls", "change"),
    [
        ("rounded", [0, 0, 0, 0, 1, 0], [None, 0, 0, 0, -1.428571, 0]),
        (
            "unrounded",
            [0, 1, 2, 3, 4, 5],
            [None, -0.114220, -0.085763, -0.515021, -0.071901, -0.129515],
        ),
    ],
)
def test_runs_and_changes_are_those_of_the_ranked_value(
    rank_on: str, falls: list[int], change: list[float | None]
) -> None:
    core = CoreTables()
    for year, deaths in enumerate((7004, 6996, 6990, 6954, 6949, 6940), start=2010):
        core.infant("US-MO", year, deaths, 1000000)
    where = f"rank_on = '{rank_on}' AND window_type = 'annual'"
    found = rates(built(core), where, TABLE)
    assert [r["consecutive_decreases"] for r in found] == falls
    assert [r["consecutive_increases"] for r in found] == [0] * 6
    for row, expected in zip(found, change, strict=True):
        assert row["change_1_year_percent"] == (
            None if expected is None else pytest.approx(expected, abs=5e-7)
        )


def test_twelve_months_to_the_end_of_february_follow_those_to_the_leap_day() -> None:
    core = CoreTables()
    for end, deaths in (("2020-02-29", 1000), ("2021-02-28", 900)):
        start = f"{int(end[:4]) - 1}-03-01"
        core.infant("US-MO", ("12_months_ending", start, end), deaths, 100000)
    found = rates(built(core), "rank_on = 'unrounded'", TABLE)
    assert [r["consecutive_decreases"] for r in found] == [0, 1]
    assert found[1]["change_1_year_percent"] == pytest.approx(-10)


def test_a_single_state_has_no_rank() -> None:
    core = CoreTables()
    core.infant("US-MO", 2010, 505, 76759)
    core.infant("US-MO", 2011, 493, 76117)
    core.infant("US-KS", 2011, 247, 39642)
    core.infant("US", 2010, 24586, 3999386, kind="country")
    found = rates(built(core), "window_type = 'annual' AND rank_on = 'rounded'", TABLE)
    assert {
        (r["area_code"], r["period_end"].year): (r["rank"], r["areas_ranked"]) for r in found
    } == {
        ("US", 2010): (None, 0),
        ("US-KS", 2011): (1, 2),
        ("US-MO", 2010): (None, 0),
        ("US-MO", 2011): (2, 2),
    }


def test_without_the_nation_z_scores_stand_on_the_states_and_the_district() -> None:
    core = CoreTables()
    for code, deaths in (("A", 400), ("B", 500), ("C", 600), ("DC", 900)):
        core.infant(f"US-{code}", 2010, deaths, 100000)
    found = ranked(built(core), "rounded")
    # Mean of 4, 5, 6 and 9 is 6; the standard deviation of 4, 5 and 6 is 1.
    assert {a: r["z_score"] for a, r in found.items()} == {
        "US-A": -2,
        "US-B": -1,
        "US-C": 0,
        "US-DC": None,
    }
    assert found["US-A"]["z_score_reference"] == "mean_of_states"
    assert found["US-DC"]["z_score_reference"] is None


def test_change_since_an_earlier_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # NCHS mortality files and natality: 2006-07 6.7195, 2009-10 6.2728: -6.65 percent.
    core = CoreTables()
    for year, deaths, births in (
        (2006, 28527, 4265555),
        (2007, 29138, 4316233),
        (2008, 28059, 4247694),
        (2009, 26412, 4130665),
        (2010, 24586, 3999386),
    ):
        core.infant("US", year, deaths, births, kind="country", family="nchs_mortality")
    con = core.write()
    build_rates(con)
    con.execute(f"COPY rates.rates TO '{tmp_path}/rates.parquet'").fetchall()
    monkeypatch.chdir(tmp_path)
    (query,) = (sql for title, sql in QUERIES if "since any earlier edition" in title)
    found = duckdb.connect().execute(query).df().set_index("window_type")
    edition = found.loc["rolling_2_year"]
    assert (edition["since"].year, edition["until"].year) == (2007, 2010)
    assert round(edition["earlier_rate"], 4) == 6.7195
    assert round(edition["later_rate"], 4) == 6.2728
    assert round(edition["change_percent"], 2) == -6.65
    # Printed 6.72 and 6.27.
    assert edition["change_of_printed_rates_percent"] == pytest.approx(-6.696429, abs=5e-7)
    assert found.loc["annual", "change_percent"] == pytest.approx(
        100 * (24586 * 4316233 / (3999386 * 29138) - 1)
    )


def test_targets_and_benchmarks() -> None:
    core = CoreTables()
    core.infant("US", 2013, 23440, 3932181, kind="country", family="nchs_mortality")
    core.infant("US-MS", 2013, 371, 38634)
    core.infant("US", 2022, 20553, 3667758, kind="country", family="nchs_linked")
    core.infant("US", 2005, 28440, 4138349, kind="country", family="nchs_mortality")
    con = built(core)
    where = "window_type = 'annual' AND year(period_end) = 2013 AND area_code = '{}'"
    nation = {r["target_id"]: r for r in rates(con, where.format("US"), "rates.targets")}
    assert nation["healthy_people_2020"]["is_met"] is True
    assert nation["healthy_people_2020"]["gap"] == pytest.approx(5.9610685 - 6, abs=5e-7)
    assert nation["healthy_people_2020"]["share_achieved_percent"] == pytest.approx(
        100 * (5.9610685 - 6.7) / (6.0 - 6.7), abs=1e-4
    )
    assert nation["kpi_depot_world"]["target_value"] == 38
    assert nation["kpi_depot_world"]["is_met"] is None
    assert "healthy_people_2030" not in nation
    of_2030 = "year(period_end) = 2022 AND window_type = 'annual' AND target_id = '{}'"
    later = one(con, of_2030.format("healthy_people_2030"), "rates.targets")
    # 5.603696 on the way from 5.8 to 5.0.
    assert later["share_achieved_percent"] == pytest.approx(24.538, abs=5e-4)
    state = one(con, where.format("US-MS"), "rates.targets")
    assert (state["target_id"], state["is_met"]) == ("healthy_people_2020", False)
    assert state["share_achieved_percent"] is None
    before = rates(con, "year(period_end) = 2005 AND target_kind = 'target'", "rates.targets")
    assert before == []


def test_the_safety_ambition_is_a_target_of_england_alone() -> None:
    # ONS child mortality 2018: England 625,651 live births and 2,520 stillbirths, printed 4.0.
    core = CoreTables()
    for area, births, stillbirths in (("E92000001", 625651, 2520), ("W92000004", 31303, 138)):
        core.count(area, 2018, "live_births", births, family="ons_occurrence", kind="country")
        core.count(area, 2018, "stillbirths", stillbirths, family="ons_occurrence", kind="country")
    where = "target_kind = 'target' AND window_type = 'annual'"
    england = one(built(core), where, "rates.targets")
    assert england["area_code"] == "E92000001"
    assert england["rate"] == pytest.approx(1000 * 2520 / 628171)
    assert england["gap"] == pytest.approx(1.5116, abs=5e-5)
    assert england["share_achieved_percent"] == pytest.approx(100 * (5.1 - 4.0116) / 2.6, abs=5e-3)
