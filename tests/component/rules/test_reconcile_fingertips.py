"""What Fingertips prints is ours, or differs for a reason that the counts themselves prove."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pytest

from assets.rates.limits import ohid_limits
from expectations import waivers
from expectations.relational import rules_of, run
from expectations.rule import Finding
from expectations.suites import registry_table
from tests.component.rules.fingertips_rows import (
    BURNLEY,
    PUBLISHED,
    SETS,
    Row,
    key,
    printed,
)

Put = Callable[[str, Sequence[Mapping[str, object]]], None]
RATES = "rates.rates"


def counts(area: str, first: int, deaths: float, births: float, **more: object) -> list[Row]:
    """Return counts of three years; how the published sums fall on the years does not matter."""
    return [
        key(area, year, year, measure=measure, period_type="year", value=value, status="ok") | more
        for nth, year in enumerate(range(first, first + 3))
        for measure, value in (
            ("infant_deaths", deaths if nth == 0 else 0),
            ("live_births", births if nth == 0 else 0),
        )
    ]


def ours(area: str, first: int, deaths: float, births: float, **more: object) -> Row:
    at_95, at_998 = ohid_limits([deaths]), ohid_limits([deaths], 998)
    names = ("ci_lower_95", "ci_upper_95", "ci_lower_998", "ci_upper_998")
    limits = {
        name: 1000 * float(side[0]) / births
        for name, side in zip(names, (*at_95, *at_998), strict=True)
    }
    return key(
        area, first, first + 2, measure="infant_mortality", window_type="rolling_3_year",
        value_status="ok", numerator=deaths, denominator=births, rate=1000 * deaths / births,
    ) | limits | more  # fmt: skip


def reconciled(con: duckdb.DuckDBPyConnection) -> Finding:
    (rule,) = [r for r in rules_of(RATES) if r.rule.rule_id == "RECONCILE-FINGERTIPS"]
    (finding,) = run(con, [rule], RATES, registry_table(RATES))
    assert not finding.error, finding.error
    return finding


def reasons(finding: Finding) -> str:
    assert finding.waiver_id is None
    return ", ".join(sorted({str(row["explained_by"]) for row in finding.explained}))


@pytest.fixture
def given(put: Put) -> Callable[..., None]:
    def write(
        rows: Sequence[Row],
        held: Sequence[Row] = (),
        rates: Sequence[Row] = (),
        regions: Sequence[Row] = (),
    ) -> None:
        put("core.printed_rates", rows)
        put("core.observations", held)
        put(RATES, rates)
        put("core.region_members", regions)

    return write


@pytest.mark.parametrize(("year", "rows"), [(2015, 4), (2016, 8)])
def test_published_rates_limits_and_counts_are_ours(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None], year: int, rows: int
) -> None:
    of_year = [p for p in PUBLISHED if p[1] == year]
    given(
        [printed(*p) for p in of_year],
        [row for area, first, d, b, *_ in of_year for row in counts(area, first, d, b)],
        [ours(area, first, d, b) for area, first, d, b, *_ in of_year],
    )
    assert reconciled(con).observed == (
        f"compared {rows}, equal {rows}, explained 0, unexplained 0"
    )


@pytest.mark.parametrize(
    ("changed", "offending"),
    [
        ({"rate": 6.59965 + 2e-5}, 0),  # half a unit of the fourth decimal
        ({"rate": 6.5998}, 1),
        ({"rate": 6.5997, "decimals": 6}, 1),  # printed to six places: 6.599713
        ({"ci_lower_95": 4.1824}, 1),
        ({"ci_upper_95": 9.9031}, 1),
        ({"ci_lower_998": 3.2}, 1),
        ({"ci_upper_998": 12.9}, 1),
        ({"numerator": 24}, 1),
        ({"denominator": 3490}, 1),
        ({"numerator": None, "denominator": None, "ci_lower_95": None}, 0),
    ],
)
def test_every_printed_figure_is_compared_to_its_last_place(
    con: duckdb.DuckDBPyConnection,
    given: Callable[..., None],
    changed: Row,
    offending: int,
) -> None:
    area, first, deaths, births, *_ = BURNLEY
    given(
        [printed(*BURNLEY) | changed],
        counts(area, first, deaths, births),
        [ours(area, first, deaths, births)],
    )
    assert (reconciled(con).compared, reconciled(con).offending) == (1, offending)


def test_a_difference_shows_the_figures_of_both(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    given(
        [printed(*BURNLEY)],
        counts("E07000117", 2016, 22, 3485),
        [ours("E07000117", 2016, 22, 3485)],
    )
    (row,) = reconciled(con).rows  # limits of 22 deaths: PHEindicatormethods vectors / 3.485
    assert row["observed"] == "printed 6.5997, 4.1823 to 9.9032, 23 deaths, 3485 births"
    assert row["expected"] == (
        "6.312769, 3.954804 to 9.558043, 22 deaths, 3485 births (ons_registration)"
    )
    assert row["difference"] == pytest.approx(0.286931)


@pytest.mark.parametrize(
    ("held", "explained", "offending"),
    [
        ((23, 3486), "BIRTHS-REVISED", 0),
        ((23, 3488), "BIRTHS-REVISED", 0),
        ((23, 3489), "", 1),  # more than one in a thousand
        ((22, 3486), "", 1),
    ],
)
def test_births_that_ons_revised_since(
    con: duckdb.DuckDBPyConnection,
    given: Callable[..., None],
    held: tuple[float, float],
    explained: str,
    offending: int,
) -> None:
    """Plymouth and Surrey, 2014 to 2016: revised by one birth."""
    given([printed(*BURNLEY)], counts("E07000117", 2016, *held), [ours("E07000117", 2016, *held)])
    finding = reconciled(con)
    assert (reasons(finding), finding.offending) == (explained, offending)


@pytest.mark.parametrize(
    ("deaths", "births", "explained", "offending"),
    [
        (7734, 1974348, "", 0),
        (7400, 1974348, "DATE-OF-REGISTRATION", 0),  # 4.5 percent, as of England and Wales
        (7030, 1974348, "", 1),  # 10.01 percent
        (7400, 1984348, "", 1),  # other births: another area or other years
    ],
)
def test_deaths_by_date_of_occurrence(
    con: duckdb.DuckDBPyConnection,
    given: Callable[..., None],
    deaths: float,
    births: float,
    explained: str,
    offending: int,
) -> None:
    family = {"source_family": "ons_occurrence"}
    given(
        [printed(*PUBLISHED[8])],
        counts("E92000001", 2015, deaths, births, **family),
        [ours("E92000001", 2015, deaths, births, **family)],
    )
    finding = reconciled(con)
    assert (finding.compared, finding.offending) == (1, offending)
    assert reasons(finding) == explained
    assert bool(finding.explained) == bool(explained)


def test_small_areas_may_differ_by_more_than_a_tenth_inside_the_limits(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    family = {"source_family": "ons_occurrence"}
    for deaths, offending in ((17, 0), (8, 1)):  # 99.8 % limits: of 17 deaths to 33.6, of 8 to 21.2
        given(
            [printed(*BURNLEY)],
            counts("E07000117", 2016, deaths, 3485, **family),
            [ours("E07000117", 2016, deaths, 3485, **family)],
        )
        assert reconciled(con).offending == offending


def test_registrations_come_before_occurrences(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    other = {"source_family": "ons_occurrence"}
    given(
        [printed(*BURNLEY)],
        [*counts("E07000117", 2016, 23, 3485), *counts("E07000117", 2016, 20, 3485, **other)],
        [ours("E07000117", 2016, 23, 3485), ours("E07000117", 2016, 20, 3485, **other)],
    )
    assert reconciled(con).observed == "compared 1, equal 1, explained 0, unexplained 0"


# Published under one code, equal to the sum of two areas (sources: ONS counts 2013 to 2015).
CORNWALL = ("E06000052", 2013, 72, 16464, 4.3732, 3.4217, 5.5072)
HACKNEY = ("E09000012", 2013, 66, 13508, 4.8860, 3.7788, 6.2161)


def test_an_area_that_is_printed_together_with_another(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    """Cornwall with the Isles of Scilly 72 / 16,464, Hackney with the City 66 / 13,508."""
    pair, region = "E06000052, E06000053", "X-EW-HACKNEY-CITY"
    members = [{"region_code": region, "member_code": "E09000012"}]
    rows = [printed(*CORNWALL), printed(*HACKNEY)]
    alone = counts("E09000012", 2013, 65, 13400)
    rates = [
        ours(pair, 2013, 72, 16464, area_name="Cornwall and Isles of Scilly"),
        ours(region, 2013, 66, 13508, area_name="Hackney with City of London"),
        ours("E09000012", 2013, 65, 13400),
    ]
    given(rows, [*counts(pair, 2013, 72, 16464), *alone], rates, members)
    finding = reconciled(con)
    assert finding.observed == (
        "compared 2, equal 0, explained 2, unexplained 0; explained by: 2 COMBINED-AREA"
    )
    assert [row["reason"] for row in finding.explained] == [
        "Fingertips prints it for Cornwall and Isles of Scilly.",
        "Fingertips prints it for Hackney with City of London.",
    ]
    # Another birth, the same rate of other counts, the same counts by occurrence: no reason.
    for other in (
        ours(region, 2013, 66, 13509),
        ours(region, 2013, 132, 27016),
        ours(region, 2013, 66, 13508, source_family="ons_occurrence"),
    ):
        given(rows, [*counts(pair, 2013, 72, 16464), *alone], [rates[0], other, rates[2]], members)
        assert (reconciled(con).offending, len(reconciled(con).explained)) == (1, 1)


def test_what_cannot_be_compared_is_counted_by_reason(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    two_years = counts("A", 2016, 23, 3485)[:4]
    moved = counts("B", 2016, 23, 3485)
    moved = [*moved[:4], *(row | {"geography_vintage": SETS[0]} for row in moved[4:])]
    broken = ours("C", 2016, 23, 3485, value_status="series_break", rate=None)
    no_rate = {"rate": None, "numerator": None, "denominator": None}
    given(
        [
            printed("A", *BURNLEY[1:]),
            printed("B", *BURNLEY[1:]),
            printed("C", *BURNLEY[1:]),
            printed("D", *BURNLEY[1:]) | no_rate | {"status": "missing"},
            printed("E", *BURNLEY[1:]) | no_rate | {"status": "suppressed"},
            printed("F", *BURNLEY[1:]) | {"period_end": dt.date(2017, 12, 31)},
            printed("G", *BURNLEY[1:]) | {"dataset_id": "another"},
        ],
        [*two_years, *moved, *counts("C", 2016, 23, 3485)],
        [broken],
    )
    assert reconciled(con).observed == (
        "nothing to compare; not compared: 1 across a break of our series, 1 for periods without "
        "a rate of ours, 1 printed as missing, 1 printed as suppressed, 2 without the counts of "
        "all years"
    )


def test_a_rate_that_we_fail_to_compute_is_a_difference(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    given([printed(*BURNLEY)], counts("E07000117", 2016, 23, 3485))
    assert (reconciled(con).compared, reconciled(con).offending) == (1, 1)
    assert reconciled(con).rows[0]["expected"] == "no rate of ours"


def test_a_code_is_one_area_in_every_boundary_set(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    older = {"geography_vintage": SETS[0]}
    given(
        [printed(*BURNLEY)],
        counts("E07000117", 2016, 23, 3485, **older),
        [ours("E07000117", 2016, 23, 3485, **older)],
    )
    assert (reconciled(con).compared, reconciled(con).offending) == (1, 0)


def test_the_rarest_reason_is_listed_first(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    revised, occurred = ("E07000001", "E07000002"), "E07000003"
    family = {"source_family": "ons_occurrence"}
    given(
        [printed(area, *BURNLEY[1:]) for area in (*revised, occurred)],
        [
            *(row for area in revised for row in counts(area, 2016, 23, 3486)),
            *counts(occurred, 2016, 22, 3485, **family),
        ],
        [
            *(ours(area, 2016, 23, 3486) for area in revised),
            ours(occurred, 2016, 22, 3485, **family),
        ],
    )
    finding = reconciled(con)
    assert [row["area_code"] for row in finding.explained] == [occurred, *revised]
    assert finding.note == "explained by: 2 BIRTHS-REVISED, 1 DATE-OF-REGISTRATION"


def test_a_waiver_explains_beside_the_known_reasons(
    con: duckdb.DuckDBPyConnection, given: Callable[..., None]
) -> None:
    given(
        [printed(*BURNLEY), printed("E99", *BURNLEY[1:])],
        [*counts("E07000117", 2016, 23, 3486), *counts("E99", 2016, 22, 3485)],
        [ours("E07000117", 2016, 23, 3486), ours("E99", 2016, 22, 3485)],
    )
    finding = reconciled(con)
    assert finding.observed == (
        "compared 2, equal 0, explained 1, unexplained 1; explained by: 1 BIRTHS-REVISED"
    )
    waiver = waivers.Waiver(
        waiver_id="W-1",
        rule_id="RECONCILE-FINGERTIPS",
        table=RATES,
        match={"area_code": frozenset({"E99"})},
        reason="A late registration.",
        evidence="the profile's page",
        owner="data-engineering",
        expires=dt.date(2030, 1, 1),
    )
    (after,) = waivers.apply([finding], [waiver], RATES, dt.date(2026, 1, 1)).findings
    assert after.observed.startswith("compared 2, equal 0, explained 2, unexplained 0")
    # A reason that the row proves is no waiver: nothing about it can expire.
    assert after.waiver_id == "W-1"
    assert [row["area_code"] for row in after.waived] == ["E99"]
    assert [row["area_code"] for row in after.explained] == ["E07000117"]
