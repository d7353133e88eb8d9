"""What a browser shows of a release."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from assets.release.documents.folder_readme import QUERIES
from assets.release.documents.page import html_table
from assets.release.publish import ReleaseOutcome
from tests.component.release import figures as f

Publish = Callable[..., ReleaseOutcome]


def test_long_identifiers_leave_room_for_the_other_columns() -> None:
    cells = ("nchs_wonder_linked@0123456789ab", "2026-06-01T02:15:00+00:00", "1,641.25", "a < b")
    table = html_table(("vintage", "retrieved", "deaths", "text"), [cells])
    assert "nchs_<wbr>wonder_<wbr>linked@<wbr>0123456789ab" in table
    assert "2026-06-01<wbr>T02:15:00+00:00" in table
    assert "<td>1,641.25</td><td>a &lt; b</td>" in table
    assert table.replace("<wbr>", "").count(cells[0]) == 1


@pytest.fixture
def regions_newer_than_states(con: duckdb.DuckDBPyConnection, publish: Publish) -> ReleaseOutcome:
    region = f.series("E12000001", "ons_occurrence", area_type="region", area_name="North East")
    rates = [*f.national(), f.rate(100, 30_000, **region, **f.window(2011))]
    later = {**f.window(2011), "period_end": date(2011, 12, 31)}
    f.ready(con, rates, rankings=[f.ranking(1), f.ranking(1, **region, **later)])
    return publish()


def test_the_ranking_of_states_is_of_states(regions_newer_than_states: ReleaseOutcome) -> None:
    page = (regions_newer_than_states.path / "index.html").read_text()
    ranking = page.split("<h2>State ranking</h2>")[1].split("<h2>")[0]
    assert "Missouri" in ranking
    assert "North East" not in ranking


def test_the_query_for_the_states_gives_states(
    regions_newer_than_states: ReleaseOutcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    (query,) = (sql for title, sql in QUERIES if title.startswith("The states in order"))
    monkeypatch.chdir(regions_newer_than_states.path)
    with duckdb.connect() as con:
        assert [row[1] for row in con.execute(query).fetchall()] == ["Missouri"]
