"""No cell of a CSV file is a formula to a spreadsheet, and every text can be had back."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.schema.model import Table
from assets.schema.registry import table
from assets.text.spreadsheet import inert, inert_sql, may_run_sql, original

STARTS = "=+-@\t\r\n'＝＋－＠ %.0123456789eEx\f\v\u00a0\""
TEXTS = st.one_of(st.text(), st.text(alphabet=STARTS, max_size=8))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "=cmd|' /C calc'!A0",
     "-", "+a", "'=1", "''@x", "＝1", "\n", "-2+3+cmd|' /C calc'!A0", "+44 20 7946", "-1-1"],
)  # fmt: skip
def test_what_would_be_run(text: str) -> None:
    assert inert(text) == "'" + text
    assert original(inert(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "Missouri", "-1", "+3.2 %", "-0.25", "1e-5", "-1.5E+10", "'tis", "a=b", "1-2", "2018-2020",
     "St. Mary's", "Ynys Môn", "<=5", "#N/A", "--5".replace("--", "–")],
)  # fmt: skip
def test_what_stays(text: str) -> None:
    assert inert(text) == text == original(text)


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    assert original(inert(text)) == text
    assert inert(text)[:1] not in {"=", "@", "\t", "\r", "\n"}


def test_the_database_does_the_same() -> None:
    with duckdb.connect() as con:

        @given(st.lists(TEXTS.filter(lambda text: "\x00" not in text), max_size=20))
        def does_the_same(texts: list[str]) -> None:
            rows = con.execute(f"SELECT {inert_sql('t')} FROM unnest(?) u(t)", [texts]).fetchall()
            assert [row[0] for row in rows] == [inert(text) for text in texts]
            asked = f"SELECT t FROM unnest(?) u(t) WHERE NOT {may_run_sql(['NULL', 't', 't'])}"
            passed_over = {text for (text,) in con.execute(asked, [texts]).fetchall()}
            assert not {text for text in passed_over if inert(text) != text}

        does_the_same()


def test_usual_texts_are_not_matched_one_by_one() -> None:
    usual = ["Missouri", "2018-2020", "<=5", "Ynys Môn", "#N/A", "a=b", "US-MO", "日本", "–", ""]
    with duckdb.connect() as con:
        asked = f"SELECT t FROM unnest(?) u(t) WHERE {may_run_sql(['t', 'NULL', 't'])}"
        assert con.execute(asked, [usual]).fetchall() == []
        assert con.execute(asked, [["=1"]]).fetchall() == [("=1",)]


def test_a_released_file_holds_no_formula(tmp_path: Path) -> None:
    import csv

    from assets.release.writer import _write_csv

    spec: Table = table("published.areas")
    with duckdb.connect() as con:
        cells = ", ".join(
            f"""'=HYPERLINK("http://x")' AS "{c.name}\"""" if c.name == "area_name"
            else f'NULL AS "{c.name}"' for c in spec.columns
        )  # fmt: skip
        _write_csv(con, f"(SELECT {cells})", spec, tmp_path / "areas.csv", 1)
    with (tmp_path / "areas.csv").open(encoding="utf-8-sig", newline="") as handle:
        (row,) = csv.DictReader(handle)
    assert row["area_name"] == '\'=HYPERLINK("http://x")'
