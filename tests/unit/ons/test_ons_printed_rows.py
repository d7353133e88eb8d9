"""Staging cells laid side by side, and results kept per extract."""

from __future__ import annotations

import gc

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.archive.rules.building_blocks import sums_agree
from assets.archive.rules.per_extract import PerExtract
from assets.archive.rules.printed_rows import PrintedRows

Cell = tuple[str, int, str, float | None, str | None]


def _frame(*cells: Cell) -> pd.DataFrame:
    names = ["source_sheet", "source_row", "source_column", "value", "raw_text"]
    frame = pd.DataFrame(list(cells), columns=names).astype({"value": "float64"})
    frame["area_name"] = [f"area {sheet}{row}" for sheet, row, *_ in cells]
    return frame.astype({"raw_text": "str", "area_name": "str"})


def test_rows_come_in_printed_order_whatever_the_order_of_their_cells() -> None:
    frame = _frame(
        ("b", 9, "deaths", 3, None),
        ("a", 2, "births", 10, None),
        ("b", 9, "births", 30, None),
        ("a", 9, "births", 20, None),
    )
    rows = PrintedRows(frame).wide({"births": ("births",), "deaths": ("deaths",)}, ["area_name"])
    assert list(rows.columns) == ["source_sheet", "source_row", "area_name", "births", "deaths"]
    assert list(zip(rows["source_sheet"], rows["source_row"], strict=True)) == [
        ("b", 9),
        ("a", 2),
        ("a", 9),
    ]
    assert list(rows["births"]) == [30, 10, 20]
    assert list(rows["deaths"].fillna(-1)) == [3, -1, -1]
    assert list(rows["area_name"]) == ["area b9", "area a2", "area a9"]


def test_the_first_of_several_cells_counts_and_any_name_of_a_measure_is_taken() -> None:
    frame = _frame(
        ("", 1, "new name", 1, None),
        ("", 1, "old name", 2, None),
        ("", 2, "old name", 3, None),
        ("", 2, "new name", 4, None),
    )
    both = PrintedRows(frame).numbers(("new name", "old name"))
    assert list(both) == [1, 3]
    assert list(PrintedRows(frame).numbers(("new name",))) == [1, 4]


def test_texts_stand_beside_their_rows_and_absent_columns_are_null() -> None:
    frame = _frame(
        ("", 1, "rate", None, "[x]"), ("", 2, "rate", 4.5, None), ("", 3, "other", 1, None)
    )
    rows = PrintedRows(frame)
    assert list(pd.Series(rows.texts(("rate",))).fillna("-")) == ["[x]", "-", "-"]
    assert pd.Series(rows.texts(())).isna().all()
    assert pd.isna(rows.numbers(("no such column",))).all()


def test_a_frame_without_cells_has_no_rows() -> None:
    rows = PrintedRows(_frame(("", 1, "rate", 1, None)).iloc[:0]).wide({"rate": ("rate",)}, [])
    assert rows.empty
    assert list(rows.columns) == ["source_sheet", "source_row", "rate"]


def test_sums_leave_out_measures_with_a_part_that_is_not_printed() -> None:
    rows = _frame(("", 1, "x", 5, None), ("", 2, "x", 2, None), ("", 3, "x", 2, None))
    rows["births"], rows["deaths"] = [5.0, 2.0, 2.0], [9.0, float("nan"), 1.0]
    whole, parts = rows["source_row"] == 1, rows["source_row"] > 1
    found = sums_agree(rows, whole, parts, ["births", "deaths"], "parts")
    assert found[["source_row", "source_column", "printed", "sum"]].to_numpy().tolist() == [
        [1, "births", 5.0, 4.0]
    ]
    assert sums_agree(rows, whole, parts & False, ["births"], "none").empty


def test_a_result_is_computed_once_and_forgotten_with_its_extract() -> None:
    computed = []

    @PerExtract
    def rows(parsed: ParsedExtract) -> int:
        computed.append(parsed)
        return len(parsed.frame)

    first, second = ParsedExtract(pd.DataFrame({"a": [1]})), ParsedExtract(pd.DataFrame())
    assert [rows(first), rows(first), rows(second), rows(first)] == [1, 1, 0, 1]
    assert len(computed) == 2
    assert len(rows) == 2
    computed.clear()
    del first
    gc.collect()
    assert len(rows) == 1
