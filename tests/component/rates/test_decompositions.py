"""Why two rates differ, from counts to the rows of the table.

Expected numbers agree with R (DemoDecomp, DasGuptR) and come from the ONS child mortality workbook
2022 and CDC WONDER's linked file 2016, as cited beside each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from assets.rates.decompositions.pairs import pairs
from assets.rates.definitions import MethodError
from tests.component.rates.decomposition_tables import (
    ENGLAND,
    GRAMS,
    LINKED,
    NCHS,
    ONS,
    THREE_GROUPS,
    WALES,
    WEEKS,
    built,
    named,
    nations,
    offending,
    parts,
    put,
)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    core = nations()
    # Table 23: neonatal deaths of England by weeks.
    put(core, (LINKED, ENGLAND, 2019), named(WEEKS, [414, 326, 265, 116, 171, 292, 1, 48],
        [425, 488, 1944, 4842, 39789, 560765, 10, 1877]), (1674, 610140), unlinked=41)  # fmt: skip
    put(core, (LINKED, ENGLAND, 2010), named(WEEKS, [239, 364, 414, 192, 236, 487, 4, 54],
        [244, 475, 2200, 5412, 39937, 627216, 69, 6852]), (2015, 682405), unlinked=25)  # fmt: skip
    # Tables 22 and 26.
    put(core, (LINKED, ENGLAND, 2022), named(THREE_GROUPS, [627, 844, 179], [801, 573511, 2331]),
        (1685, 576643), unlinked=35)  # fmt: skip
    put(core, (LINKED, ENGLAND, 2021), named(THREE_GROUPS, [685, 812, 48], [836, 592345, 2119]),
        (1633, 595300), unlinked=88)  # fmt: skip
    put(core, (LINKED, WALES, 2022), named(THREE_GROUPS, [25, 44, 6], [36, 28203, 41]),
        (76, 28280), unlinked=1)  # fmt: skip
    # CDC WONDER leaves out groups of 1 to 9 deaths; what the totals have beside is two of them.
    of_weight: dict[str, Any] = {"dimension": "birth_weight", "deaths": "infant_deaths"}
    put(core, (NCHS, "US-AL", 2016), named(GRAMS, [240, 30, 90, 163], [645, 533, 4931, 49266]),
        (534, 59151), **of_weight)  # fmt: skip
    put(core, (NCHS, "US-WA", 2016), named(GRAMS, [146, 21, 72, 138], [363, 527, 4912, 75200]),
        (391, 90505), **of_weight)  # fmt: skip
    # Black and white mothers by age (made up), one group of which is withheld.
    ages = ("under_20", "20_24", "25_29", "30_34", "35_39", "40_and_over")
    for race, deaths in (("black", [60, 90, 80, 70, 50, 25]), ("white", [50, 80, 90, 80, 60, 30])):
        births = [6000, 9000, 9500, 9000, 5000, 1500]
        more = [b * (3 if race == "white" else 1) for b in births]
        put(core, (NCHS, "US", 2016), named(ages, deaths, more), (sum(deaths), sum(more)),
            dimension="age_of_mother", deaths="infant_deaths",
            within=("race_bridged", race))  # fmt: skip
    return built(core)


def test_england_2019_against_2010(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "england_gestation:%/2019:%", groups=8)
    sums = {factor: row["part"] for (factor, group), row in found.items() if group == "all"}
    assert sums == pytest.approx(
        {"difference": -0.209159355, "composition": 0.310494139, "rate": -0.550216050,
         "unlinked": 0.030562556},
        abs=1e-9,
    )  # fmt: skip
    centred = found["composition", "under_22"]
    assert centred["part_centred"] == pytest.approx(0.330194, abs=6e-7)
    assert found["rate", "not_stated"]["part"] == pytest.approx(0.116034, abs=6e-7)
    whole = found["difference", "all"]
    assert (whole["deaths"], whole["reference_births"]) == (1674, 682405)
    assert whole["rate"] == pytest.approx(1000 * 1674 / 610140)
    assert whole["share_unknown"] == pytest.approx(0.20, abs=0.005)
    # One death in a group of ten births.
    assert (whole["value_status"], whole["caution"]) == ("unreliable", "few_deaths")
    assert whole["status_reason"] == "fewer than 5 deaths in inconsistent"
    assert {row["interval_method"] for row in found.values()} == {"bootstrap"}
    assert found["rate", "24_27"]["direction"] == "lowers"
    assert found["composition", "24_27"]["direction"] == "not_distinguishable"
    assert whole["sentence"].startswith(
        "Neonatal mortality of England 2019 is 2.74 per 1,000, of England 2010 2.95: −0.21. Of "
        "this, +0.31 because births are distributed otherwise over weeks of gestation by"
    )
    assert whole["sentence"].endswith("+0.03 in deaths that belong to no group of births.")


def test_groups_of_two_tables_are_merged_to_those_of_both(con: duckdb.DuckDBPyConnection) -> None:
    coarse = parts(con, "england_gestation:%/2019:%", groups=3)
    assert {group for _, group in coarse} == {"all", *THREE_GROUPS}
    under = coarse["composition", "under_24"]
    assert (under["deaths"], under["births"]) == (740, 913)
    assert under["members"] == "under_22 22_23"
    assert (
        coarse["difference", "all"]["grouping_id"]
        != (parts(con, "england_gestation:%/2019:%", groups=8)["difference", "all"]["grouping_id"])
    )
    assert coarse["difference", "all"]["value_status"] == "ok"
    assert coarse["difference", "all"]["interval_method"] == "delta"


@pytest.mark.parametrize(
    ("pair", "expected", "unknown"),
    [
        ("england_gestation:%/2022:%", (0.178930530, 0.011117653, 0.254941371, -0.087128494), 0.66),
        ("england_wales:%", (0.234673643, 0.370882808, -0.161544618, 0.025335454), 0.63),
    ],
)
def test_where_unknown_groups_dominate_nothing_is_said(
    con: duckdb.DuckDBPyConnection, pair: str, expected: tuple[float, ...], unknown: float
) -> None:
    found = parts(con, pair)
    factors = ("difference", "composition", "rate", "unlinked")
    seen = [found[factor, "all"]["part"] for factor in factors]
    assert seen == pytest.approx(expected, abs=1e-9)
    whole = found["difference", "all"]
    assert whole["share_unknown"] == pytest.approx(unknown, abs=0.005)
    assert (whole["value_status"], whole["caution"]) == ("unreliable", "unknown_dominates")
    assert whole["sentence"] is None
    assert {row["direction"] for row in found.values()} == {None}


def test_two_states_and_the_deaths_averted(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "alabama_washington:%", "infant_mortality")
    whole = found["difference", "all"]
    assert whole["rate_difference"] == pytest.approx(4.707539253, abs=1e-9)
    assert found["composition", "all"]["part"] == pytest.approx(3.215543271, abs=1e-9)
    assert found["rate", "all"]["part"] == pytest.approx(1.491995983, abs=1e-9)
    averted = [whole[f"averted_{name}"] for name in ("all", "distribution", "rates", "interaction")]
    assert averted == pytest.approx([278.46, 187.04, 85.09, -6.33], abs=0.005)
    rest = found["rate", "other"]
    assert (rest["deaths"], rest["births"], rest["members"]) == (11, 3776, "")
    assert "other is what the totals have beside the groups that are shown" in rest["status_reason"]
    assert len(found) == 14


def test_black_and_white_by_age_of_mother(con: duckdb.DuckDBPyConnection) -> None:
    found = parts(con, "black_white:%", "infant_mortality")
    whole = found["difference", "all"]
    assert whole["pair_id"] == (
        "black_white:nchs_linked/US/race_bridged=black/2016:nchs_linked/US/race_bridged=white/2016"
    )
    assert (whole["stratum"], whole["reference_stratum"]) == ("black", "white")
    assert whole["rate"] == pytest.approx(1000 * 375 / 40000)
    # Both have the same distribution over ages.
    assert found["composition", "all"]["part"] == pytest.approx(0, abs=1e-12)
    assert found["rate", "all"]["part"] == pytest.approx(1000 * (375 / 40000 - 390 / 120000))


def test_an_explicit_pair_says_what_is_missing(con: duckdb.DuckDBPyConnection) -> None:
    row = parts(con, "us_gestation:%", "infant_mortality")["difference", "all"]
    assert row["value_status"] == "missing"
    assert row["status_reason"] == (
        "no figures for infant mortality by gestation of United States 2013 (nchs_linked) and "
        "United States 2007 (nchs_linked)"
    )
    assert (row["grouping_id"], row["period_end"].year) == ("none", 2013)


def test_parts_add_up_in_every_pair(con: duckdb.DuckDBPyConnection) -> None:
    assert offending(con, "DECOMPOSITIONS-SUM") == 0
    assert offending(con, "DECOMPOSITIONS-WITHHELD") == 0


@pytest.mark.parametrize(
    "damage",
    [
        "part = part + 2e-9 WHERE group_code = '24_27' AND factor = 'rate'",
        "part_centred = part_centred + 2e-9 WHERE group_code = '24_27' AND factor = 'composition'",
        "averted_rates = averted_rates + 0.01 WHERE pair_kind = 'state_state'",
        "group_code = '24_28', part = NULL WHERE group_code = '24_27' AND factor = 'rate'",
        "rate = rate + 0.01 WHERE pair_kind = 'state_state'",
    ],
)
def test_parts_that_do_not_add_up_are_found(con: duckdb.DuckDBPyConnection, damage: str) -> None:
    con.execute("BEGIN")
    con.execute(f"UPDATE rates.decompositions SET {damage}")
    found = offending(con, "DECOMPOSITIONS-SUM")
    con.execute("ROLLBACK")
    assert found > 0


@pytest.fixture(scope="module")
def odd() -> duckdb.DuckDBPyConnection:
    """One withheld group in two states, and a break between two years of England."""
    core = nations()
    few = named(("under_1000", "1000_1499", "1500_2499"), [240, 30, 90], [645, 533, 57000])
    for state in ("US-AL", "US-WA"):
        put(
            core, (NCHS, state, 2016), few, (367, 59151),
            dimension="birth_weight", deaths="infant_deaths",
        )  # fmt: skip
    core.breaks.append(
        {
            "source_family": LINKED,
            "measure": "neonatal_mortality",
            "area_code": "*",
            "first_year": 2015,
            "kind": "definition",
            "reason": "weeks are counted otherwise",
            "source": "test",
        }  # fmt: skip
    )
    for year in (2010, 2019):
        groups = named(THREE_GROUPS, [600, 800, 50], [800, 500000, 2000])
        put(core, (LINKED, ENGLAND, year), groups, (1450, 502800))
    return built(core)


def test_one_withheld_group_leaves_a_reason(odd: duckdb.DuckDBPyConnection) -> None:
    row = parts(odd, "alabama_washington:%", "infant_mortality")["difference", "all"]
    assert row["value_status"] == "missing"
    assert row["status_reason"] == (
        "of Alabama 2016 one group is withheld, and what its total has beside the others would "
        "give it away"
    )


def test_no_pair_across_a_break(odd: duckdb.DuckDBPyConnection) -> None:
    found = odd.execute(
        "SELECT pair_id, status_reason FROM rates.decompositions WHERE status_reason LIKE '%break%'"
    ).fetchall()
    assert found == [
        (
            "england_gestation:ons_linked_births/E92000001/2019:ons_linked_births/E92000001/2010",
            "the years lie on two sides of a break in 2015: weeks are counted otherwise",
        )
    ]
    counted = "SELECT count(*) FROM rates.decompositions WHERE part IS NOT NULL"
    assert odd.execute(counted).fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dimensions": ["shoe_size"]}, "names 'shoe_size'; expected one of"),
        ({"reference": {}}, "compares a rate with itself"),
        ({"reference": {"source_family": "ons_registration"}}, "Say under still_differs"),
        ({"factors": "three"}, "three factors, which infant_mortality alone has"),
    ],
)
def test_a_pair_that_cannot_be_meant(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    pair = {
        "name": "one", "kind": "year_year", "measures": ["neonatal_mortality"],
        "dimensions": ["gestation"],
        "own": {"source_family": ONS, "area_codes": [ENGLAND], "year": 2019},
        "reference": {"year": 2010}, **change,
    }  # fmt: skip
    file = tmp_path / "pairs.yaml"
    file.write_text(yaml.safe_dump({"pairs": [pair], "groupings": {"gestation": [{}]}}))
    with pytest.raises(MethodError, match=said):
        pairs(file)
