"""Damaged local extracts: each is refused with file, line and column, none is misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.archive.errors import ExtractError
from assets.archive.intake import judge, read
from assets.core.geography.arriving_areas import judge_areas
from assets.producers.catalogue import dataset

HEADER = (
    "area,year,live_births,infant_deaths,neonatal_deaths,postneonatal_deaths,"
    "early_neonatal_deaths,late_neonatal_deaths"
)
GOOD = f"{HEADER}\n29069,2012,400,11,7,4,5,2\n29133,2012,190,10,,,,\n"


def refusals(
    folder: Path, content: str | bytes, dataset_id: str = "local_area_counts"
) -> dict[str, ExtractError]:
    """Return the errors that the archive's door raises for a file."""
    path = folder / "counts.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    entry = dataset(dataset_id)
    try:
        parsed = read(entry, path)
    except ExtractError as error:
        errors = [error]
    else:
        errors, _ = judge(entry, parsed, path.name)
        errors += judge_areas(entry, parsed, path.name)
    for error in errors:
        assert error.file == path.name
        assert error.remedy
        assert error.rule != "INTAKE-UNREADABLE", str(error)
    return {error.rule: error for error in errors}


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD + "\n,,,,,,,\n",
        GOOD.replace("area,year", '"area", year '),
        GOOD.replace(",7,4,5,2", ",*,*,*,*"),
        GOOD.replace(",11,7,4,5,2", ",*,*,*,*,*"),
    ],
)
def test_a_good_extract_is_accepted(tmp_path: Path, content: str) -> None:
    assert refusals(tmp_path, content) == {}


@pytest.mark.parametrize(
    ("content", "rule", "row", "column"),
    [
        (GOOD.replace(",11,", ',"1,011",'), "LOCAL-COUNT", 2, "infant_deaths"),
        (GOOD.replace("190", "n/a"), "LOCAL-COUNT", 3, "live_births"),
        (GOOD.replace("29133", "Mississippi"), "LOCAL-AREA", 3, "area"),
        (GOOD.replace("29133,2012", "29133,2010-2012"), "LOCAL-YEAR", 3, "year"),
        (GOOD.replace("infant_deaths,neo", "deaths,neo"), "LOCAL-HEADER", 1, "deaths"),
        (GOOD.replace(",10,,,,", ",10"), "LOCAL-CELLS", 3, ""),
        (GOOD.replace("29133,", '"29133,'), "LOCAL-CSV", 3, ""),
        (GOOD.replace("29133", "29999"), "GEOGRAPHY-UNKNOWN", 3, "area"),
        (GOOD.replace("29133", "E06000999"), "GEOGRAPHY-UNKNOWN", 3, "area"),
        (GOOD.replace("29133", "29069"), "INTAKE-LOCAL-001", 2, "live_births"),
        (GOOD.replace(",10,", ",-9,"), "INTAKE-LOCAL-002", 3, "infant_deaths"),
        (GOOD.replace(",190,10,", ",9,10,"), "INTAKE-LOCAL-003", 3, "infant_deaths"),
        (GOOD.replace(",11,", ",12,"), "INTAKE-LOCAL-004", 2, "infant_deaths"),
        (GOOD.replace(",5,2", ",5,1"), "INTAKE-LOCAL-004", 2, "neonatal_deaths"),
        (GOOD.replace(",7,4,5,2", ",7,*,5,2"), "INTAKE-LOCAL-005", 2, "postneonatal_deaths"),
        (GOOD.replace(",7,4,", ",*,*,"), "INTAKE-LOCAL-005", 2, "neonatal_deaths"),
        (GOOD.replace(",11,7,4,", ",*,7,4,"), "INTAKE-LOCAL-005", 2, "infant_deaths"),
        (GOOD.replace("29133,2012", "29133,2092"), "INTAKE-LOCAL-006", 3, "live_births"),
        (f"{HEADER}\n", "INTAKE-EMPTY", None, ""),
        (
            b"area,year,live_births,note\n29069,2012,4,a\n29069,2013,4,\xe9\n",
            "LOCAL-ENCODING",
            3,
            "",
        ),
        (GOOD.encode("utf-16-le"), "INTAKE-TYPE", None, ""),
        (b"", "INTAKE-TYPE", None, ""),
        (b"<!doctype html><html>Sign in</html>", "INTAKE-TYPE", None, ""),
    ],
)
def test_a_damaged_extract_is_refused_with_its_place(
    tmp_path: Path, content: str | bytes, rule: str, row: int | None, column: str
) -> None:
    found = refusals(tmp_path, content)
    assert list(found) == [rule]
    assert (found[rule].row, found[rule].column) == (row, column)


def test_a_quoted_note_over_two_lines_does_not_shift_the_lines(tmp_path: Path) -> None:
    content = 'area,year,live_births,note\n29069,2012,4,"two\nlines"\n29133,2012,x,\n'
    assert refusals(tmp_path, content)["LOCAL-COUNT"].row == 4


def test_codes_of_two_boundary_sets_in_one_year_are_refused(tmp_path: Path) -> None:
    content = "area,year,live_births\nE07000026,2022,900\nE06000063,2022,2500\nUS-MO,2022,1\n"
    assert list(refusals(tmp_path, content)) == ["GEOGRAPHY-BOUNDARIES"]


@pytest.mark.parametrize(
    ("content", "column"),
    [
        ("area,year,maternal_deaths\nUS,2020,861\nUS-MO,2020,20\n", "area"),
        ("area,year,maternal_deaths,live_births\nUS,2020,861,3613647\n", "live_births"),
        (
            "area,year,maternal_deaths,stratum_type,stratum\nUS,2020,200,race_single,black\n",
            "maternal_deaths",
        ),
    ],
)
def test_the_national_series_holds_nothing_else(tmp_path: Path, content: str, column: str) -> None:
    found = refusals(tmp_path, content, "nchs_maternal_deaths")
    assert found["LOCAL-MATERNAL"].column == column


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("area,year,maternal_deaths\nUS,2020,861\nUS,2082,817\n", "INTAKE-LOCAL-006"),
        ("area,year,maternal_deaths\nUS,1920,861\nUS,2021,1205\n", "INTAKE-LOCAL-007"),
    ],
)
def test_a_mistyped_year_of_the_nation_is_refused(tmp_path: Path, content: str, rule: str) -> None:
    found = refusals(tmp_path, content, "nchs_maternal_deaths")
    assert rule in found
    assert found[rule].row == 3
