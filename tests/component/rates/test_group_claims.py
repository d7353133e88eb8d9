"""Statements about groups: who is at risk, by which groups, and what is missing."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from statsmodels.stats.proportion import proportion_confint

from assets.rates.builders import build_claims, build_rates
from tests.component.rates.core_tables import CoreTables

ENGLAND, BOTH = "E92000001", "K04000001"
DECILES = {"1": (471, 76_729), "5": (216, 56_940), "10": (93, 41_895)}
"""Infant deaths and live births of England 2022, ONS child mortality workbook, Table 21."""
BY_ORIGIN = {"non_hispanic_black": (7894, 623_031), "non_hispanic_white": (12_509, 2_267_817)}
"""Linked file of 2008."""
CARE_2016 = {"none": 59_493, "1_3": 2_850_229, "4_6": 617_791, "7_and_later": 169_196,
             "not_stated": 110_192, "excluded": 138_662}  # fmt: skip
"""Live births of 2016 by month in which care began, CDC WONDER D69."""


def judged(core: CoreTables) -> dict[str, dict[str, Any]]:
    con: duckdb.DuckDBPyConnection = core.write()
    build_rates(con)
    build_claims(con)
    found = con.execute("SELECT * FROM rates.claims")
    names = [c[0] for c in found.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def by_group(core: CoreTables, area: str, year: int, kind: str, groups: dict[str, tuple[int, int]],
             **options: Any) -> None:  # fmt: skip
    for group, (deaths, births) in groups.items():
        core.infant(area, year, deaths, births, stratum=(kind, group), kind="country", **options)


def by_care(core: CoreTables, year: int, births: dict[str, int]) -> None:
    for group, number in births.items():
        core.count("US", year, "live_births", number, kind="country",
                   stratum=("prenatal_care", group))  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Any]]:
    core = CoreTables()
    by_group(core, ENGLAND, 2022, "deprivation_decile", DECILES, family="ons_occurrence")
    # Weeks are printed for England and Wales together; the counts are round.
    weeks = {"under_24": (700, 800), "24_27": (250, 2000), "28_31": (150, 4600),
             "32_36": (220, 40_000), "37_41": (700, 540_000), "42_and_over": (20, 10_000),
             "not_stated": (100, 2500)}  # fmt: skip
    by_group(core, BOTH, 2022, "gestation", weeks, family="ons_occurrence")
    by_group(core, "US", 2008, "hispanic_origin", BY_ORIGIN)
    core.infant("US-MO", 2008, 578, 80_963)
    by_care(core, 2016, CARE_2016)
    return judged(core)


def test_deprived_areas(found: dict[str, dict[str, Any]]) -> None:
    row = found["NICE-07"]
    assert row["verdict"] == "reproduces"
    # 471 / 76,729 over 93 / 41,895; 93 deaths are too few for a z test.
    assert row["recomputed_value"] == pytest.approx(471 * 41_895 / 76_729 / 93)
    assert "6.14, Decile 10 (least deprived) 2.22 per 1,000" in row["explanation"]
    assert "the 95 % limits do not overlap" in row["explanation"]
    assert row["source_family"] == "ons_occurrence"


def test_preterm_babies_of_the_next_wider_area(found: dict[str, dict[str, Any]]) -> None:
    row = found["NICE-04"]
    # 1,320 deaths of 47,400 births before 37 weeks, 720 of 550,000 from then on, none of unknown.
    assert row["recomputed_value"] == pytest.approx(1320 * 550_000 / 47_400 / 720)
    assert row["explanation"].startswith(f"{BOTH} 2022, by weeks of gestation")
    assert "under 37 weeks 27.85, 37 weeks or more 1.31 per 1,000" in row["explanation"]
    assert "significant at 5 %" in row["explanation"]


def test_what_is_not_held_is_named_with_what_has_it(found: dict[str, dict[str, Any]]) -> None:
    for claim, title in (("NICE-05", "birth weight"), ("NICE-06", "ethnic group of the infant")):
        assert found[claim]["verdict"] == "cannot_be_computed"
        assert f"by {title} are held; imr wanted says" in found[claim]["explanation"]
    assert "Low birth weight stands in for" in found["NICE-05"]["explanation"]


def test_groups_that_do_not_divide_where_it_is_stated() -> None:
    core = CoreTables()
    halves = {"under_24": (700, 800), "24_and_over": (1400, 600_000)}
    by_group(core, BOTH, 2022, "gestation", halves, family="ons_occurrence")
    row = judged(core)["NICE-04"]
    assert row["verdict"] == "cannot_be_computed"
    assert "(24_and_over, under_24) do not divide at the stated bound" in row["explanation"]


def test_by_which_groups_the_nation_can_be_broken_down(found: dict[str, dict[str, Any]]) -> None:
    said = found["KPI-05"]["explanation"]
    assert (
        "in 2008 (nchs_linked), from 5.52 (Non-Hispanic White) to 12.67 (Non-Hispanic Black)"
        in said
    )
    assert "Not held: sex of the infant," in said
    assert found["KPI-05"]["source_family"] == "nchs_linked", "disclosure control withholds by it"


def test_the_ratio_of_a_state_has_that_of_the_nation_beside_it(
    found: dict[str, dict[str, Any]],
) -> None:
    row = found["MFH-04"]
    assert row["verdict"] == "cannot_be_computed"
    assert "12.67 against 5.52 per 1,000, a ratio of 2.30." in row["explanation"]
    assert "imr wanted infant_mortality US-MO" in row["explanation"]


def test_care_of_another_year_and_what_is_printed_stand_beside_the_statement(
    found: dict[str, dict[str, Any]],
) -> None:
    # NVSR 67-3 prints 1.6 and 4.6 % of 2016: of births with a known month.
    for claim in ("MDL-02", "MDL-03"):
        row = found[claim]
        assert row["verdict"] == "cannot_be_computed"
        for share in (
            "no care 1.61 %",
            "care from the 7th month 4.58 %",
            "care from the 7th month or none 6.19 %",
            "no care, of all births 1.51 %",
        ):
            assert share in row["explanation"]  # fmt: skip
        assert "natality" in row["explanation"]
    assert "NCHS prints 2.2 % for 2022, 0.1 from the statement" in found["MDL-03"]["explanation"]
    assert "NCHS prints 15.0 % for 2016" in found["MDL-02"]["explanation"]
    assert "5th month" not in found["MDL-02"]["explanation"], "4_6 is divided by it"


def test_the_definition_that_has_the_stated_share_is_named() -> None:
    core = CoreTables()
    # 2.2 % of the births with a known month, 2.1 % of all; 12.5 % with care from the 5th month.
    births = {"none": 2200, "1": 50_000, "2": 20_000, "3": 10_000, "4": 7500, "5": 4000, "6": 1300,
              "7": 3000, "8": 1500, "9": 500, "not_stated": 4000}  # fmt: skip
    by_care(core, 2022, births)
    core.infant("US", 2022, 500, 104_000, kind="country")
    rows = judged(core)
    none = rows["MDL-03"]
    assert (none["verdict"], none["recomputed_display"]) == ("does_not_reproduce", "2.2")
    assert none["best_fit"] == "no care, of all births 2.12 %"
    lower, upper = proportion_confint(2200, 100_000, method="wilson")
    assert f"limits {100 * lower:.2f} to {100 * upper:.2f} %" in none["inputs"]
    inadequate = rows["MDL-02"]
    assert inadequate["verdict"] == "cannot_be_computed"
    assert inadequate["best_fit"] == "care from the 5th month or none 12.50 %"
    assert "APNCU" in inadequate["explanation"]
