"""Sections below the headline: what they say of figures that the producers published."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from assets.release.documents.page.authorities import authorities
from assets.release.documents.page.disparities import disparities
from assets.release.documents.page.nations import nations
from assets.release.documents.page.section import Release, Section
from assets.release.documents.page.targets import targets
from assets.release.documents.page.twelve_months import twelve_months
from tests.component.release import figures as f
from tests.component.release.page import published as p

ENGLAND = "E92000001"


def made(section: object, con: duckdb.DuckDBPyConnection) -> Section:
    found: Section = section(Release(con, p.FACTS))  # type: ignore[operator]
    return found


def sentences(section: Section) -> str:
    return " ".join([*section.findings, *(figure.finding for figure in section.figures)])


def test_a_year_of_another_series_is_not_joined(con: duckdb.DuckDBPyConnection) -> None:
    rates = [
        p.rate("US", "nchs_linked", year, deaths, births)
        # National Vital Statistics Reports: the linked file of 2004 is not among the extracts.
        for year, deaths, births in (
            (2003, 27_992, 4_090_007), (2005, 28_382, 4_138_573), (2006, 28_507, 4_265_593),
        )
    ]  # fmt: skip
    rates.append(p.rate("US", "nchs_mortality", 2004, 27_936, 4_112_052))
    p.fill(con, rates=rates)
    section = made(nations, con)
    (figure,) = section.figures
    # One line joins 2005 and 2006; 2003 and 2004 stand alone, the latter hollow.
    assert figure.narrow.count('stroke-width="2"') == 1
    assert figure.narrow.count('fill="#fefefe"') == 1
    assert any("not joined" in note for note in figure.notes)
    assert (
        section.findings[0]
        == "United States: from 6.84 in 2003 to 6.68 in 2006 (NCHS linked file)."
    )


def provisional(month: int, deaths: int, births: int, **other: object) -> f.Row:
    """Twelve months ending in a month of 2020, as NCHS printed them (VSRR, provisional counts)."""
    end = {11: date(2020, 11, 30), 12: date(2020, 12, 31)}[month]
    return p.rate(
        "US", "nchs_provisional", 2020, deaths, births, window_type="rolling_12_month",
        period=f"12 months to 2020-{month}",
        period_start=date(2019 + month // 12, month % 12 + 1, 1),
        period_end=end, decimals=1, is_provisional=True, **other,
    )  # fmt: skip


def test_what_an_earlier_edition_gave_is_shown_faintly(con: duckdb.DuckDBPyConnection) -> None:
    rates = [
        provisional(11, 19_900, 3_630_000),
        provisional(12, 19_600, 3_614_000, is_latest=True),
    ]
    p.fill(con, rates=rates,
           sources=[f.vintage("vsrr@1", position=1), f.vintage("vsrr@2", position=2)])  # fmt: skip
    revision = {
        "source_family": "nchs_provisional", "area_code": "US", "geography_vintage": "us-states",
        "period_type": "12_months_ending", "period_start": date(2020, 1, 1),
        "period_end": date(2020, 12, 31), "measure": "live_births", "stratum_type": "all",
        "stratum": "all", "previous_vintage_id": "vsrr@1", "previous_value": 3_611_000.0,
        "previous_status": "ok", "vintage_id": "vsrr@2", "value": 3_614_000.0, "status": "ok",
    }  # fmt: skip
    f.write(con, "core.revisions", [revision])
    section = made(twelve_months, con)
    # 19,600 / 3,611,000 = 5.4279 before, 19,600 / 3,614,000 = 5.4234 now.
    assert section.findings[-1] == (
        "1 figure was restated by a later edition: 12 months to 2020-12 from 5.428 to 5.423."
    )
    (figure,) = section.figures
    assert figure.table.rows[0][-1] == "5.428"
    assert 'opacity="0.45"' in figure.narrow


def test_earlier_counts_that_nobody_printed_are_not_shown(con: duckdb.DuckDBPyConnection) -> None:
    own = provisional(12, 19_600, 3_614_000) | {"source_family": "state_extract"}
    p.fill(con, rates=[own], sources=[f.vintage("x@1"), f.vintage("x@2", position=2)])
    revision = {
        "source_family": "state_extract", "area_code": "US", "geography_vintage": "us-states",
        "period_type": "12_months_ending", "period_start": date(2020, 1, 1),
        "period_end": date(2020, 12, 31), "measure": "infant_deaths", "stratum_type": "all",
        "stratum": "all", "previous_vintage_id": "x@1", "previous_value": 3.0,
        "previous_status": "ok", "vintage_id": "x@2", "value": 19_600.0, "status": "ok",
    }  # fmt: skip
    f.write(con, "core.revisions", [revision])
    assert "No figure of twelve months was restated" in sentences(made(twelve_months, con))


def authority(code: str, name: str, deaths: int, births: int, **other: object) -> f.Row:
    """ONS, Child and infant mortality 2022: infant deaths and births by authority."""
    return p.rate(
        code, "ons_occurrence", 2022, deaths, births, area_type="unitary_authority",
        area_name=name, geography_vintage="EW-2023-04", is_latest=True, **other,
    )  # fmt: skip


@pytest.fixture
def england(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    old = authority("E07000026", "Allerdale", 3, 755)
    p.fill(
        con,
        rates=[
            p.rate(ENGLAND, "ons_occurrence", 2022, 2_240, 577_046, is_latest=True),
            authority("E06000039", "Slough", 21, 2_293, compared_with_nation="worse_998"),
            authority("E06000054", "Wiltshire", 3, 4_503, compared_with_nation="better_998",
                      value_status="unreliable", status_reason="fewer than 20 events"),
            authority("E06000063", "Cumberland", 9, 2_316, compared_with_nation="similar",
                      value_status="unreliable", status_reason="fewer than 20 events"),
            # The same babies in a district that Cumberland replaced.
            {**old, "geography_vintage": "EW-2021-04"},
        ],
    )  # fmt: skip
    return con


def test_authorities_are_of_one_boundary_set(england: duckdb.DuckDBPyConnection) -> None:
    said = sentences(made(authorities, england))
    assert "2022: of 3 authorities of England, 1 lies above England's 3.9 and 1 below it" in said
    assert "Above: Slough." in said
    assert "Allerdale" not in said
    assert "2 of 3 stand on fewer than 20 deaths" in said


def test_outliers_of_the_funnel_are_labelled(england: duckdb.DuckDBPyConnection) -> None:
    figure = made(authorities, england).figures[0]
    for picture in (figure.narrow, figure.wide):
        assert ">Slough</text>" in picture
        assert ">Wiltshire</text>" in picture
        assert "Cumberland" not in picture
    assert [row[0] for row in figure.table.rows] == ["Slough", "Cumberland", "Wiltshire"]


def test_deprivation_says_its_slope(con: duckdb.DuckDBPyConnection) -> None:
    """ONS, Child mortality 2022: deaths and births of two tenths, with our slope of all ten."""
    tenths = [
        p.rate(ENGLAND, "ons_occurrence", 2022, deaths, births, stratum_type="deprivation_decile",
               stratum=stratum)
        for stratum, deaths, births in (("1", 471, 76_729), ("10", 93, 41_895))
    ]  # fmt: skip
    slope = {
        **f.series(ENGLAND, "ons_occurrence"), "area_name": "England", "area_type": "country",
        "stratum_type": "deprivation_decile", "stratum": "1", "reference_stratum": "10",
        **f.window(2022), "rate": 6.1385, "reference_rate": 2.2198, "rate_per": 1000,
        "slope_index": -4.0717, "slope_index_lower_95": -4.656, "slope_index_upper_95": -3.4873,
        "value_status": "ok", "method_version": "1.0.0",
    }  # fmt: skip
    p.fill(con, rates=tenths, disparities=[slope])
    said = sentences(made(authorities, con))
    assert "6.1 in the most deprived tenth of England, 2.2 in the least deprived" in said
    assert "4.1 fewer deaths per 1,000 births from the most to the least deprived" in said
    assert "95 % interval 3.5 to 4.7" in said


def test_black_and_white_babies_as_ratio_and_difference(con: duckdb.DuckDBPyConnection) -> None:
    """Deaths and births of 2016 by bridged race of the mother, CDC WONDER."""
    groups = {"black": (7_044, 654_067), "white": (14_537, 2_945_970)}
    rates = [
        p.rate("US", "nchs_linked", 2016, deaths, births, stratum_type="race_bridged",
               stratum=group)
        for group, (deaths, births) in groups.items()
    ]  # fmt: skip
    black, white = (1000 * deaths / births for deaths, births in groups.values())
    pair = {
        **f.series("US"), "stratum_type": "race_bridged", "stratum": "black",
        "reference_stratum": "white", **f.window(2016), "rate": black, "reference_rate": white,
        "rate_per": 1000, "rate_ratio": black / white, "rate_ratio_lower_95": 2.12,
        "rate_ratio_upper_95": 2.25, "rate_difference": black - white,
        "rate_difference_lower_95": 5.57, "rate_difference_upper_95": 6.10,
        "ratio_change": 0.98, "ratio_change_p_value": 0.38,
        "previous_period_end": date(2015, 12, 31), "value_status": "ok",
        "method_version": "1.0.0",
    }  # fmt: skip
    p.fill(con, rates=rates, disparities=[pair])
    section = made(disparities, con)
    assert section.findings == [
        "United States, 2016, by bridged race of the mother (four groups): 10.77 per 1,000 for "
        "Black and 4.93 for White: 2.18 times as many (95 % interval 2.12 to 2.25), 5.8 more "
        "deaths per 1,000 births (5.6 to 6.1); the ratio is smaller than in 2015, no more than "
        "chance would make it."
    ]
    assert [figure.key for figure in section.figures] == ["disparity-ratio", "disparity-difference"]


def test_targets_say_their_distance(con: duckdb.DuckDBPyConnection) -> None:
    us = p.rate("US", "nchs_linked", 2023, 20_161, 3_596_017, is_latest=True)
    aim = f.target(target_id="healthy_people_2030", target_value=5.0, gap=0.6065, is_met=False,
                   is_latest=True, period="2023", share_achieved_percent=24.19,
                   **f.window(2023))  # fmt: skip
    aim |= {"area_code": "US", "area_name": "United States", "area_type": "country"}
    p.fill(con, rates=[us], targets=[aim])
    assert made(targets, con).findings == [
        "United States, Healthy People 2030: not met; infant mortality was 5.61 in 2023, 0.61 "
        "above the target of 5.0 per 1,000; 24 % of the way from its baseline."
    ]
