"""Cells of the local CSV: words, zero and nothing stay three different things."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assets.archive.errors import CellPosition, ExtractError
from assets.producers.local.grammar import (
    COUNTS,
    check_header,
    read_area,
    read_count,
    read_stratum,
    read_year,
)
from assets.schema.codes import COUNT_MEASURES, STRATA, STRATUM_TYPES

POSITION = CellPosition("counts.csv", 7, "infant_deaths")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", (12.0, None)),
        ("0", (0.0, None)),
        ("-3", (-3.0, None)),
        ("", (None, "")),
        ("*", (None, "*")),
        ("Suppressed", (None, "Suppressed")),
    ],
)
def test_a_count_is_a_number_withheld_or_absent(
    text: str, expected: tuple[float | None, str | None]
) -> None:
    assert read_count(text, POSITION) == expected


@pytest.mark.parametrize(
    "text", ["1,234", "1 234", "12.0", "1e3", "nan", "NA", "suppressed", "<5", "**", "٣", "-"]
)
def test_anything_else_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ExtractError) as caught:
        read_count(text, POSITION)
    error = caught.value
    assert (error.file, error.row, error.column) == ("counts.csv", 7, "infant_deaths")
    assert repr(text) in str(error)


@pytest.mark.parametrize(
    "text", ["US", "US-MO", "29069", "01001", "E06000047", "E06000052, E06000053"]
)
def test_codes_stay_text(text: str) -> None:
    assert read_area(text, POSITION) == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1001", "write 01001"),
        ("1001.0", "write 01001"),
        ("X-MO-BOOTHEEL", "counts of the region's members"),
        ("Missouri", "never the name"),
        ("us-mo", "never the name"),
        ("", "never the name"),
    ],
)
def test_what_is_no_code_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(ExtractError, match=advice):
        read_area(text, POSITION)


@pytest.mark.parametrize("text", ["12", "2012-2014", "2012.0", "1512", "", "2012 (provisional)"])
def test_a_year_has_four_digits(text: str) -> None:
    with pytest.raises(ExtractError, match="a year of four digits"):
        read_year(text, POSITION)


def test_a_group_is_one_of_its_list() -> None:
    assert read_stratum("", "", "f", 2) == ("all", "all")
    assert read_stratum("sex", "female", "f", 2) == ("sex", "female")
    for kind, group in (("sex", "black"), ("sex", ""), ("", "female"), ("cause", "P07")):
        with pytest.raises(ExtractError, match="LOCAL-STRATUM"):
            read_stratum(kind, group, "f", 2)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["area", "year", "births"], "the column 'births'.*live_births.*note"),
        (["area;year;live_births"], "Save the file with commas"),
        (["area", "year"], "also a count"),
        (["area", "live_births"], "also year"),
        (["area", "year", "live_births", "live_births"], "'live_births' 2 times"),
        (["area", "year", "live_births", "stratum"], "also stratum_type"),
        ([], "also area and year"),
    ],
)
def test_a_wrong_header_is_refused(names: list[str], message: str) -> None:
    with pytest.raises(ExtractError, match=message):
        check_header(names, "counts.csv", 1)


def test_groups_are_those_that_stand_in_no_order_and_add_up() -> None:
    """A local extract may name these; ranges of ages and weights it may not."""
    assert {"sex", "race_bridged", "hispanic_origin"} <= set(STRATA) <= set(STRATUM_TYPES)
    assert not {"age_of_mother", "gestation", "gestation_from"} & set(STRATA)


def test_every_count_of_the_format_is_a_measure(repository: Path) -> None:
    file = repository / "assets" / "producers" / "local" / "measures_by_column.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        mapped = {
            row["column_key"]: row["measure"]
            for row in csv.DictReader(handle)
            if row["staging_table"] == "local_counts"
        }
    assert mapped == {name: name for name in COUNTS}
    assert set(COUNTS) <= set(COUNT_MEASURES)
