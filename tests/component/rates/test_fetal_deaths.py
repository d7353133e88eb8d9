"""Fetal deaths of the United States, and perinatal rates of both definitions of NCHS."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from assets.rates.rates import build_rates
from assets.schema.sums import count_parts
from expectations.complaints import complaints
from tests.component.rates.core_tables import CoreTables, one, printed_of, rates
from tests.component.rates.test_shares import written
from tools.samples.nchs.figure_tables import figures

FAMILY = "nchs_mortality"
BIRTHS, FETAL = 3_667_758, 20_202
EARLY, NEONATAL, LATE, UNKNOWN = 10_000, 13_000, 9_000, 300
"""Births and fetal deaths of 2022 are those of NCHS; the others are made up."""


def nation(counts: dict[tuple[int, str], float], **options: object) -> CoreTables:
    core = CoreTables()
    for (year, measure), value in counts.items():
        core.count("US", year, measure, value, family=FAMILY, kind="country", **options)
    return core


def annual(con: duckdb.DuckDBPyConnection, measure: str) -> dict[str, str]:
    """Return the printed annual rates of a measure by year."""
    found = rates(con, f"measure = '{measure}' AND window_type = 'annual' AND rate IS NOT NULL")
    return {row["period"]: printed_of(row) for row in found}


def test_printed_rates_of_the_sample() -> None:
    births = {int(row["year"]): row["births_natality"] for row in figures("us_year")}
    fetal = figures("us_fetal_deaths")
    counts = {(int(r["year"]), "fetal_deaths"): float(r["fetal_deaths"]) for r in fetal}
    counts |= {(year, "live_births"): float(births[year]) for year, _ in counts}
    con = nation(counts).write()
    build_rates(con)
    printed = {r["year"]: r["fetal_mortality_rate"] for r in fetal if r["fetal_mortality_rate"]}
    ours = annual(con, "fetal_mortality")
    assert {year: ours[year] for year in printed} == printed
    assert (printed["2022"], printed["2023"], len(ours)) == ("5.48", "5.53", 20)


def test_every_printed_rate_follows_from_its_counts(shared_data: Path) -> None:
    file = shared_data.parent / "figures" / "us_births_fetal_deaths_by_year.csv"
    lines = [x for x in file.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    counts: dict[tuple[int, str], float] = {}
    printed = {}
    for row in csv.DictReader(lines):
        printed[row["year"]] = row["fetal_mortality_rate"]
        counts[int(row["year"]), "live_births"] = float(row["resident_live_births_file"])
        counts[int(row["year"]), "fetal_deaths"] = float(row["fetal_deaths_ge20wk_resident"])
    con = nation(counts).write()
    build_rates(con)
    assert annual(con, "fetal_mortality") == printed
    assert len(printed) == 15


@pytest.fixture(scope="module")
def perinatal() -> duckdb.DuckDBPyConnection:
    core = nation(
        {
            (2022, "live_births"): BIRTHS, (2022, "fetal_deaths"): FETAL,
            (2022, "early_neonatal_deaths"): EARLY, (2022, "neonatal_deaths"): NEONATAL,
        }
    )  # fmt: skip
    for group, deaths in {
        "20_27": FETAL - LATE - UNKNOWN, "28_31": 2_000, "32_35": 3_000, "36": 500,
        "37_and_over": None, "37_39": 2_500, "40": 600, "41": 300, "42_and_over": 100,
        "not_stated": UNKNOWN,
    }.items():  # fmt: skip
        if deaths is not None:
            core.count(
                "US", 2022, "fetal_deaths", deaths, family=FAMILY, kind="country",
                stratum=("gestation", group),
            )  # fmt: skip
    return written(core)


@pytest.mark.parametrize(
    ("measure", "above", "below"),
    [
        ("fetal_mortality", FETAL, BIRTHS + FETAL),
        ("late_fetal_mortality", LATE, BIRTHS + LATE),
        ("perinatal_mortality_i", LATE + EARLY, BIRTHS + LATE),
        ("perinatal_mortality_ii", FETAL + NEONATAL, BIRTHS + FETAL),
    ],
)
def test_both_definitions(
    perinatal: duckdb.DuckDBPyConnection, measure: str, above: int, below: int
) -> None:
    row = one(perinatal, f"measure = '{measure}' AND stratum_type = 'all'")
    assert (row["numerator"], row["denominator"]) == (above, below)
    assert row["rate"] == pytest.approx(1000 * above / below, rel=1e-12)


def test_what_fetal_deaths_of_unknown_weeks_allow(perinatal: duckdb.DuckDBPyConnection) -> None:
    row = one(perinatal, "measure = 'late_fetal_mortality' AND stratum_type = 'all'")
    assert row["bound_lower"] == row["rate"]
    assert row["bound_upper"] == pytest.approx(
        1000 * (LATE + UNKNOWN) / (BIRTHS + LATE + UNKNOWN), rel=1e-12
    )
    assert row["value_status"] == "ok"


def test_fetal_deaths_are_no_stillbirths(perinatal: duckdb.DuckDBPyConnection) -> None:
    assert not rates(
        perinatal, "measure IN ('stillbirth', 'perinatal_mortality') AND stratum_type = 'all'"
    )
    assert ("late_fetal_deaths", "fetal_deaths") in count_parts()
    assert complaints(perinatal, ["rates.rates"]) == []


def test_a_new_estimate_of_weeks_is_a_break() -> None:
    core = nation({(y, m): n for y in (2013, 2014) for m, n in
                   (("live_births", 4e6), ("fetal_deaths", 24_000))})  # fmt: skip
    core.series_break(FAMILY, "*", 2014, measure="fetal_mortality")
    con = core.write()
    build_rates(con)
    row = one(con, "measure = 'fetal_mortality' AND window_type = 'rolling_2_year'")
    assert (row["value_status"], row["period_end"]) == ("series_break", date(2014, 12, 31))
