"""A withheld row loses its number and everything that gives the number away, in every table."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from assets.disclosure.guarded import guarded
from assets.disclosure.masking import withheld_columns
from assets.disclosure.patterns import audit
from assets.disclosure.published_tables import publish_tables
from assets.disclosure.released_counts import published_rows
from assets.schema.registry import table
from tests.component.release import figures as f


def state(area: str, **other: object) -> f.Row:
    return f.series(area, "state_extract", **other)


def test_shown_rows_are_published_as_they_are(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, [f.rate(2, 4000, value_status="unreliable"), f.rate(500, 70000, **f.window(2011))])
    counts = publish_tables(con)
    assert counts["rates"] == 2
    before, after = f.rows(con, "rates.rates"), f.rows(con, "published.rates")
    pd.testing.assert_frame_equal(before, after)


def test_counts_of_one_and_two_that_a_producer_prints_stay(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        f.rate(n, 2000, **f.series(f"E0600000{n}", "ons_occurrence"), value_status="unreliable")
        for n in (1, 2)
    ]
    f.fill(con, rows)
    publish_tables(con)
    published = f.rows(con, "published.rates")
    assert list(published["numerator"]) == [1, 2]
    assert set(published["value_status"]) == {"unreliable"}


def test_zero_is_shown_and_differs_from_withheld_and_missing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    f.fill(
        con,
        [
            f.rate(0, 40000, **state("US-MO")),
            f.rate(None, None, **state("US-KS")),
            f.rate(None, None, **state("US-IA"), value_status="suppressed"),
        ],
    )
    publish_tables(con)
    published = f.rows(con, "published.rates").set_index("area_code")
    assert published.loc["US-MO", "numerator"] == 0
    assert published["value_status"].to_dict() == {
        "US-IA": "suppressed",
        "US-KS": "missing",
        "US-MO": "ok",
    }


@pytest.mark.parametrize("status", ["suppressed", "missing", "incomplete_window", "series_break"])
def test_a_row_without_a_number_carries_none_anywhere(
    con: duckdb.DuckDBPyConnection, status: str
) -> None:
    # The rates are left in place on purpose: masking must not rely on their absence.
    f.fill(
        con,
        [f.rate(5, 4000, value_status=status, status_reason="why")],
        rankings=[f.ranking(1)],
        targets=[f.target()],
    )
    publish_tables(con)
    for name in ("rates", "rankings", "targets"):
        row = f.rows(con, f"published.{name}").iloc[0]
        assert row["value_status"] == status
        kept = [c for c in withheld_columns(table(f"published.{name}")) if pd.notna(row[c])]
        assert kept == []
    assert f.rows(con, "published.rates").iloc[0]["status_reason"] == "why"


def test_columns_that_give_a_count_away_are_all_withheld() -> None:
    expected = {
        "numerator", "denominator", "rate", "rate_text", "ci_lower_95", "ci_upper_95",
        "ci_lower_998", "ci_upper_998", "ci_method", "relative_standard_error", "rate_eb",
        "mean_of_rates", "band",
    }  # fmt: skip
    assert expected <= set(withheld_columns(table("published.rates")))


def test_small_counts_of_a_state_extract_are_withheld(con: duckdb.DuckDBPyConnection) -> None:
    counts = {1: True, 9: True, 10: False, 0: False}
    f.fill(con, [f.rate(n, 4000, **state(f"2900{i}")) for i, n in enumerate(counts)])
    publish_tables(con)
    published = f.rows(con, "published.rates")
    assert list(published["value_status"] == "suppressed") == list(counts.values())
    withheld = published[published["value_status"] == "suppressed"]
    assert withheld[list(withheld_columns(table("published.rates")))].isna().all(axis=None)
    assert set(withheld["status_reason"]) == {"withheld to protect a small count"}


def test_a_small_denominator_is_withheld(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, [f.rate(0, 8, **state("29001"))])
    publish_tables(con)
    assert list(f.rows(con, "published.rates")["value_status"]) == ["suppressed"]


def test_windows_do_not_give_a_year_away(con: duckdb.DuckDBPyConnection) -> None:
    yearly = {2007: 2, 2008: 15, 2009: 14, 2010: 16}
    rows = [f.rate(n, 4000, **state("29001"), **f.window(y)) for y, n in yearly.items()]
    for first in (2007, 2008):
        total = sum(yearly[y] for y in range(first, first + 3))
        rows.append(f.rate(total, 12000, **state("29001"), **f.window(first, first + 2)))
    f.fill(con, rows)
    publish_tables(con)
    published = f.rows(con, "published.rates")
    withheld = published[published["value_status"] == "suppressed"]
    assert len(withheld) >= 2
    assert set(withheld["status_reason"]) == {"withheld to protect a small count"}
    assert audit(con) == []


def test_the_audit_finds_a_year_that_windows_give_away(con: duckdb.DuckDBPyConnection) -> None:
    yearly = {2007: 2, 2008: 15, 2009: 14}
    rows = [f.rate(n, 4000, **state("29001"), **f.window(y)) for y, n in yearly.items()]
    rows.append(f.rate(31, 12000, **state("29001"), **f.window(2007, 2009)))
    f.fill(con, rows)
    publish_tables(con)
    assert audit(con) == []
    f.write(
        con,
        "published.rates",
        [
            r
            if r["period_start"] != r["period_end"] and r["numerator"] != 2
            else {
                **r,
                "value_status": "suppressed",
                **dict.fromkeys(withheld_columns(table("published.rates"))),
            }
            for r in rows
        ],
    )
    leaks = audit(con)
    assert [(k.cell.quantity, k.value, k.lowest, k.highest) for k in leaks] == [
        ("infant_deaths", 2, 2, 2)
    ]


def test_a_total_and_its_members_do_not_give_one_away(con: duckdb.DuckDBPyConnection) -> None:
    counts = {"29001": 3, "29003": 14, "29005": 22}
    rows = [f.rate(n, 4000, **state(code)) for code, n in counts.items()]
    region = state("X-trio", area_type="custom_region")
    rows.append(f.rate(39, 12000, **region))
    members = [
        {"region_code": "X-trio", "geography_vintage": "us-states", "member_code": c,
         "definition": "test"}
        for c in counts
    ]  # fmt: skip
    f.fill(con, rows, members=members)
    publish_tables(con)
    published = f.rows(con, "published.rates").set_index("area_code")
    assert published.loc["29001", "value_status"] == "suppressed"
    assert (published["value_status"] == "suppressed").sum() == 2
    assert audit(con) == []


def test_ages_at_death_do_not_give_one_away(con: duckdb.DuckDBPyConnection) -> None:
    ages = {"infant_mortality": 20, "neonatal_mortality": 15, "postneonatal_mortality": 5}
    f.fill(con, [f.rate(n, 4000, **state("29001", measure=m)) for m, n in ages.items()])
    publish_tables(con)
    published = f.rows(con, "published.rates").set_index("measure")
    assert published.loc["postneonatal_mortality", "value_status"] == "suppressed"
    assert (published["value_status"] == "suppressed").sum() == 2
    assert audit(con) == []


def test_what_was_published_before_cannot_protect(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    counts = {"29001": 3, "29003": 14, "29005": 22}
    rows = [f.rate(n, 4000, **state(code)) for code, n in counts.items()]
    rows.append(f.rate(39, 12000, **state("X-trio", area_type="custom_region")))
    members = [
        {"region_code": "X-trio", "geography_vintage": "us-states", "member_code": c,
         "definition": "test"}
        for c in counts
    ]  # fmt: skip
    f.fill(con, rows, members=members)
    shown_before = {"29003": 14, "29005": None, "X-trio": 39}
    f.write(
        con,
        "published.rates",
        [f.rate(n, 4000 if c != "X-trio" else 12000, **state(c))
         for c, n in shown_before.items() if n],
    )  # fmt: skip
    release = f.parquet_of(con, "published.rates", tmp_path / "release=2026.06.01")
    publish_tables(con, [release])
    published = f.rows(con, "published.rates").set_index("area_code")
    assert published.loc["29005", "value_status"] == "suppressed"
    assert published.loc["29003", "value_status"] == "ok"
    assert audit(con, [release]) == []

    everything = tmp_path / "release=2026.06.02"
    f.write(con, "published.rates", rows[1:])
    f.parquet_of(con, "published.rates", everything)
    publish_tables(con, [everything])
    assert [leak.value for leak in audit(con, [everything])] == [3]


def test_neighbours_do_not_give_a_withheld_area_away(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(
        con,
        [f.rate(5, 4000, **state("29001")), f.rate(50, 9000, **state("29003")),
         f.rate(50, 9000, **state("29003"), **f.window(2011))],
    )  # fmt: skip
    publish_tables(con)
    published = f.rows(con, "published.rates", "area_code = '29003'").set_index("period_start")
    for column in ("rate_eb", "funnel"):
        assert pd.isna(published.loc["2010-01-01", column])
        assert pd.notna(published.loc["2011-01-01", column])
    # The nation's own rate is public, so the comparison says nothing of the neighbour.
    assert set(published["compared_with_nation"]) == {"similar"}
    neighbour = f.rows(con, "published.rates", "area_code = '29001'").iloc[0]
    assert neighbour["compared_with_nation"] == "not_compared"


def test_comparisons_do_not_bound_a_withheld_nation(con: duckdb.DuckDBPyConnection) -> None:
    nation = f.series("E92000001", "ons_occurrence_restricted", area_type="country")
    authority = f.series("E06000001", "ons_occurrence_restricted")
    f.fill(con, [f.rate(4, 4000, **nation), f.rate(50, 9000, **authority)])
    publish_tables(con)
    published = f.rows(con, "published.rates").set_index("area_code")
    assert published["value_status"].to_dict() == {"E06000001": "ok", "E92000001": "suppressed"}
    assert set(published["compared_with_nation"]) == {"not_compared"}


def test_suppression_counts_cells_and_share(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(
        con,
        [
            f.rate(5, 4000, **state("29001")),
            f.rate(50, 9000, **state("29003")),
            f.rate(51, 9000, **state("29005"), value_status="unreliable"),
            f.rate(None, None, **state("29007")),
            # A group within an area is no further area.
            f.rate(40, 5000, **state("29003"), stratum_type="sex", stratum="Male"),
            f.rate(500, 76000),
        ],
    )
    publish_tables(con)
    shares = f.rows(con, "published.suppression").set_index("source_family")
    row = shares.loc["state_extract"]
    counted = ["cells", "cells_shown", "cells_suppressed", "cells_unreliable",
               "cells_without_figures"]  # fmt: skip
    assert list(row[counted]) == [4, 2, 1, 1, 1]
    assert row["share_suppressed"] == pytest.approx(1 / 3)
    # 18,000 of 22,000 births; of the area without a figure nobody knows any.
    assert row["share_of_births_shown"] == 0.818
    assert shares["policy"].to_dict() == {
        "nchs_linked": "as_published",
        "state_extract": "nchs",
    }


def test_longer_windows_are_counted_over_all_periods_with_groups_and_without(
    con: duckdb.DuckDBPyConnection,
) -> None:
    f.fill(
        con,
        [
            f.rate(5, 4000, **state("29001")),
            f.rate(50, 9000, **state("29003")),
            f.rate(60, 9000, **state("29003"), **f.window(2011)),
            f.rate(None, None, **state("29007")),
            f.rate(9, 2000, **state("29003"), stratum_type="sex", stratum="Male"),
            f.rate(15, 12000, **state("29001"), **f.window(2009, 2011)),
        ],
    )
    publish_tables(con)
    found = f.rows(con, "published.suppression_by_window").set_index(["window_type", "cells_of"])
    columns = ["cells", "cells_shown", "cells_withheld", "share_shown", "share_of_births_shown"]
    by_key = {key: list(row) for key, row in found[columns].iterrows()}
    # 18,000 of 22,000 births; with the boys, who are withheld too, of 24,000.
    assert by_key == {
        ("annual", "areas"): [4, 2, 1, pytest.approx(2 / 3), 0.818],
        ("annual", "areas_and_groups"): [5, 2, 2, 0.5, 0.75],
        ("rolling_3_year", "areas"): [1, 1, 0, 1, 1],
        ("rolling_3_year", "areas_and_groups"): [1, 1, 0, 1, 1],
    }


def test_english_authorities_below_the_producers_limit_are_one_share(
    con: duckdb.DuckDBPyConnection,
) -> None:
    english = {"source_family": "ons_occurrence", "country": "EW", "geography_vintage": "EW"}
    areas = {
        "E06000001": ("unitary_authority", 2),
        "E08000001": ("metropolitan_district", 3),
        "E09000001": ("london_borough", 0),
        "E07000001": ("non_metropolitan_district", 12),
        "W06000001": ("unitary_authority", 1),
    }
    f.fill(
        con,
        [
            f.rate(deaths, 3000, **english, area_code=code, area_type=kind,
                   value_status="unreliable")
            for code, (kind, deaths) in areas.items()
        ],
    )  # fmt: skip
    publish_tables(con)
    shares = f.rows(con, "published.suppression").set_index("area_type")
    # The ONS prints no rate on fewer than 3 deaths; Wales is not in the answer for England.
    row = shares.loc["english_local_authorities"]
    assert list(row[["cells", "cells_shown", "cells_suppressed", "cells_no_rate"]]) == [4, 4, 0, 2]
    assert row["share_no_rate"] == 0.5
    assert shares.loc["unitary_authority", "cells_no_rate"] == 2


def test_areas_and_sources_are_copied(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, [f.rate(500, 76000)], areas=[f.area("US"), f.area("US-MO", "US")])
    publish_tables(con)
    assert list(f.rows(con, "published.areas")["area_code"]) == ["US", "US-MO"]
    assert list(f.rows(con, "published.sources")["licence"]) == ["Public domain"]


def test_a_missing_table_is_named(con: duckdb.DuckDBPyConnection) -> None:
    f.write(con, "rates.rates", [f.rate(500, 76000)])
    with pytest.raises(LookupError, match=r"rates\.targets.*imr run"):
        publish_tables(con)


def test_bounds_of_unknown_weeks_go_where_a_group_of_weeks_is_withheld(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """They are made of the counts of all weeks, so that they could give one away."""
    bounds = {"bound_lower": 5.5, "bound_upper": 5.6, "share_unknown": 0.01}
    later = {"stratum_type": "gestation_from", "stratum": "24_weeks", **bounds}
    early = {"stratum_type": "gestation", "stratum": "under_24"}
    f.fill(
        con,
        [
            f.rate(5, 400, **state("US-MO"), **early),
            f.rate(50, 9000, **state("US-MO"), **later),
            f.rate(50, 9000, **state("US-KS"), **later),
        ],
    )
    publish_tables(con)
    rows = f.rows(con, "published.rates").set_index(["area_code", "stratum"])
    assert rows.loc[("US-MO", "under_24"), "value_status"] == "suppressed"
    assert rows.loc[("US-MO", "24_weeks"), "numerator"] == 50
    assert rows.loc[("US-MO", "24_weeks"), list(bounds)].isna().all()
    assert rows.loc[("US-KS", "24_weeks"), "bound_upper"] == 5.6


def test_where_nobody_was_born_readers_know_that_nobody_died(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    nobody = f.rate(None, None, **state("29001"), **f.window(2009), value_status="missing",
                    status_reason="no births")  # fmt: skip
    yearly = [f.rate(n, 4000, **state("29001"), **f.window(y)) for y, n in ((2008, 4), (2010, 30))]
    f.fill(con, [*yearly, nobody])
    data = guarded(con)
    assert data is not None
    found = {
        (cell.quantity, cell.start.year): (value, is_known)
        for cell, value, is_known in zip(
            data.system.names, data.system.values.tolist(), data.known, strict=True
        )
    }
    assert found["infant_deaths", 2009] == found["live_births", 2009] == (0.0, True)
    assert found["infant_deaths", 2008] == (4.0, False)
    publish_tables(con)
    con.execute(f"COPY published.rates TO '{tmp_path}/rates.parquet'").fetchall()
    read = {row[0][-2].year: row[1:] for row in published_rows(con, tmp_path, ["state_extract"])}
    assert read == {2008: (None, None), 2009: (0, 0), 2010: (30, 4000)}
