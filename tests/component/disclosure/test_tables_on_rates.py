"""Rankings, trends, disparities and claims fall with the rates that they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pandas as pd
import pytest

from assets.disclosure.masking import withheld_columns
from assets.disclosure.publish import publish_tables
from assets.schema.registry import table
from assets.warehouse import in_memory
from tests.component.release import figures as f


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = in_memory()
    yield connection
    connection.close()


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
    publish_tables(con)
    published = f.rows(con, "published.rankings").set_index("area_code")
    assert published["rank"].dropna().to_dict() == {"US-AA": 1, "US-CC": 2, "US-DD": 2}
    assert set(published["areas_ranked"]) == {3}
    assert published["z_score"].isna().all()


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
    publish_tables(con)
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
    publish_tables(con)
    row = f.rows(con, "published.trends").iloc[0]
    assert (row["value_status"], row["verdict"]) == ("suppressed", "not_tested")


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
    publish_tables(con)
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
    publish_tables(con)
    assert list(f.rows(con, "published.disparities")["value_status"]) == ["suppressed"]


def test_claims_on_guarded_series_show_no_counts(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(
        con,
        [f.rate(4, 4000, **state("29001")), f.rate(507, 76759)],
        claims=[f.claim(), f.claim(claim_id="C-02", source_family="state_extract")],
    )
    publish_tables(con)
    public, hidden = (row for _, row in f.rows(con, "published.claims").iterrows())
    assert public["recomputed_value"] == 6.6
    assert hidden["verdict"] == "cannot_be_computed"
    assert hidden[["recomputed_value", "recomputed_display", "inputs"]].isna().all()
