"""What makes a number true beside the rates: other tables, shares, and areas one by one.

Counts: CDC WONDER linked file 2016 (deaths and births by Hispanic origin), the others made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from assets.release.claim_search.elsewhere import in_words
from assets.release.claim_search.every_area import every_in_words
from assets.release.claim_search.search import search_tables
from assets.release.claim_search.tables import COLUMNS
from assets.release.claim_search.wording import NotUnderstoodError
from tests.component.release import figures as f
from tests.emptied import emptied

US = f.series("US", area_name="United States", area_type="country")
STATES = {"US-MO": ("Missouri", 505, 76_759), "US-KS": ("Kansas", 252, 40_649),
          "US-IA": ("Iowa", None, None)}  # fmt: skip
ORIGIN = {"non_hispanic_black": (6536, 583_786), "non_hispanic_white": (10_191, 2_094_051)}
YEAR = {"period_start": date(2010, 1, 1), "period_end": date(2010, 12, 31)}


def pair(factor: str, group: str, **numbers: float | None) -> f.Row:
    return {
        **f.series("US-MO", area_name="Missouri"), **f.window(2010), "pair_id": "one",
        "pair_kind": "state_state", "measure": "infant_mortality", "stratum_type": "all",
        "stratum": "all", "reference_source_family": "nchs_linked", "reference_area_code": "US-KS",
        "reference_area_name": "Kansas", "reference_geography_vintage": "US",
        "reference_stratum": "all", "reference_period_start": YEAR["period_start"],
        "reference_period_end": YEAR["period_end"], "dimension": "gestation",
        "grouping_id": "gestation.2.a", "factor": factor, "group_code": group,
        "group_name": "Under 24 weeks" if group != "all" else "All groups", "rate_per": 1000,
        "rate_difference": 0.3797, "value_status": "ok", "is_provisional": False,
        "method_version": "1.0.0", **numbers,
    }  # fmt: skip


def compared(code: str, name: str, ratio: float | None, difference: float | None) -> f.Row:
    return {
        "comparison_id": "infant_mortality, any week, annual 2010", "country": "US",
        "area_code": code, "area_name": name, "area_type": "state", "geography_vintage": "US",
        "measure": "infant_mortality", "gestation_from": "any", **f.window(2010),
        "source_family": "nchs_linked", "rate_per": 1000, "value_status": "ok",
        "reference_area_code": "US", "rate_ratio": ratio, "rate_difference": difference,
        "method_version": "1.0.0",
    }  # fmt: skip


@pytest.fixture(scope="module")
def held() -> Iterator[duckdb.DuckDBPyConnection]:
    rates = [
        f.rate(deaths, births, **f.series(code, area_name=name),
               **({} if deaths else {"value_status": "suppressed"}))
        for code, (name, deaths, births) in STATES.items()
    ]  # fmt: skip
    rates += [
        f.rate(d, b, **US, **f.window(2016), stratum_type="hispanic_origin", stratum=group)
        for group, (d, b) in ORIGIN.items()
    ]
    rates += [f.rate(23_161, 3_945_875, **US, **f.window(2016))]
    rates += [
        f.rate(228_689, 3_696_709, **{**US, "measure": "late_or_no_prenatal_care"},
               **f.window(2016), bound_lower=6.007, bound_upper=8.902, share_unknown=0.0289)
    ]  # fmt: skip
    rates[-1] |= {"rate_per": 100, "rate": 6.1863}
    with emptied() as con:
        f.write(con, "published.rates", [{**r, "is_preferred": True} for r in rates])
        f.write(con, "published.comparisons", [
            compared("US", "United States", None, None),
            compared("US-MO", "Missouri", 1.1208, 0.7093),
            {**compared("US-IA", "Iowa", None, None), "value_status": "suppressed"},
        ])  # fmt: skip
        f.write(con, "published.decompositions", [
            pair("difference", "all", part=0.3797, averted_all=29.14, averted_distribution=20.53,
                 averted_rates=9.62, averted_interaction=1.01),
            pair("composition", "under_24", part=0.2488, part_centred=0.2511),
            {**pair("rate", "under_24"), "value_status": "suppressed"},
        ])  # fmt: skip
        for name in ("rates", "comparisons", "decompositions"):
            con.execute(f"CREATE VIEW main.{name} AS SELECT * FROM published.{name}")
        con.execute(
            f"CREATE VIEW main.now_rates AS SELECT {', '.join(COLUMNS)}, is_preferred, '1' AS "
            "release, 1 AS release_order FROM published.rates"
        )
        con.execute("CREATE VIEW main.earlier_rates AS SELECT * FROM main.now_rates WHERE false")
        con.execute(
            "CREATE VIEW main.printed AS SELECT *, '' AS printed_by FROM main.now_rates WHERE false"
        )
        areas = [("US", "United States", "country", None)]
        areas += [(code, name, "state", "US") for code, (name, *_) in STATES.items()]
        con.execute(
            "CREATE TABLE main.areas (area_code VARCHAR, area_name VARCHAR, area_type VARCHAR, "
            "parent_code VARCHAR, geography_vintage VARCHAR)"
        )
        con.executemany("INSERT INTO main.areas VALUES (?, ?, ?, ?, 'US')", areas)
        yield con


def hits(con: duckdb.DuckDBPyConnection, words: str) -> list[dict[str, Any]]:
    return [in_words(hit, "1") for hit in search_tables(con, words).elsewhere]


@pytest.mark.parametrize(
    ("words", "name", "wording"),
    [
        ("1.12 times Missouri US 2010", "comparisons",
         "Infant mortality of Missouri 2010: times that of United States 2010"),
        ("0.71 higher Missouri US 2010", "comparisons",
         "Infant mortality of Missouri 2010: rate less that of United States 2010"),
        ("29 deaths averted Missouri 2010", "decompositions",
         "Infant mortality of Missouri 2010: deaths averted with births and risks of Kansas 2010 "
         "(Weeks of gestation by the best estimate of the delivery team)"),
        ("0.25 of the difference under 24 weeks Missouri Kansas 2010", "decompositions",
         "Infant mortality of Missouri 2010: part of the difference to Kansas 2010 that lies in "
         "births that are distributed otherwise, Under 24 weeks (Weeks of gestation by the best "
         "estimate of the delivery team)"),
        # 0.2488 / 0.3797.
        ("65.5% of the difference under 24 weeks Missouri Kansas 2010", "decompositions",
         "Infant mortality of Missouri 2010: share of the difference to Kansas 2010 that lies in "
         "births that are distributed otherwise, Under 24 weeks (Weeks of gestation by the best "
         "estimate of the delivery team)"),
        ("8.9% late or no prenatal care US 2016", "rates",
         "Late or no prenatal care of United States 2016: highest rate that those who are not "
         "known allow"),
        # 6,536 / 23,161 and 583,786 / 3,945,875.
        ("28.2% of deaths non-hispanic black US 2016", "rates",
         "Infant mortality of United States 2016 (Non-Hispanic Black): share of the deaths in this "
         "group, of all: 6536 of 23161"),
        ("14.8% of births non-hispanic black US 2016", "rates",
         "Infant mortality of United States 2016 (Non-Hispanic Black): share of the births in this "
         "group, of all: 583786 of 3945875"),
    ],
)  # fmt: skip
def test_a_number_beside_the_rates(
    held: duckdb.DuckDBPyConnection, words: str, name: str, wording: str
) -> None:
    found = hits(held, words)
    assert (found[0]["table"], found[0]["wording"]) == (name, wording)
    where = " AND ".join(f"{column} = ?" for column in found[0]["row"])
    counted = f"SELECT count(*) FROM {name} WHERE {where}"
    assert held.execute(counted, list(found[0]["row"].values())).fetchall() == [(1,)]


@pytest.mark.parametrize(
    "words",
    [
        "1.13 times Missouri US 2010",
        "0.71 lower Missouri US 2010",
        "31 deaths averted Missouri 2010",
        "29 deaths averted Missouri 2011",
        "29 deaths averted Kansas 2010",
        "0.25 of the difference at least 24 weeks Missouri 2010",
        "28.2% of deaths non-hispanic white US 2016",
        "8.9% late or no prenatal care US 2015",
        "1.12 times 2010",
    ],
)
def test_another_number_area_year_or_group_is_not_found(
    held: duckdb.DuckDBPyConnection, words: str
) -> None:
    assert not hits(held, words)


def test_every_area_is_judged_and_what_is_withheld_is_not_known(
    held: duckdb.DuckDBPyConnection,
) -> None:
    # 6.5790 in Missouri and 6.1994 in Kansas.
    found = search_tables(held, "every state more than 6 2010")
    (said,) = (every_in_words(each) for each in found.every)
    assert said["verdict"] == "unknown"
    assert said["wording"] == (
        "Infant mortality, 2010: true of 2 of 2 that are shown; nothing is known of 1"
    )
    assert said["true_of"] == [
        {"area_name": "Kansas", "value_text": "6.1994"},
        {"area_name": "Missouri", "value_text": "6.5790"},
    ]
    assert said["not_known_of"] == ["Iowa"]
    (one,) = search_tables(held, "all states under 6.2 per 1,000").every
    assert ([a for a, _ in one.true], [a for a, _ in one.false]) == (["Kansas"], ["Missouri"])
    assert every_in_words(one)["verdict"] == "false"
    (none,) = search_tables(held, "6.6 in every state 2010").every
    assert [a for a, _ in none.true] == ["Missouri"]


def test_what_is_withheld_answers_no_statement(held: duckdb.DuckDBPyConnection) -> None:
    # Whatever is asked of Iowa, the answer is the same.
    answers = []
    for number in range(1, 40):
        found = search_tables(held, f"{number}.5 Iowa 2010")
        every = search_tables(held, f"every state more than {number} 2010").every
        answers.append((len(found.true), len(found.elsewhere), [e.unknown for e in every]))
    assert {str(each) for each in answers} == {"(0, 0, [['Iowa']])"}


def test_of_every_area_only_rates_are_searched(held: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotUnderstoodError, match="only rates of one period"):
        search_tables(held, "505 deaths in every state 2010")
