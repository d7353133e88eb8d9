"""Editions of which no real workbook is at hand, built as accounts of them say."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from assets.producers.ons.area_registrations.layouts import BIRTHS, DEATHS
from assets.producers.ons.area_registrations.read import parse_births_by_area, parse_deaths_by_area
from assets.producers.ons.birth_registrations import layouts as birth_registrations_layouts
from assets.producers.ons.child_mortality.layouts import LAYOUTS
from assets.producers.ons.child_mortality.read import read_tables
from assets.producers.ons.workbooks.layout import RATE

AREAS_2020 = [
    ["K04000001", "ENGLAND AND WALES", "Country", 613833, 2362, 3655, 1645, 572, 2217]
    + [3.8, "", 5.9, "", 2.7, "", 0.9, "", 3.6, ""],
    ["E06000047", "County Durham      ", "Unitary Authority", 4668, 11, 20, 13, 1, 14]
    + [2.4, "u", 4.3, "", 2.8, "u", ":", "u", 3, "u"],
    ["E13000001", "INNER LONDON", "Region", 45000, 190, 290, 110, 40, 150]
    + [4.2, "", 6.4, "", 2.4, "", 0.9, "", 3.3, ""],
    ["J99000001", "Usual residence outside England and Wales", "Country", 103, 9, 11, 5, 4, 9]
    + ["z", "u", "z", "u", "z", "u", "z", "u", "z", "u"],
]


def _written(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def test_the_2020_edition_with_colons_bare_letters_and_padded_sheet_names(tmp_path: Path) -> None:
    layout = next(layout for layout in LAYOUTS if layout.name == "child mortality 2022")
    tables = {table.number: [c.printed for c in table.columns] for table in layout.tables}
    series, areas, deciles = tables["1"], tables["3"], tables["21"]
    path = _written(
        tmp_path / "cim2020deathcohortworkbook.xlsx",
        {
            "Contents ": [["Contents"]],
            "Table_1": [
                ["Table 1: numbers and rates, 1980 to 2020"],
                *([[""]] * 4),
                series,
                [2020, *([1] * (len(series) - 2)), ":"],
            ],
            "Table_3 ": [
                ["Table 3: area of residence, numbers and rates, 2020"],
                *([[""]] * 5),
                [text.upper() for text in areas],
                *AREAS_2020,
            ],
            "Table_21": [
                ["Table 21: Index of Multiple Deprivation (IMD) in England, 2010 to 2020"],
                *([[""]] * 5),
                deciles,
                [2020, "Total", 585000, 2100, 1500, 2090, 3.6, 2.6, 3.6],
                [2020, 1, 80000, 420, 260, ":", 5.2, 3.3, ":"],
            ],
        },
    )
    parsed = read_tables(path)
    assert parsed.metadata["edition"] == "2020"
    assert parsed.metadata["tables"] == "1, 3, 21"
    assert parsed.metadata["layout_verified"] == "false"
    frame = parsed.frame
    assert set(frame["source_sheet"]) == {"Table_1", "Table_3 ", "Table_21"}
    assert set(frame["imd_decile"].dropna()) == {"Total", "1"}
    inner = frame[frame["area_code"] == "E13000001"].set_index("source_column")
    assert inner.loc["Infant deaths", "value"] == 150
    durham = frame[frame["area_code"] == "E06000047"].set_index("source_column")
    withheld = durham.loc["Postneonatal mortality rate"]
    assert (pd.isna(withheld["value"]), withheld["raw_text"]) == (True, ":")
    assert durham.loc["Postneonatal unreliable indicator", "raw_text"] == "u"
    assert durham.loc["Infant mortality rate", "value"] == 3
    assert set(durham["area_name"]) == {"County Durham"}
    outside = frame[frame["area_code"] == "J99000001"].set_index("source_column")
    assert outside.loc["Infant mortality rate", "raw_text"] == "z"


WORDS_OF_2016 = {
    "Within marriage / civil partnership": "Within marriage or civil partnership",
    "Outside marriage / civil partnership Total": "Outside marriage or civil partnership Total",
    "Rates Crude Live Birth Rate": "Rates Crude Birth Rate (CBR): all births per 1,000 population "
    "of all ages",
    "General Fertility Rate (GFR)": "General Fertility Rate (GFR): all live births per 1,000 women "
    "aged 15 to 44",
}


@pytest.mark.parametrize("words", [{}, WORDS_OF_2016], ids=["2015", "2016"])
def test_births_by_area_with_codes_in_the_first_column(
    tmp_path: Path, words: dict[str, str]
) -> None:
    columns = [c for c in BIRTHS[0].tables[0].columns if c.name != "area_code"]
    printed = ["", *(words.get(c.printed, c.printed) for c in columns)]
    figures = [513.0, 261.8, 97.2, 5829, 2956, 2873, 2293, 3536, 2296, 840, 400]
    rates = [11.4, 60, 1.87, 60.7, 7.3, 5784, 59.5]
    path = _written(
        tmp_path / "births2015.xlsx",
        {
            "Table 1": [
                ["", "Table 1 Summary: Live births: administrative area, 2015"],
                [],
                printed,
                [],
                [],
                [],
                ["E06000047", "County Durham UA", *figures, *rates],
                ["E06000005", "Darlington UA", *figures, *rates],
                ["", "Notes:"],
            ]
        },
    )
    frame = parse_births_by_area(path).frame
    births = frame[frame["source_column"] == "Live Births | All | Total"]
    assert list(births["area_code"]) == ["E06000047", "E06000005"]
    assert list(births["value"]) == [5829, 5829]
    assert set(frame["year"]) == {"2015"}
    measured = [c.name for c in columns if c.name not in ("area_name", "area_code")]
    assert list(frame["source_column"].unique()) == measured


def test_the_2016_edition_of_child_mortality_with_dashes_and_tildes(tmp_path: Path) -> None:
    layout = next(layout for layout in LAYOUTS if layout.name == "child mortality 2018")
    of_number = {table.number: table for table in layout.tables}
    series = [c.printed for c in of_number["1"].columns]
    areas: list[str] = []
    for column in of_number["3"].columns:
        # The marks of the rates and a column between numbers and rates have no header.
        areas += [column.printed, *([""] if column.role == RATE else [])]
    figures = [1, "-", 1, "-", 1, 1, "", "u", "", "u", "", "u", "", "u", "", "u"]
    path = _written(
        tmp_path / "cms2016correction.xlsx",
        {
            "Table 1": [["Table 1: 1980 to 2016"], series, *([[""]] * 3), [2016, *([":"] * 27)]],
            "Table 3": [
                ["Table 3: area of residence, 2016"],
                areas,
                *([[""]] * 2),
                ["E06000017", "Rutland7", "Unitary Authority", 320, *figures[1:]],
            ],
        },
    )
    parsed = read_tables(path)
    assert (parsed.metadata["edition"], parsed.metadata["layout_verified"]) == ("2016", "false")
    rutland = parsed.frame[parsed.frame["area_code"] == "E06000017"].set_index("source_column")
    assert set(rutland["area_name"]) == {"Rutland"}
    assert rutland.loc["Numbers | Deaths | Neonatal", "raw_text"] == "-"
    assert rutland.loc["Numbers | Births | Stillbirths", "raw_text"] == "-"
    assert rutland.loc["Rates | Infant | reliability", "raw_text"] == "u"


def test_deaths_by_area_2017_with_line_breaks_in_the_headers(tmp_path: Path) -> None:
    """The five header rows of the earlier editions, each text in one cell with line breaks."""
    columns = [c for c in DEATHS[0].tables[0].columns if c.name != "area_code"]
    printed = [column.printed.replace(" ", "\n") for column in columns]
    path = _written(
        tmp_path / "deathsarea2017.xlsx",
        {
            "Table 1a": [
                ["contents"],
                ["Table 1a: Deaths (numbers and rates) by area of usual residence, 2017"],
                [],
                [],
                printed,
                [],
                [],
                [],
                [],
                ["UNITED KINGDOMP", *([1] * 16)],
                [],
                ["County Durham UA 4   ", *([1] * 14), "", 1],
                ["Note: text"],
            ]
        },
    )
    parsed = parse_deaths_by_area(path)
    assert (parsed.metadata["edition"], parsed.metadata["layout_verified"]) == ("2017", "false")
    assert set(parsed.frame["area_name"]) == {"UNITED KINGDOM", "County Durham UA"}
    assert "reliability_marks" not in parsed.metadata


VERIFIED = {
    "child mortality": LAYOUTS,
    "deaths by area": DEATHS,
    "births by area": BIRTHS,
    "birth registrations": birth_registrations_layouts.LAYOUTS,
}


@pytest.mark.parametrize("workbook", VERIFIED)
def test_the_docs_name_the_editions_that_were_read_as_published(
    workbook: str, repository: Path
) -> None:
    lines = (repository / "docs" / "sources.md").read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if line.startswith(f"| {workbook} |"))
    told = {int(year) for year in re.findall(r"\b20\d\d\b", row.split("|")[2])}
    assert told == {year for layout in VERIFIED[workbook] for year in layout.verified}
