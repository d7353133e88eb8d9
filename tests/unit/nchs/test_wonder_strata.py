"""Which stratum a row of a CDC WONDER export is about."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from assets.producers.nchs.wonder.grammar import REMOVED
from assets.producers.nchs.wonder.strata import (
    COLUMNS,
    CROSSED,
    NO_COLUMN,
    OF_THE_INFANT,
    Stratum,
    strata_of,
)
from assets.producers.nchs.wonder.vocabulary import dimension_of, dimensions_of
from assets.schema.strata.vocabulary import dimensions, groups_of

FORMS = Path("nchs", "wonder", "api", "forms")
LINKED = "Linked Birth / Infant Death Records, 2007-2023"
MORTALITY = "Multiple Cause of Death, 1999-2020"


def row(*groups: tuple[str, str, str], kind: str = "linked", database: str = LINKED) -> Stratum:
    """Return the stratum of a row that is grouped by headers, each with its label and code."""
    headers = [header for header, _, _ in groups]
    cells: dict[str, str | None] = dict.fromkeys(COLUMNS)
    cells |= {"grouped_by": "; ".join(headers), "database_kind": kind, "database_label": database}
    for name, (header, label, code) in zip(dimensions_of(headers), groups, strict=True):
        told = ((name, f"{header}: {label}" if name == "other" else label), (f"{name}_code", code))
        for column, text in told:
            cells[column] = "; ".join(filter(None, (cells[column], text)))
    (found,) = strata_of(pd.DataFrame([cells]))
    return found


RACE = ("Mother's Bridged Race", "Black or African American", "2054-5")
AGE = ("Age of Mother 9", "20-24 years", "20-24")
TWIN = ("Plurality", "Twin", "2")


@pytest.mark.parametrize(
    ("groups", "kind", "stratum"),
    [
        ((), "all", "all"),
        ((RACE, AGE), "age_of_mother|race_bridged", "20_24|black"),
        ((("Mother's Single Race 6", "Asian", "A"),), "race_single", "asian"),
        ((("Mother's Single Race 15", "Chinese", "5"),), "race_15", "chinese"),
        ((("Mother's Single/Multi Race 31", "Black and AIAN", "7"),), "race_31", "black_and_aian"),
        ((("OE Gestational Age Weekly", "36 weeks", "36"),), "gestation", "36"),
        ((("LMP Gestational Age 10", "20 - 27 weeks", "02"),), "gestation_lmp", "20_27"),
        ((("Birth Weight", "499 grams or less", "01"),), "birth_weight", "under_500"),
        (
            (("Infant Birth Weight 12", "5000 - 8165 grams", "11"),),
            "birth_weight",
            "5000_and_over",
        ),
        ((("Month Prenatal Care Began", "No prenatal care", "00"),), "prenatal_care", "none"),
        (
            (("Trimester Prenatal Care Began", "7th to final month", "3"),),
            "prenatal_care",
            "7_and_later",
        ),
        ((("Source of Payment for Delivery", "Other", "4"),), "payer", "other"),
        ((("Source of Payment for Delivery Expanded", "Other", "8"),), "payer", "other_payer"),
        (
            (("Source of Payment for Delivery Expanded", "Medicaid", "1"),),
            "payer",
            "medicaid",
        ),
        (
            (("Mother's Expanded Hispanic Origin", "Other and Unknown Hispanic", "5"),),
            "hispanic_origin",
            "other_hispanic_than_dominican",
        ),
        (
            (("Mother's Hispanic Origin", "Other and Unknown Hispanic", "5"),),
            "hispanic_origin",
            "other_hispanic",
        ),
        (
            (("Mother's Single Race/Hispanic Origin", "Non-Hispanic White (alone)", "1"),),
            "race_and_hispanic_origin",
            "non_hispanic_white",
        ),
        (
            (("ICD-10 130 Cause List (Infants)", "#Any words", "GR130-135"),),
            "cause_130",
            "sudden_infant_death_syndrome",
        ),
        (
            (("15 Leading Causes of Death (Infants)", "#Any words", "GR130-135"),),
            "cause_130",
            "sudden_infant_death_syndrome",
        ),
        (
            (("ICD Chapter", "Neoplasms", "C00-D48"), TWIN),
            "cause_chapter|plurality",
            "Neoplasms (C00-D48)|twin",
        ),
        (
            (("Cause of death", "By parent", "Y06.1"),),
            "cause_icd",
            "By parent (Y06.1)",
        ),
        ((("Mother's Education", "0 - 8 years", "19176"),), "education", "0 - 8 years"),
        ((("Tobacco Use", "Yes", "1"),), "tobacco", "yes"),
        ((("Total Birth Order", "2", "02"),), "total_birth_order", "2"),
        (
            (("Tobacco Use", "Unknown or Not Stated", "9"), AGE),
            "age_of_mother|tobacco",
            "20_24|not_stated",
        ),
        (
            (("WIC", "No", "2"), ("Medical Attendant", "Other Midwife", "4")),
            "attendant|wic",
            "other_midwife|no",
        ),
        ((("Birthplace", "Not in Hospital", "2"),), "birthplace_3", "not_in_hospital"),
        ((("Weekday", "Weekend", "1"),), "weekday_of_birth", "weekend"),
        (
            (
                ("OE Gestational Age 10", "36 weeks", "05"),
                ("LMP Gestational Age 10", "40 weeks", "07"),
            ),
            "gestation|gestation_lmp",
            "36|40",
        ),
        (
            (("Father's Single Race 6", "Asian", "A"), ("Mother's Single Race 6", "Asian", "A")),
            "father_race_single|race_single",
            "asian|asian",
        ),
        ((("Tobacco Use", "Sometimes", "4"),), "tobacco", "Sometimes"),
        ((("Injury Intent", "Homicide", "3"),), "injury_intent", "homicide"),
        (
            (("MCD - ICD Chapter", "Neoplasms", "C00-D48"),),
            "mentioned_chapter",
            "Neoplasms (C00-D48)",
        ),
    ],
)
def test_headers_and_labels_become_strata(
    groups: tuple[tuple[str, str, str], ...], kind: str, stratum: str
) -> None:
    assert row(*groups) == Stratum(kind, stratum)


def test_schooling_is_by_years_before_2007_and_by_degree_since() -> None:
    old = row(
        ("Mother's Education", "Excluded", "999"),
        database="Linked Birth / Infant Death Records, 1999-2002",
    )
    assert (old.kind, row(("Mother's Education", "Excluded", "Exc")).kind) == (
        "education_years",
        "education",
    )


@pytest.mark.parametrize(
    ("year", "kind", "stratum"),
    [("2001", "linked", Stratum("education_years", "0_8")),
     ("2004", "natality", Stratum("education_years", "0_8")),
     ("2020", "linked", Stratum("education", "0 - 8 years"))],
)  # fmt: skip
def test_a_copy_without_footer_is_of_the_only_database_that_has_its_year(
    year: str, kind: str, stratum: Stratum
) -> None:
    cells = dict.fromkeys(COLUMNS) | {"grouped_by": "Mother's Education; Year"}
    cells |= {"database_kind": kind, "database_label": REMOVED, "year_code": year}
    cells |= {"education": "0 - 8 years", "education_code": "19176"}
    assert strata_of(pd.DataFrame([cells])) == [stratum]


@pytest.mark.parametrize(
    ("groups", "kind", "reason"),
    [
        ((RACE, AGE, TWIN), "linked", CROSSED),
        ((("Occurrence State", "Maine", "23"),), "mortality", NO_COLUMN),
        ((("Tobacco Use", "Yes", "1"), ("Occurrence State", "Maine", "23")), "linked", NO_COLUMN),
        ((("Tobacco Use", "Yes", "1"), ("WIC", "No", "2"), AGE), "linked", CROSSED),
        ((("Tobacco Use", "Yes", "1"),), "mortality", OF_THE_INFANT),
        ((AGE, ("Age of Mother 13", "20-24 years", "20-24")), "linked", NO_COLUMN),
        ((("2013 Urbanization", "Small Metro", "4"), ("Autopsy", "Yes", "Y")), "mortality", ""),
        ((("Race", "White", "2106-3"),), "mortality", OF_THE_INFANT),
        ((("Hispanic Origin", "Not Stated", "NS"), ("Sex", "Female", "F")), "mortality",
         OF_THE_INFANT),
        ((("Sex", "Female", "F"), ("ICD Chapter", "Neoplasms", "C00-D48")), "mortality", ""),
    ],
)  # fmt: skip
def test_rows_that_are_not_counted_have_their_reason(
    groups: tuple[tuple[str, str, str], ...], kind: str, reason: str
) -> None:
    assert row(*groups, kind=kind, database=MORTALITY).unused == reason


def test_two_codes_of_one_group_keep_their_own_words() -> None:
    cells = dict.fromkeys(COLUMNS) | {"grouped_by": "Race", "database_kind": "natality"}
    rows = [
        cells | {"race": label, "race_code": code}
        for label, code in (("White", "1"), ("Black", "2"), ("Black or African American", "3"))
    ]
    assert [s.code for s in strata_of(pd.DataFrame(rows))] == [
        "white",
        "Black",
        "Black or African American",
    ]


def test_months_of_several_years_together_are_a_characteristic() -> None:
    cells = dict.fromkeys(COLUMNS) | {"month": "Jan.", "month_code": "1", "database_kind": "linked"}
    pooled, dated = strata_of(pd.DataFrame([cells, cells | {"year_code": "2020"}]))
    assert (pooled, dated) == (Stratum("month", "january"), Stratum())


def test_every_label_of_the_request_forms_is_a_group_of_its_own(shared_data: Path) -> None:
    """A group that stood for two options of one list would lose the figures of one of them."""
    checked = 0
    for file in sorted((shared_data / FORMS).glob("D*.json")):
        form = json.loads(file.read_text(encoding="utf-8"))
        database = form["hidden"].get("dataset_label", "")
        for key, header in form["group_by"].items():
            name = dimension_of(header)
            variable = key.partition("-")[0]
            select = form["selects"].get(f"V_{variable}", {"options": []})
            options = [(c, t) for c, t in select["options"] if c != "*All*"]
            if name in ("age_of_infant", "year", "month") or name in _AREAS or not options:
                continue
            kind = "mortality" if form["dataset"] in _DEATHS else "linked"
            strata = [row((header, t, c), kind=kind, database=database) for c, t in options]
            if strata[0].unused:
                assert {s.unused for s in strata} <= {OF_THE_INFANT, NO_COLUMN}
                assert strata[0].unused == OF_THE_INFANT or header.startswith(_PLACES), (
                    file.name,
                    header,
                )
                continue
            assert len({s.code for s in strata}) == len(options), (file.name, header)
            (dimension,) = {s.kind for s in strata}
            known = groups_of(dimension)
            assert not known or {s.code for s in strata} <= set(known), (file.name, header)
            assert "US" in dimensions()[dimension].nations
            checked += len(options)
    assert checked > 5_000


_PLACES = ("2005 CBSA", "2013 CBSA", "Occurrence ")
_AREAS = ("state", "county", "census_region", "census_division", "hhs_region")
_DEATHS = {"D16", "D74", "D76", "D77", "D140", "D157", "D158", "D176"}
