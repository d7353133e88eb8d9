"""A published number is walked back to file, sheet, row and text."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from assets.release.channels.lineage import folder_of
from assets.release.publish import ReleaseOutcome
from assets.state.home import Home
from pipelines.commands.explain import explain
from tests.component.release import figures as f
from tests.component.release.figures import publish_without_pages as publish_without_pages
from tests.worlds import Worlds

Publish = Callable[..., ReleaseOutcome]
MISSOURI = {2008: (578, 80_963), 2009: (558, 78_905), 2010: (505, 76_759)}
"""Infant deaths and live births of Missouri, as the linked files have them."""

KEY = ("rates", "area_code=US-MO", "measure=infant_mortality", "period_end=2010-12-31",
       "window_type=rolling_3_year")  # fmt: skip


def cells() -> list[f.Row]:
    found = []
    for row, (year, (deaths, births)) in enumerate(MISSOURI.items(), 100):
        found.append(f.observation("US-MO", year, value=deaths, source_row=row))
        found.append(
            f.observation("US-MO", year, value=births, source_row=row, measure="live_births",
                          source_column="Births")
        )  # fmt: skip
    return found


def missouri() -> list[f.Row]:
    rows = [f.rate(d, b, **f.window(y)) for y, (d, b) in MISSOURI.items()]
    deaths, births = (sum(v[i] for v in MISSOURI.values()) for i in (0, 1))
    return [*rows, f.rate(deaths, births, **f.window(2008, 2010))]


def three_years_of_missouri(con: duckdb.DuckDBPyConnection, home: Home) -> ReleaseOutcome:
    f.write(con, "core.observations", cells())
    f.ready(con, missouri())
    return f.publish(con, home, pages=False)


@pytest.fixture
def released(worlds: Worlds, home: Home, request: pytest.FixtureRequest) -> ReleaseOutcome:
    outcome = worlds.begin(three_years_of_missouri, home, request)
    return replace(outcome, path=home.releases / outcome.path.name)


def missouri_and_others(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make a release of Missouri, regions, groups, withheld counts and what stands on rates."""
    groups = BLACK, WHITE
    observed = [
        *cells(), *(row for group in groups for row in of_group(*group)), *of_st_louis(),
        *of_hackney_and_the_city(), *of_state_extract(), *of_the_nation(),
    ]  # fmt: skip
    f.write(con, "core.observations", observed)
    hackney = {**f.series(CITY, "ons_registration"), "area_code": "X-EW-HC",
               "area_type": "custom_region"}  # fmt: skip
    span = {**f.window(2013, 2014), "window_type": "pooled", "value_status": "incomplete_window"}
    rates = [
        *(r for r in f.national() if r["area_code"] != "US-MO"), *missouri(),
        *(f.rate(n, b, stratum_type=RACE, stratum=name) for name, n, b in groups),
        *(f.rate(500, 80_000, **f.series("US-KS"), **twelve_months(y)) for y in (2009, 2010)),
        f.rate(400, 80_000, **f.series(measure="stillbirth")),
        f.rate(100, 10_000, **f.series("X-st-louis", area_type="custom_region")),
        f.rate(64, 10_000, **f.series("X-st-louis", "state_extract"), **f.window(2008)),
        f.rate(46, 8938, **hackney, **f.window(2013, 2014)),
        *(f.rate(n, 4000, **GUARDED, **f.window(y)) for y, n in WITHHELD.items()),
        f.rate(31, 12000, **GUARDED, **f.window(2008, 2010)),
        f.rate(None, None, **f.series("K04000001", "ons_occurrence"), **span),
    ]  # fmt: skip
    steps = {"period_start": date(2008, 4, 1), "period_end": date(2010, 3, 31)}
    disparity = {
        **f.series(), **f.window(2010), "stratum_type": RACE, "stratum": BLACK[0],
        "reference_stratum": WHITE[0], "rate": 12.5, "reference_rate": 5.83, "rate_per": 1000,
        "rate_ratio": 2.14, "value_status": "ok", "method_version": "1.0.0",
    }  # fmt: skip
    f.ready(
        con, rates, rankings=[f.ranking(1)], disparities=[disparity],
        trends=[trend(2008, 2009), trend(2009, 2010), trend(2008, 2010, area="US-KS") | steps],
        members=[*members_of("X-st-louis", "29189", "29510"),
                 *members_of("X-EW-HC", CITY, HACKNEY, vintage=hackney["geography_vintage"])],
    )  # fmt: skip
    f.publish(con, home, pages=False)


@pytest.fixture
def others(worlds: Worlds) -> Home:
    """A home with that release. Read only."""
    return worlds.made(missouri_and_others)


def members_of(region: str, *codes: str, vintage: object = "us-states") -> list[f.Row]:
    return [
        {"region_code": region, "geography_vintage": vintage, "member_code": code,
         "definition": "regions.yaml"} for code in codes
    ]  # fmt: skip


RACE = "race_and_hispanic_origin"
BLACK, WHITE = ("non_hispanic_black", 150, 12_000), ("non_hispanic_white", 350, 60_000)


def of_group(name: str, deaths: int, births: int) -> list[f.Row]:
    stratum = {"stratum_type": RACE, "stratum": name}
    return [
        f.observation("US-MO", 2010, value=deaths, **stratum),
        f.observation("US-MO", 2010, value=births, measure="live_births", **stratum),
    ]


def of_st_louis() -> list[f.Row]:
    return [
        row
        for code, deaths in (("29189", 40), ("29510", 60))
        for row in (
            f.observation(code, 2010, value=deaths),
            f.observation(code, 2010, value=5000, measure="live_births"),
        )
    ]


CITY, HACKNEY, BOTH = "E09000001", "E09000012", "E09000001, E09000012"


def of_hackney_and_the_city() -> list[f.Row]:
    # 2013: births are printed jointly, deaths one by one.
    english = {"source_family": "ons_registration"}
    return [
        f.observation(CITY, 2013, value=0, **english),
        f.observation(HACKNEY, 2013, value=28, **english),
        f.observation(BOTH, 2013, value=4500, measure="live_births", **english),
        f.observation(CITY, 2014, value=0, **english),
        f.observation(HACKNEY, 2014, value=18, **english),
        f.observation(BOTH, 2014, value=18, **english),
        f.observation(CITY, 2014, value=61, measure="live_births", **english),
        f.observation(HACKNEY, 2014, value=4377, measure="live_births", **english),
    ]


GUARDED = f.series("29001", "state_extract")
WITHHELD = {2008: 2, 2009: 15, 2010: 14}


def of_state_extract() -> list[f.Row]:
    own = {"source_family": "state_extract", "raw_text": None}
    counts = [("29001", year, deaths, 4000) for year, deaths in WITHHELD.items()]
    counts += [("29189", 2008, 4, 5000), ("29510", 2008, 60, 5000)]
    return [
        row
        for code, year, deaths, births in counts
        for row in (
            f.observation(code, year, value=deaths, **own),
            f.observation(code, year, value=births, measure="live_births", **own),
        )
    ]


def of_the_nation() -> list[f.Row]:
    own = {"source_family": "ons_occurrence"}
    return [f.observation("K04000001", y, value=n, **own) for y, n in ((2013, 2700), (2014, 2600))]


def twelve_months(year: int) -> f.Row:
    kind = {"window_type": "rolling_12_month"}
    return kind | {"period_start": date(year - 1, 4, 1), "period_end": date(year, 3, 31)}


def trend(first: int, last: int, **other: Any) -> f.Row:
    return {
        **f.series(**other), "trend_type": "year_on_year",
        "period_start": date(first, 1, 1), "period_end": date(last, 12, 31), "points": 2,
        "change_percent": -1.0, "test": "z", "verdict": "no_significant_change",
        "value_status": "ok", "method_version": "1.0.0",
    }  # fmt: skip


def run(home: Home, *words: str) -> Result:
    return CliRunner().invoke(explain, words, env={"IMR_HOME": str(home.root)})


def explained(home: Home, *words: str) -> list[dict[str, Any]]:
    result = run(home, *words, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.output)
    return found


def test_a_window_is_walked_back_to_its_cells(home: Home, released: ReleaseOutcome) -> None:
    (rate,) = explained(home, *KEY)[0]["stands_on"]
    assert rate["formula"] == (
        f"1,000 × infant_deaths / live_births = 1,000 × 1,641 / 236,627 = {1641000 / 236627:.10g}"
    )
    deaths, births = rate["parts"]
    assert [(c["period_start"], c["value"], c["row"]) for c in deaths["cells"]] == [
        ("2008-01-01", 578, 100), ("2009-01-01", 558, 101), ("2010-01-01", 505, 102),
    ]  # fmt: skip
    assert [c["value"] for c in births["cells"]] == [80_963, 78_905, 76_759]
    assert {c["column"] for c in births["cells"]} == {"Births"}
    assert deaths["adds_up"] and births["adds_up"]
    (vintage,) = rate["vintages"]
    assert (vintage["vintage_id"], vintage["file_name"]) == (f.VINTAGE, "wonder.txt")
    assert len(vintage["sha256"]) == 64


def test_the_tree_says_the_same_to_a_person(home: Home, released: ReleaseOutcome) -> None:
    said = run(home, *KEY).output
    for part in (
        "rates: Missouri infant_mortality rolling_3_year, 2008-2010",
        "1,000 × 1,641 / 236,627",
        "US-MO 2009 infant_deaths: 558  [wonder@0123456789ab row 101, column 'Deaths']",
        "wonder.txt, retrieved 2026-06-01T02:15:00+00:00",
        "Period linked file: deaths that occurred in the period, linked to births",
        "corrections: none",
        "checked by 2 rules, 2 passed",
    ):
        assert part in said
    assert "DOES NOT ADD UP" not in said


def test_a_number_that_its_cells_do_not_give_is_marked(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    wrong = [{**c, "value": 579} if c["value"] == 578 else c for c in cells()]
    f.write(con, "core.observations", wrong)
    f.ready(con, missouri())
    publish()
    assert "numerator 1,641 = infant_deaths  DOES NOT ADD UP" in run(home, *KEY).output


def test_text_correction_and_waiver_are_shown(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    rows = cells()
    rows[0] |= {"raw_text": "578 (r)", "correction_id": "C-7", "source_sheet": "Table 3"}
    f.write(con, "core.observations", rows)
    f.ready(con, missouri())
    f.give_evidence(con, ["published.rates"], outcome="waived", waiver_id="W-1")
    publish()
    said = run(home, *KEY).output
    assert "sheet Table 3, row 100, column 'Deaths'; text '578 (r)'; correction C-7]" in said
    assert "corrections: C-7" in said
    assert "waived T-KEY on published.rates" in said


def test_an_old_release_is_explained_from_its_own_counts(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish, released: ReleaseOutcome
) -> None:
    new = [{**c, "value": 600, "vintage_id": "wonder@fedcba987654"} if c["value"] == 578 else c
           for c in cells()]  # fmt: skip
    f.write(con, "core.observations", new)
    rates = missouri()
    rates[-1] = f.rate(1663, 236_627, **f.window(2008, 2010))
    f.ready(con, rates)
    publish(2)
    then = explained(home, *KEY, "--release", "2026.06.01")[0]["stands_on"][0]
    now = explained(home, *KEY)[0]["stands_on"][0]
    assert [p["cells"][0]["value"] for p in (then["parts"][0], now["parts"][0])] == [578, 600]
    assert then["parts"][0]["adds_up"]
    assert {v["vintage_id"] for v in now["vintages"]} == {f.VINTAGE, "wonder@fedcba987654"}


def test_other_tables_stand_on_rates(others: Home) -> None:
    (found,) = explained(others, "rankings", "area_code=US-MO", "rank_on=unrounded")
    assert found["row"]["rank"] == 1
    assert found["stands_on"][0]["parts"][0]["cells"][0]["value"] == 505


def test_a_region_is_walked_back_to_its_members(others: Home) -> None:
    key = ("rates", "area_code=X-st-louis", "source_family=nchs_linked")
    deaths, _ = explained(others, *key)[0]["stands_on"][0]["parts"]
    assert [(c["area_code"], c["value"]) for c in deaths["cells"]] == [("29189", 40), ("29510", 60)]
    assert deaths["adds_up"]


def test_a_region_is_walked_back_to_counts_that_members_share(others: Home) -> None:
    parts = explained(others, "rates", "area_code=X-EW-HC")[0]["stands_on"][0]["parts"]
    assert [part["adds_up"] for part in parts] == [True, True]
    assert [(c["area_code"], c["value"]) for c in parts[1]["cells"]] == [
        (CITY, 61),
        (BOTH, 4500),
        (HACKNEY, 4377),
    ]


def test_withheld_counts_are_not_shown(others: Home) -> None:
    key = ("rates", "area_code=29001", "period_end=2008-12-31")
    rate = explained(others, *key)[0]["stands_on"][0]
    assert rate["parts"][0]["cells"][0]["value"] is None
    assert rate["parts"][0]["cells"][0]["status"] == "withheld"
    assert "no number: withheld to protect a small count" in run(others, *key).output


def test_a_shown_region_does_not_give_its_counties_away(others: Home) -> None:
    key = ("rates", "area_code=X-st-louis", "source_family=state_extract")
    rate = explained(others, *key)[0]["stands_on"][0]
    assert rate["result"]["numerator"] == 64
    assert [c["value"] for c in rate["parts"][0]["cells"]] == [None, None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rates", "area_code=US-MO", "measure=infant_mortalit"), "there is measure=infant_mor"),
        (("rates", "area=US-MO"), "rates has no column area; it has source_family,"),
        (("rates", "US-MO"), "'US-MO' is not of the form column=value"),
        (("rate", "area_code=US"), "has no table 'rate'; it has rates,"),
        (("areas", "area_code=US"), "areas does not stand on rates"),
        (("areas", "country=US"), "areas does not stand on rates"),
        (
            ("rates", "area_code=US-ZZ", "measure=infant_mortalit"),
            "no row of rates has area_code=US-ZZ measure=infant_mortalit stratum_type=all",
        ),
    ],
)
def test_wrong_use(home: Home, released: ReleaseOutcome, words: tuple[str, ...], said: str) -> None:
    result = run(home, *words)
    assert result.exit_code == 2
    assert said in result.output


def proposed(said: str) -> list[str]:
    """Words of the command line that an answer proposes, after ``imr explain``."""
    lines = [part for part in said.splitlines() if "imr explain " in part]
    return shlex.split(lines[0].partition("imr explain ")[2])


def test_too_many_rows_say_how_to_choose(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    f.write(con, "core.observations", cells())
    f.ready(con, [f.rate(500, 80_000, **f.window(y)) for y in range(2000, 2010)])
    publish()
    result = run(home, "rates", "area_code=US-MO")
    assert result.exit_code == 2
    assert "10 rows of rates have that key; name period_start, period_end as well" in result.output
    (found,) = explained(home, *proposed(result.output))
    assert found["row"]["period_end"] == "2009-12-31"


def test_each_of_several_rows_has_its_own_command_line(others: Home) -> None:
    both = explained(others, "trends", "area_code=US-MO")
    assert len(both) == 2
    for one in both:
        (alone,) = explained(others, *shlex.split(one["command"])[2:])
        assert alone["row"] == one["row"]
    said = run(others, "trends", "area_code=US-MO").output
    assert f"this one alone: IMR_HOME={others.root} {both[0]['command']}" in said
    assert "this one alone" not in run(others, *shlex.split(both[0]["command"])[2:]).output


def test_a_step_of_12_months_stands_on_the_windows_at_its_ends(others: Home) -> None:
    (found,) = explained(others, "trends", "area_code=US-KS")
    ends = [one["key"]["period_end"] for one in found["stands_on"]]
    assert ends == ["2009-03-31", "2010-03-31"]


def test_a_disparity_needs_no_total(others: Home) -> None:
    key = ("disparities", "area_code=US-MO", "measure=infant_mortality", "period_end=2010-12-31")
    (found,) = explained(others, *key)
    assert [r["parts"][0]["cells"][0]["value"] for r in found["stands_on"]] == [150, 350]
    assert f"{RACE} {BLACK[0]} against {WHITE[0]}" in run(others, *key).output


def test_what_a_producer_prints_is_shown_also_where_it_makes_no_rate(others: Home) -> None:
    (found,) = explained(others, "rates", "area_code=K04000001", "window_type=pooled")
    deaths, _ = found["stands_on"][0]["parts"]
    assert [(c["value"], c["status"]) for c in deaths["cells"]] == [(2700, "ok"), (2600, "ok")]


def test_a_sum_under_the_line_stands_in_brackets(others: Home) -> None:
    (found,) = explained(others, "rates", "measure=stillbirth")
    assert found["stands_on"][0]["formula"].startswith(
        "1,000 × stillbirths / (live_births + stillbirths) = 1,000 × 400 / 80,000 = 5"
    )


def test_without_the_record_it_says_so(home: Home, released: ReleaseOutcome) -> None:
    folder = folder_of(home, released.version)
    folder.rename(Path(f"{folder}.moved"))
    result = run(home, *KEY)
    assert result.exit_code == 1
    assert "are not on this machine" in result.output
