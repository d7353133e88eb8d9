"""Data Docs say what was found, for every table that there is, and fetch nothing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest

from expectations.pages import judge_and_write, offline


def test_pages_name_what_does_not_hold_and_are_complete_without_a_network(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    con.execute(
        "UPDATE core.observations SET value = 2350 WHERE measure = 'infant_deaths'"
    ).fetchall()
    names = ["core.areas", "core.observations", "published.claims"]
    areas, counts = judge_and_write(con, names, tmp_path / "pages", today=dt.date(2026, 11, 1))
    assert (areas.table, areas.failed) == ("core.areas", 0)
    assert counts.failed >= 1
    shown = counts.path.read_text(encoding="utf-8")
    assert "Neonatal and postneonatal deaths add up to infant deaths." in shown
    assert "1 of 1 break the rule" in shown
    links = set(re.findall(r"href=[\"']?([^\"'#>]+)", shown))
    assert links == {"index.html"}, "no link leads to a page that is not there"
    index = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    assert 'href="core.observations.html"' in index
    assert "published.claims" not in index
    for page in (tmp_path / "pages").iterdir():
        fetched = re.findall(
            r"(?:src|href)=[\"']?(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//|@import",
            page.read_text(encoding="utf-8"),
        )
        assert fetched == []
    assert capfd.readouterr() == ("", "")


def test_what_is_fetched_goes_and_what_is_said_stays() -> None:
    page = (
        '<head><link rel="a" href="https://a.example/a.css"><script src="//a.example/b.js">'
        '</script></head><a class="x" href="https://a.example/">news</a><script>kept()</script>'
    )
    assert "example" not in offline(page)
    assert "news<script>kept()</script>" in offline(page)
