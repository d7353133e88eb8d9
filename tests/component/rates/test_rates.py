"""Rates, limits, reliability and bands of single windows against published figures."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scipy import stats

from assets.rates.builders import build_rates
from assets.rates.definitions import count_definitions
from assets.schema.registry import METHOD_VERSION, table
from tests.component.rates.core_tables import CoreTables, one, printed_of, rates

DATA = Path(__file__).parents[2] / "unit" / "rates" / "data"


def built(core: CoreTables) -> duckdb.DuckDBPyConnection:
    con = core.write()
    build_rates(con)
    return con


# PHEindicatormethods phe_rate, grouped input: counts of each of two areas, rate per 1,000, method.
REGIONS = [
    (1, 100, 10, 1.211046, 36.123438, "exact"),
    (5, 500, 10, None, None, "byar"),
]
# NCHS maternal mortality rates: deaths, births, printed rate per 100,000.
MATERNAL = [(817, 3667758, "22.3"), (1205, 3664292, "32.9"), (861, 3613647, "23.8")]
BANDS = [
    (49, 10000, "excellent"),
    (50, 10000, "moderate"),
    (100, 10000, "moderate"),
    (10004, 1000000, "crisis"),
    (0, 100, "excellent"),
]
RELIABILITY = [
    ("nchs_linked", 19, "unreliable", "nchs_wonder"),
    ("nchs_linked", 20, "ok", None),
    ("ons_registration", 19, "unreliable", "[u]"),
    ("ons_registration", 2, "unreliable", "prints the count but no rate"),
    ("ons_registration", 20, "ok", None),
]


@pytest.fixture(scope="module")
def single_windows() -> duckdb.DuckDBPyConnection:
    """Areas of a year each, of which every test looks at its own. Read only."""
    core = CoreTables()
    for deaths, births, *_ in REGIONS:
        members = [f"PART-{deaths}-{n}" for n in (1, 2)]
        for member in members:
            core.infant(member, 2020, deaths, births, family="ons_registration")
        core.region(f"X-{deaths}", members, vintage="EW")
    for deaths, births, _ in MATERNAL:
        core.infant(f"MOTHERS-{deaths}", 2022, 20577, births)
        core.count(f"MOTHERS-{deaths}", 2022, "maternal_deaths", deaths)
    for deaths, births, _ in BANDS:
        core.infant(f"BAND-{deaths}", 2020, deaths, births)
    for family, deaths, *_ in RELIABILITY:
        core.infant(f"{family}-{deaths}", 2020, deaths, 5000, family=family)
    core.infant("NONE-US", 2020, 0, 5000)
    core.infant("NONE-EW", 2020, 0, 5000, family="ons_registration")
    core.infant("WEIGHTED", 2020, 24.6, 3000)
    core.infant("ABOVE", 2020, 250, 220, family="ons_registration")
    return built(core)


def annual(
    con: duckdb.DuckDBPyConnection, area: str, measure: str = "infant_mortality"
) -> dict[str, Any]:
    where = f"area_code = '{area}' AND measure = '{measure}' AND window_type = 'annual'"
    return one(con, where)


def test_table_has_exactly_the_registered_columns() -> None:
    core = CoreTables()
    core.infant("US-MO", 2020, 408, 69285)
    con = built(core)
    names = [c[0] for c in con.execute("SELECT * FROM rates.rates").description]
    assert tuple(names) == table("published.rates").column_names
    assert one(con, "window_type = 'annual'")["method_version"] == METHOD_VERSION


def test_reference_vectors_of_ohid() -> None:
    with (DATA / "phe_rate_vectors.csv").open(encoding="utf-8") as handle:
        vectors = list(csv.DictReader(handle))
    core = CoreTables()
    for number, v in enumerate(vectors):
        core.infant(
            f"A{number:03}", 2020, float(v["deaths"]), float(v["births"]), family="ons_occurrence"
        )
    found = rates(built(core), "window_type = 'annual'")
    assert len(found) == len(vectors)
    for row, v in zip(found, vectors, strict=True):
        assert row["rate"] == pytest.approx(float(v["rate_per_1000"]), rel=1e-10)
        for column, name in (
            ("ci_lower_95", "lower95_0cl"),
            ("ci_upper_95", "upper95_0cl"),
            ("ci_lower_998", "lower99_8cl"),
            ("ci_upper_998", "upper99_8cl"),
        ):
            assert row[column] == pytest.approx(float(v[name]), rel=1e-10), (v, column)
        assert row["ci_method"] == {"Exact": "exact", "Byars": "byar"}[v["method"]]


# OHID Fingertips indicator 92196, three-year rates: deaths, births, rate, 95 % limits.
FINGERTIPS = [
    ("E07000223", 2, 1973, 1.0137, 0.1228, 3.6618, "exact"),
    ("E07000079", 4, 2249, 1.7786, 0.4846, 4.5538, "exact"),
    ("E07000150", 9, 2854, 3.1535, 1.4420, 5.9863, "exact"),
    ("E07000073", 10, 3719, 2.6889, 1.2873, 4.9453, "byar"),
    ("E07000224", 13, 4399, 2.9552, 1.5720, 5.0538, "byar"),
    ("E07000117", 23, 3485, 6.5997, 4.1823, 9.9032, "byar"),
    ("E06000023", 61, 18180, 3.3553, 2.5664, 4.3101, "byar"),
    ("E10000016", 206, 51903, 3.9689, 3.4454, 4.5495, "byar"),
    ("E92000001", 7734, 1974348, 3.9172, 3.8304, 4.0055, "byar"),
    ("E12000008", 1040, 303792, 3.4234, 3.2185, 3.6379, "byar"),
    ("E06000043", 28, 8506, 3.2918, 2.1869, 4.7577, "byar"),
]


def test_published_three_year_rates_of_local_authorities() -> None:
    core = CoreTables()
    for code, deaths, births, *_ in FINGERTIPS:
        for year in (2016, 2017, 2018):
            # The published counts are of three years; how they fall on the years does not matter.
            part = (deaths, births) if year == 2016 else (0, 0)
            core.infant(code, year, *part, family="ons_registration", kind="unitary_authority")
    con = built(core)
    for code, _, _, value, lower, upper, method in FINGERTIPS:
        row = one(
            con,
            f"area_code = '{code}' AND window_type = 'rolling_3_year' AND value_status "
            "IN ('ok', 'unreliable')",
        )
        assert round(row["rate"], 4) == value
        assert (round(row["ci_lower_95"], 4), round(row["ci_upper_95"], 4)) == (lower, upper)
        assert row["ci_method"] == method


@pytest.mark.parametrize(("deaths", "births", "rate", "lower", "upper", "method"), REGIONS)
def test_limits_of_a_region_stand_on_its_summed_deaths(
    single_windows: duckdb.DuckDBPyConnection,
    deaths: int, births: int, rate: float, lower: float | None, upper: float | None, method: str,
) -> None:  # fmt: skip
    row = annual(single_windows, f"X-{deaths}")
    assert row["denominator"] == 2 * births
    assert (row["rate"], row["ci_method"]) == (rate, method)
    if lower is not None:
        found = (row["ci_lower_95"], row["ci_upper_95"])
        assert found == pytest.approx((lower, upper), abs=5e-7)


# ONS child mortality, Table 3 of 2018, 2020 and 2022: live births, infant deaths, printed rate.
ONS_AREAS = {
    "E92000001": ((625651, 2370, "3.8"), (585195, 2100, "3.6"), (577046, 2240, "3.9")),
    "W92000004": ((31274, 105, "3.4"), (28638, 117, "4.1"), (28296, 102, "3.6")),
    "E12000001": ((26684, 82, "3.1"), (24915, 76, "3.1"), (24701, 96, "3.9")),
    "E12000002": ((81195, 336, "4.1"), (76329, 304, "4.0"), (76399, 337, "4.4")),
    "E12000003": ((59984, 250, "4.2"), (55916, 220, "3.9"), (55203, 280, "5.1")),
    "E12000004": ((50018, 196, "3.9"), (46950, 181, "3.9"), (46849, 200, "4.3")),
    "E12000005": ((67282, 379, "5.6"), (63748, 340, "5.3"), (63368, 353, "5.6")),
    "E12000006": ((68881, 226, "3.3"), (64313, 187, "2.9"), (64294, 217, "3.4")),
    "E12000007": ((120673, 383, "3.2"), (111688, 371, "3.3"), (106696, 347, "3.3")),
    "E12000008": ((96748, 336, "3.5"), (90864, 277, "3.0"), (90589, 273, "3.0")),
    "E12000009": ((54186, 182, "3.4"), (50472, 144, "2.9"), (48947, 137, "2.8")),
}


def test_printed_rates_of_nations_and_regions() -> None:
    core = CoreTables()
    for code, years in ONS_AREAS.items():
        for year, (births, deaths, _) in zip((2018, 2020, 2022), years, strict=True):
            core.infant(code, year, deaths, births, family="ons_occurrence", kind="region")
    con = built(core)
    for code, years in ONS_AREAS.items():
        shown = rates(con, f"area_code = '{code}' AND window_type = 'annual' AND rate IS NOT NULL")
        assert [printed_of(row) for row in shown] == [printed for *_, printed in years]


@pytest.mark.parametrize(("deaths", "births", "printed"), MATERNAL)
def test_maternal_mortality_stands_beside_infant_mortality(
    single_windows: duckdb.DuckDBPyConnection, deaths: int, births: int, printed: str
) -> None:
    area = f"MOTHERS-{deaths}"
    maternal = annual(single_windows, area, "maternal_mortality")
    infant = annual(single_windows, area)
    assert maternal["rate_text"] == f"{printed} per 100,000"
    assert maternal["rate_per"] == 100000
    assert maternal["denominator"] == infant["denominator"] == births
    assert maternal["period_start"] == infant["period_start"]


def test_every_age_of_death_has_its_own_denominator() -> None:
    # ONS child mortality 2022, England and Wales: printed 4.0 6.3 2.9 1.0 3.9.
    counts = {
        "live_births": 605479,
        "stillbirths": 2433,
        "perinatal_deaths": 3818,
        "neonatal_deaths": 1764,
        "postneonatal_deaths": 585,
        "infant_deaths": 2349,
    }
    core = CoreTables()
    for measure, value in counts.items():
        core.count("K04000001", 2022, measure, value, family="ons_occurrence", kind="country")
    found = {r["measure"]: r for r in rates(built(core), "window_type = 'annual'")}
    assert {m: printed_of(r) for m, r in found.items()} == {
        "stillbirth": "4.0",
        "perinatal_mortality": "6.3",
        "neonatal_mortality": "2.9",
        "postneonatal_mortality": "1.0",
        "infant_mortality": "3.9",
    }
    assert found["stillbirth"]["denominator"] == 605479 + 2433
    assert found["perinatal_mortality"]["denominator"] == 605479 + 2433
    assert found["neonatal_mortality"]["denominator"] == 605479
    assert found["stillbirth"]["definition_id"] == "ons_occurrence.EW.stillbirth"
    assert found["infant_mortality"]["definition_id"] == "ons_occurrence.EW"
    assert found["neonatal_mortality"]["band"] is None


def test_live_births_per_population() -> None:
    core = CoreTables()
    core.count("E92000001", 2023, "live_births", 563561, family="ons_occurrence", kind="country")
    core.count("E92000001", 2023, "population", 57690323, family="ons_occurrence", kind="country")
    core.count("W92000004", 2023, "live_births", 27374, family="ons_occurrence", kind="country")
    row = one(built(core), "window_type = 'annual'")
    assert (row["area_code"], row["rate_text"], row["rate_per"]) == (
        "E92000001", "98 per 10,000", 10000,
    )  # fmt: skip
    assert row["rate"] == pytest.approx(563561 / 57690323 * 10000, rel=1e-14)
    defined = {d.definition_id: d.text for d in count_definitions().values()}
    assert defined[row["definition_id"]] == "Live births of the year over the mid-year population."
    assert row["decimals"] == 0


@pytest.mark.parametrize(("deaths", "births", "band"), BANDS)
def test_bands_are_decided_on_the_unrounded_rate(
    single_windows: duckdb.DuckDBPyConnection, deaths: int, births: int, band: str
) -> None:
    row = annual(single_windows, f"BAND-{deaths}")
    assert (row["denominator"], row["band"]) == (births, band)


@pytest.mark.parametrize("area", ["NONE-US", "NONE-EW"])
def test_no_deaths_are_a_rate_of_zero_with_an_upper_limit(
    single_windows: duckdb.DuckDBPyConnection, area: str
) -> None:
    row = annual(single_windows, area)
    assert row["rate"] == 0
    assert row["ci_lower_95"] == 0
    assert row["ci_upper_95"] == pytest.approx(3.688879454113936 / 5)
    assert row["relative_standard_error"] is None
    assert row["value_status"] == "unreliable"


@pytest.mark.parametrize(("family", "deaths", "status", "reason"), RELIABILITY)
def test_reliability_by_the_producers_rule(
    single_windows: duckdb.DuckDBPyConnection,
    family: str, deaths: int, status: str, reason: str | None,
) -> None:  # fmt: skip
    row = annual(single_windows, f"{family}-{deaths}")
    assert row["value_status"] == status
    assert row["rate"] == deaths / 5
    assert (row["status_reason"] is None) if reason is None else (reason in row["status_reason"])


def test_weighted_deaths_are_kept_as_they_are(single_windows: duckdb.DuckDBPyConnection) -> None:
    row = annual(single_windows, "WEIGHTED")
    assert row["numerator"] == 24.6
    assert row["rate"] == pytest.approx(8.2, rel=1e-14)
    # 24.6 × 3000 / 3024.6 = 24.4, so that the factors are those of 24 deaths.
    assert row["ci_lower_95"] == pytest.approx(8.2 * stats.gamma.ppf(0.025, 24) / 24, rel=1e-12)


def test_deaths_above_births_are_allowed_for_rates(
    single_windows: duckdb.DuckDBPyConnection,
) -> None:
    row = annual(single_windows, "ABOVE")
    assert row["rate"] == pytest.approx(1136.363636, abs=5e-7)
    assert row["ci_lower_95"] == pytest.approx(999.849474, abs=5e-7)


def test_rounded_national_counts_are_used_as_printed() -> None:
    core = CoreTables()
    period = ("12_months_ending", "2023-01-01", "2023-12-31")
    options = {"family": "nchs_provisional", "kind": "country", "provisional": True}
    core.infant("US", period, 20100, 3594000, rounded_to=100, **options)
    row = one(built(core), "window_type = 'rolling_12_month'")
    assert row["rate"] == pytest.approx(5.5926544, abs=5e-8)
    assert row["is_provisional"]
    assert math.isclose(row["denominator"], 3594000)


def test_series_are_never_mixed() -> None:
    core = CoreTables()
    core.count("US", 2020, "infant_deaths", 19582, family="nchs_mortality", kind="country")
    core.count("US", 2020, "live_births", 3613647, family="nchs_linked", kind="country")
    con = built(core)
    row = one(con, "window_type = 'annual'")
    assert (row["source_family"], row["value_status"]) == ("nchs_mortality", "missing")
    assert row["status_reason"] == "no figure for live births"
