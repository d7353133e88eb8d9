"""Faulty child mortality workbooks: refused, or read without the table that is wrong, by name."""

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
INFANT_DEATHS, LIVE_BIRTHS = 8, 3
Sheets = dict[str, list[list[object]]]
Rewrite = Callable[[str, Callable[[Sheets], None]], Path]


def _refused(path: Path) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        intake.read(CHILD_MORTALITY, path)
    return caught.value


def _not_read(path: Path) -> str:
    """Return what is set aside of a workbook that is taken in all the same."""
    parsed = intake.read(CHILD_MORTALITY, path)
    errors, advice = intake.judge(CHILD_MORTALITY, parsed, path.name)
    assert errors == []
    told = parsed.metadata["tables_not_read"]
    assert any(told in str(a) for a in advice)
    assert "1" in parsed.metadata["tables"].split(", ")
    return told


def _row_of(sheets: Sheets, code: str) -> int:
    return next(i for i, row in enumerate(sheets["3"]) if row[0] == code)


def test_an_untouched_copy_is_accepted(rewrite: Rewrite) -> None:
    path = rewrite(SAMPLE, lambda sheets: None)
    assert intake.judge(CHILD_MORTALITY, intake.read(CHILD_MORTALITY, path), path.name)[0] == []
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


def test_letters_in_a_number_cell_set_their_table_aside_by_name(rewrite: Rewrite) -> None:
    path = rewrite(SAMPLE, _edit_row("E06000047", INFANT_DEATHS, "l6"))
    assert _not_read(path) == "3: 'l6' in row 15 of sheet '3'"


def test_a_workbook_of_which_neither_main_table_can_be_read_is_refused(rewrite: Rewrite) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["3"][_row_of(sheets, "E06000047")][INFANT_DEATHS] = "l6"
        sheets["1"][12][LIVE_BIRTHS] = "l7"

    error = _refused(rewrite(SAMPLE, spoil))
    assert (error.rule, error.file, error.sheet) == ("ONS-CELL", SAMPLE, "1")
    assert "'l7'" in error.seen


def test_a_symbol_that_nobody_declared_sets_a_table_aside_for_counts_alone(
    rewrite: Rewrite,
) -> None:
    def spoil(column: int) -> Callable[[Sheets], None]:
        def edit(sheets: Sheets) -> None:
            sheets["3"][_row_of(sheets, "E06000005")][column] = "[w]"

        return edit

    assert _not_read(rewrite(SAMPLE, spoil(INFANT_DEATHS))) == "3: '[w]' in row 16 of sheet '3'"
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


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_double_row, "3: a row that stands twice in row 15, 16 of sheet '3'"),
        (_drop_row("E12000007"), "3: no row of E12000007 of sheet '3'"),
        (
            _drop_row("E06000047"),
            "3: local authorities printed below the region with 20,196 live births of the 24,701 "
            "in row 14, in row 15, 16, 17, 18, 19, 20 of sheet '3'",
        ),
    ],
)
def test_rows_that_were_doubled_or_lost_are_named(
    rewrite: Rewrite, edit: Callable[[Sheets], None], told: str
) -> None:
    assert told in _not_read(rewrite(SAMPLE, edit))


def test_a_year_that_was_lost_is_advice(rewrite: Rewrite) -> None:
    def drop(sheets: Sheets) -> None:
        sheets["1"] = [row for row in sheets["1"] if row[0] != 2001]

    path = rewrite(SAMPLE, drop)
    errors, advice = intake.judge(CHILD_MORTALITY, parse_child_mortality(path), path.name)
    assert errors == []
    assert [a.rule for a in advice if "missing_year=2001" in a.seen] == ["INTAKE-ONS-CHILD-012"]


@pytest.mark.parametrize("column", [17, 18])
def test_marks_that_contradict_the_counts_are_advice(rewrite: Rewrite, column: int) -> None:
    path = rewrite(SAMPLE, _edit_row("E06000047", column, "[x]" if column == 17 else ""))
    errors, warnings = intake.judge(CHILD_MORTALITY, parse_child_mortality(path), path.name)
    assert errors == []
    assert "INTAKE-ONS-CHILD-010" in {warning.rule for warning in warnings}


def test_known_contradictions_of_the_series_are_advice() -> None:
    parsed = intake.read(CHILD_MORTALITY, FILES / SAMPLE)
    errors, warnings = intake.judge(CHILD_MORTALITY, parsed, SAMPLE)
    assert errors == []
    assert [warning.rule for warning in warnings] == ["INTAKE-ONS-CHILD-014"]
    years = {row["year"] for row in warnings[0].details["rows"]}  # type: ignore[attr-defined]
    assert years == {"1993", "1994", "1995", "1997", "2002"}


def _split(sheets: Sheets) -> None:
    sheets["3"][15] = ["Some note", "", ""]


def _cut(sheets: Sheets) -> None:
    del sheets["3"][10:]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_edit_row("E06000047", 0, ""), "3: figures beside '' in row 15 of sheet '3'"),
        (_split, "in row 17 of sheet '3'"),
        (_cut, "3: "),
    ],
)
def test_a_table_whose_rows_cannot_be_told_is_set_aside_by_name(
    rewrite: Rewrite, edit: Callable[[Sheets], None], told: str
) -> None:
    assert told in _not_read(rewrite(SAMPLE, edit))


def test_cells_shifted_sideways_are_named(rewrite: Rewrite) -> None:
    def shift(sheets: Sheets) -> None:
        sheets["Table 3"][20].insert(3, 1.0)

    assert "in row 21 of sheet 'Table 3'" in _not_read(rewrite(OLD_SAMPLE, shift))


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
