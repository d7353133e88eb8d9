"""A release of an older schema stays readable, and a reader written for it reads newer ones."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from assets.release import publish as publishing
from assets.release import release_identity
from assets.release.channels.release_views import relation
from assets.release.channels.releases_on_disk import Release
from assets.release.channels.resolve import resolve
from assets.release.promotion import promote
from assets.release.verify import verify_release
from assets.schema.contract import CONTRACT_FILE, load
from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Table
from assets.schema.registry import SCHEMA_VERSION, TABLES, table
from assets.state.home import Home
from pipelines.cli import main
from tests.component.release import figures as f
from tests.worlds import Worlds

ADDED = {"areas": {"members"}}
"""Columns that schema 1.0 did not have."""


def without(spec: Table) -> Table:
    gone = ADDED[spec.name]
    return replace(spec, columns=tuple(c for c in spec.columns if c.name not in gone))


def of_two_schemas(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make a release under schema 1.0, and one under that of today."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("published.areas", "core.areas"):
            patch.setitem(TABLES, name, without(table(name)))
        for module in (publishing, release_identity):
            patch.setattr(module, "SCHEMA_VERSION", "1.0.0")
        f.ready(con, f.national(), restated=True)
        f.publish(con, home, 1, pages=False)
    f.ready(con, [{**r, "status_reason": "reworded"} for r in f.national(2011)], restated=True)
    f.publish(con, home, 2, pages=False)


@pytest.fixture
def home(worlds: Worlds) -> Home:
    """A home with releases of two schemas. Read only."""
    return worlds.made(of_two_schemas)


@pytest.fixture
def old(home: Home) -> Release:
    return resolve(home.releases, "2026.06.01")


@pytest.fixture
def new(home: Home) -> Release:
    return resolve(home.releases)


def imr(home: Home, *words: str) -> str:
    done = CliRunner().invoke(main, words, env={"IMR_HOME": str(home.root)})
    assert done.exit_code == 0, done.output
    return done.output


def test_the_two_differ_in_schema(old: Release, new: Release) -> None:
    assert old.manifest()["schema_version"] == "1.0.0"
    assert new.manifest()["schema_version"] == SCHEMA_VERSION
    con = duckdb.connect()
    columns = [
        {row[0] for row in con.execute(f"DESCRIBE FROM {relation(r.path, 'areas')}").fetchall()}
        for r in (old, new)
    ]
    assert columns[1] - columns[0] == ADDED["areas"]


def test_every_command_reads_the_old_release(
    worlds: Worlds, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    home = Home(tmp_path / "home").create()
    worlds.begin(of_two_schemas, home, request)
    old, new = resolve(home.releases, "2026.06.01"), resolve(home.releases)
    assert [x for x in verify_release(old) if not x.fine] == []
    assert [x for x in verify_release(new, history=[old]) if not x.fine] == []
    shown = imr(home, "show", "areas", "--release", old.version, "--format", "csv")
    assert "US-MO,us-states,Missouri" in shown
    counted = imr(home, "sql", "SELECT count(*) FROM rates", "--release", old.version)
    assert "13" in counted
    assert "new_period" in imr(home, "diff", old.version, new.version)
    assert old.version in imr(home, "releases")
    done = promote(home.releases, old, who="w", why="rollback", waivers={})
    assert done.version == old.version


def test_snippets_of_schema_1_run_on_the_views_of_compatibility(
    new: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(new.path)
    with duckdb.connect() as con:
        con.execute((new.path / "compatibility.sql").read_text(encoding="utf-8")).fetchall()
        for name, stated in load(CONTRACT_FILE.with_name("contract_v1.json"))["tables"].items():
            described = con.execute(f"DESCRIBE {name}").fetchall()
            assert [row[0] for row in described] == list(stated["columns"]), name
        rates = con.execute("SELECT * FROM rates").df()
        (note,) = con.execute(
            "SELECT DISTINCT definition_note FROM rates WHERE source_family = 'nchs_linked'"
        ).fetchall()
        (source,) = con.execute("SELECT DISTINCT target_source FROM targets").fetchall()
    # As the README of schema 1.4.0 asks for the latest rates.
    latest = (
        rates.query(
            "measure == 'infant_mortality' and window_type == 'annual'"
            " and stratum_type == 'all' and value_status == 'ok'"
        )
        .sort_values("period_end")
        .groupby(["source_family", "area_code", "geography_vintage"])
        .tail(1)
    )
    shown = {(r.area_name, r.period_end.year): r.rate_display for r in latest.itertuples()}
    # Deaths of 2011: 23,989 of 4 million births, 489 of 78,000; 2,989 of 700,000.
    assert shown == {
        ("United States", 2011): "6.00",
        ("Missouri", 2011): "6.27",
        ("K04000001", 2011): "4.27",
    }
    assert note[0].startswith("Period linked file: deaths that occurred in the period")
    assert source[0].startswith("Healthy People 2020 objective MICH-1.3")


def test_rows_without_a_figure_that_went_with_a_schema_are_summed_up(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home").create()
    publish = partial(f.publish, con, home, pages=False)
    with pytest.MonkeyPatch.context() as patch:
        for module in (publishing, release_identity):
            patch.setattr(module, "SCHEMA_VERSION", "1.4.0")
        before = [f.rate(None, None, **f.window(y), value_status="missing") for y in (2001, 2002)]
        f.ready(con, [*f.national(), *before])
        publish(1)
    f.ready(con, [r for r in f.national() if r["period_end"].year != 2007])
    publish(2)
    (first, second) = (resolve(home.releases, f"2026.06.0{day}") for day in (1, 2))
    found = con.execute(
        "SELECT row_key = '{}', change, cause, cause_detail, count(*) "
        f"FROM {relation(second.path, 'changes')} WHERE table_name = 'rates' GROUP BY ALL "
        "ORDER BY ALL"
    ).fetchall()
    assert found == [
        # Three areas lost a figure of 2007, which is not the schema's doing.
        (False, "withdrawn", "withdrawn", None, 3),
        (True, "revised", "method_change",
         f"schema 1.4.0 to {SCHEMA_VERSION}: of rows that carry no figure 2 are no longer there; "
         "they are not listed one by one", 1),
    ]  # fmt: skip
    assert "2 are no longer there" in (second.path / "CHANGES.md").read_text()
    assert "2 are there now" in imr(home, "diff", second.version, first.version, "--rows")


def test_a_reader_of_the_old_schema_reads_the_new_release(old: Release, new: Release) -> None:
    con = duckdb.connect()
    for name in old.tables:
        spec = table(f"published.{name}")
        spec = without(spec) if name in ADDED else spec
        listed = ", ".join(f'"{c}"' for c in spec.column_names)
        rows = con.execute(f"DESCRIBE SELECT {listed} FROM {relation(new.path, name)}").fetchall()
        assert [row[1] for row in rows] == [
            duckdb_type(c).replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") for c in spec.columns
        ]
        con.execute(f"SELECT {listed} FROM {relation(new.path, name)}").fetchall()
