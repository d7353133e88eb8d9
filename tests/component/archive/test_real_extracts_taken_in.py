"""Every real extract before the judges of the pipeline: taken in, or refused for its reason."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from assets.archive.intake import take_in
from assets.archive.vintage import Origin
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset
from assets.producers.identify import describe_unknown, identify
from assets.producers.nchs.wonder.unused_rows import judge_strata
from assets.state.home import Home


class Expected(NamedTuple):
    """What becomes of an extract.

    Attributes:
        dataset_id: Dataset that it is offered to.
        errors: Rules that refuse it; none: it is taken in.
        advice: Rules that advise.
        named: A person has to name the dataset, because the content does not tell it.
    """

    dataset_id: str
    errors: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    named: bool = False


SODA, WONDER = "nchs/socrata", "nchs/wonder"
PUBLIC, ASKED = f"{WONDER}/public", f"{WONDER}/api/exports"
LINKED, NATALITY = "nchs_wonder_linked", "nchs_wonder_natality"
MORTALITY, FETAL = "nchs_wonder_mortality", "nchs_wonder_fetal"
BOOKS, BY_AREA = "ons/workbooks", "ons/area_workbooks"
YEARS = range(2011, 2015)
EXPECTED = {
    f"{SODA}/76vv-a7x8_quarterly_births_vintage2020-05.csv": Expected("nchs_quarterly_births"),
    f"{SODA}/e6fc-ccez_births_gfr_us.csv": Expected("nchs_births_1909"),
    f"{SODA}/epev-k6ss_infant_neonatal_mortality_1915-2013.csv": Expected("nchs_rates_1915"),
    f"{SODA}/jqwm-z2g9_quarterly_imr_vintage2020-05.csv": Expected("nchs_vsrr_quarterly"),
    f"{SODA}/vsrr_hmz2-vwda_vintage2020-05.csv": Expected("nchs_vsrr_counts"),
    f"{SODA}/vsrr_hmz2-vwda_vintage2022.csv": Expected("nchs_vsrr_counts"),
    f"{WONDER}/D159_lbd_2017-2022_expanded_state_year.txt": Expected("nchs_wonder_linked"),
    # Days of age without the small ones: no span of the postneonatal days is whole.
    f"{WONDER}/saloni-nd_D159_age_in_days.txt": Expected(
        "nchs_wonder_linked", advice=("WONDER-NOT-USED",)
    ),
    f"{WONDER}/PopHIVE_D149_2023_county_gender_Missouri.csv": Expected("nchs_wonder_natality"),
    f"{WONDER}/MCHTrends_infant_mortality_yearly_18_22.txt": Expected("nchs_wonder_mortality"),
    # Births of non-Hispanic women only.
    f"{WONDER}/corinne-riddell_Births-by-race-year-2005-2006-with-notes.txt": Expected(
        "nchs_wonder_natality", errors=("INTAKE-WONDER-QUERY",)
    ),
    # Its footer was removed: nothing tells the database, the edition or the query.
    f"{WONDER}/midas_natality_2007_2022.txt": Expected(
        "nchs_wonder_natality", advice=("INTAKE-WONDER-FOOTER",), named=True
    ),
    # Months of years that the producer calls partial.
    f"{PUBLIC}/D176_infant_deaths_by_month_2021-2025.csv": Expected(
        MORTALITY, advice=("WONDER-NOT-USED",)
    ),
    f"{PUBLIC}/D192_births_by_month_2023-2025.csv": Expected(NATALITY),
    f"{PUBLIC}/D66_births_by_month_2007-2023.csv": Expected(NATALITY),
    f"{PUBLIC}/adede_natality.txt": Expected(NATALITY),
    f"{PUBLIC}/derived_cause_2016.txt": Expected(LINKED),
    f"{PUBLIC}/derived_hispanic_origin_2016.txt": Expected(LINKED),
    f"{PUBLIC}/lee_linked_2017-2022.txt": Expected(LINKED),
    # Saved by a spreadsheet: codes without their zeros.
    f"{PUBLIC}/lee_linked_2017-2022.csv": Expected(LINKED, advice=("INTAKE-WONDER-RESTORED",)),
    f"{PUBLIC}/mch_fetal_mortality_yearly_05_22.txt": Expected(FETAL),
    f"{PUBLIC}/mch_infant_mortality_census_00_10.txt": Expected(MORTALITY),
    f"{PUBLIC}/mch_infant_mortality_yearly_00_17.txt": Expected(MORTALITY),
    # Half a year; mothers of 35 and over: no column shows the restriction.
    f"{PUBLIC}/mch_infant_mortality_first_half_23.txt": Expected(
        MORTALITY, errors=("INTAKE-WONDER-QUERY",), advice=("WONDER-NOT-USED",)
    ),
    f"{PUBLIC}/mch_natality_yearly_07_22_above_35.txt": Expected(
        NATALITY, errors=("INTAKE-WONDER-QUERY",)
    ),
    f"{PUBLIC}/mint_natality_1995-2002.txt": Expected(NATALITY),
    f"{PUBLIC}/paris_IMR_BY_state_by_RACE__2007-2016.txt": Expected(LINKED),
    f"{PUBLIC}/paris_IMR_by_race__2007-2016.txt": Expected(LINKED),
    # Saved by a spreadsheet; 12 rates on fewer than 20 deaths lost their mark.
    f"{PUBLIC}/paris_birth_weight_state.csv": Expected(
        LINKED, advice=("INTAKE-WONDER-RELIABILITY", "INTAKE-WONDER-RESTORED")
    ),
    f"{PUBLIC}/paris_death_rates.txt": Expected(LINKED),
    f"{PUBLIC}/paris_death_rates_state.txt": Expected(LINKED),
    f"{PUBLIC}/paris_imr_by_prenatal_care_start__2007-2016.txt": Expected(LINKED),
    f"{PUBLIC}/paris_imr_by_year_by_race__2007-2016.txt": Expected(LINKED),
    f"{PUBLIC}/will_provisional.txt": Expected(NATALITY),
    f"{ASKED}/D158_infant_deaths_by_month_2021-2023_q20250921.csv": Expected(MORTALITY),
    f"{ASKED}/D76_infant_deaths_by_month_2010-2020_q20250921.csv": Expected(MORTALITY),
    f"{ASKED}/D77_infant_deaths_by_month_2010-2020_q20250921.csv": Expected(MORTALITY),
    # An answer to a program is an extract; this one is about deaths at 15 to 44 years.
    f"{WONDER}/api/responses/D76_200_year_x_race_full.xml": Expected(
        MORTALITY, errors=("INTAKE-WONDER-QUERY",), advice=("WONDER-NOT-USED",)
    ),
    # Three columns that a person made of an answer of the API: no header of WONDER.
    f"{ASKED}/D192_births_by_month_2023-01_2026-06_api_20260902.csv": Expected(
        NATALITY, errors=("WONDER-HEADER",), named=True
    ),
    # Figures of every race and year, the last row without its trailing blank.
    "nchs/states/asad_ddsk.csv": Expected("nchs_rates_by_race_1915"),
    "nchs/states/ivan_ddsk.csv": Expected("nchs_rates_by_race_1915"),
    # Tables of health departments: not the columns of the local format.
    "nchs/states/ct_town_head.csv": Expected(
        "local_area_counts", errors=("LOCAL-HEADER",), named=True
    ),
    "nchs/states/msdh_imr.csv": Expected("local_area_counts", errors=("LOCAL-HEADER",), named=True),
    "nchs/states/nyc_imr_by_boro.csv": Expected(
        "local_area_counts", errors=("LOCAL-HEADER",), named=True
    ),
    # Records of single births; the catalogue has no dataset of microdata (docs/sources.md).
    "nchs/microdata/Nat2018PublicUS_head_sample.txt": Expected(
        "nchs_wonder_natality", errors=("WONDER-HEADER",), named=True
    ),
    **{
        f"{BY_AREA}/births_{year}.xls": Expected("ons_births_by_area") for year in range(2010, 2016)
    },
    **{
        f"{BY_AREA}/deaths_{year}.xls": Expected("ons_deaths_by_area")
        for year in (2010, 2011, 2013, 2014)
    },
    # Three unreliable rates of the printed table are not in italics.
    f"{BY_AREA}/deaths_2012.xls": Expected(
        "ons_deaths_by_area", advice=("INTAKE-ONS-DEATHS-AREA-009",)
    ),
    f"{BY_AREA}/deaths_2015.xls": Expected("ons_deaths_by_area", errors=("ONS-TITLE",)),
    f"{BOOKS}/2023birthregistrations.xlsx": Expected("ons_birth_registrations"),
    # Its carrier changed Tables 1 and 2; the other tables are the producer's.
    f"{BOOKS}/cim2020deathcohortworkbook_tables1-2_perturbed.xlsx": Expected(
        "ons_child_mortality", advice=("INTAKE-ONS-CHILD-019",)
    ),
    # Three rows of Tables 13 and 16 contradict themselves, a count of 1964 has a point.
    f"{BOOKS}/cms2018workbookf.xls": Expected(
        "ons_child_mortality", advice=("INTAKE-ONS-CHILD-019",)
    ),
    # Sums of 1993 to 1995, 1997 and 2002 in Table 1 are misprints of the producer.
    f"{BOOKS}/cim2022deathcohortworkbook.xlsx": Expected(
        "ons_child_mortality", advice=("INTAKE-ONS-CHILD-014",)
    ),
    "ons/nomis/nomis_deaths.csv": Expected("nomis_deaths"),
    # A table of chosen rows and columns, made by a person.
    "ons/fingertips/fingertips_92196_imr_2015-17_subset.csv": Expected(
        "fingertips_infant_mortality", errors=("FINGERTIPS-RENAMED",), named=True
    ),
}


_NO_EXTRACTS = (
    "ons/geography/",
    "nchs/microdata/",
    *(f"{WONDER}/api/{what}" for what in ("forms/", "requests/", "release_history")),
    *(f"{WONDER}/api/responses/{what}" for what in ("200_rows", "429", "500")),
)
"""Code lists, records of persons, forms, requests, errors, parts of answers: nobody offers them."""


def test_every_extract_has_an_expectation(shared_data: Path) -> None:
    found = {
        path.relative_to(shared_data).as_posix()
        for path in shared_data.rglob("*")
        if path.is_file()
    }
    extracts = {name for name in found if not name.startswith(_NO_EXTRACTS)}
    assert extracts <= set(EXPECTED)
    # What is no extract is recognised as none.
    assert all(identify(shared_data / name) is None for name in found - extracts)
    # Whatever is not recognised can be told what it is, with what to do.
    unknown = (path for name in found if identify(path := shared_data / name) is None)
    assert all(all(describe_unknown(path)) for path in unknown)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_real_extract_meets_every_judge(name: str, shared_data: Path, tmp_path: Path) -> None:
    path, expected = shared_data / name, EXPECTED[name]
    assert identify(path) == (None if expected.named else expected.dataset_id)
    outcome = take_in(
        Home(tmp_path / "home").create(),
        dataset(expected.dataset_id),
        path,
        Origin(f"file:{path.name}", "2026-01-01T00:00:00+00:00", "none"),
        (judge_areas, judge_strata),
    )
    assert tuple(e.rule for e in outcome.errors) == expected.errors, outcome.errors
    assert outcome.status == ("quarantined" if expected.errors else "new")
    assert tuple(sorted({w.rule for w in outcome.warnings})) == expected.advice
