"""Exports that R or pandas read and wrote again: the figures and codes are those printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.producers.identify import describe_unknown
from assets.producers.nchs.identify import identify
from assets.producers.nchs.wanted.asked import asked
from assets.producers.nchs.wonder.read import parse_linked
from assets.producers.nchs.wonder.resaved import as_printed, whole
from assets.producers.nchs.wonder.rules import RULES
from assets.producers.nchs.wonder.unknown import RESTORED

Write = Callable[..., Path]


def by_pandas(export: Path, **how: bool) -> Path:
    """Write an export as pandas does that reads it without being told anything."""
    saved = export.with_name("saved.csv")
    pd.read_csv(export, sep="\t").to_csv(saved, **how)  # type: ignore[call-overload]
    return saved


def by_r(export: Path, *, row_names: bool) -> Path:
    """Write an export as ``write.csv(read.delim(export))`` does in R.

    Text keeps its empty cells; numeric columns have ``NA`` and lose leading zeros.
    """
    frame = pd.read_csv(export, sep="\t")
    frame.columns = frame.columns.str.replace(r"[^A-Za-z0-9]", ".", regex=True)
    numeric = frame.select_dtypes("number").columns
    text = frame.astype("object").where(frame.notna(), "")
    for name in numeric:
        text[name] = [f"{x:.15g}" if pd.notna(x) else "NA" for x in frame[name]]
    text.index += 1
    saved = export.with_name("saved.csv")
    text.to_csv(saved, index=row_names, quoting=1)
    return saved


@pytest.mark.parametrize(
    "save",
    [
        lambda export: by_pandas(export, index=False),
        lambda export: by_pandas(export, index=True),
        lambda export: by_r(export, row_names=False),
        lambda export: by_r(export, row_names=True),
    ],
    ids=["pandas", "pandas with index", "R", "R with row names"],
)
def test_another_program_changes_no_figure_and_no_code(
    wonder_file: Write, save: Callable[[Path], Path]
) -> None:
    export = wonder_file()
    saved = save(export)
    assert identify(saved) == "nchs_wonder_linked"
    printed, read = parse_linked(export), parse_linked(saved)
    pd.testing.assert_frame_equal(printed.frame, read.frame)
    assert read.metadata["Group By"] == printed.metadata["Group By"]
    assert asked(saved) == asked(export)
    broken = [rule.rule_id for rule in RULES if len(rule.offending(read))]
    assert broken == (["INTAKE-WONDER-RESTORED"] if RESTORED in read.metadata else [])


def test_what_the_producer_prints_is_left_alone() -> None:
    text = '"Notes"\t"State"\t"State Code"\tDeaths\n\t"Maine"\t"23"\t84\n"---"\n"NA is no cell"\n'
    assert as_printed(text) == (text, ())


@pytest.mark.parametrize(
    ("code", "printed"), [("2015.0", "2015"), ("1.0", "1"), ("P07.0", "P07.0"), ("01", "01")]
)
def test_a_code_has_no_decimal(code: str, printed: str) -> None:
    assert whole(code) == printed


def test_an_export_saved_as_a_workbook_is_called_by_its_name(
    wonder_file: Write, tmp_path: Path
) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    saved = tmp_path / "saved.xlsx"
    book = xlsxwriter.Workbook(saved)
    sheet = book.add_worksheet()
    for number, line in enumerate(wonder_file().read_text().splitlines()):
        sheet.write_row(number, 0, [cell.strip('"') for cell in line.split("\t")])
    book.close()
    assert identify(saved) is None
    _, remedy = describe_unknown(saved)
    assert "the columns of nchs_wonder_linked, whose extracts are text" in remedy
