"""Windows of twelve months: complete months or quarters, or the sum that the producer prints."""

from __future__ import annotations

from datetime import date

import duckdb

from assets.rates.builders import build_rates
from tests.component.rates.core_tables import CoreTables, one, rates

SHOWN = ("ok", "unreliable")


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    return con


MONTH_ENDS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def month(year: int, number: int) -> tuple[str, str, str]:
    last = 29 if number == 2 and year % 4 == 0 else MONTH_ENDS[number - 1]
    return ("month", f"{year}-{number:02}-01", f"{year}-{number:02}-{last}")


def provisional(core: CoreTables, period: tuple[str, str, str], deaths: float) -> None:
    core.infant("US", period, deaths, 300, family="nchs_provisional", kind="country")


def test_twelve_complete_months_are_summed() -> None:
    core = CoreTables()
    for number in range(1, 13):
        provisional(core, month(2019, number), number)
    for number in (1, 2, *range(4, 13)):
        provisional(core, month(2020, number), 10)
    for number in (1, 2, 3):
        provisional(core, month(2021, number), 10)
    found = {r["period_end"]: r for r in rates(built(core), "window_type = 'rolling_12_month'")}
    shown = {end: r["numerator"] for end, r in found.items() if r["value_status"] in SHOWN}
    assert shown == {
        date(2019, 12, 31): 78,
        date(2020, 1, 31): 78 - 1 + 10,
        date(2020, 2, 29): 78 - 1 - 2 + 20,
        date(2021, 3, 31): 120,
    }
    # From the first that is complete to the last, over the gap.
    assert (min(found), max(found), len(found)) == (date(2019, 12, 31), date(2021, 3, 31), 16)
    assert found[date(2020, 2, 29)]["period_start"] == date(2019, 3, 1)
    assert found[date(2020, 3, 31)]["value_status"] == "incomplete_window"
    assert found[date(2020, 4, 30)]["value_status"] == "incomplete_window"


def test_four_complete_quarters_are_summed() -> None:
    core = CoreTables()
    ends = ["03-31", "06-30", "09-30", "12-31"]
    starts = ["01-01", "04-01", "07-01", "10-01"]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        provisional(core, ("quarter", f"2019-{start}", f"2019-{end}"), 100 + number)
    provisional(core, ("quarter", "2020-04-01", "2020-06-30"), 100)
    found = rates(built(core), "window_type = 'rolling_12_month'")
    assert [(r["period_end"], r["numerator"]) for r in found if r["value_status"] in SHOWN] == [
        (date(2019, 12, 31), 406)
    ]


def test_a_printed_sum_of_twelve_months_is_used_as_it_is() -> None:
    # NCHS rounds: the twelve months of 2020 add up to 19,700 deaths, the printed sum is 19,600.
    core = CoreTables()
    for number in range(1, 13):
        provisional(core, month(2020, number), 1640)
    provisional(core, ("12_months_ending", "2020-01-01", "2020-12-31"), 19600)
    provisional(core, ("12_months_ending", "2020-02-01", "2021-01-31"), 19500)
    found = {
        r["period_end"]: r["numerator"]
        for r in rates(built(core), "window_type = 'rolling_12_month' AND numerator IS NOT NULL")
    }
    assert found == {date(2020, 12, 31): 19600, date(2021, 1, 31): 19500}


def test_rates_of_rounded_counts_print_one_decimal() -> None:
    # December 2020: deaths are 19,550 to 19,650, births 3,613,500 to 3,614,500: 5.409 to 5.438.
    core = CoreTables()
    core.infant(
        "US", ("12_months_ending", "2020-01-01", "2020-12-31"), 19600, 3614000,
        family="nchs_provisional", kind="country", rounded_to=100,
    )  # fmt: skip
    core.infant("US", 2020, 19578, 3613647, family="nchs_mortality", kind="country")
    con = built(core)
    row = one(con, "window_type = 'rolling_12_month'")
    assert (row["rate_text"], round(row["rate"], 4)) == ("5.4 per 1,000", 5.4234)
    final = one(con, "window_type = 'annual' AND source_family = 'nchs_mortality'")
    assert final["rate_text"] == "5.42 per 1,000"


def test_months_do_not_make_calendar_years() -> None:
    core = CoreTables()
    for number in range(1, 13):
        provisional(core, month(2020, number), 30)
    assert {r["window_type"] for r in rates(built(core))} == {"rolling_12_month"}
