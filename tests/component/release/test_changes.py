"""Every difference between two releases is listed with its one cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from assets.release import changes as changes_module
from assets.release.changes import write_changes
from assets.release.channels.resolve import resolve
from assets.release.documents import changes_text
from assets.release.existing_release import side_of
from assets.release.gate import current_hashes, released_tables
from assets.release.publish import ReleaseOutcome
from assets.schema.codes import CHANGE_CAUSES
from assets.schema.model import Layer
from assets.schema.registry import METHOD_VERSION, table, tables_of
from assets.state.home import Home
from tests.component.release import figures as f
from tests.component.release.conftest import national
from tests.worlds import Worlds

NEW = "wonder@fedcba987654"


@pytest.fixture
def before(worlds: Worlds) -> Home:
    """A home with one release of national figures. Read only."""
    return worlds.made(national)


@pytest.fixture
def own(tmp_path: Path) -> Home:
    """A home of the test's own."""
    return Home(tmp_path / "home").create()


def compare(con: duckdb.DuckDBPyConnection, home: Home, rates: list[f.Row], **parts: Any) -> str:
    """Note what figures change in the newest release, as publishing them does; return the text."""
    f.show(con, rates, **parts)
    before = resolve(home.releases)
    hashes = current_hashes(con, released_tables())
    write_changes(con, side_of(con, before), METHOD_VERSION, hashes)
    return changes_text.changes_text(con, "published.changes", "2026.06.30", before.version)


def publish(
    con: duckdb.DuckDBPyConnection, home: Home, day: int, rates: list[f.Row], **parts: Any
) -> None:
    f.ready(con, rates, **parts)
    f.publish(con, home, day, pages=False)


def changes(con: duckdb.DuckDBPyConnection, table_name: str = "rates") -> pd.DataFrame:
    found = con.execute("FROM published.changes WHERE table_name = ?", [table_name]).df()
    keys = found["row_key"].map(json.loads)
    found["area"] = keys.map(lambda k: k.get("area_code"))
    found["end"] = keys.map(lambda k: k.get("period_end"))
    found["window"] = keys.map(lambda k: k.get("window_type"))
    return found


def kinds(found: pd.DataFrame) -> set[tuple[object, ...]]:
    return set(
        found[["area", "end", "column_name", "change", "cause"]].itertuples(index=False, name=None)
    )


def replaced(rows: list[f.Row], area: str, year: int, row: f.Row) -> list[f.Row]:
    end = f.years(year)["period_end"]
    return [
        row if (r["area_code"], r["period_end"], r["window_type"]) == (area, end, "annual") else r
        for r in rows
    ]


def test_a_first_release_has_no_changes(first: ReleaseOutcome) -> None:
    assert pd.read_parquet(first.path / "changes.parquet").empty
    assert "first release" in (first.path / "CHANGES.md").read_text()


def test_a_new_year(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    rows = [*f.national(), f.rate(480, 78_000, **f.window(2011))]
    compare(con, before, rows)
    found = changes(con)
    assert kinds(found) == {("US-MO", "2011-12-31", "*", "added", "new_period")}
    assert list(found["new_value"]) == [str(1000 * 480 / 78_000)]
    assert set(found["previous_version"]) == {"2026.06.01"}


def test_a_restated_count_names_the_extract(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    revised = f.rate(500, 78_000, **f.window(2009))
    rows = replaced(f.national(), "US-MO", 2009, revised)
    f.write(con, "core.observations", [
        f.observation("US-MO", 2009, NEW), f.observation("US-MO", 2008, "wonder@0123456789ab"),
    ])  # fmt: skip
    text = compare(con, before, rows, vintages=[f.vintage(NEW, sha256="f" * 64)])
    found = changes(con)
    assert set(found["cause"]) == {"source_revision"}
    assert set(found["cause_detail"]) == {NEW}
    assert {"numerator", "rate", "rate_text"} <= set(found["column_name"])
    assert "denominator" not in set(found["column_name"])
    numerator = found[found["column_name"] == "numerator"].iloc[0]
    assert (float(numerator["old_value"]), float(numerator["new_value"])) == (2500 - 2009, 500)
    sources = changes(con, "sources")
    assert set(sources["cause"]) == {"source_revision"}
    assert set(sources["change"]) == {"added", "withdrawn"}
    assert f"source_revision ({NEW})" in text
    assert "| 491.0 | 500.0 |" in text


def test_a_status_or_a_date_that_moved_is_no_restated_figure(
    con: duckdb.DuckDBPyConnection, before: Home
) -> None:
    rows = [
        {**r, "is_provisional": True}
        if (r["area_code"], r["window_type"], r["period_end"].year) == ("US-MO", "annual", 2009)
        else r
        for r in f.national()
    ]
    f.write(con, "core.observations", [f.observation("US-MO", 2009, NEW)])
    text = compare(con, before, rows, vintages=[
        f.vintage("wonder@0123456789ab", published_at="2026-05-01", status="stale"),
        f.vintage(NEW, sha256="f" * 64),
    ])  # fmt: skip
    found = changes(con)
    assert set(found["column_name"]) == {"is_provisional"}
    assert set(found["cause"]) == {"status_change"}
    assert set(found["cause_detail"]) == {NEW}
    sources = changes(con, "sources")
    moved = sources[sources["change"] == "revised"]
    assert {"published_at", "status"} <= set(moved["column_name"])
    assert set(moved["cause"]) == {"status_change"}
    assert "| status_change | revised |" in text
    assert "no figure did" in text


def test_every_cause_and_every_compared_table_has_its_words() -> None:
    assert set(changes_text.MEANING) == set(CHANGE_CAUSES)
    compared = {t.name for t in tables_of(Layer.PUBLISHED) if t.identity}
    assert set(changes_module._MAIN) == compared - changes_module._RESTATING
    for name, column in changes_module._MAIN.items():
        assert column in table(f"published.{name}").column_names


@pytest.mark.parametrize("stated", ["29003", "29001, 29003"])
def test_a_region_is_restated_with_its_members(
    con: duckdb.DuckDBPyConnection, own: Home, stated: str
) -> None:
    region = f.series("X-pair", area_type="custom_region")
    members = [
        {
            "region_code": "X-pair",
            "geography_vintage": "us-states",
            "member_code": code,
            "definition": "us.yaml",
        }
        for code in ("29001", "29003")
    ]
    publish(con, own, 1, [*f.national(), f.rate(100, 10_000, **region)], members=members)
    f.write(con, "core.observations", [f.observation(stated, 2010, NEW)])
    vintages = [f.vintage(NEW, sha256="f" * 64)]
    later = [*f.national(), f.rate(101, 10_000, **region)]
    compare(con, own, later, members=members, vintages=vintages)
    found = changes(con)
    assert set(found["area"]) == {"X-pair"}
    assert set(zip(found["cause"], found["cause_detail"], strict=True)) == {
        ("source_revision", NEW)
    }


def test_a_correction_is_named(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    rows = replaced(f.national(), "US-MO", 2009, f.rate(500, 78_000, **f.window(2009)))
    f.write(con, "core.observations",
            [f.observation("US-MO", 2009, "wonder@0123456789ab", correction_id="C-7")])  # fmt: skip
    compare(con, before, rows)
    found = changes(con)
    assert set(zip(found["cause"], found["cause_detail"], strict=True)) == {("correction", "C-7")}


def test_a_change_without_a_new_extract_is_one_of_method(
    con: duckdb.DuckDBPyConnection, before: Home
) -> None:
    rows = replaced(
        f.national(), "US-MO", 2009, f.rate(491, 78_000, **f.window(2009), ci_lower_95=1.0)
    )
    f.write(con, "core.observations", [f.observation("US-MO", 2009, "wonder@0123456789ab")])
    compare(con, before, rows)
    assert kinds(changes(con)) == {
        ("US-MO", "2009-12-31", "ci_lower_95", "revised", "method_change")
    }


def test_new_area_new_series_and_withdrawn(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    rows = [r for r in f.national() if (r["area_code"], r["period_end"].year) != ("US", 2007)]  # type: ignore[attr-defined]
    rows += [
        f.rate(300, 40_000, **f.series("US-KS")),
        f.rate(200, 78_000, **f.series(measure="neonatal_mortality")),
    ]
    compare(con, before, rows)
    assert kinds(changes(con)) == {
        ("US", "2007-12-31", "*", "withdrawn", "withdrawn"),
        ("US-KS", "2010-12-31", "*", "added", "new_area"),
        ("US-MO", "2010-12-31", "*", "added", "new_series"),
    }


def test_a_redefined_area_is_geography(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    rows = [
        {**r, "geography_vintage": "uk-2024"} if r["area_code"] == "K04000001" else r
        for r in f.national()
    ]
    compare(con, before, rows)
    found = changes(con)
    assert set(zip(found["change"], found["cause"], strict=True)) == {
        ("added", "geography"),
        ("withdrawn", "geography"),
    }


def test_a_window_of_the_past_that_was_not_there_is_a_new_period(
    con: duckdb.DuckDBPyConnection, before: Home
) -> None:
    compare(con, before, [*f.national(), f.rate(490, 78_000, **f.window(2006))])
    assert kinds(changes(con)) == {("US-MO", "2006-12-31", "*", "added", "new_period")}


def _years() -> list[f.Row]:
    """Rates of single years: a sum over three would give away one that is withheld."""
    return [row for row in f.national() if row["window_type"] == "annual"]


def test_withheld_counts_never_appear(con: duckdb.DuckDBPyConnection, own: Home) -> None:
    hidden = f.rate(None, None, **f.window(2009), value_status="suppressed")
    publish(con, own, 1, _years())
    publish(con, own, 2, replaced(_years(), "US-MO", 2009, hidden))
    found = changes(con)
    assert kinds(found) == {("US-MO", "2009-12-31", "*", "newly_suppressed", "newly_suppressed")}
    assert found[["old_value", "new_value"]].isna().all(axis=None)
    assert "491" not in (own.releases / "release=2026.06.02" / "CHANGES.md").read_text()

    compare(con, own, _years())
    found = changes(con)
    assert kinds(found) == {("US-MO", "2009-12-31", "*", "released", "released")}
    assert found["old_value"].isna().all()
    assert list(found["new_value"]) == [str(1000 * 491 / 78_000)]


def test_missing_is_not_withheld(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    gone = f.rate(None, None, **f.window(2009))
    compare(con, before, replaced(f.national(), "US-MO", 2009, gone))
    found = changes(con)
    assert set(found["change"]) == {"revised"}
    status = found[found["column_name"] == "value_status"].iloc[0]
    assert (status["old_value"], status["new_value"]) == ("ok", "missing")


def test_withheld_that_goes_missing_is_not_shown_now(
    con: duckdb.DuckDBPyConnection, own: Home
) -> None:
    hidden = f.rate(None, None, **f.window(2009), value_status="suppressed")
    publish(con, own, 1, replaced(_years(), "US-MO", 2009, hidden))
    gone = f.rate(None, None, **f.window(2009))
    publish(con, own, 2, replaced(_years(), "US-MO", 2009, gone))
    found = changes(con)
    assert set(found["change"]) == {"revised"}
    status = found[found["column_name"] == "value_status"].iloc[0]
    assert (status["old_value"], status["new_value"]) == ("suppressed", "missing")
    compare(con, own, replaced(_years(), "US-MO", 2009, hidden))
    assert set(changes(con)["change"]) == {"revised"}


def test_what_a_withheld_neighbour_took_away_stays_out(
    con: duckdb.DuckDBPyConnection, own: Home
) -> None:
    extract = f.series("29001", "state_extract"), f.series("29003", "state_extract")
    claim = f.claim(source_family="state_extract", explanation="20 a year", inputs="60 / 12000")

    def rows(deaths: int) -> list[f.Row]:
        return [*f.national(), f.rate(deaths, 4000, **extract[0]), f.rate(25, 4000, **extract[1])]

    publish(con, own, 1, rows(20), claims=[claim])
    compare(con, own, rows(4), claims=[claim])
    found = changes(con).set_index(["area", "column_name"])
    assert found.loc[("29001", "*"), "change"] == "newly_suppressed"
    stabilised = found.loc[("29003", "rate_eb")]
    assert stabilised["change"] == "revised"
    assert pd.isna(stabilised["old_value"])
    assert pd.isna(stabilised["new_value"])
    of_claim = changes(con, "claims").set_index("column_name")
    assert {"recomputed_value", "inputs", "explanation"} <= set(of_claim.index)
    assert of_claim["old_value"].isna().all()


def test_the_summary_says_where_every_row_is(con: duckdb.DuckDBPyConnection, before: Home) -> None:
    text = compare(con, before, f.national(2011))
    assert "a summary" in text
    assert "`changes.parquet` and `changes.csv`" in text
    assert "`imr diff 2026.06.01 2026.06.30 --rows`" in text


def rewrite(outcome: ReleaseOutcome, select: str) -> None:
    """Make the rates of a release what an earlier schema would have had."""
    file = outcome.path / "rates.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"CREATE VIEW rates AS FROM read_parquet('{file}', hive_partitioning=false)"
        ).fetchall()
        con.execute(f"COPY ({select}) TO '{outcome.path / 'aside'}' (FORMAT parquet)").fetchall()
    (outcome.path / "aside").replace(file)


@pytest.mark.parametrize(
    ("select", "said"),
    [
        (
            "SELECT * EXCLUDE (stratum) FROM rates",
            "not compared row by row: the key changed, stratum is not there before",
        ),
        (
            "FROM rates UNION ALL SELECT * REPLACE (1.5 AS rate) FROM rates",
            "not compared row by row: the key changed, it names several rows before",
        ),
    ],
)
def test_a_table_whose_key_changed_is_reported(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    first: ReleaseOutcome,
    select: str,
    said: str,
) -> None:
    rewrite(first, select)
    text = compare(con, home, [*f.national(), f.rate(480, 78_000, **f.window(2011))])
    (row,) = changes(con).to_dict("records")
    assert (row["column_name"], row["change"], row["cause"]) == ("*", "revised", "method_change")
    assert row["cause_detail"].startswith(said)
    assert f"`rates`: {said}" in text


def test_every_difference_is_listed_and_nothing_else(
    con: duckdb.DuckDBPyConnection, home: Home, first: ReleaseOutcome
) -> None:
    rows = replaced(
        f.national(), "US", 2008, f.rate(24000, 3_900_000, **f.series("US"), **f.window(2008))
    )
    f.ready(con, [*rows, f.rate(480, 78_000, **f.window(2011))], rankings=[f.ranking(2)])
    second = f.publish(con, home, 2, pages=False)
    key = ["source_family", "measure", "area_code", "geography_vintage", "stratum_type",
           "stratum", "window_type", "period_start", "period_end"]  # fmt: skip
    # Which row is the newest follows from the rows that were added.
    apart = ["method_version", "is_latest"]
    old, new = (
        pd.read_parquet(o.path / "rates.parquet").set_index(key).drop(columns=apart)
        for o in (first, second)
    )
    both = old.index.intersection(new.index)
    left, right = old.loc[both], new.loc[both]
    differs = (left != right) & ~(left.isna() & right.isna())
    expected = int(differs.to_numpy().sum()) + len(old.index.symmetric_difference(new.index))
    assert expected > 2
    assert len(changes(con)) == expected
    ranks = changes(con, "rankings")
    assert {("rank", "1", "2")} <= set(
        ranks[["column_name", "old_value", "new_value"]].itertuples(index=False, name=None)
    )
    # Tables that no difference is listed of are the same, cell by cell.
    unlisted = {t.name: t for t in tables_of(Layer.PUBLISHED) if t.identity}
    for name in set(pd.read_parquet(second.path / "changes.parquet")["table_name"]):
        del unlisted[name]
    assert {"targets", "claims", "sources", "areas"} <= set(unlisted)
    for name in unlisted.keys() - {"headline", "strata"}:
        before, after = (
            pd.read_parquet(o.path / f"{name}.parquet").drop(columns=apart, errors="ignore")
            for o in (first, second)
        )
        pd.testing.assert_frame_equal(before, after, obj=name)
