"""What makes a number true: searched in figures that were made by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rates.rounding import half_away
from assets.release.claim_search.in_words import match_in_words
from assets.release.claim_search.search import Found, Match, search_tables
from assets.release.claim_search.tables import COLUMNS
from assets.schema.strata.vocabulary import groups_of

US = {
    "nchs_mortality": {2008: (28_059, 4_247_694), 2009: (26_412, 4_130_665),
                       2010: (24_586, 3_999_386)},
    "nchs_linked": {2008: (28_075, 4_247_726), 2009: (26_408, 4_130_665),
                    2010: (24_572, 3_999_386)},
}  # fmt: skip
"""Infant deaths and live births of the United States, NVSR 59-10, 60-3, 61-4, and linked files."""
BY_ORIGIN = {"non_hispanic_black": (6536, 583_786), "non_hispanic_white": (10_191, 2_094_051)}
"""Linked file of 2016."""

Row = dict[str, Any]


def figure(
    family: str, counts: tuple[float, float] | None, first: int, last: int = 0, **o: Any
) -> Row:
    deaths, births = counts or (None, None)
    length = (last or first) - first + 1
    return {
        "source_family": family, "geography_vintage": "US", "area_code": "US",
        "area_name": "United States", "area_type": "country", "measure": "infant_mortality",
        "stratum_type": "all", "stratum": "all",
        "window_type": "annual" if length == 1 else f"rolling_{length}_year",
        "period_start": date(first, 1, 1), "period_end": date(last or first, 12, 31),
        "numerator": deaths, "denominator": births,
        "rate": 1000 * deaths / births if deaths is not None and births else None, "rate_per": 1000,
        "mean_of_rates": None, "is_provisional": False,
        "value_status": "ok" if counts else "suppressed",
        "is_preferred": family == "nchs_linked", "release": "2026.06.02", "release_order": 1, **o,
    }  # fmt: skip


def national() -> list[Row]:
    rows = []
    for family, years in US.items():
        rows += [figure(family, counts, year) for year, counts in years.items()]
        for first in (2008, 2009):
            pair = [years[first], years[first + 1]]
            mean = sum(1000 * d / b for d, b in pair) / 2
            total = (sum(d for d, _ in pair), sum(b for _, b in pair))
            rows.append(figure(family, total, first, first + 1, mean_of_rates=mean))
    return rows


def of_state(
    code: str, name: str, counts: Sequence[tuple[float, float] | None], **o: Any
) -> list[Row]:
    where = {"area_code": code, "area_name": name, "area_type": "state", **o}
    return [figure("nchs_linked", c, year, **where) for year, c in enumerate(counts, 2008)]


MISSOURI = of_state("US-MO", "Missouri", [(578, 80_963), (558, 78_905), (505, 76_759)])
KANSAS = of_state("US-KS", "Kansas", [(302, 41_815), None, (252, 40_649)])
AREAS = [("US", "United States", "country", None), ("US-MO", "Missouri", "state", "US"),
         ("US-KS", "Kansas", "state", "US"), ("US-IN", "Indiana", "state", "US")]  # fmt: skip


def opened(rows: Sequence[Row], earlier: Sequence[Row] = ()) -> duckdb.DuckDBPyConnection:
    """Return tables as the search finds them in a release."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE areas (area_code VARCHAR, area_name VARCHAR, area_type VARCHAR, "
        "parent_code VARCHAR, geography_vintage VARCHAR)"
    )
    con.executemany("INSERT INTO areas VALUES (?, ?, ?, ?, 'US')", AREAS)
    kinds = {
        "period_start": "DATE", "period_end": "DATE", "numerator": "DOUBLE", "rate": "DOUBLE",
        "denominator": "DOUBLE", "mean_of_rates": "DOUBLE", "rate_per": "BIGINT",
        "is_provisional": "BOOLEAN", "is_preferred": "BOOLEAN", "release_order": "BIGINT",
    }  # fmt: skip
    names = (*COLUMNS, "is_preferred", "release", "release_order")
    columns = ", ".join(f"{name} {kinds.get(name, 'VARCHAR')}" for name in names)
    for table, held in (("now_rates", rows), ("earlier_rates", earlier), ("printed", [])):
        con.execute(f"CREATE TABLE {table} ({columns})")
        if held:
            marks = ", ".join("?" for _ in names)
            con.executemany(
                f"INSERT INTO {table} VALUES ({marks})", [[row[n] for n in names] for row in held]
            )
    con.execute("ALTER TABLE printed ADD COLUMN printed_by VARCHAR")
    return con


@pytest.fixture(scope="module")
def held() -> Iterator[duckdb.DuckDBPyConnection]:
    groups = [
        figure("nchs_linked", c, 2016, stratum_type="hispanic_origin", stratum=g)
        for g, c in BY_ORIGIN.items()
    ]
    before = [
        {**MISSOURI[2], "numerator": 511.0, "rate": 511_000 / 76_759, "release": "2026.06.01"}
    ]
    con = opened([*national(), *MISSOURI, *KANSAS, *groups], before)
    yield con
    con.close()


def best(found: Found) -> dict[str, Any]:
    return match_in_words(found.true[0], found)


def as_stated(found: Found) -> list[Match]:
    return [m for m in found.true if m.is_as_stated]


def test_the_claim_of_a_ranking_is_true_of_other_years(held: duckdb.DuckDBPyConnection) -> None:
    # America's Health Rankings 2013; methods, 3.4: 2008-2009 is 6.50, 2009-2010 is 6.27.
    found = search_tables(held, "6.3 US 2008-2009")
    assert not as_stated(found)
    assert best(found)["departs"] == ["2009-2010, not 2008-2009"]
    assert best(found)["made_of"] == "50,980 infant deaths / 8,130,051 live births"
    assert {m["value_text"] for m in (match_in_words(n, found) for n in found.nearly)} == {
        "6.5028 per 1,000", "6.5013 per 1,000", "6.5014 per 1,000", "6.4999 per 1,000",
    }  # fmt: skip


def test_pooled_and_mean_of_rates_are_told_apart(held: duckdb.DuckDBPyConnection) -> None:
    (only,) = as_stated(search_tables(held, "6.4999 US 2008-2009"))
    assert (only.figure["taken_as"], only.figure["source_family"]) == (
        "mean_of_rates", "nchs_mortality",
    )  # fmt: skip
    assert (
        "mean of 2 annual rates, not pooled"
        in match_in_words(only, search_tables(held, "1 US"))["how"]
    )


def test_a_window_that_was_not_released_is_computed(held: duckdb.DuckDBPyConnection) -> None:
    found = search_tables(held, "6.93 Missouri 2008-2010")
    row = best(found)
    assert (row["basis"], row["made_of"]) == (
        "computed", "1,641 infant deaths / 236,627 live births",
    )  # fmt: skip
    assert [w.split("period_end=")[1].split()[0] for w in row["explain"]] == [
        "2008-12-31", "2009-12-31", "2010-12-31",
    ]  # fmt: skip


def test_no_window_is_computed_over_a_year_that_is_withheld(
    held: duckdb.DuckDBPyConnection,
) -> None:
    # 302 and 252 deaths of 2008 and 2010, and nothing of 2009.
    for words in ("554 deaths Kansas 2008-2010", "6.7 Kansas 2008-2010", "6.7 Kansas 2008-2009"):
        found = search_tables(held, words)
        assert not as_stated(found)
        of_kansas = [m for m in (*found.true, *found.nearly) if m.figure["area_set"] == "US-KS"]
        assert all(m.figure["basis"] != "computed" for m in of_kansas), words


def test_a_window_that_is_withheld_is_not_computed_from_its_years() -> None:
    window = figure("nchs_linked", None, 2008, 2010, area_code="US-MO", area_name="Missouri")
    with opened([*MISSOURI, window]) as con:
        found = search_tables(con, "1,641 deaths Missouri 2008-2010")
    assert not as_stated(found)
    assert {m.figure["period_end"].year - m.figure["period_start"].year for m in found.nearly} <= {
        0,
        1,
    }


def test_no_window_is_computed_across_a_break_of_the_series() -> None:
    broken = figure("nchs_linked", None, 2008, 2009, area_code="US-MO", area_name="Missouri",
                    value_status="series_break")  # fmt: skip
    with opened([*MISSOURI, broken]) as con:
        assert not search_tables(con, "1,641 deaths Missouri 2008-2010").true
        assert search_tables(con, "1,063 deaths Missouri 2009-2010").true


def test_areas_that_are_named_together_are_added_up(held: duckdb.DuckDBPyConnection) -> None:
    # 2008: 578 + 302 deaths, 80,963 + 41,815 births.
    found = search_tables(held, "7.17 Missouri and Kansas 2008")
    assert best(found)["made_of"] == "880 infant deaths / 122,778 live births"
    assert best(found)["area_name"] == "Kansas + Missouri"
    assert len(best(found)["explain"]) == 2
    assert not search_tables(held, "6.6 Missouri and Kansas 2009").true, "Kansas is withheld"


def test_an_earlier_release_may_have_had_the_number(held: duckdb.DuckDBPyConnection) -> None:
    found = search_tables(held, "511 deaths Missouri 2010")
    (only,) = as_stated(found)
    assert (only.figure["basis"], only.figure["release"]) == ("earlier", "2026.06.01")
    assert best(found)["explain"][0].endswith("--release 2026.06.01")


def test_a_group_and_the_ratio_of_two(held: duckdb.DuckDBPyConnection) -> None:
    assert best(search_tables(held, "11.2 Black US 2016"))["stratum"] == "non_hispanic_black"
    found = search_tables(held, "2.3 Black-White US 2016")
    assert best(found)["value_text"] == "2.3005 times"
    assert len(best(found)["explain"]) == 2
    assert not search_tables(held, "2.3 White-Black US 2016").true
    assert as_stated(search_tables(held, "Black babies 130% higher than White, US 2016"))


def test_a_change_between_two_periods(held: duckdb.DuckDBPyConnection) -> None:
    # 24,586 / 3,999,386 against 28,059 / 4,247,694: 6.1474 / 6.6057 = -6.94 %.
    found = search_tables(held, "-6.94% US 2008 2010")
    assert [m.figure["source_family"] for m in as_stated(found)] == ["nchs_mortality"]
    assert len(as_stated(search_tables(held, "fell 7% US 2008 to 2010"))) == 2
    assert not as_stated(search_tables(held, "rose 7% US 2008 to 2010"))


def test_the_name_of_an_area_is_the_area(held: duckdb.DuckDBPyConnection) -> None:
    # It is a group too: mothers born there.
    born = list(groups_of("country_of_birth_of_mother"))
    held.execute("BEGIN")
    for place, name in enumerate(groups_of("country_of_birth_of_mother")[b].name for b in born[:3]):
        held.execute("INSERT INTO areas VALUES (?, ?, 'country', NULL, 'US')", [f"A{place}", name])
        found = search_tables(held, f"4 {name} 2009")
        assert (found.stated.areas, found.stated.groups) == ([(f"A{place}",)], [])
        assert search_tables(held, f"4 born in {name} 2009").stated.groups
    held.execute("ROLLBACK")


def test_one_death_in_so_many_births(held: duckdb.DuckDBPyConnection) -> None:
    # 76,759 / 505.
    assert best(search_tables(held, "1 in 152 Missouri 2010"))["value_text"] == "one in 152.00"


def test_without_an_area_only_what_is_stated_counts(held: duckdb.DuckDBPyConnection) -> None:
    found = search_tables(held, "7.1 2008-2009")
    assert {m.figure["area_set"] for m in found.true} == {"US-MO"}, "1,136 / 159,868 = 7.106"


def test_nothing_found_says_what_is_nearest(held: duckdb.DuckDBPyConnection) -> None:
    found = search_tables(held, "3.1 US 1950")
    assert not found.true
    assert (found.searched["as_stated"], bool(found.nearly)) == (0, True)
    assert found.searched["figures"] > 10


COUNT = st.integers(20, 5000)


@settings(max_examples=6)
@given(
    st.lists(st.tuples(COUNT, st.integers(5000, 10**6)), min_size=2, max_size=3),
    st.integers(0, 2), st.integers(1, 3), st.booleans(),
)  # fmt: skip
def test_the_words_of_a_released_row_find_it_and_one_unit_beside_does_not(
    counts: list[tuple[int, int]], which: int, decimals: int, up: bool
) -> None:
    rows = of_state("US-IN", "Indiana", counts)
    row = rows[which % len(rows)]
    exact = Fraction(1000) * counts[which % len(rows)][0] / counts[which % len(rows)][1]
    shown = half_away(exact, decimals)
    with opened(rows) as con:
        year = row["period_end"].year
        found = search_tables(con, f"{shown} per 1,000 Indiana {year}")
        assert (year, "rate") in _plain(found)
        beside = Fraction(shown) + (1 if up else -1) * Fraction(10) ** -decimals
        if beside > 0:
            found = search_tables(con, f"{half_away(beside, decimals)} per 1,000 Indiana {year}")
            assert (year, "rate") not in _plain(found)
        count = search_tables(con, f"{row['numerator']:,} deaths Indiana {year}")
        assert (year, "numerator") in _plain(count)
        count = search_tables(con, f"{row['numerator'] + 1:,} deaths Indiana {year}")
        assert (year, "numerator") not in _plain(count)


def _plain(found: Found) -> set[tuple[int, str]]:
    """Return years and quantities that are the number as it is usually rounded."""
    return {
        (m.figure["period_end"].year, m.figure["taken_as"])
        for m in as_stated(found)
        if m.way is not None and m.way.cost == 0
    }
