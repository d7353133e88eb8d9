"""CDC WONDER exports that others made: each is read, with the figures that it prints.

The figures were read off the files, not off the parser; those of whole years are also printed in
the reports of NCHS that `us_national_year.csv` compiles.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from assets.archive.intake import judge
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.identify import identify

BY_ID = {dataset.dataset_id: dataset for dataset in DATASETS}
LINKED, NATALITY = "nchs_wonder_linked", "nchs_wonder_natality"
MORTALITY, FETAL = "nchs_wonder_mortality", "nchs_wonder_fetal"
SPREADSHEET = ("INTAKE-WONDER-RESTORED",)
HIDDEN = ("INTAKE-WONDER-QUERY",)


class Export(NamedTuple):
    """What an export is.

    Attributes:
        dataset_id: Dataset that it is recognised as.
        figures: Codes of a row, and the numbers it prints by column.
        years: First and last year of its figures.
        advice: Advisory rules that it breaks.
        errors: Required rules that it breaks.
    """

    dataset_id: str
    figures: tuple[tuple[dict[str, str], dict[str, float]], ...]
    years: tuple[int, int]
    advice: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def linked(deaths: int, births: int) -> dict[str, float]:
    return {"Deaths": deaths, "Births": births}


COUNTIES = tuple(
    ({"state_code": code[:2], "county_code": code}, linked(*counts))
    for code, counts in {
        "29077": (23, 3276),
        "29095": (65, 8566),
        "29183": (22, 4251),
        "29189": (54, 10480),
        "29510": (38, 3342),
        "01073": (69, 7751),
        "01089": (20, 4514),
    }.items()
)
ORIGINS = tuple(
    ({"hispanic_origin": label}, linked(*counts))
    for label, counts in {
        "Mexican": (2646, 535993),
        "Puerto Rican": (431, 70517),
        "Cuban": (85, 22573),
        "Central or South American": (623, 143983),
        "Non-Hispanic White": (10191, 2094054),
        "Non-Hispanic Black": (6536, 583786),
        "Origin unknown or not stated": (471, 36292),
    }.items()
)


def month(
    year: int, number: int, column: str, count: int
) -> tuple[dict[str, str], dict[str, float]]:
    return {"year_code": str(year), "month_code": str(number)}, {column: count}


EXPORTS = {
    "public/lee_linked_2017-2022.txt": Export(LINKED, COUNTIES, (2022, 2022)),
    "public/lee_linked_2017-2022.csv": Export(LINKED, COUNTIES, (2022, 2022), SPREADSHEET),
    "public/derived_hispanic_origin_2016.txt": Export(LINKED, ORIGINS, (2016, 2016)),
    "public/derived_cause_2016.txt": Export(
        LINKED,
        (
            ({"cause_code": "A08.1"}, linked(1, 3945875)),
            ({"cause_code": "A09.0"}, linked(197, 3945875)),
        ),
        (2016, 2016),
    ),
    "public/paris_death_rates_state.txt": Export(
        LINKED, (({"state_code": "01"}, linked(5349, 606074)),), (2007, 2016)
    ),
    "public/paris_death_rates.txt": Export(
        LINKED, (({"county_code": "01073"}, linked(983, 91579)),), (2007, 2016)
    ),
    "public/paris_IMR_by_race__2007-2016.txt": Export(
        LINKED, (({"race_code": "2054-5"}, linked(73877, 6477025)),), (2007, 2016)
    ),
    "public/paris_imr_by_prenatal_care_start__2007-2016.txt": Export(
        LINKED, (({"prenatal_care_code": "00"}, linked(1600, 59493)),), (2016, 2016)
    ),
    "public/paris_birth_weight_state.csv": Export(
        LINKED,
        (({"state_code": "01", "birth_weight_code": "01"}, linked(128, 160)),),
        (2016, 2016),
        # The carrier's spreadsheet dropped zeros and the marks of unreliable rates.
        ("INTAKE-WONDER-RELIABILITY", *SPREADSHEET),
    ),
    "public/paris_imr_by_year_by_race__2007-2016.txt": Export(
        LINKED,
        (({"year_code": "2007", "race_code": "2054-5"}, linked(8732, 675676)),),
        (2007, 2016),
    ),
    "public/paris_IMR_BY_state_by_RACE__2007-2016.txt": Export(
        LINKED, (({"state_code": "27", "race_code": "1002-5"}, linked(21, 1386)),), (2016, 2016)
    ),
    "public/mch_infant_mortality_census_00_10.txt": Export(
        MORTALITY, (({"census_region_code": "CENS-R1"}, {"Deaths": 40097}),), (2001, 2010)
    ),
    "public/mch_infant_mortality_yearly_00_17.txt": Export(
        MORTALITY, (({"year_code": "2000"}, {"Deaths": 28035}),), (2000, 2017)
    ),
    "public/mch_fetal_mortality_yearly_05_22.txt": Export(
        FETAL,
        (
            ({"year_code": "2005"}, {"Fetal Deaths": 25894}),
            ({"year_code": "2006"}, {"Fetal Deaths": 25972}),
        ),
        (2005, 2022),
    ),
    "public/D176_infant_deaths_by_month_2021-2025.csv": Export(
        MORTALITY, (month(2021, 1, "Deaths", 1670), month(2025, 9, "Deaths", 66)), (2021, 2025)
    ),
    "public/D192_births_by_month_2023-2025.csv": Export(
        NATALITY, (month(2023, 1, "Births", 299465), month(2025, 7, "Births", 317228)), (2023, 2025)
    ),
    "public/D66_births_by_month_2007-2023.csv": Export(
        NATALITY,
        (month(2007, 1, "Births", 354943), month(2023, 12, "Births", 298043)),
        (2007, 2023),
    ),
    "public/will_provisional.txt": Export(
        NATALITY,
        (({"state_code": "56", "year_code": "2023", "month_code": "12"}, {"Births": 472}),),
        (2023, 2024),
    ),
    "public/adede_natality.txt": Export(
        NATALITY, (({"state_code": "01"}, {"Births": 58054}),), (2021, 2021)
    ),
    "public/mint_natality_1995-2002.txt": Export(
        NATALITY,
        (({"year_code": "1995", "age_of_mother_code": "15-19"}, {"Births": 499873}),),
        (1995, 2002),
    ),
    "public/mch_infant_mortality_first_half_23.txt": Export(
        MORTALITY, (({"year_code": "2023"}, {"Deaths": 9844}),), (2023, 2023), errors=HIDDEN
    ),
    "public/mch_natality_yearly_07_22_above_35.txt": Export(
        NATALITY, (({"year_code": "2007"}, {"Births": 605093}),), (2007, 2022), errors=HIDDEN
    ),
    "api/exports/D158_infant_deaths_by_month_2021-2023_q20250921.csv": Export(
        MORTALITY, (month(2021, 1, "Deaths", 1670),), (2021, 2023)
    ),
    "api/exports/D76_infant_deaths_by_month_2010-2020_q20250921.csv": Export(
        MORTALITY, (month(2010, 1, "Deaths", 2178),), (2010, 2020)
    ),
    "api/exports/D77_infant_deaths_by_month_2010-2020_q20250921.csv": Export(
        MORTALITY, (month(2010, 1, "Deaths", 2178), month(2020, 12, "Deaths", 1543)), (2010, 2020)
    ),
}


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_an_export_made_by_others_is_read(name: str, shared_data: Path) -> None:
    path, export = shared_data / "nchs" / "wonder" / name, EXPORTS[name]
    assert identify(path) == export.dataset_id
    dataset = BY_ID[export.dataset_id]
    parsed = dataset.parse(path)
    data = parsed.frame[parsed.frame["row_type"] == "data"]
    assert (data["first_year"].min(), data["last_year"].max()) == export.years
    for codes, figures in export.figures:
        row = data
        for column, code in codes.items():
            row = row[row[column] == code]
        printed = row.set_index("source_column")["value"].to_dict()
        assert {column: printed[column] for column in figures} == figures, codes
    errors, warnings = judge(dataset, parsed, path.name)
    assert tuple(e.rule for e in errors) == export.errors, errors
    assert tuple(sorted(w.rule for w in warnings)) == export.advice, warnings


def test_every_export_of_the_public_folder_is_tried(shared_data: Path) -> None:
    folder = shared_data / "nchs" / "wonder"
    found = {p.relative_to(folder).as_posix() for p in (folder / "public").iterdir()}
    assert found <= set(EXPORTS)


def test_a_spreadsheet_copy_says_the_same_as_the_original(shared_data: Path) -> None:
    folder = shared_data / "nchs" / "wonder" / "public"
    original = BY_ID[LINKED].parse(folder / "lee_linked_2017-2022.txt").frame
    copy = BY_ID[LINKED].parse(folder / "lee_linked_2017-2022.csv").frame
    pd.testing.assert_frame_equal(original, copy)


@pytest.mark.parametrize(
    ("name", "column", "year", "months"),
    [
        ("D176_infant_deaths_by_month_2021-2025.csv", "Deaths", "2021", 19920),
        ("D176_infant_deaths_by_month_2021-2025.csv", "Deaths", "2022", 20553),
        ("D176_infant_deaths_by_month_2021-2025.csv", "Deaths", "2023", 20145),
        ("D176_infant_deaths_by_month_2021-2025.csv", "Deaths", "2024", 20050),
        ("D192_births_by_month_2023-2025.csv", "Births", "2024", 3618267),
        ("D66_births_by_month_2007-2023.csv", "Births", "2023", 3596017),
    ],
)
def test_months_of_a_year_sum_up(
    name: str, column: str, year: str, months: int, shared_data: Path
) -> None:
    path = shared_data / "nchs" / "wonder" / "public" / name
    frame = BY_ID[str(identify(path))].parse(path).frame
    rows = frame[
        (frame["row_type"] == "data")
        & (frame["source_column"] == column)
        & (frame["year_code"] == year)
    ]
    assert rows["month_code"].tolist() == [str(m) for m in range(1, 13)]
    assert rows["value"].sum() == months


@pytest.mark.parametrize(
    ("name", "used", "left_out", "needed"),
    [
        (
            "adede_natality.txt",
            51,
            {"that are Totals of the others": 1},
            "2007-2023, group by State; Year of Death, for --dataset nchs_wonder_linked",
        ),
        ("mint_natality_1995-2002.txt", 70, {"that are Totals of the others": 9}, "1995-1998; "),
        ("lee_linked_2017-2022.txt", 300, {}, ""),
        (
            "mch_infant_mortality_yearly_00_17.txt",
            18,
            {"that are Totals of the others": 1},
            "Natality, group by Year, for --dataset nchs_wonder_natality",
        ),
        (
            "will_provisional.txt",
            612,
            {"of years that have no twelve months": 102},
            "Births of 2023 without deaths give no rate",
        ),
    ],
)
def test_what_is_made_of_an_export_is_said(
    name: str, used: int, left_out: dict[str, int], needed: str, shared_data: Path
) -> None:
    path = shared_data / "nchs" / "wonder" / "public" / name
    entry = BY_ID[str(identify(path))]
    assert entry.use is not None
    use = entry.use(entry.parse(path))
    assert use.rows_used == used
    told = dict(use.rows_left_out)
    assert {reason: told.get(reason, 0) for reason in left_out} == left_out
    assert needed in " ".join(use.still_needed)
    assert bool(needed) is bool(use.still_needed)
