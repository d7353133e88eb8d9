"""Shares of births with a trait: sums of groups, Wilson limits, bounds of what is not known."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.core.observations import counts
from assets.core.observations.traits import add_traits
from assets.rates.rates import build_rates
from assets.schema.registry import table
from assets.schema.traits import traits
from assets.state.warehouse import replace_table, sql_of
from expectations.complaints import complaints
from tests.component.rates.core_tables import CoreTables, one, printed_of
from tests.component.rates.week_tables import AREAS, FAMILY, core_of, rows_of, single_weeks

US, BOTH = "US", AREAS["17"]
WEEKS = ("under_20", "20_27", "28_31", "32_36", "37_41", "42_and_over")
CARE = {
    "none": 59_493, "1_3": 2_850_229, "4_6": 617_791, "7": 99_000, "8": 50_000, "9": 20_196,
    "not_stated": 110_192, "excluded": 138_662,
}  # fmt: skip
"""Births of the United States of 2016 by the month in which prenatal care began (CDC WONDER, linked
records 2007-2016); 169,196 of the third trimester, here in three months that are made up. The 10th
month, of whose 312 births none died, is no row."""
WEIGHTS = {
    "under_1000": 2_167, "1000_1499": 2_861, "1500_1999": 7_270, "2000_2499": 28_705,
    "2500_2999": 104_070, "3000_3499": 218_985, "3500_3999": 171_414, "4000_and_over": 54_084,
    "implausible": 15_515, "not_stated": 408,
}  # fmt: skip
"""Live births of England and Wales of 2022 (ONS, child mortality workbook 2022, Table 9)."""


def written(core: CoreTables) -> duckdb.DuckDBPyConnection:
    """Write core tables with what their counts by groups add up to, and the rates of them."""
    con = core.write()
    con.execute(
        "CREATE TEMP TABLE harmonised AS SELECT *, 'count' AS kind, 1 AS vintage_position, "
        "0 AS precedence, CAST(NULL AS BIGINT) AS rate_per, CAST(NULL AS BIGINT) AS decimals "
        "FROM core.observations"
    )
    add_traits(con)
    replace_table(con, table("core.observations"), sql_of(counts.__file__, "observations"))
    build_rates(con)
    return con


def born(
    core: CoreTables, area: str, dimension: str, groups: dict[str, int], **options: str
) -> None:
    """Add live births by the groups of a dimension."""
    for group, births in groups.items():
        core.count(area, 2016, "live_births", births, stratum=(dimension, group), **options)


@pytest.fixture(scope="module")
def shares() -> duckdb.DuckDBPyConnection:
    """Shares of a nation, and of areas with few births or a group that is absent or withheld."""
    core = CoreTables()
    born(core, US, "prenatal_care", CARE, kind="country")
    born(core, BOTH, "birth_weight", WEIGHTS, family=FAMILY, kind="country_group")
    for area, births in {
        "US-AL": (0, 0, 0, 0, 50, 0),
        "US-AK": (0, 50, 0, 0, 0, 0),
        "US-AZ": (0, 1, None, 3, 50, 0),
        "US-AR": (0, 0, 0, 0, 0, 0),
        "US-CA": (0, 10, 20, 50, 20, 0),
        "US-CO": (0, None, 20, 30, 950, 0),
    }.items():
        known = {g: b for g, b in zip(WEEKS, births, strict=True) if b is not None}
        born(core, area, "gestation", known)
    born(core, "US-CA", "gestation", {"not_stated": 20})
    core.count(
        "US-CO", 2016, "live_births", None, status="suppressed", stratum=("gestation", "20_27")
    )
    for group, births in zip(WEEKS, (0, 1, 1, 1, 7, 0), strict=True):
        core.count(
            US, 2016, "live_births", births, kind="country",
            stratum=("gestation|race_bridged", f"{group}|black"),
        )  # fmt: skip
    return written(core)


def of(con: duckdb.DuckDBPyConnection, area: str, measure: str, stratum: str = "all") -> dict:
    return one(
        con, f"area_code = '{area}' AND measure = '{measure}' AND stratum = '{stratum}' "
        "AND window_type = 'annual'"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("area", "measure", "births", "known", "percent", "lower", "upper"),
    [
        (US, "no_prenatal_care", 59_493, 3_696_709, "1.609350", "1.596573", "1.622228"),
        (US, "late_or_no_prenatal_care", 228_689, 3_696_709, "6.186286", "6.161774", "6.210890"),
        (BOTH, "low_birth_weight", 41_003, 589_556, "6.954895", "6.890240", "7.020111"),
        (BOTH, "very_low_birth_weight", 5_028, 589_556, "0.852845", "0.829691", "0.876640"),
    ],
)
def test_shares_of_those_of_whom_it_is_known(
    shares: duckdb.DuckDBPyConnection, area: str, measure: str, births: int, known: int,
    percent: str, lower: str, upper: str,
) -> None:  # fmt: skip
    row = of(shares, area, measure)
    assert (row["numerator"], row["denominator"], row["rate_per"]) == (births, known, 100)
    limits = (row["rate"], row["ci_lower_95"], row["ci_upper_95"])
    assert [f"{value:.6f}" for value in limits] == [percent, lower, upper]
    assert (row["ci_method"], row["rate_eb"], row["funnel"]) == ("wilson", None, None)


def test_bounds_are_of_those_who_were_asked(shares: duckdb.DuckDBPyConnection) -> None:
    row = of(shares, US, "no_prenatal_care")
    assert [f"{row[c]:.4f}" for c in ("bound_lower", "bound_upper")] == ["1.5628", "4.4573"]
    assert row["share_unknown"] == pytest.approx(110_192 / (3_696_709 + 110_192))
    assert (row["value_status"], printed_of(row)) == ("ok", "1.61")


def test_a_share_of_few_known_is_unreliable(shares: duckdb.DuckDBPyConnection) -> None:
    row = of(shares, "US-CA", "preterm")
    assert (row["value_status"], row["rate"]) == ("unreliable", 80)
    assert "16.7 percent" in row["status_reason"]
    assert [row[c] for c in ("bound_lower", "bound_upper")] == [
        pytest.approx(100 * 80 / 120), pytest.approx(100 * 100 / 120),
    ]  # fmt: skip


def test_none_and_all(shares: duckdb.DuckDBPyConnection) -> None:
    none, everyone = of(shares, "US-AL", "preterm"), of(shares, "US-AK", "extremely_preterm")
    assert (none["rate"], none["ci_lower_95"], round(none["ci_upper_95"], 5)) == (0, 0, 7.13476)
    assert (everyone["rate"], round(everyone["ci_lower_95"], 5)) == (100, 92.86524)
    assert everyone["ci_upper_95"] == 100
    nobody = of(shares, "US-AR", "preterm")
    assert (nobody["rate"], nobody["value_status"]) == (None, "missing")


def test_a_gap_between_groups_is_no_share(shares: duckdb.DuckDBPyConnection) -> None:
    found = shares.execute(
        "SELECT DISTINCT measure, value_status FROM rates.rates WHERE area_code = 'US-AZ' "
        "AND measure LIKE '%preterm' AND rate IS NOT NULL"
    ).fetchall()
    assert found == []


def test_a_withheld_group_withholds_what_it_is_part_of(shares: duckdb.DuckDBPyConnection) -> None:
    for measure in ("preterm", "very_preterm", "extremely_preterm"):
        row = of(shares, "US-CO", measure)
        assert (row["value_status"], row["rate"], row["bound_upper"]) == ("suppressed", None, None)


def test_shares_within_another_group(shares: duckdb.DuckDBPyConnection) -> None:
    row = of(shares, US, "preterm", "black")
    assert (row["stratum_type"], row["rate"]) == ("race_bridged", 30)


def test_no_rule_is_broken(shares: duckdb.DuckDBPyConnection) -> None:
    assert complaints(shares, ["rates.rates"]) == []


def test_weeks_of_the_real_table(shared_data: Path) -> None:
    con = written(core_of({BOTH: single_weeks(rows_of(shared_data, "17"))}))
    expected = {
        "preterm": (47_360, "7.858142", "7.790476", "7.926345"),
        "very_preterm": (7_447, "1.235633", "1.208052", "1.263835"),
        "extremely_preterm": (2_836, "0.470559", "0.453595", "0.488156"),
    }
    for measure, (births, *percent) in expected.items():
        row = of(con, BOTH, measure)
        assert (row["numerator"], row["denominator"]) == (births, 602_687)
        assert [f"{row[c]:.6f}" for c in ("rate", "ci_lower_95", "ci_upper_95")] == percent
        assert row["bound_lower"] < row["rate"] < row["bound_upper"]


def test_every_declared_trait_stands_on_groups_that_there_are() -> None:
    single = ["none", *map(str, range(1, 11)), "not_stated", "excluded"]
    care = {t.count: t.parts(single, []) for t in traits() if t.dimension == "prenatal_care"}
    assert care["births_of_known_prenatal_care"] == tuple(single[:11])
    assert care["births_with_late_or_no_prenatal_care"] == ("none", "7", "8", "9", "10")
    assert care["births_of_unknown_prenatal_care"] == ("not_stated",)
