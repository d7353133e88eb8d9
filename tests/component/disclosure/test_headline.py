"""The newest figure of every area and measure, with the change before it and its verdict."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

from assets.disclosure.published_tables import publish_tables
from assets.rates.builders import build_trends
from expectations.validate import validate_table
from tests.component.release import figures as f

US = f.series("US")


def headline(con: duckdb.DuckDBPyConnection, where: str = "true") -> pd.DataFrame:
    f.control(con, restated=["headline"])
    return f.rows(con, "published.headline", where).set_index(["place_code", "kind"])


def no_breaks(con: duckdb.DuckDBPyConnection, *breaks: tuple[object, ...]) -> None:
    columns = "source_family VARCHAR, measure VARCHAR, area_code VARCHAR, first_year BIGINT"
    con.execute(f"CREATE TABLE core.series_breaks ({columns}, reason VARCHAR)").fetchall()
    for row in breaks:
        con.execute("INSERT INTO core.series_breaks VALUES (?, ?, ?, ?, ?)", row).fetchall()


def test_the_newest_year_and_the_newest_three_years_have_a_row_each(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # NCHS: infant deaths and births of the linked files of 2021, 2022 and 2023; 5.44, 5.61, 5.61.
    years = {2021: (19928, 3664292), 2022: (20577, 3667758), 2023: (20161, 3596017)}
    rates = [f.rate(d, b, **US, **f.window(y)) for y, (d, b) in years.items()]
    total = [sum(pair[n] for pair in years.values()) for n in (0, 1)]
    rates.append(f.rate(*total, **US, **f.window(2021, 2023)))
    rates.append(f.rate(20577 + 20161, 3667758 + 3596017, **US, **f.window(2022, 2023)))
    f.fill(con, rates)
    found = headline(con)
    assert list(found.index) == [("US", "annual"), ("US", "several_years")]
    newest, several = (found.loc[("US", kind)] for kind in ("annual", "several_years"))
    assert (newest["period"], newest["rate"], newest["numerator"]) == ("2023", 5.61, 20161)
    assert (several["period"], several["window_type"]) == ("2021-2023", "rolling_3_year")
    assert newest["measure_name"] == "Infant mortality"
    assert newest["unit"] == "per 1,000 live births"
    assert newest["reliability"] == "Reliable"


@pytest.mark.parametrize(
    ("before", "after", "verdict", "words"),
    [
        # NVSR on the rise from 2021 to 2022: significant; from 2022 to 2023: unchanged.
        ((19928, 3664292), (20577, 3667758), "significant_rise", "Higher than in 2009 (5.44)"),
        ((20577, 3667758), (20161, 3596017), "no_significant_change", "No change beyond chance"),
        ((26412, 4130665), (24586, 3999386), "significant_fall", "Lower than in 2009 (6.39)"),
    ],
)
def test_a_change_is_told_with_its_verdict(
    con: duckdb.DuckDBPyConnection,
    before: tuple[int, int],
    after: tuple[int, int],
    verdict: str,
    words: str,
) -> None:
    f.fill(con, [f.rate(*before, **US, **f.window(2009)), f.rate(*after, **US, **f.window(2010))])
    row = headline(con).loc[("US", "annual")]
    assert row["change_verdict"] == verdict
    assert row["change_in_words"].startswith(words)
    assert row["previous_period"] == "2009"
    change = 100 * ((after[0] / after[1]) / (before[0] / before[1]) - 1)
    assert row["change_percent"] == pytest.approx(change, abs=0.05)


def test_across_a_missing_year_the_older_figure_is_named(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(
        con,
        [
            f.rate(300, 50_000, **f.window(2005)),
            f.rate(310, 50_000, **f.window(2007)),
            f.rate(None, None, **f.window(2009)),
            f.rate(330, 50_000, **f.window(2010)),
        ],
    )
    assert headline(con).loc[("US-MO", "annual"), "previous_period"] == "2007"


def test_across_a_break_nothing_is_compared(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, [f.rate(300, 50_000, **f.window(y)) for y in (2009, 2010)])
    no_breaks(con, ("nchs_linked", "infant_mortality", "*", 2010, "another file"))
    row = headline(con).loc[("US-MO", "annual")]
    assert row["change_verdict"] == "series_break"
    assert row[["previous_period", "previous_rate", "change_percent"]].isna().all()
    assert row["change_in_words"] == "Not compared with 2009: the series breaks between them"


def test_a_first_figure_has_nothing_to_compare_with(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, [f.rate(12, 2_000, value_status="unreliable", status_reason="fewer than 20: u")])
    row = headline(con).loc[("US-MO", "annual")]
    assert row["change_verdict"] == "no_earlier_figure"
    assert row["reliability"] == "Low reliability: fewer than 20"


def test_twelve_months_stand_beside_the_year_only_where_they_end_later(
    con: duckdb.DuckDBPyConnection,
) -> None:
    months = {"window_type": "rolling_12_month", "is_provisional": True}
    spans = [("2010-01-01", "2010-12-31"), ("2010-04-01", "2011-03-31")]
    ends = [pd.Timestamp(x).date() for span in spans for x in span]
    rates = [f.rate(24600, 4_000_000, **US, **f.window(2010))]
    for start, end in (ends[:2], ends[2:]):
        provisional = f.series("US", "nchs_provisional")
        window = {"period_start": start, "period_end": end, **months}
        rates.append(f.rate(24500, 4_000_000, **provisional, **window))
    f.fill(con, rates[:2])
    assert list(headline(con).index) == [("US", "annual")]
    f.fill(con, rates)
    row = headline(con).loc[("US", "twelve_months")]
    assert row["period"] == "12 months to 2011-03"
    assert row["reliability"] == "Reliable; provisional"


def test_what_is_withheld_is_neither_shown_nor_compared_with(
    con: duckdb.DuckDBPyConnection,
) -> None:
    def state(area: str, deaths: int, year: int) -> f.Row:
        return f.rate(deaths, 8000, **f.series(area, "state_extract"), **f.window(year))

    rates = [state("US-AA", 40, 2009), state("US-AA", 5, 2010), state("US-BB", 5, 2010)]
    f.fill(con, [*rates, state("US-CC", 6, 2009), state("US-CC", 50, 2010)])
    found = headline(con)
    assert set(found.index.get_level_values(0)) == {"US-AA", "US-CC"}
    assert found.loc[("US-AA", "annual"), "period"] == "2009"
    assert pd.isna(found.loc[("US-CC", "annual"), "previous_rate"])


def test_the_verdict_is_that_of_trends_where_both_compare_the_same_years(
    con: duckdb.DuckDBPyConnection,
) -> None:
    draw = np.random.default_rng(5)
    rates = [
        f.rate(round(births * draw.uniform(3, 9) / 1000), births, **f.series(area), **f.window(y))
        for area in (f"US-{a}{b}" for a in "ABCD" for b in "ABCDEF")
        for births in (int(draw.choice((4_000, 30_000, 300_000))),)
        for y in (2009, 2010)
    ]
    f.fill(con, rates)
    no_breaks(con)
    build_trends(con)
    found = headline(con).xs("annual", level="kind")["change_verdict"]
    trends = f.rows(con, "published.trends", "trend_type = 'year_on_year'")
    assert found.to_dict() == trends.set_index("area_code")["verdict"].to_dict()
    assert found.nunique() == 3


def test_a_figure_that_rates_has_and_headline_lacks_blocks(con: duckdb.DuckDBPyConnection) -> None:
    f.fill(con, f.national())
    publish_tables(con)
    assert validate_table(con, "published.headline").passed
    con.execute("DELETE FROM published.headline WHERE kind = 'several_years'").fetchall()
    con.execute("UPDATE published.headline SET rate = rate + 1 WHERE place_code = 'US'").fetchall()
    broken = {r.rule_id: r for r in validate_table(con, "published.headline").blocking}
    keys = {(k["place_code"], k["kind"]) for k in broken["HEADLINE-AS-RATES"].failing_keys}
    assert keys == {("US-MO", "several_years"), ("US", "annual")}
