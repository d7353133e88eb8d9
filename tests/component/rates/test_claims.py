"""Statements of others against published counts."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from statsmodels.stats.proportion import proportion_confint

from assets.rates.builders import build_claims, build_rates
from assets.rates.claims.statements import read_claims
from assets.schema.registry import table
from tests.component.rates.core_tables import CoreTables, rates

DATA = Path(__file__).parents[2] / "unit" / "rates" / "data"
BOOTHEEL = ("29069", "29133", "29143", "29155", "29201", "29207")


def counts(core: CoreTables, *, mortality: bool = True) -> None:
    with (DATA / "us_infant_deaths.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            core.infant(
                "US", int(row["year"]), float(row["infant_deaths"]), float(row["live_births"]),
                family="nchs_mortality" if mortality else "nchs_linked", kind="country",
            )  # fmt: skip
    with (DATA / "state_infant_deaths.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            core.infant(
                row["state"], int(row["year"]), float(row["infant_deaths"]),
                float(row["live_births"]),
            )  # fmt: skip


def claims(core: CoreTables) -> dict[str, dict]:
    con: duckdb.DuckDBPyConnection = core.write()
    build_rates(con)
    build_claims(con)
    found = con.execute("SELECT * FROM rates.claims")
    names = [c[0] for c in found.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


@pytest.fixture(scope="module")
def found() -> dict[str, dict]:
    core = CoreTables()
    counts(core)
    core.count("E92000001", 2023, "live_births", 563561, family="ons_occurrence", kind="country")
    core.count("E92000001", 2023, "population", 57690323, family="ons_occurrence", kind="country")
    for number, deaths in enumerate((0, 1, 2, 5, 9, 12, 19, 30)):
        core.infant(
            f"E0600000{number}", 2022, deaths, 3000, family="ons_occurrence",
            kind="unitary_authority",
        )  # fmt: skip
    return claims(core)


def test_every_statement_has_a_row_and_the_registered_columns(found: dict[str, dict]) -> None:
    assert set(found) == {c.claim_id for c in read_claims()}
    assert tuple(found["AHR-01"]) == table("published.claims").column_names
    assert all(row["explanation"] for row in found.values())


def test_the_national_rate_of_2008_and_2009_does_not_reproduce(found: dict[str, dict]) -> None:
    row = found["AHR-01"]
    assert row["verdict"] == "does_not_reproduce"
    assert row["source_family"] == "nchs_mortality"
    assert round(row["recomputed_value"], 4) == 6.5014
    assert row["recomputed_display"] == "6.5"
    assert row["best_fit"] == "2009-2010 (6.27 -> 6.3)"
    assert row["claimed_value"] == 6.3
    assert row["period"] == "2008-2009"


def test_the_linked_file_is_used_and_named_where_it_is_all_there_is() -> None:
    core = CoreTables()
    counts(core, mortality=False)
    row = claims(core)["AHR-01"]
    assert row["source_family"] == "nchs_linked"
    assert row["verdict"] == "does_not_reproduce"


def test_states(found: dict[str, dict]) -> None:
    assert found["AHR-02"]["verdict"] == "reproduces"
    assert round(found["AHR-02"]["recomputed_value"], 3) == 4.398
    assert found["AHR-03"]["verdict"] == "does_not_reproduce"
    assert round(found["AHR-03"]["recomputed_value"], 3) == 10.017
    assert found["AHR-03"]["best_fit"] == "2009-2010 (9.86 -> 9.9)"


def test_change_since_the_2011_edition(found: dict[str, dict]) -> None:
    row = found["AHR-04"]
    assert row["verdict"] == "does_not_reproduce"
    assert round(row["recomputed_value"], 1) == -3.2
    assert row["best_fit"] == "2009-2010 against 2006-2007 (-6.65 -> -7)"


def test_consecutive_decreases(found: dict[str, dict]) -> None:
    row = found["AHR-05"]
    assert row["verdict"] == "does_not_reproduce"
    assert row["recomputed_value"] == 1
    assert row["best_fit"] == "2009-2010 (run of 2)"


def test_target_and_external_figures(found: dict[str, dict]) -> None:
    assert found["AHR-06"]["verdict"] == "reproduces"
    assert "met" in found["AHR-06"]["explanation"]
    for claim in ("KPI-02", "KPI-03", "KPI-04", "MDL-02", "MDL-03"):
        assert found[claim]["verdict"] == "cannot_be_computed"
        assert found[claim]["recomputed_value"] is None
    assert "38 per 1,000" in found["KPI-02"]["explanation"]


def test_births_per_population(found: dict[str, dict]) -> None:
    assert found["NICE-01"]["verdict"] == "reproduces"
    assert found["NICE-01"]["recomputed_display"] == "1.0"
    assert round(found["NICE-01"]["recomputed_value"], 6) == 0.976873
    assert found["NICE-02"]["verdict"] == "reproduces"
    assert round(found["NICE-02"]["recomputed_value"], 3) == 97.687


def test_share_of_local_authorities_below_the_threshold(found: dict[str, dict]) -> None:
    row = found["NICE-03"]
    assert row["recomputed_value"] == 37.5
    assert "38% below 3 deaths" in row["inputs"]
    assert row["verdict"] == "does_not_reproduce"


def test_a_rate_without_a_year(found: dict[str, dict]) -> None:
    row = found["KPI-01"]
    assert row["verdict"] == "reproduces"
    assert "2021 (nchs_mortality 5.44)" in row["best_fit"]


def test_missouri(found: dict[str, dict]) -> None:
    assert found["MFH-01"]["verdict"] == "reproduces"
    assert found["MFH-01"]["recomputed_value"] == 6255
    assert found["MFH-02"]["verdict"] == "reproduces"
    assert round(found["MFH-02"]["recomputed_value"], 1) == 568.6
    assert found["MFH-02"]["recomputed_display"] == "600"
    assert found["MFH-03"]["verdict"] == "cannot_be_computed"
    assert "29069" in found["MFH-03"]["explanation"]
    assert found["MFH-04"]["verdict"] == "cannot_be_computed"
    assert "US-MO by race of mother within 2002-2012" in found["MFH-04"]["explanation"]
    assert "without their counts" in found["MFH-04"]["explanation"]


def test_the_rise_from_2021_to_2022(found: dict[str, dict]) -> None:
    row = found["MDL-01"]
    assert row["verdict"] == "reproduces"
    # 19,920 / 3,664,292 to 20,516 / 3,667,758.
    assert row["recomputed_value"] == pytest.approx(2.8946, abs=5e-5)
    assert "significant at 5 %" in row["explanation"]


def test_a_state_extract_makes_the_regional_share_computable() -> None:
    core = CoreTables()
    options = {"family": "state_extract"}
    for year in range(2002, 2013):
        core.infant("US-MO", year, 600, 78000, **options)
        core.infant("29510", year, 100, 6000, kind="county", **options)
        for county in BOOTHEEL:
            core.infant(county, year, 8, 400, kind="county", **options)
    row = claims(core)["MFH-03"]
    assert row["verdict"] == "does_not_reproduce"
    assert row["recomputed_value"] == pytest.approx(100 * 148 / 600)
    # 1,628 of 6,600 deaths (Wilson limits of statsmodels) beside 92,400 of 858,000 births.
    lower, upper = proportion_confint(1628, 6600, method="wilson")
    assert (
        f"St. Louis city and the Bootheel: 24.7 % of deaths (95 % Wilson limits {100 * lower:.1f} "
        f"to {100 * upper:.1f}), 10.8 % of births, ratio 2.29" in row["inputs"]
    )


def test_printed_rates_stand_in_for_absent_counts_by_race() -> None:
    # NCHS linked file, Missouri: 2005-07 14.44 and 6.35, 2008-10 12.81 and 5.97.
    core = CoreTables()
    counts(core)
    for first, black, white in ((2005, 14.44, 6.35), (2008, 12.81, 5.97)):
        for group, rate in (("non_hispanic_black", black), ("non_hispanic_white", white)):
            core.printed.append(
                {
                    "country": "US", "source_family": "nchs_linked", "area_code": "US-MO",
                    "geography_vintage": "US", "period_type": "year",
                    "period_start": f"{first}-01-01", "period_end": f"{first + 2}-12-31",
                    "measure": "infant_mortality", "stratum_type": "race_and_hispanic_origin",
                    "stratum": group, "rate": rate, "rate_per": 1000, "decimals": 2,
                    "status": "ok", "dataset_id": "d", "vintage_id": "v", "source_sheet": "s",
                    "source_row": 1, "source_column": "c", "raw_text": None,
                }
            )  # fmt: skip
    row = claims(core)["MFH-04"]
    assert row["verdict"] == "does_not_reproduce"
    assert round(row["recomputed_value"], 2) == 2.15
    assert "2005-2007 14.44 / 6.35 = 2.27" in row["inputs"]


def test_a_statement_by_race_stands_on_one_series_only() -> None:
    core = CoreTables()
    groups = (("non_hispanic_black", 140), ("non_hispanic_white", 350))
    for group, deaths in groups:
        options = {"stratum": ("race_and_hispanic_origin", group)}
        for year in (2006, 2007, 2008):
            core.infant("US-MO", year, deaths, 60_000, family="nchs_linked", **options)
        core.infant("US-MO", 2009, 7, 1000, family="state_extract", **options)
    row = claims(core)["MFH-04"]
    assert row["source_family"] == "nchs_linked"
    assert "2006-2008" in row["inputs"]
    # 7 of 1,000 can be withheld, and the statement is withheld by the series that it names.
    assert "2009" not in row["inputs"]


def test_the_share_of_small_counts_is_of_the_producers_series_only() -> None:
    core = CoreTables()
    for number in range(8):
        options = {"kind": "unitary_authority"}
        core.infant(f"E0600000{number}", 2022, 20, 3000, family="ons_occurrence", **options)
        core.infant(f"E0600000{number}", 2023, 2, 3000, family="state_extract", vintage="EW",
                    **options)  # fmt: skip
    row = claims(core)["NICE-03"]
    assert row["source_family"] == "ons_occurrence"
    assert "state_extract" not in row["inputs"]


def test_no_authority_is_counted_on_two_boundary_sets() -> None:
    core = CoreTables()
    for vintage, numbers in (("EW-2021-04", range(8)), ("EW-2023-04", range(4))):
        for number in numbers:
            core.infant(f"E0600000{number}", 2022, 2 if number else 20, 3000, vintage=vintage,
                        family="ons_occurrence", kind="unitary_authority")  # fmt: skip
    row = claims(core)["NICE-03"]
    assert row["recomputed_value"] == 75
    assert "4 areas of EW-2023-04, 75% below 3 deaths" in row["inputs"]


def test_without_any_figures_nothing_is_computed() -> None:
    core = CoreTables()
    core.infant("US", 1995, 29502, 3899589, kind="country")
    rows = claims(core)
    computed = {c for c, r in rows.items() if r["verdict"] != "cannot_be_computed"}
    assert computed == {"AHR-06", "KPI-01"}
    assert "nchs_linked lacks 2008, 2009" in rows["AHR-01"]["explanation"]
    assert rows["KPI-01"]["verdict"] == "does_not_reproduce"


def test_rates_are_not_needed_for_the_table_shape() -> None:
    con = CoreTables().write()
    build_rates(con)
    assert build_claims(con) == len(read_claims())
    assert (
        rates(
            con,
            "verdict = 'reproduces'",
            "(SELECT *, '' AS area_code, '' AS period_end, '' AS period_start FROM rates.claims)",
        )[0]["claim_id"]
        == "AHR-06"
    )
