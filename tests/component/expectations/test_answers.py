"""What the library answered is kept with a release, privately, and becomes pages on demand."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import duckdb
import pytest

from assets.release.channels.lineage import (
    NoLineageError,
    answers_of,
    folder_of,
    remove_lineage,
    settle_lineage,
    stage_lineage,
)
from assets.state.answers import answer_of, keep, kept
from assets.state.home import Home
from expectations.answers import count, failed
from expectations.pages import write_pages
from expectations.validate import Outcome, validate_table
from tests.component.expectations.conftest import put

VERSION = "2026.11.01"


def judged(con: duckdb.DuckDBPyConnection) -> Outcome:
    """Judge counts of which 2,350 infant deaths are not the sum of their parts."""
    con.execute(
        "UPDATE core.observations SET value = 2350 WHERE measure = 'infant_deaths'"
    ).fetchall()
    put(con, "core.region_members", [])
    return validate_table(con, "core.observations", today=dt.date(2026, 11, 1))


def test_a_release_keeps_what_was_found_until_it_is_removed(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    home, outcome = Home(tmp_path / "home").create(), judged(con)
    folder = home.answers_of("")
    keep(folder, outcome.table_name, answer_of(outcome.content_hash, outcome.answer))
    assert kept(folder, {outcome.table_name: "other content"}) == {}
    found = kept(folder, {outcome.table_name: outcome.content_hash, "core.areas": "none"})
    assert list(found) == ["core.observations"]
    stage_lineage(con, home, VERSION, found)
    settle_lineage(home, [VERSION])
    pages = write_pages(answers_of(home, VERSION), folder_of(home, VERSION) / "expectations", "it")
    (page,) = pages
    assert page.expectations == count(outcome.answer) > 20
    assert page.failed == failed(outcome.answer) >= 1
    shown = page.path.read_text(encoding="utf-8")
    assert "Neonatal and postneonatal deaths add up to infant deaths." in shown
    assert "CORE-ID-INFANT" in shown
    assert "area_code=K04000001, J99000001" in shown, "the rows that break it are named"
    private = [folder, *folder.iterdir(), home.lineage, page.path.parent, page.path]
    assert {stat.S_IMODE(p.stat().st_mode) & 0o077 for p in private} == {0}
    assert not any("expectations" in p.name for p in home.releases.rglob("*"))
    remove_lineage(home, [VERSION])
    with pytest.raises(NoLineageError, match="imr show quality --release 2026.11.01"):
        answers_of(home, VERSION)


def test_a_damaged_answer_leaves_out_its_page_alone(tmp_path: Path) -> None:
    for name in ("core.areas", "core.pools"):
        keep(tmp_path, name, answer_of("same", "[]"))
    (tmp_path / "core.areas.json").write_text('{"content_hash": "sa', encoding="utf-8")
    assert list(kept(tmp_path, {"core.areas": "same", "core.pools": "same"})) == ["core.pools"]
