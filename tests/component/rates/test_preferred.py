"""Of several rows of one figure exactly one is preferred, and one preferred row is the latest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.core.declarations import build_areas
from assets.disclosure.published_tables import publish_tables
from assets.rates import measures
from assets.rates.preferred import add_places, marked
from assets.rates.rates import build_rates
from assets.schema.producers import all_series
from expectations.relational import rules_of, run
from expectations.suites import registry_table
from tests.component.rates.core_tables import CoreTables, one, rates
from tests.component.release import figures as f

SHOWN = ("ok", "unreliable")
RULES = ("RATES-PREFERRED", "RATES-LATEST")
EW = "ons_occurrence"


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    return con


def broken(con: duckdb.DuckDBPyConnection, name: str = "rates.rates") -> dict[str, int]:
    """How many comparisons break each of the two rules."""
    chosen = [r for r in rules_of(name) if r.rule.rule_id in RULES]
    findings = run(con, chosen, name, registry_table(name))
    assert [x.error for x in findings if x.error] == []
    assert all(x.compared for x in findings)
    return {x.rule.rule_id: x.offending for x in findings}


def preferred(con: duckdb.DuckDBPyConnection, where: str = "true") -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT place_code, area_code, geography_vintage, source_family, period FROM rates.rates "
        f"WHERE is_preferred AND measure = 'infant_mortality' AND window_type = 'annual' "
        f"AND {where} ORDER BY ALL"
    ).fetchall()


def test_the_order_of_the_series_is_that_of_the_page_on_methods(repository: Path) -> None:
    text = (repository / "docs" / "methods.md").read_text(encoding="utf-8")
    section = text.partition("## Which row to use")[2].partition("\n## ")[0]
    for country in ("US", "EW"):
        ordered = sorted(
            (s for s in all_series().values() if country in s.countries),
            key=lambda s: s.preference,
        )
        places = [section.index(f"`{s.name}`") for s in ordered]
        assert places == sorted(places), country


@pytest.mark.parametrize(
    ("shown", "taken"),
    [
        (("nchs_linked", "nchs_mortality", "state_extract"), "nchs_linked"),
        (("nchs_mortality", "state_extract"), "nchs_mortality"),
        (("state_extract",), "state_extract"),
        ((), None),
    ],
)
def test_a_number_comes_first_then_the_order_of_the_series(
    shown: tuple[str, ...], taken: str | None
) -> None:
    core = CoreTables()
    for family in ("state_extract", "nchs_mortality", "nchs_linked"):
        core.infant("US-MO", 2019, 500, 70000, family=family)
        core.infant("US-MO", 2020, 480 if family in shown else None, 69000, family=family)
    with closing(built(core)) as con:
        # Where nobody has a figure of the last year, the series end before it.
        expected = [("US-MO", "US-MO", "US", taken, "2020")] if taken else []
        assert preferred(con, "period = '2020'") == expected
        assert preferred(con, "period = '2019'")[0][3] == "nchs_linked"
        latest = one(con, "is_latest AND window_type = 'annual'")
        assert (latest["period"], latest["source_family"]) == (
            ("2020", taken) if shown else ("2019", "nchs_linked")
        )
        assert broken(con) == dict.fromkeys(RULES, 0)


def test_what_is_withheld_comes_before_what_is_missing() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, None, 69000, family="nchs_linked")
    core.infant("US-KS", 2020, 400, 69000, family="nchs_linked")
    core.count("US-MO", 2020, "infant_deaths", None, status="suppressed", family="nchs_mortality")
    core.count("US-MO", 2020, "live_births", 69000, family="nchs_mortality")
    with closing(built(core)) as con:
        assert preferred(con, "area_code = 'US-MO'")[0][3] == "nchs_mortality"
        assert rates(con, "is_latest AND area_code = 'US-MO'") == []


def test_the_newest_boundary_set_is_preferred() -> None:
    core = CoreTables()
    for vintage in ("EW-2023-04", "EW-2013-04"):
        core.area("E08000007", "metropolitan_district", vintage)
        core.infant("E08000007", 2011, 20, 3700, family="ons_registration", vintage=vintage)
    with closing(built(core)) as con:
        assert preferred(con) == [
            ("E08000007", "E08000007", "EW-2023-04", "ons_registration", "2011")
        ]


def registered_areas(core: CoreTables) -> CoreTables:
    """Take the areas from the registry."""
    with closing(core.write()) as con:
        build_areas(con)
        for row in con.execute("SELECT * FROM core.areas").df().to_dict("records"):
            row = {k: None if pd.isna(v) else v for k, v in row.items()}
            core.areas[str(row["area_code"]), str(row["geography_vintage"])] = row
    return core


@pytest.fixture(scope="module")
def recoded() -> Iterator[duckdb.DuckDBPyConnection]:
    """Barnsley under both of its codes, Corby and what it was merged into, Northumberland."""
    core = registered_areas(CoreTables())
    for year, code, vintage in (
        (2022, "E08000016", "EW-2023-04"),
        (2023, "E08000016", "EW-2023-04"),
        (2023, "E08000038", "EW-2025-04"),
        (2024, "E08000038", "EW-2025-04"),
        (2012, "E06000048", "EW-2012-04"),
        (2012, "E06000057", "EW-2023-04"),
        (2018, "E07000150", "EW-2019-04"),
        (2018, "E06000061", "EW-2023-04"),
        (2024, "E06000061", "EW-2025-04"),
    ):
        core.infant(code, year, 10, 2700, family=EW, vintage=vintage)
    with closing(built(core)) as con:
        yield con


def test_an_area_with_a_new_code_stands_once_in_every_answer(
    recoded: duckdb.DuckDBPyConnection,
) -> None:
    assert preferred(recoded, "place_code = 'E08000038'") == [
        ("E08000038", "E08000016", "EW-2023-04", EW, "2022"),
        ("E08000038", "E08000038", "EW-2025-04", EW, "2023"),
        ("E08000038", "E08000038", "EW-2025-04", EW, "2024"),
    ]
    latest = one(recoded, "is_latest AND area_name = 'Barnsley' AND window_type = 'annual'")
    assert (latest["area_code"], latest["period"]) == ("E08000038", "2024")
    assert [row[1] for row in preferred(recoded, "area_name = 'Northumberland'")] == ["E06000057"]
    assert broken(recoded) == dict.fromkeys(RULES, 0)


def test_an_area_that_was_merged_is_another_one(recoded: duckdb.DuckDBPyConnection) -> None:
    assert [row[:2] for row in preferred(recoded, "period = '2018'")] == [
        ("E06000061", "E06000061"),
        ("E07000150", "E07000150"),
    ]


def test_periods_are_words_that_no_reader_takes_for_a_number_of_another_kind() -> None:
    core = CoreTables()
    for year in range(2016, 2021):
        core.infant("US", year, 22000, 3800000, kind="country")
    core.infant("US", ("12_months_ending", "2024-06-01", "2025-05-31"), 20000, 3600000,
                family="nchs_provisional", kind="country")  # fmt: skip
    core.pool("nchs_linked", "US", 2017, 2020)
    with closing(built(core)) as con:
        said = {(r["window_type"], r["period"]) for r in rates(con, "is_latest")}
    assert said == {
        ("annual", "2020"),
        ("rolling_2_year", "2019-2020"),
        ("rolling_3_year", "2018-2020"),
        ("rolling_5_year", "2016-2020"),
        ("pooled", "2017-2020"),
        ("rolling_12_month", "12 months to 2025-05"),
    }


def test_what_is_withheld_here_is_not_preferred_to_what_is_shown(
    con: duckdb.DuckDBPyConnection,
) -> None:
    supplied = f.series("US-MO", "state_extract")
    f.fill(
        con,
        [
            f.rate(5, 8000, **supplied, **f.window(2010)),
            f.rate(40, 8000, **supplied, **f.window(2009)),
            f.rate(60, 8100, **f.series("US-MO", "nchs_provisional"), **f.window(2010)),
            f.rate(5, 8000, **f.series("US-KS", "state_extract"), **f.window(2010)),
            f.rate(40, 8000, **f.series("US-KS", "state_extract"), **f.window(2009)),
        ],
    )
    publish_tables(con)
    found = f.rows(con, "published.rates", "is_preferred OR is_latest")
    assert set(
        zip(found.area_code, found.source_family, found.period, found.is_latest, strict=True)
    ) == {
        ("US-MO", "state_extract", "2009", False),
        ("US-MO", "nchs_provisional", "2010", True),
        ("US-KS", "state_extract", "2009", True),
        ("US-KS", "state_extract", "2010", False),
    }
    assert broken(con, "published.rates") == dict.fromkeys(RULES, 0)


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("is_preferred = true", "RATES-PREFERRED"),
        ("is_preferred = false", "RATES-PREFERRED"),
        ("is_preferred = NOT is_preferred", "RATES-PREFERRED"),
        ("is_latest = true", "RATES-LATEST"),
        ("is_latest = false", "RATES-LATEST"),
        ("is_latest = period_end = DATE '2019-12-31'", "RATES-LATEST"),
    ],
)
def test_the_rules_find_wrong_marks(damage: str, rule: str) -> None:
    core = CoreTables()
    for year in (2019, 2020):
        core.infant("US-MO", year, 500, 70000)
        core.infant("US-MO", year, 501, 70000, family="nchs_mortality")
    with closing(built(core)) as con:
        assert broken(con) == dict.fromkeys(RULES, 0)
        con.execute(f"UPDATE rates.rates SET {damage}").fetchall()
        assert broken(con)[rule] > 0


FAMILIES = tuple(all_series())
ROW = st.fixed_dictionaries(
    {
        "source_family": st.sampled_from(FAMILIES),
        "area_code": st.sampled_from(["E08000016", "E08000038", "E07000150", "US", "X-TWO"]),
        "geography_vintage": st.sampled_from(["EW-2013-04", "EW-2023-04", "EW-2025-04", "US"]),
        "stratum": st.sampled_from(["all", "1"]),
        "window_type": st.sampled_from(["annual", "pooled"]),
        "year": st.integers(2018, 2021),
        "years": st.integers(1, 3),
        "value_status": st.sampled_from(
            ["ok", "unreliable", "suppressed", "missing", "series_break"]
        ),
    }
)
KEY = ("source_family", "area_code", "geography_vintage", "stratum", "window_type", "year", "years")
GROUP = ("place_code", "stratum", "window_type", "period_start", "period_end")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=40, unique_by=lambda r: tuple(r[k] for k in KEY)))
def test_every_figure_has_one_preferred_row_and_every_series_of_them_one_latest(
    places: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, object]]
) -> None:
    frame = pd.DataFrame(rows)
    frame["measure"], frame["stratum_type"] = "infant_mortality", "all"
    frame["period_start"] = [
        date(y - n + 1, 1, 1) for y, n in zip(frame.year, frame.years, strict=True)
    ]
    frame["period_end"] = [date(y, 12, 31) for y in frame.year]
    places.register("given", frame)
    found = places.execute(f"SELECT * FROM ({marked('given', 'value_status')})").df()
    assert len(found) == len(rows)
    found["shown"] = found.value_status.isin(SHOWN)
    found["order"] = [all_series()[name].preference for name in found.source_family]
    newest: dict[object, list[pd.Series]] = defaultdict(list)
    for _, same in found.groupby(list(GROUP)):
        (taken,) = same[same.is_preferred].to_dict("records")
        assert taken["shown"] == same.shown.any()
        if taken["shown"]:
            rivals = same[same.shown]
            assert taken["order"] == rivals.order.min()
            rivals = rivals[rivals.order == taken["order"]]
            assert taken["geography_vintage"] == rivals.geography_vintage.max()
            newest[tuple(taken[c] for c in GROUP[:3])].append(taken["period_end"])
    for key, alike in found.groupby(list(GROUP[:3])):
        latest = alike[alike.is_latest]
        assert list(latest.period_end) == ([max(newest[key])] if key in newest else [])
        assert (latest.is_preferred & latest.shown).all()


@pytest.fixture(scope="module")
def places() -> Iterator[duckdb.DuckDBPyConnection]:
    """Places of all areas of the registry."""
    with closing(CoreTables().write()) as con:
        build_areas(con)
        measures.register(con)
        add_places(con)
        yield con
