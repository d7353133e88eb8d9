"""Rankings, trends, disparities and claims fall with the rates that they stand on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date

import duckdb
import pandas as pd
import pytest

from assets.disclosure.masking import withheld_columns
from assets.disclosure.published_tables import publish_tables
from assets.rates import builders
from assets.schema.registry import table
from tests.component.rates.core_tables import CoreTables
from tests.component.release import figures as f

BUILDERS: dict[str, Callable[[duckdb.DuckDBPyConnection], int]] = {
    "rates": builders.build_rates,
    "rankings": builders.build_rankings,
    "disparities": builders.build_disparities,
    "decompositions": builders.build_decompositions,
    "perinatal_periods": builders.build_perinatal_periods,
    "trends": builders.build_trends,
    "targets": builders.build_targets,
    "claims": builders.build_claims,
}


def state(area: str, **other: object) -> f.Row:
    return f.series(area, "state_extract", **other)


def test_ranks_close_up_where_an_area_is_withheld(con: duckdb.DuckDBPyConnection) -> None:
    deaths = {"US-AA": 40, "US-BB": 5, "US-CC": 60, "US-DD": 60}
    ranks = {"US-AA": 2, "US-BB": 1, "US-CC": 3, "US-DD": 3}
    f.fill(
        con,
        [f.rate(n, 8000, **state(c)) for c, n in deaths.items()],
        rankings=[f.ranking(ranks[c], **state(c)) for c in deaths],
    )
    f.control(con)
    published = f.rows(con, "published.rankings").set_index("area_code")
    assert published["rank"].dropna().to_dict() == {"US-AA": 1, "US-CC": 2, "US-DD": 2}
    assert set(published["areas_ranked"]) == {3}
    assert published["z_score"].isna().all()


def test_a_single_area_that_is_left_has_no_rank(con: duckdb.DuckDBPyConnection) -> None:
    deaths = {"US-AA": 40, "US-BB": 5}
    ranks = {"US-AA": 2, "US-BB": 1}
    f.fill(
        con,
        [f.rate(n, 8000, **state(c)) for c, n in deaths.items()],
        rankings=[f.ranking(ranks[c], **state(c)) for c in deaths],
    )
    f.control(con)
    published = f.rows(con, "published.rankings")
    assert published["rank"].isna().all()
    assert published["z_score_reference"].isna().all()
    assert set(published["areas_ranked"]) == {0}


def trend(**other: object) -> f.Row:
    return {
        **state("29001"),
        "trend_type": "year_on_year",
        "period_start": date(2009, 1, 1),
        "period_end": date(2010, 12, 31),
        "points": 2,
        "rate_start": 5.0,
        "rate_end": 6.0,
        "change_percent": 20.0,
        "test": "z",
        "z": 2.1,
        "p_value": 0.03,
        "verdict": "significant_rise",
        "run_length": 1,
        "value_status": "ok",
        "method_version": "1.0.0",
        **other,
    }


def test_a_trend_falls_with_a_year_that_it_stands_on(con: duckdb.DuckDBPyConnection) -> None:
    deaths = {2008: 30, 2009: 5, 2010: 40, 2011: 50}
    f.fill(
        con,
        [f.rate(n, 4000, **state("29001"), **f.window(y)) for y, n in deaths.items()],
        trends=[
            trend(),
            trend(period_start=date(2010, 1, 1), period_end=date(2011, 12, 31), run_length=2),
        ],
    )
    f.control(con)
    first, second = (row for _, row in f.rows(con, "published.trends").iterrows())
    assert first["value_status"] == "suppressed"
    assert (first["verdict"], first["test"]) == ("not_tested", "none")
    assert first[["rate_start", "rate_end", "change_percent", "z", "p_value"]].isna().all()
    assert second["value_status"] == "ok"
    assert second["change_percent"] == 20.0
    assert pd.isna(second["run_length"])


def test_a_trend_falls_with_a_year_in_its_middle(con: duckdb.DuckDBPyConnection) -> None:
    deaths = {2008: 30, 2009: 5, 2010: 40}
    f.fill(
        con,
        [f.rate(n, 4000, **state("29001"), **f.window(y)) for y, n in deaths.items()],
        trends=[
            trend(
                trend_type="log_linear",
                period_start=date(2008, 1, 1),
                points=2,
                test="quasi_poisson",
            )
        ],
    )
    f.control(con)
    row = f.rows(con, "published.trends").iloc[0]
    assert (row["value_status"], row["verdict"]) == ("suppressed", "not_tested")


def twelve_months(year: int, month: int) -> f.Row:
    last = {1: 31, 3: 31, 12: 31}[month]
    start = date(year - 1, month + 1, 1) if month < 12 else date(year, 1, 1)
    return {
        "window_type": "rolling_12_month",
        "period_start": start,
        "period_end": date(year, month, last),
    }


def test_a_step_of_twelve_months_is_shown_with_its_windows(con: duckdb.DuckDBPyConnection) -> None:
    # January is shown; March stands on five deaths, and its later run reaches back to them.
    deaths = {(2020, 1): 30, (2021, 1): 40, (2020, 3): 5, (2021, 3): 50, (2022, 3): 60}
    steps = [
        trend(period_start=twelve_months(y - 1, m)["period_start"],
              period_end=twelve_months(y, m)["period_end"])
        for y, m in ((2021, 1), (2021, 3), (2022, 3))
    ]  # fmt: skip
    f.fill(
        con,
        [f.rate(n, 4000, **state("29001"), **twelve_months(*when)) for when, n in deaths.items()],
        trends=steps,
    )
    f.control(con)
    found = f.rows(con, "published.trends").set_index("period_end")
    january, march, next_march = (
        found.loc[end] for end in ("2021-01-31", "2021-03-31", "2022-03-31")
    )
    assert (january["value_status"], january["test"], january["z"]) == ("ok", "z", 2.1)
    assert january["run_length"] == 1
    assert (march["value_status"], march["test"]) == ("suppressed", "none")
    assert pd.isna(march["z"])
    assert (next_march["value_status"], next_march["z"]) == ("ok", 2.1)
    assert pd.isna(next_march["run_length"])


def test_twelve_months_to_december_do_not_stand_in_for_a_missing_year(
    con: duckdb.DuckDBPyConnection,
) -> None:
    span = trend(trend_type="log_linear", period_start=date(2019, 1, 1))
    f.fill(
        con,
        [f.rate(30, 4000, **state("29001"), **f.window(2019)),
         f.rate(30, 4000, **state("29001"), **twelve_months(2020, 12))],
        trends=[{**span, "period_end": date(2020, 12, 31)}],
    )  # fmt: skip
    f.control(con)
    assert list(f.rows(con, "published.trends")["value_status"]) == ["missing"]


def test_where_nothing_is_withheld_the_tables_are_published_as_they_are() -> None:
    core = CoreTables()
    for year in range(2005, 2021):
        core.infant("US", year, 26000 - 100 * year % 700, 4000000, kind="country")
        for area, deaths in (("US-MO", 500), ("US-KS", 15), ("US-NH", None)):
            core.infant(area, year, deaths and deaths + year % 7, 70000)
        for group, deaths in (("non_hispanic_black", 900), ("non_hispanic_white", 1100)):
            core.infant("US-MO", year, deaths - year % 5, 90000,
                        stratum=("hispanic_origin", group))  # fmt: skip
    core.count("US-DC", 2010, "infant_deaths", None, status="suppressed")
    core.count("US-DC", 2010, "live_births", 9000)
    for year in (2019, 2020, 2021):
        for end, start in (("01-31", "02-01"), ("12-31", "01-01")):
            first = year if end == "12-31" else year - 1
            core.infant(
                "US", ("12_months_ending", f"{first}-{start}", f"{year}-{end}"),
                21000 - 500 * (year - 2019), 3700000, family="nchs_provisional", kind="country",
            )  # fmt: skip
    core.region("X-TWO", ["US-MO", "US-KS"])
    core.series_break("nchs_linked", "*", 2012)
    core.pool("nchs_linked", "*", 2013, 2015)
    with closing(core.write()) as con:
        f.write(con, "core.vintages", [f.vintage()])
        for name, build in BUILDERS.items():
            build(con)
            assert con.execute(f"SELECT count(*) > 0 FROM rates.{name}").fetchall() == [(True,)]
        publish_tables(con)
        assert con.execute(
            "SELECT count(*) FROM published.trends WHERE source_family = 'nchs_provisional' "
            "AND test = 'z'"
        ).fetchall() == [(4,)]
        for name in BUILDERS:
            before, after = (f.rows(con, f"{schema}.{name}") for schema in ("rates", "published"))
            pd.testing.assert_frame_equal(before, after)


def disparity(**other: object) -> f.Row:
    numbers = [
        c for c in table("published.disparities").column_names
        if c not in ("previous_period_end",)
    ]  # fmt: skip
    filled = dict.fromkeys(numbers[numbers.index("rate") : numbers.index("value_status")], 1.0)
    return {
        **state("US-MO"),
        "stratum_type": "race_bridged",
        "stratum": "Black",
        "reference_stratum": "White",
        **f.window(2010),
        **filled,
        "rate_per": 1000,
        "value_status": "ok",
        "method_version": "1.0.0",
        **other,
    }


@pytest.mark.parametrize("small", ["Black", "White"])
def test_a_disparity_falls_with_either_group(con: duckdb.DuckDBPyConnection, small: str) -> None:
    groups = {
        group: {
            **f.rate(4 if group == small else 60, 9000, **state("US-MO")),
            "stratum_type": "race_bridged",
            "stratum": group,
        }
        for group in ("Black", "White")
    }
    f.fill(con, groups.values(), disparities=[disparity()])
    f.control(con)
    row = f.rows(con, "published.disparities").iloc[0]
    assert row["value_status"] == "suppressed"
    assert row[list(withheld_columns(table("published.disparities")))].isna().all()


def test_withheld_outweighs_missing_in_a_disparity(con: duckdb.DuckDBPyConnection) -> None:
    groups = {"Black": (None, None), "White": (4, 9000)}
    rows = [
        {**f.rate(*counts, **state("US-MO")), "stratum_type": "race_bridged", "stratum": group}
        for group, counts in groups.items()
    ]
    f.fill(con, rows, disparities=[disparity()])
    f.control(con)
    assert list(f.rows(con, "published.disparities")["value_status"]) == ["suppressed"]


def decomposition(deaths: tuple[float, float], **other: object) -> list[f.Row]:
    """Rows of a pair of two states of the guarded series, by two groups."""
    spec = table("published.decompositions")
    numbers = dict.fromkeys((c.name for c in spec.columns if c.type == "number"), 1.0)
    about = {
        **state("US-MO"), **f.window(2010), "pair_id": "p", "pair_kind": "state_state",
        "stratum_type": "all", "stratum": "all", "reference_source_family": "state_extract",
        "reference_area_code": "US-KS", "reference_area_name": "Kansas",
        "reference_geography_vintage": "US", "reference_stratum": "all",
        "reference_period_start": date(2010, 1, 1), "reference_period_end": date(2010, 12, 31),
        "dimension": "gestation", "grouping_id": "gestation.2.a", "rate_per": 1000,
        "value_status": "ok", "is_provisional": False, "method_version": "1.0.0",
    }  # fmt: skip
    whole = {"factor": "difference", "group_code": "all", "deaths": sum(deaths)}
    groups = [
        {"factor": "rate", "group_code": code, "deaths": count}
        for code, count in zip(("under_37", "37_and_over"), deaths, strict=True)
    ]
    return [
        {**about, **numbers, "reference_deaths": 60.0, **row, **other}
        for row in ({**whole, "sentence": "So many.", "status_reason": "fewer than 5"}, *groups)
    ]


@pytest.mark.parametrize(
    ("small", "shown"), [("US-KS", False), ("US-MO", False), ("US-IA", True), (None, True)]
)
def test_a_decomposition_falls_with_any_group_of_either_rate(
    con: duckdb.DuckDBPyConnection, small: str | None, shown: bool
) -> None:
    rates = [
        {
            **f.rate(4 if (area, group) == (small, "37_and_over") else 60, 9000, **state(area)),
            "stratum_type": "gestation",
            "stratum": group,
        }
        for area in ("US-MO", "US-KS", "US-IA")
        for group in ("under_37", "37_and_over")
    ]
    f.fill(con, rates)
    f.write(con, "rates.decompositions", decomposition((60.0, 60.0)))
    f.control(con)
    published = f.rows(con, "published.decompositions")
    assert set(published["value_status"]) == {"ok" if shown else "suppressed"}
    assert published["status_reason"].eq("fewer than 5").any() == shown
    numbers = published[list(withheld_columns(table("published.decompositions")))]
    assert numbers.isna().all(axis=None) == (not shown)


def test_a_small_count_that_no_rate_stands_on_withholds_a_decomposition(
    con: duckdb.DuckDBPyConnection,
) -> None:
    f.fill(con, [f.rate(160, 9000, **state(area)) for area in ("US-MO", "US-KS")])
    lost = {**decomposition((60.0, 60.0))[1], "factor": "unlinked", "group_code": "all"}
    f.write(con, "rates.decompositions", [*decomposition((60.0, 60.0)), {**lost, "deaths": 4.0}])
    f.control(con)
    assert set(f.rows(con, "published.decompositions")["value_status"]) == {"suppressed"}


def test_a_decomposition_of_one_cause_withholds_those_of_all_causes(
    con: duckdb.DuckDBPyConnection,
) -> None:
    f.fill(con, [f.rate(160, 9000, **state(area)) for area in ("US-MO", "US-KS")])
    rows: list[f.Row] = []
    for cause, lost in (("tuberculosis", 4.0), ("tetanus", 0.0)):
        of_cause = decomposition((60.0, 60.0), stratum_type="cause_130", stratum=cause,
                                 reference_stratum=cause, pair_id=cause)  # fmt: skip
        rows += [*of_cause, {**of_cause[1], "factor": "unlinked", "group_code": "all",
                             "deaths": lost}]  # fmt: skip
    rows += decomposition((60.0, 60.0), dimension="age_of_mother")
    f.write(con, "rates.decompositions", rows)
    f.control(con)
    published = f.rows(con, "published.decompositions")
    status = published.groupby("pair_id")["value_status"].unique().map(list).to_dict()
    assert status == {"tuberculosis": ["suppressed"], "tetanus": ["suppressed"], "p": ["ok"]}


def test_claims_on_guarded_series_show_no_counts(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(
        con,
        [f.rate(4, 4000, **state("29001")), f.rate(507, 76759)],
        claims=[f.claim(), f.claim(claim_id="C-02", source_family="state_extract")],
    )
    f.control(con)
    public, hidden = (row for _, row in f.rows(con, "published.claims").iterrows())
    assert public["recomputed_value"] == 6.6
    assert hidden["verdict"] == "cannot_be_computed"
    assert hidden[["recomputed_value", "recomputed_display", "inputs"]].isna().all()
