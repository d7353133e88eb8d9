"""Years in which nobody was born: their counts are added up, and nothing is divided by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from assets.rates.builders import build_rates
from expectations.relational import rules_of, run
from expectations.suites import registry_table
from tests.component.rates.core_tables import CoreTables, rates

NOBODY, SOME, UNKNOWN = (0, 0), (3, 500), (None, 500)
Years = Mapping[int, tuple[float | None, float | None]]


@pytest.mark.parametrize(
    ("years", "rows"),
    [
        # A gap lies between, so that no window of several years has both.
        ({2018: NOBODY, 2022: SOME}, ["2022 6.0"]),
        ({2018: SOME, 2022: NOBODY}, ["2018 6.0"]),
        # A window is the sum of its years.
        ({2018: SOME, 2019: NOBODY}, ["2018 6.0", "2018-2019 6.0", "2019 no births"]),
        (
            {2018: (2, 400), 2019: NOBODY, 2020: (4, 600)},
            ["2018 5.0", "2018-2019 5.0", "2018-2020 6.0", "2019 no births", "2019-2020 6.7",
             "2020 6.7"],
        ),
        # A series without a figure keeps its last year, which says why.
        ({2018: NOBODY, 2019: NOBODY}, ["2019 no births"]),
        ({2018: NOBODY, 2019: UNKNOWN}, ["2019 no figure for infant deaths"]),
        ({2018: UNKNOWN, 2019: NOBODY}, ["2019 no births"]),
    ],
)  # fmt: skip
def test_a_year_without_births_is_no_figure(years: Years, rows: Sequence[str]) -> None:
    core = CoreTables()
    # Another area has figures, so that the measure is offered.
    core.infant("B", 2019, 5, 1000)
    for year, (deaths, births) in years.items():
        core.infant("A", year, deaths, births)
    assert _told(core) == rows


def test_what_is_withheld_is_a_figure_beside_a_year_without_births() -> None:
    core = CoreTables()
    core.infant("A", 2018, *NOBODY)
    core.count("A", 2019, "infant_deaths", None, status="suppressed")
    core.count("A", 2019, "live_births", 500)
    withheld = "the producer withholds a count"
    assert _told(core) == ["2018 no births", f"2018-2019 {withheld}", f"2019 {withheld}"]


def test_no_window_reaches_over_a_break_to_a_year_without_births() -> None:
    core = CoreTables()
    core.infant("A", 2018, *NOBODY)
    core.infant("A", 2019, *SOME)
    core.series_break("nchs_linked", "A", 2019)
    assert _told(core) == ["2019 6.0"]


def test_twelve_months_without_births_are_no_figure() -> None:
    core = CoreTables()
    for last, counts in (("2020-12-31", NOBODY), ("2021-03-31", SOME), ("2021-06-30", NOBODY)):
        core.infant("A", ("12_months_ending", "2020-01-01", last), *counts)
    assert _told(core) == ["12 months to 2021-03 6.0"]


def _told(core: CoreTables) -> list[str]:
    """Return period and rate, or why there is none, of each row of an area."""
    con = core.write()
    build_rates(con)
    (span,) = (r for r in rules_of("rates.rates") if r.rule.rule_id == "RATES-SPAN")
    (finding,) = run(con, [span], "rates.rates", registry_table("rates.rates"))
    assert (finding.error, finding.offending) == ("", 0)
    rows = [
        f"{row['period']} {row['status_reason'] if row['rate'] is None else round(row['rate'], 1)}"
        for row in rates(con, "area_code = 'A'")
    ]
    return sorted(rows)
