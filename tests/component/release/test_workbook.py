"""``infant_mortality.xlsx`` read back as a spreadsheet does, whatever its texts are."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from assets.disclosure.published_tables import publish_tables
from assets.release.documents.workbook.cells import cell, text
from assets.release.documents.workbook.workbook import workbook
from assets.state.warehouse import in_memory
from tests.component.release import figures as f

FACTS = {
    "version": "2026.06.01",
    "released_at": "2026-06-01T02:15:00+00:00",
    "schema_version": "2.0.0",
    "method_version": "1.2.0",
}
LICENCES = [{"name": "OGL-UK-3.0", "title": "Open Government Licence v3.0"}]
HOSTILE = {
    "US-AA": '=HYPERLINK("http://example.org","x")',
    "US-BB": "+1+1",
    "US-CC": "@SUM(A1)",
    "US-DD": "$$note$$ [click](http://example.org)",
    "US-EE": "‮Missouri\x07 <script>alert(1)</script>",
    "US-FF": "Ω",
    "US-GG": "x" * 300,
    "US-HH": "{=1}",
    "US-II": "   ",
}


def book_of(con: duckdb.DuckDBPyConnection) -> bytes:
    publish_tables(con)
    return workbook(con, FACTS, LICENCES)


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[duckdb.DuckDBPyConnection, bytes]]:
    """A warehouse of hostile names with a row for every sheet, and its workbook."""
    con = in_memory()
    states = [f.series(code, area_name=name) for code, name in HOSTILE.items()]
    authority = f.series(
        "E08000007", "ons_registration", area_type="metropolitan_district", area_name="Stockport"
    )
    suppressed = {"value_status": "suppressed", "status_reason": "withheld by its producer"}
    f.fill(
        con,
        [
            *f.national(),
            *(f.rate(40 + n, 8000, **s) for n, s in enumerate(states)),
            f.rate(7, 2931, **authority, value_status="unreliable", decimals=1),
            f.rate(None, None, **f.series("US-ZZ"), **suppressed),
        ],
        rankings=[f.ranking(3, rank_on="rounded")],
        targets=[f.target()],
        claims=[f.claim(statement="=1+1", explanation="y" * 40_000)],
    )
    yield con, book_of(con)
    con.close()


def sheets(book: bytes) -> dict[str, list[list[Any]]]:
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}


def table(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return the rows below the first one that is full: the headings, without note numbers."""
    head = next(n for n, row in enumerate(rows) if all(row) and len(row) > 1)
    names = [str(name).partition("\n")[0] for name in rows[head]]
    return [dict(zip(names, row, strict=True)) for row in rows[head + 1 :]]


def test_the_numbers_are_those_of_the_tables(
    made: tuple[duckdb.DuckDBPyConnection, bytes],
) -> None:
    con, book = made
    shown = sheets(book)
    found = {
        (row["Area code"], row["Period"]): row
        for name in ("Headline", "States", "Authorities")
        for row in table(shown[name])
        if row["Rate" if "Rate" in row else "Rate per 1,000 births"] != "[c]"
    }
    expected = f.rows(con, "published.headline").to_dict("records")
    assert len(found) == len(expected)
    for own in expected:
        row = found[own["place_code"], own["period"]]
        assert row.get("Rate", row.get("Rate per 1,000 births")) == own["rate"]
        assert row["Lower 95 % limit"] == own["ci_lower_95"]
        assert row["Deaths (or births)"] == own["numerator"]
        assert row["Births (or population)"] == own["denominator"]
    target = table(shown["Targets"])[0]
    assert (target["Value of the target"], target["Rate minus target"]) == (6.0, 0.6)
    claim = table(shown["Claims"])[0]
    assert (claim["Value as stated"], claim["Value that we compute"]) == (6.6, 6.6)


def test_every_cell_of_a_table_says_something(
    made: tuple[duckdb.DuckDBPyConnection, bytes],
) -> None:
    shown = sheets(made[1])
    assert list(shown)[:3] == ["Cover", "Contents", "Notes"]
    for name in list(shown)[1:]:
        for row in table(shown[name]):
            assert all(value not in ("", None) for value in row.values()), (name, row)
    withheld = [r for r in table(shown["States"]) if r["Area code"] == "US-ZZ"]
    assert [(r["Rate"], r["Deaths (or births)"]) for r in withheld] == [("[c]", "[c]")]
    authority = table(shown["Authorities"])[0]
    assert authority["Reliability"].endswith("[u]")
    assert {r["Rank among the states"] for r in table(shown["States"])} == {3, "[z]"}


def test_texts_are_texts_and_nothing_of_them_runs(
    made: tuple[duckdb.DuckDBPyConnection, bytes],
) -> None:
    names = {row["Area code"]: row["Area"] for row in table(sheets(made[1])["States"])}
    assert names["US-AA"] == HOSTILE["US-AA"]
    assert names["US-BB"] == "+1+1"
    assert names["US-DD"] == "$ $note$ $ [click] (http://example.org)"
    assert names["US-EE"] == "‮Missouri  <script>alert(1)</script>"
    assert names["US-FF"] == "Ω (as named)"
    assert names["US-GG"] == "x" * 300
    assert names["US-II"] == "[x]"
    with zipfile.ZipFile(io.BytesIO(made[1])) as parts:
        for part in parts.namelist():
            content = parts.read(part).decode()
            assert "<f>" not in content, part
            assert "http://example.org" not in content or part == "xl/sharedStrings.xml"
            # Links lead to sheets of the same workbook alone.
            assert 'TargetMode="External"' not in content, part


def test_each_table_is_named_and_no_cells_are_merged(
    made: tuple[duckdb.DuckDBPyConnection, bytes],
) -> None:
    with zipfile.ZipFile(io.BytesIO(made[1])) as parts:
        content = {name: parts.read(name).decode() for name in parts.namelist()}
    named = {
        re.search(r'displayName="([^"]+)"', text)[1]  # type: ignore[index]
        for name, text in content.items()
        if name.startswith("xl/tables/")
    }
    assert {"headline", "states", "authorities", "targets", "claims", "notes_table"} <= named
    assert not any("<mergeCell" in text for text in content.values())
    properties = content["docProps/core.xml"]
    for said in ("release 2026.06.01", "<dc:language>en-GB", "<dc:creator>", "2026-06-01T02:15"):
        assert said in properties


def test_the_same_content_gives_the_same_bytes(
    made: tuple[duckdb.DuckDBPyConnection, bytes],
) -> None:
    con, book = made
    assert workbook(con, FACTS, LICENCES) == book


def test_a_release_without_figures_has_a_workbook_that_says_so(
    con: duckdb.DuckDBPyConnection,
) -> None:
    f.fill(con, [f.rate(None, None)])
    cover = "\n".join(str(row[0]) for row in sheets(book_of(con))["Cover"])
    assert "This release has no figure of a nation" in cover
    assert "This release has no figure of a state" in cover


@pytest.mark.parametrize(
    ("value", "status", "shown"),
    [
        (None, "suppressed", "[c]"),
        (None, "missing", "[x]"),
        (float("nan"), "ok", "[x]"),
        (0.0, "ok", 0),
        (7.3, "ok", 7.3),
        (True, "ok", "Yes"),
        (20577.0, "ok", 20577),
    ],
)
def test_a_cell_is_a_number_or_says_why_there_is_none(
    value: object, status: str, shown: object
) -> None:
    found = cell(value, status)
    assert (found, type(found)) == (shown, type(shown))


def test_a_text_is_never_longer_than_a_cell_holds() -> None:
    assert len(text("a" * 50_000)) == 32_000
    assert text("$$$$a$$$") == "$ $ $ $a$ $ $"
