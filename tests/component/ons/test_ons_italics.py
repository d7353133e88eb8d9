"""Unreliable rates that the .xls editions up to 2012 print in italics and mark no other way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from assets.archive import intake
from assets.archive.parsing import read
from assets.producers.ons.area_registrations.layouts import DEATHS
from assets.producers.ons.area_registrations.read import parse_deaths_by_area
from assets.producers.ons.catalogue import DEATHS_BY_AREA
from assets.producers.ons.workbooks.workbook import Workbook

INFANT, NEONATAL, PERINATAL = 14, 15, 16
RATES = {
    "Rates | Infant mortality rate": "Deaths (numbers) | Infant (under 1 year)",
    "Rates | Neonatal mortality rate": "Deaths (numbers) | Neonatal (under 4 weeks)",
    "Rates | Perinatal mortality rate": (
        "Deaths (numbers) | Perinatal (stillbirths and deaths under 1 week)"
    ),
}
Row = list[float | str]
DURHAM: Row = ["County Durham UA", 513.2, 251.0, 262.2, 5000.0, 2500.0, 2500.0, 33.0, 19.0, 53.0]
RUTLAND: Row = ["Rutland UA", 37.4, 19.0, 18.4, 300.0, 150.0, 150.0, 3.0, 2.0, 5.0]


def _written(path: Path, year: int, italic: Mapping[int, tuple[int, ...]]) -> Path:
    """Write two areas below the headers of an edition; ``italic`` names columns by row."""
    xlwt: Any = pytest.importorskip("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Table 1a")
    sheet.write(1, 0, f"Table 1a: Deaths by area of usual residence, {year} registrations")
    columns = [c for c in DEATHS[0].tables[0].columns if c.name != "area_code"]
    for column, described in enumerate(columns):
        sheet.write(5, column, described.printed)
    slanted = xlwt.easyxf("font: italic on")
    rates = [8.1, 500.0, 600.0, 400.0]
    rows = [[*DURHAM, *rates, 5.7, 3.3, 9.1], [*RUTLAND, *rates, 8.1, ":", 13.5]]
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            style = [slanted] if column in italic.get(number, ()) else []
            sheet.write(11 + number, column, cell, *style)
    sheet.write(14, 0, "Notes", slanted)
    book.save(str(path))
    return path


def _marks(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    marks = frame[frame["source_column"].str.endswith(" | reliability")]
    texts = marks["raw_text"].fillna("")
    names = marks["source_column"].str.removesuffix(" | reliability")
    return dict(zip(zip(marks["area_name"], names, strict=True), texts, strict=True))


def test_a_number_in_italics_is_marked_and_a_withheld_rate_is_not(tmp_path: Path) -> None:
    italic = {0: (NEONATAL,), 1: (INFANT, NEONATAL, PERINATAL)}
    parsed = parse_deaths_by_area(_written(tmp_path / "deaths2011.xls", 2011, italic))
    assert parsed.metadata["reliability_marks"] == "italics"
    assert _marks(parsed.frame) == {
        ("County Durham UA", "Rates | Infant mortality rate"): "",
        ("County Durham UA", "Rates | Neonatal mortality rate"): "italic",
        ("County Durham UA", "Rates | Perinatal mortality rate"): "",
        ("Rutland UA", "Rates | Infant mortality rate"): "italic",
        ("Rutland UA", "Rates | Neonatal mortality rate"): "",
        ("Rutland UA", "Rates | Perinatal mortality rate"): "italic",
    }
    rate = parsed.frame.set_index(["area_name", "source_column"])
    printed = rate.loc[("Rutland UA", "Rates | Infant mortality rate")]
    assert (printed["value"], pd.isna(printed["raw_text"])) == (8.1, True)


def test_italics_of_a_later_edition_say_nothing(tmp_path: Path) -> None:
    path = _written(tmp_path / "deaths2013.xls", 2013, {0: (INFANT,)})
    parsed = parse_deaths_by_area(path)
    assert "reliability_marks" not in parsed.metadata
    assert _marks(parsed.frame) == {}


@pytest.mark.parametrize(
    ("italic", "listed"),
    [
        ({0: (NEONATAL,), 1: (INFANT, PERINATAL)}, []),
        ({1: (INFANT, PERINATAL)}, []),  # no neonatal rate is in italics: a copy that lost them
        ({0: (NEONATAL, INFANT), 1: (INFANT, PERINATAL)}, [("County Durham UA", 33)]),
        ({0: (INFANT, NEONATAL), 1: (PERINATAL,)}, [("County Durham UA", 33), ("Rutland UA", 3)]),
    ],
)
def test_italics_that_contradict_the_counts_are_listed(
    tmp_path: Path, italic: dict[int, tuple[int, ...]], listed: list[tuple[str, int]]
) -> None:
    path = _written(tmp_path / "deaths2011.xls", 2011, italic)
    _, warnings = intake.judge(DEATHS_BY_AREA, read(DEATHS_BY_AREA, path), path.name)
    rows = [w.details["rows"] for w in warnings if w.rule == "INTAKE-ONS-DEATHS-AREA-009"]
    found = [(row["area_name"], row["deaths"]) for r in rows for row in r]  # type: ignore[attr-defined]
    assert found == listed


def _rates_with_counts(path: Path) -> pd.DataFrame:
    frame = parse_deaths_by_area(path).frame
    cells = frame.set_index(["source_row", "source_column"])
    found = []
    for rate, count in RATES.items():
        by_row = {
            "deaths": cells["value"].xs(count, level=1),
            "rate": cells["value"].xs(rate, level=1),
            "mark": cells["raw_text"].xs(f"{rate} | reliability", level=1),
        }
        found.append(pd.DataFrame(by_row).assign(column=rate))
    table = pd.concat(found)
    return table[table["rate"].notna() & table["deaths"].notna()]


@pytest.mark.parametrize(
    ("year", "italic", "upright"),
    [
        (2011, 724, []),
        # East Staffordshire (8 infant and neonatal deaths) and Worcestershire (15 neonatal deaths).
        (2012, 751, [(177, 8.0), (177, 8.0), (201, 15.0)]),
    ],
)
def test_the_producer_prints_rates_on_3_to_19_deaths_in_italics(
    year: int, italic: int, upright: list[tuple[int, float]], shared_data: Path
) -> None:
    rates = _rates_with_counts(shared_data / f"ons/area_workbooks/deaths_{year}.xls")
    marked = rates["mark"] == "italic"
    assert marked.sum() == italic
    assert rates.loc[marked, "deaths"].between(3, 19).all()
    few = rates[rates["deaths"].between(3, 19) & ~marked]
    assert sorted(zip(few.index, few["deaths"], strict=True)) == upright


@pytest.mark.parametrize("year", [2013, 2014])
def test_the_editions_after_2012_print_no_rate_in_italics(year: int, shared_data: Path) -> None:
    book = Workbook(shared_data / f"ons/area_workbooks/deaths_{year}.xls")
    assert book.italics("Table 1a") == frozenset()


@pytest.mark.parametrize("name", ["deaths_2011.xls", "deaths_2012.xls", "births_2011.xls"])
def test_two_readers_of_xls_agree_on_every_value(name: str, shared_data: Path) -> None:
    """Values and fonts are read with xlrd; calamine reads the same values."""
    path = shared_data / "ons/area_workbooks" / name
    ours = [list(row) for row in Workbook(path).grid("Table 1a").rows]
    other = CalamineWorkbook.from_path(path).get_sheet_by_name("Table 1a")
    theirs = other.to_python(skip_empty_area=False)
    width = max(map(len, ours))
    assert [row + [""] * (width - len(row)) for row in ours] == [
        row[:width] + [""] * (width - len(row)) for row in theirs[: len(ours)]
    ]
