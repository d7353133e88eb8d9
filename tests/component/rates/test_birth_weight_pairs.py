"""Birth weight in England and Wales: three factors, and perinatal periods of risk.

Counts: ONS child mortality workbook 2022, tables 9 and 10. Expected numbers were computed from them
by independent programs.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from assets.rates.decompositions.perinatal_periods import (
    NotPublishedError,
    build_perinatal_periods,
    four_cells,
)
from assets.rates.decompositions.periods_of_risk import excess
from tests.component.rates.decomposition_tables import BOTH, ONS, built, nations, offending, parts

WEIGHTS = ("all", "under_1000", "1000_1499", "1500_1999", "2000_2499", "2500_2999", "3000_3499",
           "3500_3999", "4000_and_over", "not_stated", "unlinked", "implausible")  # fmt: skip
# Table 9: live births, stillbirths, neonatal and postneonatal deaths.
TABLE_9 = {
    2010: [
        (723165, 3714, 2123, 954), (4034, 1091, 1034, 178), (4597, 494, 152, 59),
        (9980, 432, 116, 67), (31612, 461, 136, 104), (117158, 485, 178, 186),
        (255967, 392, 166, 171), (210576, 226, 86, 99), (81993, 124, 43, 29),
        (7248, 9, 180, 36), (None, None, 32, 25),
    ],
    2018: [
        (657076, 2689, 1828, 660), (2739, 925, 947, 99), (3482, 361, 105, 38),
        (8335, 318, 76, 45), (31103, 306, 108, 68), (108954, 310, 106, 95),
        (233167, 273, 111, 118), (189146, 114, 45, 60), (66266, 69, 30, 13),
        (13884, 13, 256, 105), (None, None, 44, 19),
    ],
    2019: [
        (640370, 2522, 1773, 617), (2472, 854, 851, 86), (3168, 365, 90, 25),
        (7854, 287, 60, 36), (29801, 246, 73, 75), (106376, 271, 77, 87),
        (228695, 241, 112, 100), (184365, 141, 44, 49), (62464, 53, 14, 19),
        (410, 0, 9, 4), (None, None, 43, 29), (14765, 64, 400, 107),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def by_weight() -> duckdb.DuckDBPyConnection:
    core = nations()
    for year, rows in TABLE_9.items():
        for code, row in zip(WEIGHTS, rows, strict=False):
            births, still, first, later = row
            stratum = ("all", "all") if code == "all" else ("birth_weight", code)
            for measure, count in (
                ("live_births", births), ("stillbirths", still), ("neonatal_deaths", first),
                ("postneonatal_deaths", later), ("infant_deaths", (first or 0) + (later or 0)),
            ):  # fmt: skip
                if count is not None:
                    core.count(BOTH, year, measure, count, family=ONS, stratum=stratum)
    con = built(core)
    build_perinatal_periods(con)
    return con


def test_three_factors_of_birth_weight(by_weight: duckdb.DuckDBPyConnection) -> None:
    found = parts(by_weight, "england_and_wales_birth_weight%", "infant_mortality", groups=9)
    sums = {factor: row["part"] for (factor, group), row in found.items() if group == "all"}
    assert sums == pytest.approx(
        {"composition": -0.212809660, "neonatal_risk": 0.016860010,
         "postneonatal_risk": -0.289544540, "unlinked": 0.017059134, "difference": -0.468435059},
        abs=5.1e-9,  # to eight decimals
    )  # fmt: skip
    whole = found["difference", "all"]
    assert whole["rate"] == pytest.approx(1000 * 2488 / 657076)
    assert (whole["deaths"], whole["reference_deaths"]) == (2488, 3077)
    assert offending(by_weight, "DECOMPOSITIONS-SUM") == 0


def test_birth_weight_is_not_compared_across_2019(by_weight: duckdb.DuckDBPyConnection) -> None:
    years = by_weight.execute(
        "SELECT DISTINCT year(period_end), year(reference_period_end) FROM rates.decompositions "
        "WHERE dimension = 'birth_weight' AND part IS NOT NULL"
    ).fetchall()
    assert years == [(2018, 2010)]


def test_perinatal_periods_of_risk(by_weight: duckdb.DuckDBPyConnection) -> None:
    rows = by_weight.execute(
        "SELECT * FROM rates.perinatal_periods WHERE year(period_end) = 2010"
    ).df().to_dict("records")  # fmt: skip
    found = {row["period_of_risk"]: row for row in rows}
    assert {name: row["deaths"] for name, row in found.items()} == {
        "maternal_health_prematurity": 3008, "maternal_care": 2120, "newborn_care": 725,
        "infant_health": 656, "all": 6509,
    }  # fmt: skip
    whole = found["all"]
    assert (whole["births_and_fetal_deaths"], whole["reference_deaths"]) == (719622, 4740)
    assert whole["rate"] == pytest.approx(9.0450, abs=5e-5)
    assert whole["reference_rate"] == pytest.approx(7.3390, abs=5e-5)
    assert whole["excess_deaths"] == pytest.approx(1227.72, abs=0.005)
    first = found["maternal_health_prematurity"]
    assert first["share_of_excess"] == pytest.approx(0.2039, abs=5e-5)
    assert first["excess_deaths_upper_95"] - first["excess_deaths"] == pytest.approx(
        1.96 * 77.98, abs=0.02
    )


def test_periods_say_what_is_missing(by_weight: duckdb.DuckDBPyConnection) -> None:
    said = dict(
        by_weight.execute(
            "SELECT source_family || year(period_end), status_reason FROM rates.perinatal_periods "
            "WHERE value_status = 'missing'"
        ).fetchall()
    )
    assert said["ons_occurrence2022"].startswith("no figures of 2022 for live births by birth")
    assert "fetal deaths of 24 weeks and more by birth weight" in said["nchs_linked2016"]


def test_too_many_unknown_weights_are_not_published(by_weight: duckdb.DuckDBPyConnection) -> None:
    # 656 of 4,912 deaths of 2019: not stated, implausible or not linked.
    counts: dict[str, dict[str, float]] = {}
    for measure, group, value in by_weight.execute(
        "SELECT measure, stratum, value FROM core.observations WHERE year(period_start) = 2019"
    ).fetchall():
        counts.setdefault(measure, {})[group] = value
    needs = dict.fromkeys(
        ("live_births", "stillbirths", "neonatal_deaths", "postneonatal_deaths"), "figures"
    )
    with pytest.raises(NotPublishedError, match=r"the birth weight of 13\.4% of the deaths"):
        four_cells(counts, "ons", needs, 2019)


def test_shares_of_an_excess_with_a_cell_below_the_reference_are_none() -> None:
    # Table 10, 2022: mothers under 20 against those of 30 to 34.
    reference = np.array([688.0, 355, 107, 99])
    young = excess(np.array([72.0, 34, 9, 17]), 14380, reference, 202605)
    assert young.deaths == pytest.approx([23.17, 8.80, 1.41, 9.97], abs=0.005)
    assert young.shares.sum() == pytest.approx(1)
    found = excess(np.array([72.0, 34, 9, 5]), 14380, reference, 202605)
    assert found.deaths[3] < 0
    assert np.isnan(found.shares).all()
