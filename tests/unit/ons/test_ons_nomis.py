"""The grammar of Nomis answers: dimensions, pages, boundary vintages."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from assets.archive.errors import ExtractError
from assets.archive.intake import judge
from assets.producers.ons.catalogue import DATASETS
from assets.producers.ons.nomis.read import (
    parse_births_characteristics,
    parse_deaths,
    parse_live_births,
    parse_population,
)

SUFFIXES = ("", "_NAME", "_CODE", "_TYPE", "_TYPECODE", "_SORTORDER")
OBSERVATION = [
    *("MEASURES", "MEASURES_NAME", "OBS_VALUE", "OBS_STATUS", "OBS_STATUS_NAME"),
    *("OBS_CONF", "OBS_CONF_NAME", "URN", "RECORD_OFFSET", "RECORD_COUNT"),
]
Record = dict[str, object]
LIVE_BIRTHS = next(d for d in DATASETS if d.dataset_id == "nomis_live_births")


def record(**values: object) -> Record:
    return {
        "DATE": "2023",
        "GEOGRAPHY": "2092957699",
        "GEOGRAPHY_NAME": "England",
        "GEOGRAPHY_CODE": "E92000001",
        "GEOGRAPHY_TYPE": "countries",
        "GEOGRAPHY_TYPECODE": "499",
        "AGE_OF_MOTHER": "0",
        "AGE_OF_MOTHER_NAME": "Total",
        "MEASURES": "20100",
        "OBS_VALUE": "563561",
        "OBS_CONF": "F",
        "URN": "Nm-205d1d32218e0d2092957699d0d20100",
        **values,
    }


def answer(
    path: Path,
    records: Sequence[Record],
    dimensions: Sequence[str] = ("DATE", "GEOGRAPHY", "AGE_OF_MOTHER"),
    promised: int | None = None,
) -> Path:
    header = [d + suffix for d in dimensions for suffix in SUFFIXES] + OBSERVATION
    count = len(records) if promised is None else promised
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for offset, row in enumerate(records):
            writer.writerow({"RECORD_OFFSET": offset, "RECORD_COUNT": count, **row})
    return path


def test_labels_with_commas_and_everything_else_stay_text(tmp_path: Path) -> None:
    bristol = record(
        GEOGRAPHY_CODE="E06000023", GEOGRAPHY_NAME="Bristol, City of", OBS_VALUE="5278"
    )
    frame = parse_live_births(answer(tmp_path / "a.csv", [record(), bristol])).frame
    row = frame.iloc[1]
    assert (row["geography_name"], row["value"], row["obs_conf"]) == ("Bristol, City of", 5278, "F")
    assert (row["source_row"], row["source_column"], row["age_code"]) == (3, "OBS_VALUE", "0")
    assert row["nomis_dataset"] == "NM_205_1"
    assert row["measure_name"] == "Live births"


def test_percentages_are_left_out(tmp_path: Path) -> None:
    rows = [record(), record(MEASURES="20301", OBS_VALUE="100")]
    parsed = parse_live_births(answer(tmp_path / "a.csv", rows))
    assert list(parsed.frame["value"]) == [563561]
    assert parsed.metadata["rows_of_other_measures_left_out"] == "1"


def test_the_newest_boundaries_are_marked(tmp_path: Path) -> None:
    old, new = (
        record(
            GEOGRAPHY_CODE="E07000004",
            GEOGRAPHY_TYPE=f"local authorities: district / unitary (as of April {year})",
            GEOGRAPHY_TYPECODE=code,
            OBS_VALUE=value,
        )
        for year, code, value in ((2021, "434", "10"), (2023, "424", "11"))
    )
    frame = parse_live_births(answer(tmp_path / "a.csv", [new, old, record()])).frame
    assert list(frame["is_newest_boundary"]) == [True, False, True]


def test_any_dimension_beyond_the_total_is_in_the_measure(tmp_path: Path) -> None:
    dimensions = ("DATE", "GEOGRAPHY", "GENDER", "COB_MOTHER", "AGE_OF_MOTHER")
    urn = "Nm-203d1d32218e0d2092957703d0d0d0d20100"
    total = record(COB_MOTHER="0", COB_MOTHER_NAME="Total", GENDER="0", URN=urn)
    born_abroad = record(COB_MOTHER="7", COB_MOTHER_NAME="Poland", GENDER="1", URN=urn)
    path = answer(tmp_path / "a.csv", [total, born_abroad], dimensions)
    frame = parse_births_characteristics(path).frame
    assert list(frame["measure_name"]) == ["Live births", "Live births | COB_MOTHER: Poland"]
    assert list(frame["gender_code"]) == ["0", "1"]


def test_the_unnamed_column_of_r_and_its_false_are_taken(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.csv", [record(OBS_CONF="FALSE")])
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text('"",' + lines[0] + '\n"1",' + lines[1] + "\n", encoding="utf-8")
    assert list(parse_live_births(path).frame["obs_conf"]) == ["FALSE"]


def test_pages_put_one_after_the_other_are_one_answer(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.csv", [record(), record(GEOGRAPHY_CODE="W92000004")])
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], lines[0], lines[2]]) + "\n", encoding="utf-8")
    frame = parse_live_births(path).frame
    assert list(frame["geography_code"]) == ["E92000001", "W92000004"]
    assert list(frame["source_row"]) == [2, 4]


def test_an_empty_value_is_missing_not_zero(tmp_path: Path) -> None:
    frame = parse_live_births(answer(tmp_path / "a.csv", [record(OBS_VALUE="")])).frame
    assert frame["value"].isna().all()
    assert frame["raw_text"].isna().all()


@pytest.mark.parametrize("code", ["E07000223", "E06000023", "E08000025", "E09000001", "W06000015"])
def test_deaths_below_region_are_left_out_because_they_are_rounded(
    tmp_path: Path, code: str
) -> None:
    rows = [
        record(AGE="1", URN="Nm-161d1d1"),
        record(AGE="1", URN="Nm-161d1d1", GEOGRAPHY_CODE=code, OBS_VALUE="5"),
    ]
    path = answer(tmp_path / "deaths.csv", rows, ("DATE", "GEOGRAPHY", "AGE", "AGE_OF_MOTHER"))
    parsed = parse_deaths(path)
    assert list(parsed.frame["geography_code"]) == ["E92000001"]
    told = "left_out of areas below region, whose deaths Nomis rounds"
    assert parsed.metadata[told] == "1"
    path = answer(tmp_path / "deaths.csv", rows[1:], ("DATE", "GEOGRAPHY", "AGE", "AGE_OF_MOTHER"))
    with pytest.raises(ExtractError, match="rounds deaths below region") as caught:
        parse_deaths(path)
    assert (caught.value.rule, caught.value.row) == ("NOMIS-ROUNDED", 2)


@pytest.mark.parametrize(
    ("values", "raw_text"),
    [
        ({"OBS_STATUS": "Q", "OBS_STATUS_NAME": "These figures are missing."},
         "Q: These figures are missing."),
        ({"OBS_STATUS": "M"}, "M"),
        ({"OBS_STATUS": "?"}, "?"),
        ({"OBS_STATUS": "A", "OBS_STATUS_NAME": "Suppressed"}, "Suppressed"),
        ({"OBS_CONF": "C"}, "c"),
        ({"OBS_CONF": "n"}, "c"),
        ({"OBS_CONF": "A"}, "c"),
        ({"OBS_CONF": "?"}, "OBS_CONF ?"),
    ],
)  # fmt: skip
def test_a_status_that_says_missing_makes_no_zero(
    tmp_path: Path, values: Record, raw_text: str
) -> None:
    path = answer(tmp_path / "a.csv", [record(), record(OBS_VALUE="0", **values)])
    parsed = parse_live_births(path)
    missing = parsed.frame.iloc[1]
    assert (pd.isna(missing["value"]), missing["raw_text"]) == (True, raw_text)
    assert parsed.frame.iloc[0]["value"] == 563561
    unknown = [f"{name} ?" for name, code in values.items() if code == "?"]
    assert parsed.metadata.get("unknown_statuses", "") == ", ".join(unknown)
    (advice,) = [e for e in judge(LIVE_BIRTHS, parsed, path.name)[1] if e.rule.endswith("-007")]
    assert all(code in str(advice) for code in unknown)


@pytest.mark.parametrize(
    "values", [{"OBS_STATUS": "P"}, {"OBS_STATUS": "a"}, {"OBS_CONF": "FALSE"}]
)
def test_a_status_that_says_that_a_figure_is_there(tmp_path: Path, values: Record) -> None:
    frame = parse_live_births(answer(tmp_path / "a.csv", [record(**values)])).frame
    assert list(frame["value"]) == [563561]


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_row_numbers_of_another_program_are_no_dimension(tmp_path: Path, name: str) -> None:
    path = answer(tmp_path / "a.csv", [record()])
    lines = path.read_text(encoding="utf-8").splitlines()
    numbered = [f'"{name}",{lines[0]}', *(f'"{i}",{x}' for i, x in enumerate(lines[1:], 1))]
    path.write_text("\n".join(numbered) + "\n", encoding="utf-8")
    parsed = parse_live_births(path)
    assert parsed.metadata["dimensions"] == "DATE, GEOGRAPHY, AGE_OF_MOTHER"
    assert set(parsed.frame["measure_name"]) == {"Live births"}


@pytest.mark.parametrize("code", ["E92000001", "K04000001", "E12000007", "J99000001"])
def test_deaths_of_nations_and_regions_are_taken(tmp_path: Path, code: str) -> None:
    row = record(AGE="1", AGE_NAME="Aged under 1", URN="Nm-161d1d1", GEOGRAPHY_CODE=code)
    path = answer(tmp_path / "deaths.csv", [row], ("DATE", "GEOGRAPHY", "AGE", "AGE_OF_MOTHER"))
    assert list(parse_deaths(path).frame["age"]) == ["Aged under 1"]


def test_total_mortality_which_has_no_gss_code_is_left_out_and_counted(tmp_path: Path) -> None:
    england = record(AGE="1", AGE_NAME="Aged under 1", URN="Nm-161d1d1")
    both = {**england, "GEOGRAPHY_CODE": "2092957715", "GEOGRAPHY_NAME": "Total mortality"}
    dimensions = ("DATE", "GEOGRAPHY", "AGE", "AGE_OF_MOTHER")
    path = answer(tmp_path / "a.csv", [both, england], dimensions)
    parsed = parse_deaths(path)
    assert list(parsed.frame["geography_code"]) == ["E92000001"]
    assert parsed.metadata["rows_of_areas_without_gss_code_left_out"] == "1"
    assert parsed.metadata["record_count"] == "2"


def test_mid_year_population_has_no_measure_dimension(tmp_path: Path) -> None:
    everyone = record(
        GENDER="0",
        GENDER_NAME="Total",
        C_AGE="200",
        C_AGE_NAME="All Ages",
        OBS_VALUE="57690323",
        URN="Nm-2002d1d32368e0d2092957699d0d200d20100",
    )
    del everyone["AGE_OF_MOTHER"], everyone["AGE_OF_MOTHER_NAME"]
    infants = {**everyone, "C_AGE": "101", "C_AGE_NAME": "Aged under 1 year", "OBS_VALUE": "560000"}
    path = answer(tmp_path / "a.csv", [everyone, infants], ("DATE", "GEOGRAPHY", "GENDER", "C_AGE"))
    frame = parse_population(path).frame
    assert list(frame["measure_name"]) == ["Population", "Population"]
    assert list(frame["age_code"]) == ["200", "101"]
    assert list(frame["age"]) == ["All Ages", "Aged under 1 year"]
