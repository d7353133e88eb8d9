"""The query that a release offers for its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from assets.release.documents.folder_readme import QUERIES
from assets.release.publish import ReleaseOutcome
from tests.component.release import figures as f

Publish = Callable[..., ReleaseOutcome]


@pytest.fixture
def regions_newer_than_states(con: duckdb.DuckDBPyConnection, publish: Publish) -> ReleaseOutcome:
    region = f.series("E12000001", "ons_occurrence", area_type="region", area_name="North East")
    rates = [*f.national(), f.rate(100, 30_000, **region, **f.window(2011))]
    later = {**f.window(2011), "period_end": date(2011, 12, 31)}
    f.ready(con, rates, restated=True, rankings=[f.ranking(1), f.ranking(1, **region, **later)])
    return publish()


def test_the_query_for_the_states_gives_states(
    regions_newer_than_states: ReleaseOutcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    (query,) = (sql for title, sql in QUERIES if title.startswith("The states in order"))
    monkeypatch.chdir(regions_newer_than_states.path)
    with duckdb.connect() as con:
        assert [row[1] for row in con.execute(query).fetchall()] == ["Missouri"]
