"""Faulty by-area and birth registrations workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assets.archive import intake
from assets.archive.dataset import Dataset
from assets.archive.errors import ExtractError
from assets.producers.ons.catalogue import BIRTH_REGISTRATIONS, BIRTHS_BY_AREA, DEATHS_BY_AREA

DEATHS, BIRTHS = "deathsarea2012.xls", "birthsbyarea2012.xls"
REGISTRATIONS = "2023birthregistrations.xlsx"
SHEET = "Table 1a"
Sheets = dict[str, list[list[object]]]
Rewrite = Callable[[str, Callable[[Sheets], None]], Path]
Edit = Callable[[Sheets], None]


def _broken(dataset: Dataset, path: Path) -> dict[str, ExtractError]:
    errors, _ = intake.judge(dataset, intake.read(dataset, path), path.name)
    return {error.rule: error for error in errors}


def _refused(dataset: Dataset, path: Path) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        intake.read(dataset, path)
    return caught.value


def _row(sheets: Sheets, sheet: str, name: str, column: int = 0) -> int:
    return next(
        i
        for i, row in enumerate(sheets[sheet])
        if len(row) > column and str(row[column]).strip() == name
    )


def _set(name: str, column: int, value: object, sheet: str = SHEET, names: int = 0) -> Edit:
    def edit(sheets: Sheets) -> None:
        sheets[sheet][_row(sheets, sheet, name, names)][column] = value

    return edit


def _drop(name: str, sheet: str = SHEET, names: int = 0) -> Edit:
    def edit(sheets: Sheets) -> None:
        del sheets[sheet][_row(sheets, sheet, name, names)]

    return edit


def _double(name: str, sheet: str = SHEET, names: int = 0) -> Edit:
    def edit(sheets: Sheets) -> None:
        row = _row(sheets, sheet, name, names)
        sheets[sheet].insert(row, list(sheets[sheet][row]))

    return edit


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (_double("Darlington UA"), "INTAKE-ONS-DEATHS-AREA-001"),
        (_set("Darlington UA", 7, -4), "INTAKE-ONS-DEATHS-AREA-002"),
        (_set("Darlington UA", 7, 4.5), "INTAKE-ONS-DEATHS-AREA-003"),
        (_drop("NORTH EAST"), "INTAKE-ONS-DEATHS-AREA-004"),
        (_drop("ENGLAND AND WALES2"), "INTAKE-ONS-DEATHS-AREA-005"),
        (_set("NORTH EAST", 7, 110), "INTAKE-ONS-DEATHS-AREA-006"),
        (_set("Darlington UA", 8, 5), "INTAKE-ONS-DEATHS-AREA-007"),
        (_set("County Durham UA", 7, 33), "INTAKE-ONS-DEATHS-AREA-008"),
    ],
)
def test_a_broken_figure_of_deaths_breaks_its_rule(rewrite: Rewrite, edit: Edit, rule: str) -> None:
    broken = _broken(DEATHS_BY_AREA, rewrite(DEATHS, edit))
    assert rule in broken
    assert broken[rule].file == "deathsarea2012.xlsx"


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (_double("Darlington UA", names=1), "INTAKE-ONS-BIRTHS-AREA-001"),
        (_set("Darlington UA", 5, -4, names=1), "INTAKE-ONS-BIRTHS-AREA-002"),
        (_drop("LONDON", names=1), "INTAKE-ONS-BIRTHS-AREA-004"),
        (_set("ENGLAND", 5, 694242, names=1), "INTAKE-ONS-BIRTHS-AREA-006"),
        (_set("Darlington UA", 5, "", names=1), "INTAKE-ONS-BIRTHS-AREA-007"),
    ],
)
def test_a_broken_figure_of_births_breaks_its_rule(rewrite: Rewrite, edit: Edit, rule: str) -> None:
    assert rule in _broken(BIRTHS_BY_AREA, rewrite(BIRTHS, edit))


def test_boys_and_girls_must_add_up(rewrite: Rewrite) -> None:
    def edit(sheets: Sheets) -> None:
        row = sheets[SHEET][_row(sheets, SHEET, "Darlington UA", 1)]
        row[6], row[7] = 681.0, 679.0

    broken = _broken(BIRTHS_BY_AREA, rewrite(BIRTHS, edit))
    assert "Darlington" in broken["INTAKE-ONS-BIRTHS-AREA-008"].seen


def test_letters_in_a_number_cell_are_named(rewrite: Rewrite) -> None:
    error = _refused(DEATHS_BY_AREA, rewrite(DEATHS, _set("Darlington UA", 7, "four")))
    assert (error.rule, error.sheet, error.row) == ("ONS-CELL", SHEET, 21)
    assert error.column == "Deaths (numbers) | Infant (under 1 year)"


def test_figures_without_a_name_are_refused(rewrite: Rewrite) -> None:
    error = _refused(DEATHS_BY_AREA, rewrite(DEATHS, _set("Darlington UA", 0, "")))
    assert (error.rule, error.row) == ("ONS-KEY", 21)


def test_a_damaged_name_is_refused(rewrite: Rewrite) -> None:
    error = _refused(DEATHS_BY_AREA, rewrite(DEATHS, _set("Darlington UA", 0, "Darl#ngton UA")))
    assert (error.rule, error.row) == ("ONS-NAME", 21)


def test_figures_below_the_notes_are_refused(rewrite: Rewrite) -> None:
    def move(sheets: Sheets) -> None:
        row = sheets[SHEET].pop(_row(sheets, SHEET, "Darlington UA"))
        sheets[SHEET].append(row)

    assert _refused(DEATHS_BY_AREA, rewrite(DEATHS, move)).rule == "ONS-DATA-BELOW-END"


def test_a_stacked_header_that_lost_a_line_is_reported(rewrite: Rewrite) -> None:
    def cut(sheets: Sheets) -> None:
        sheets[SHEET][7] = [""] * 17

    error = _refused(DEATHS_BY_AREA, rewrite(DEATHS, cut))
    assert (error.rule, error.sheet) == ("ONS-LAYOUT-HEADER", SHEET)
    assert error.details["paste"]


def test_a_births_workbook_is_no_deaths_workbook(rewrite: Rewrite) -> None:
    path = rewrite(BIRTHS, lambda sheets: None)
    assert _refused(DEATHS_BY_AREA, path).rule == "ONS-LAYOUT-HEADER"


def _registration(table: str, code: str, column: int, value: object) -> Edit:
    def edit(sheets: Sheets) -> None:
        sheets[table][_row(sheets, table, code)][column] = value

    return edit


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (_double("E06000005", "Table_2"), "INTAKE-ONS-BIRTHS-001"),
        (_registration("Table_2", "E06000005", 5, -3), "INTAKE-ONS-BIRTHS-002"),
        (_registration("Table_2", "E06000005", 5, 3.5), "INTAKE-ONS-BIRTHS-003"),
        (_registration("Table_2", "E06000005", 4, ""), "INTAKE-ONS-BIRTHS-004"),
        (_drop("E12000003", "Table_1"), "INTAKE-ONS-BIRTHS-005"),
        (_registration("Table_2", "W92000004", 4, 1), "INTAKE-ONS-BIRTHS-006"),
        (_registration("Table_1", "E06000005", 5, 1041), "INTAKE-ONS-BIRTHS-007"),
        (_registration("Table_2", "E06000005", 6, 9.9), "INTAKE-ONS-BIRTHS-008"),
    ],
)
def test_a_broken_figure_of_registrations_breaks_its_rule(
    rewrite: Rewrite, edit: Edit, rule: str
) -> None:
    assert rule in _broken(BIRTH_REGISTRATIONS, rewrite(REGISTRATIONS, edit))
