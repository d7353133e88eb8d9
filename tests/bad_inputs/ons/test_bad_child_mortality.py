"""Faulty child mortality workbooks: each is refused with file, sheet, row and expectation."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assets.archive import intake
from assets.archive.errors import ExtractError
from assets.archive.vintage import Origin
from assets.producers.ons.catalogue import CHILD_MORTALITY
from assets.producers.ons.child_mortality.read import parse_child_mortality
from assets.producers.ons.child_mortality.trusted import beyond_total, distrust
from assets.producers.ons.workbooks.workbook import Workbook
from assets.state.home import Home
from tools.samples.ons.generate import FILES

SAMPLE = "cim2022deathcohortworkbook.xlsx"
OLD_SAMPLE = "cms2018workbook.xls"
ORIGIN = Origin("file:test", "2025-01-01T00:00:00+00:00", "none")
INFANT_DEATHS, LIVE_BIRTHS, NEONATAL = 8, 3, 6
Sheets = dict[str, list[list[object]]]
Rewrite = Callable[[str, Callable[[Sheets], None]], Path]


def _refused(path: Path) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        intake.read(CHILD_MORTALITY, path)
    return caught.value


def _broken_rules(path: Path) -> dict[str, ExtractError]:
    errors, _ = intake.judge(CHILD_MORTALITY, intake.read(CHILD_MORTALITY, path), path.name)
    return {error.rule: error for error in errors}


def _row_of(sheets: Sheets, code: str) -> int:
    return next(i for i, row in enumerate(sheets["3"]) if row[0] == code)


def test_an_untouched_copy_is_accepted(rewrite: Rewrite) -> None:
    path = rewrite(SAMPLE, lambda sheets: None)
    assert _broken_rules(path) == {}
    original = parse_child_mortality(FILES / SAMPLE).frame
    assert parse_child_mortality(path).frame.equals(original)


@pytest.mark.parametrize("shift", [-4, 3, 12])
def test_a_header_row_that_moved_is_found(rewrite: Rewrite, shift: int) -> None:
    def move(sheets: Sheets) -> None:
        rows = sheets["3"]
        sheets["3"] = rows[-shift:] if shift < 0 else [*rows[:1], *([[""]] * shift), *rows[1:]]
        if shift < 0:
            sheets["3"].insert(0, rows[0])

    moved = parse_child_mortality(rewrite(SAMPLE, move)).frame
    original = parse_child_mortality(FILES / SAMPLE).frame
    assert moved.drop(columns="source_row").equals(original.drop(columns="source_row"))


def test_a_header_row_that_moved_out_of_reach_is_reported(rewrite: Rewrite) -> None:
    def move(sheets: Sheets) -> None:
        sheets["3"][1:1] = [[""] for _ in range(60)]

    error = _refused(rewrite(SAMPLE, move))
    assert (error.rule, error.sheet) == ("ONS-LAYOUT-HEADER", "3")
    assert "no row that resembles the header" in error.seen


def test_letters_in_a_number_cell_are_named(rewrite: Rewrite) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["3"][_row_of(sheets, "E06000047")][INFANT_DEATHS] = "l6"

    error = _refused(rewrite(SAMPLE, spoil))
    assert (error.rule, error.file, error.sheet) == ("ONS-CELL", SAMPLE, "3")
    assert (error.row, error.column) == (15, "Infant deaths")
    assert "'l6'" in error.seen


def test_a_symbol_that_nobody_declared_refuses_counts_alone(rewrite: Rewrite) -> None:
    def spoil(column: int) -> Callable[[Sheets], None]:
        def edit(sheets: Sheets) -> None:
            sheets["3"][_row_of(sheets, "E06000005")][column] = "[w]"

        return edit

    error = _refused(rewrite(SAMPLE, spoil(INFANT_DEATHS)))
    assert (error.rule, error.column) == ("ONS-CELL", "Infant deaths")
    frame = parse_child_mortality(rewrite(SAMPLE, spoil(13))).frame
    assert list(frame.loc[frame["raw_text"] == "[w]", "source_column"]) == [
        "Neonatal mortality rate"
    ]


def test_a_row_with_a_code_of_no_area_is_left_out_and_named(rewrite: Rewrite) -> None:
    def add(sheets: Sheets) -> None:
        row = _row_of(sheets, "J99000001")
        sheets["3"].insert(row, ["95T", "Antrim", "District", *sheets["3"][row][3:]])

    path = rewrite(SAMPLE, add)
    parsed = parse_child_mortality(path)
    assert parsed.metadata["rows_with_unknown_keys"] == "95T in sheet '3' (1 rows)"
    assert intake.judge(CHILD_MORTALITY, parsed, path.name)[0] == []


def test_a_damaged_name_beside_a_code_is_left_out_and_named(rewrite: Rewrite) -> None:
    """A public copy of the 2021 edition has a range of cells typed into one name."""
    path = rewrite(SAMPLE, _edit_row("J99000001", 1, "Usual r+A20:B386esidence outside"))
    parsed = parse_child_mortality(path)
    errors, advice = intake.judge(CHILD_MORTALITY, parsed, path.name)
    assert errors == []
    assert any("r+A20:B386esidence outside' beside J99000001" in str(a) for a in advice)
    outside = parsed.frame[parsed.frame["area_code"] == "J99000001"]
    assert outside["area_name"].isna().all()
    assert outside["value"].notna().any()


def _edit_row(code: str, column: int, value: object) -> Callable[[Sheets], None]:
    def edit(sheets: Sheets) -> None:
        sheets["3"][_row_of(sheets, code)][column] = value

    return edit


def _double_row(sheets: Sheets) -> None:
    row = _row_of(sheets, "E06000047")
    sheets["3"].insert(row, list(sheets["3"][row]))


def _drop_row(code: str) -> Callable[[Sheets], None]:
    def edit(sheets: Sheets) -> None:
        del sheets["3"][_row_of(sheets, code)]

    return edit


def _drop_year(sheets: Sheets) -> None:
    sheets["1"] = [row for row in sheets["1"] if row[0] != 2001]


def _swap_figures(sheets: Sheets) -> None:
    rows = sheets["3"]
    first, second = _row_of(sheets, "E07000026"), _row_of(sheets, "E07000027")
    rows[first][LIVE_BIRTHS], rows[second][LIVE_BIRTHS] = (
        rows[second][LIVE_BIRTHS],
        rows[first][LIVE_BIRTHS],
    )


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (_double_row, "INTAKE-ONS-CHILD-001"),
        (_edit_row("E06000047", INFANT_DEATHS, -16), "INTAKE-ONS-CHILD-002"),
        (_edit_row("E06000047", LIVE_BIRTHS, 4505.5), "INTAKE-ONS-CHILD-003"),
        (_edit_row("E06000047", LIVE_BIRTHS, ""), "INTAKE-ONS-CHILD-004"),
        (_edit_row("E06000047", LIVE_BIRTHS, 15), "INTAKE-ONS-CHILD-005"),
        (_edit_row("E06000047", NEONATAL, 11), "INTAKE-ONS-CHILD-006"),
        (_drop_row("E12000007"), "INTAKE-ONS-CHILD-007"),
        (_drop_row("W92000004"), "INTAKE-ONS-CHILD-007"),
        (_edit_row("E92000001", INFANT_DEATHS, 2241), "INTAKE-ONS-CHILD-008"),
        (_drop_row("E06000047"), "INTAKE-ONS-CHILD-009"),
        (_drop_row("E07000029"), "INTAKE-ONS-CHILD-009"),
        (_swap_figures, "INTAKE-ONS-CHILD-011"),
        (_drop_year, "INTAKE-ONS-CHILD-012"),
    ],
)
def test_a_broken_figure_breaks_its_rule(
    rewrite: Rewrite, edit: Callable[[Sheets], None], rule: str
) -> None:
    broken = _broken_rules(rewrite(SAMPLE, edit))
    assert rule in broken
    assert broken[rule].file == SAMPLE
    assert broken[rule].expected
    assert broken[rule].remedy


@pytest.mark.parametrize("column", [17, 18])
def test_marks_that_contradict_the_counts_are_advice(rewrite: Rewrite, column: int) -> None:
    path = rewrite(SAMPLE, _edit_row("E06000047", column, "[x]" if column == 17 else ""))
    errors, warnings = intake.judge(CHILD_MORTALITY, parse_child_mortality(path), path.name)
    assert errors == []
    assert "INTAKE-ONS-CHILD-010" in {warning.rule for warning in warnings}


def test_the_rule_names_sheet_row_and_area(rewrite: Rewrite) -> None:
    broken = _broken_rules(rewrite(SAMPLE, _edit_row("E06000047", NEONATAL, 11)))
    error = broken["INTAKE-ONS-CHILD-006"]
    assert (error.sheet, error.row) == ("3", 15)
    assert "County Durham" in error.seen


def test_deciles_that_do_not_add_up_are_refused(rewrite: Rewrite) -> None:
    def edit(sheets: Sheets) -> None:
        sheets["21"][9][2] = 76728

    assert "INTAKE-ONS-CHILD-013" in _broken_rules(rewrite(SAMPLE, edit))


def test_stages_of_the_series_are_required_and_known_contradictions_are_not(
    rewrite: Rewrite,
) -> None:
    def edit(sheets: Sheets) -> None:
        sheets["1"][10][12] = 2350

    assert "INTAKE-ONS-CHILD-015" in _broken_rules(rewrite(SAMPLE, edit))
    parsed = intake.read(CHILD_MORTALITY, FILES / SAMPLE)
    errors, warnings = intake.judge(CHILD_MORTALITY, parsed, SAMPLE)
    assert errors == []
    assert [warning.rule for warning in warnings] == ["INTAKE-ONS-CHILD-014"]
    years = {row["year"] for row in warnings[0].details["rows"]}  # type: ignore[attr-defined]
    assert years == {"1993", "1994", "1995", "1997", "2002"}


def test_figures_without_a_code_are_refused(rewrite: Rewrite) -> None:
    error = _refused(rewrite(SAMPLE, _edit_row("E06000047", 0, "")))
    assert (error.rule, error.sheet, error.row) == ("ONS-KEY", "3", 15)


def test_a_row_of_text_in_the_middle_is_refused(rewrite: Rewrite) -> None:
    def split(sheets: Sheets) -> None:
        sheets["3"][15] = ["Some note", "", ""]

    error = _refused(rewrite(SAMPLE, split))
    assert (error.rule, error.sheet, error.row) == ("ONS-DATA-BELOW-END", "3", 17)
    assert "row 16" in error.seen


def test_a_header_without_rows_is_refused(rewrite: Rewrite) -> None:
    def cut(sheets: Sheets) -> None:
        del sheets["3"][10:]

    assert _refused(rewrite(SAMPLE, cut)).rule == "ONS-NO-ROWS"


def test_cells_shifted_sideways_are_refused(rewrite: Rewrite) -> None:
    def shift(sheets: Sheets) -> None:
        sheets["Table 3"][20].insert(3, 1.0)

    error = _refused(rewrite(OLD_SAMPLE, shift))
    assert (error.rule, error.sheet, error.row) == ("ONS-SHIFTED", "Table 3", 21)


def test_tables_of_two_editions_are_refused(rewrite: Rewrite) -> None:
    def mix(sheets: Sheets) -> None:
        sheets["3"][0][0] = str(sheets["3"][0][0]).replace("2022", "2021")

    assert _refused(rewrite(SAMPLE, mix)).rule == "ONS-EDITION-MIXED"


def test_an_error_page_saved_as_a_workbook_is_quarantined(tmp_path: Path) -> None:
    page = tmp_path / SAMPLE
    page.write_text("<!DOCTYPE html><html><body>503</body></html>", encoding="utf-8")
    home = Home(tmp_path / "home")
    good = intake.take_in(home, CHILD_MORTALITY, FILES / SAMPLE, ORIGIN)
    bad = intake.take_in(home, CHILD_MORTALITY, page, ORIGIN)
    assert (good.status, bad.status) == (intake.NEW, intake.QUARANTINED)
    assert "html" in bad.errors[0].seen
    assert bad.errors[0].file == SAMPLE
    again = intake.take_in(home, CHILD_MORTALITY, FILES / SAMPLE, ORIGIN)
    assert again.status == intake.UNCHANGED


@pytest.mark.parametrize("sample", [SAMPLE, OLD_SAMPLE])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9])
def test_a_truncated_workbook_is_refused(tmp_path: Path, sample: str, share: float) -> None:
    whole = (FILES / sample).read_bytes()
    path = tmp_path / sample
    path.write_bytes(whole[: int(len(whole) * share)])
    assert _refused(path).file == sample


def _packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(FILES / SAMPLE) as whole:
            for member in whole.namelist():
                archive.writestr(member, parts.pop(member, whole.read(member)))
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = _packed(tmp_path / "bomb.xlsx", {"xl/media/image1.png": bytes(300 * 1024 * 1024)})
    assert _refused(bomb).rule == "INTAKE-CONTAINER"


def test_a_workbook_behind_other_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "prefixed.xlsx"
    path.write_bytes(b"MZ" + bytes(64) + (FILES / SAMPLE).read_bytes())
    with pytest.raises(ExtractError, match="whose content is binary") as caught:
        Workbook(path)
    assert caught.value.rule == "ONS-WORKBOOK"


def test_absurd_dimensions_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(FILES / SAMPLE) as whole:
        sheet = whole.read("xl/worksheets/sheet6.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = _packed(
        tmp_path / "wide.xlsx",
        {"xl/worksheets/sheet6.xml": sheet.replace(b"</sheetData>", far)},
    )
    error = _refused(path)
    assert error.rule == "ONS-WORKBOOK"
    assert "reach to row 1,048,576" in error.seen


def test_a_table_that_contradicts_itself_is_set_aside_alone_with_sheet_and_row() -> None:
    births = np.array([1000.0, 400.0, 600.0])
    deaths = np.array([9.0, 4.0, 5.0])
    labels = {"age_of_mother": ["All", "<20", "20-24"]}
    rows = [11, 12, 13]
    good = {"Live births": births, "Infant deaths": deaths}
    good["Infant mortality rate"] = np.array([9.0, 10.0, 8.3])
    assert distrust(good, labels, rows) == ""
    assert distrust({**good, "Infant mortality rate": np.array([0.9, 1.0, 0.8])}, labels, rows) == (
        "percentages where the infant mortality rate per 1,000 is expected, 0.9 for 9.0 in row 11"
    )
    assert distrust({**good, "Infant deaths": np.array([9.0, 4.0, 6.0])}, labels, rows) == (
        "10 infant deaths by age of mother of 9 in row 11, the most of them in row 13"
    )
    stages = {"Neonatal deaths": deaths - 2, "Postneonatal deaths": np.array([2.0, 2.0, 3.0])}
    assert distrust({**good, **stages}, labels, rows) == (
        "6 neonatal deaths and postneonatal deaths of 5 infant deaths in row 13"
    )


def test_a_year_whose_columns_exceed_their_total_is_found() -> None:
    """Child mortality 2018, Table 16: births of 1960 and 1955, as they add up."""
    printed = {
        "All": ([785_005, 667_811], [15_819, 15_829]),
        "Within marriage/civil partnership": ([743_298, 636_666], [14_727, 14_837]),
        "Outside marriage/civil partnership": ([41_707, 31_145], [1_092, 992]),
    }
    beside = {
        (("registration_type", group),): {
            "Live births": np.array(births, dtype="float64"),
            "Stillbirths": np.array(still, dtype="float64"),
        }
        for group, (births, still) in printed.items()
    }
    assert beyond_total(beside).tolist() == [False, False]
    outside = beside[(("registration_type", "Outside marriage/civil partnership"),)]
    outside["Live births"][0] = 42_707  # as it is printed
    assert beyond_total(beside).tolist() == [True, False]
