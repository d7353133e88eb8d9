"""Child mortality workbooks whose sheets and headers changed: read, or refused with the drift."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.archive import intake
from assets.archive.errors import ExtractError
from assets.producers.ons.catalogue import CHILD_MORTALITY
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.producers.ons.workbooks import layout as vocabulary
from tools.samples.ons.generate import FILES

SAMPLE = "cim2022deathcohortworkbook.xlsx"
TABLES = ("1", "3", "4", *map(str, range(9, 13)), *map(str, range(17, 25)), "26", "27")
"""Tables of the sample."""
INFANT_DEATHS, NEONATAL = 8, 6
Sheets = dict[str, list[list[object]]]
Rewrite = Callable[[str, Callable[[Sheets], None]], Path]


def _refused(path: Path) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        intake.read(CHILD_MORTALITY, path)
    return caught.value


def test_a_renamed_sheet_is_found_by_the_number_in_its_title(rewrite: Rewrite) -> None:
    def rename(sheets: Sheets) -> None:
        sheets["Areas"] = sheets.pop("3")
        sheets["deprivation"] = sheets.pop("21")

    parsed = parse_child_mortality(rewrite(SAMPLE, rename))
    assert parsed.metadata["tables"] == ", ".join(TABLES)
    assert "tables_not_read" not in parsed.metadata


def test_a_renamed_sheet_with_another_title_is_reported_with_all_sheets_seen(
    rewrite: Rewrite,
) -> None:
    def rename(sheets: Sheets) -> None:
        sheets["Areas"] = sheets.pop("3")
        sheets["Areas"][0][0] = str(sheets["Areas"][0][0]).replace("Table 3", "Table 4")

    error = _refused(rewrite(SAMPLE, rename))
    assert (error.rule, error.sheet) == ("ONS-LAYOUT-SHEET", "3")
    assert "table 3 stands on 'Areas'" in error.seen
    assert "Areas" in error.details["sheets_seen"]  # type: ignore[operator]
    assert "'3'" in error.expected
    assert error.details["paste"]


def test_an_optional_table_may_be_absent(rewrite: Rewrite) -> None:
    def drop(sheets: Sheets) -> None:
        del sheets["21"]
        sheets["Contents"] = [row for row in sheets["Contents"] if row[0] != 21]

    parsed = intake.read(CHILD_MORTALITY, rewrite(SAMPLE, drop))
    assert parsed.metadata["tables"] == ", ".join(t for t in TABLES if t != "21")
    _, warnings = intake.judge(CHILD_MORTALITY, parsed, SAMPLE)
    assert "INTAKE-ONS-CHILD-019" not in {w.rule for w in warnings}


def test_a_renamed_column_gives_a_description_that_can_be_pasted(rewrite: Rewrite) -> None:
    def rename(sheets: Sheets) -> None:
        sheets["3"][9][INFANT_DEATHS] = "Deaths of infants under one"

    path = rewrite(SAMPLE, rename)
    error = _refused(path)
    assert (error.rule, error.sheet, error.row) == ("ONS-LAYOUT-HEADER", "3", 10)
    assert error.column == "Infant deaths"
    assert error.details["removed"] or error.details["renamed"]
    described: tuple[vocabulary.EditionLayout, ...] = eval(  # noqa: S307 - the text is our own
        f"({error.details['paste']})", vars(vocabulary).copy()
    )
    frame = parse_child_mortality(path, described).frame
    areas = frame[frame["table_number"] == "3"]
    assert (areas["source_column"] == "Infant deaths").sum() == 376


def test_columns_that_changed_places_are_found(rewrite: Rewrite) -> None:
    def swap(sheets: Sheets) -> None:
        for row in sheets["3"][9:]:
            row[NEONATAL], row[INFANT_DEATHS] = row[INFANT_DEATHS], row[NEONATAL]

    def cells(path: Path) -> dict[tuple[str, str], float]:
        frame = parse_child_mortality(path).frame
        areas = frame[frame["table_number"] == "3"]
        return areas.set_index(["area_code", "source_column"])["value"].dropna().to_dict()  # type: ignore[return-value]

    assert cells(rewrite(SAMPLE, swap)) == cells(FILES / SAMPLE)


def test_an_optional_table_that_lost_a_count_is_left_out_and_named(rewrite: Rewrite) -> None:
    def change(sheets: Sheets) -> None:
        for row in sheets["21"][7:]:
            row[4:5] = []

    parsed = parse_child_mortality(rewrite(SAMPLE, change))
    assert parsed.metadata["tables"] == ", ".join(t for t in TABLES if t != "21")
    assert "21" in parsed.metadata["tables_not_read"]
    assert "Neonatal deaths" in parsed.metadata["tables_not_read"]


def test_a_column_that_nobody_asked_for_is_left_out_and_named(rewrite: Rewrite) -> None:
    def add(sheets: Sheets) -> None:
        for number, row in enumerate(sheets["3"][9:386]):
            row[19:] = [1.0 if number else "Gestation"]

    path = rewrite(SAMPLE, add)
    parsed = parse_child_mortality(path)
    assert parsed.metadata["columns_not_read"] == "Gestation"
    assert parsed.frame.equals(parse_child_mortality(FILES / SAMPLE).frame)


def test_a_rate_that_an_edition_lacks_is_advice(rewrite: Rewrite) -> None:
    def drop(sheets: Sheets) -> None:
        for row in sheets["3"][9:]:
            del row[17:19]

    path = rewrite(SAMPLE, drop)
    errors, warnings = intake.judge(CHILD_MORTALITY, parse_child_mortality(path), path.name)
    assert errors == []
    (advice,) = [w for w in warnings if w.rule == "INTAKE-ONS-CHILD-019"]
    assert "Infant mortality rate; Infant unreliable indicator" in advice.seen


def test_an_edition_to_come_that_looks_the_same_is_read(rewrite: Rewrite) -> None:
    def age(sheets: Sheets) -> None:
        for name in TABLES:
            sheets[name][0][0] = str(sheets[name][0][0]).replace("2022", "2031")

    metadata = parse_child_mortality(rewrite(SAMPLE, age)).metadata
    assert (metadata["edition"], metadata["layout_verified"]) == ("2031", "false")


def test_an_optional_table_of_another_edition_is_left_out_and_named(rewrite: Rewrite) -> None:
    def mix(sheets: Sheets) -> None:
        sheets["22"][0][0] = str(sheets["22"][0][0]).replace("2022", "2021")
        sheets["19"][0][0] = "Live births by ethnicity and weeks"

    metadata = parse_child_mortality(rewrite(SAMPLE, mix)).metadata
    assert metadata["tables"] == ", ".join(t for t in TABLES if t not in ("19", "22"))
    assert "22: a title that ends with 2021, not 2022" in metadata["tables_not_read"]
    assert "19: no title that names the data year" in metadata["tables_not_read"]


def test_what_is_wrong_in_an_optional_table_leaves_it_out_alone(rewrite: Rewrite) -> None:
    def break_it(sheets: Sheets) -> None:
        sheets["23"][15][2] = "many"
        sheets["18"][12][2] = "Roma"

    parsed = parse_child_mortality(rewrite(SAMPLE, break_it))
    assert "23: 'many' in row 16" in parsed.metadata["tables_not_read"]
    assert parsed.metadata["labels_not_known"] == ("18: 'Roma' (1 row of sheet '18', from row 13)")
    roma = parsed.frame[parsed.frame["ethnicity"] == "Roma"]
    assert roma.loc[roma["source_column"] == "Live births", "value"].item() == 24607
    _, warnings = intake.judge(CHILD_MORTALITY, parsed, SAMPLE)
    assert "INTAKE-ONS-CHILD-019" in {w.rule for w in warnings}


def test_tables_that_changed_places_are_found_by_their_titles(rewrite: Rewrite) -> None:
    def swap(sheets: Sheets) -> None:
        sheets["22"], sheets["26"] = sheets["26"], sheets["22"]

    parsed = parse_child_mortality(rewrite(SAMPLE, swap))
    assert parsed.metadata["tables"] == ", ".join(TABLES)
    england = parsed.frame[parsed.frame["table_number"] == "22"]
    assert set(england["source_sheet"]) == {"26"}
    total = england[
        (england["source_column"] == "Live births, total") & (england["year"] == "2022")
    ]
    assert total["value"].item() == 576_643
