"""Supplied counts beside the official ones of the same area and year: held, listed, or accepted."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from assets.archive.intake import NEW, QUARANTINED, IntakeOutcome, take_in
from assets.archive.samples import sample_extracts
from assets.archive.sources import build_vintages
from assets.archive.staging import build_staging_table
from assets.archive.vintage import Origin
from assets.core.declarations import build_areas
from assets.core.observations.contradictions import judge_official
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import DATASETS, dataset
from assets.schema.model import Layer
from assets.schema.registry import table, tables_of
from assets.state.home import Home
from assets.state.warehouse import connect
from expectations.relational import rules_of, run
from expectations.rule import Finding
from tests.component.local.conftest import JUDGES

# Missouri, period linked file: 564 deaths of 78,905 births in 2009 and 505 of 76,759 in 2010.
OFFICIAL = "area,year,live_births,infant_deaths\nUS-MO,2009,78905,564\nUS-MO,2010,76759,505\n"
TENFOLD = OFFICIAL.replace(",564", ",5580").replace(",505", ",5050")
"""As shared/cases/local_tenfold.csv."""


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose last run counted the states of 2007 to 2013. Read only."""
    home = Home(tmp_path_factory.mktemp("counted") / "home").create()
    linked = dataset("nchs_wonder_linked")
    for file, origin in sample_extracts(linked):
        if "state_2007-2013" in file.name:
            assert take_in(home, linked, file, origin, JUDGES).status == NEW
    with connect(home.warehouse) as con:
        _count(con, home)
    return home


@pytest.fixture
def home(counted: Home, tmp_path: Path) -> Home:
    """A copy of that home to change."""
    return Home(shutil.copytree(counted.root, tmp_path / "home"))


def _count(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    for staged in tables_of(Layer.STAGING):
        build_staging_table(con, home, staged, DATASETS)
    build_areas(con)
    build_vintages(con, home, DATASETS)
    build_counts(con)


def offer(home: Home, content: str, accept: str = "") -> IntakeOutcome:
    file = home.root.parent / "supplied.csv"
    file.write_text(content, encoding="utf-8")
    origin = Origin(file.name, "2026-05-01T00:00:00+00:00", "terms")
    judges = (*JUDGES, judge_official(home))
    return take_in(
        home, dataset("local_area_counts"), file, origin, judges, accepted_because=accept
    )


def recounted(home: Home) -> tuple[Finding, str]:
    """Count again; return what the rule finds, and which vintage is supplied."""
    name = "core.observations"
    with connect(home.warehouse) as con:
        _count(con, home)
        rules = [r for r in rules_of(name) if r.rule.rule_id == "CORE-CONTRADICTS"]
        (finding,) = run(con, rules, name, table(name))
        supplied = "SELECT vintage_id FROM core.vintages WHERE source = 'local'"
        ((vintage,),) = con.execute(supplied).fetchall()
    assert not finding.error, finding.error
    return finding, vintage


def test_counts_ten_times_too_high_are_held_and_named(home: Home) -> None:
    outcome = offer(home, TENFOLD)
    assert outcome.status == QUARANTINED
    (error,) = outcome.errors
    assert error.rule == "LOCAL-CONTRADICTS"
    assert "US-MO 2010: infant_deaths 5,050, nchs_linked has 505" in str(error.details)
    assert "--accept" in error.remedy
    assert error.column == "infant_deaths"


def test_a_person_who_accepts_them_with_a_reason_takes_them_in(home: Home) -> None:
    outcome = offer(home, TENFOLD, accept="another definition")
    assert outcome.status == NEW
    assert [w.rule for w in outcome.warnings] == ["LOCAL-CONTRADICTS"]
    finding, _ = recounted(home)
    assert (finding.compared, finding.offending) == (6, 0)


def test_official_figures_that_come_later_find_them_in_the_run(home: Home) -> None:
    home.warehouse.unlink()
    assert offer(home, TENFOLD).status == NEW, "nothing is counted yet to compare with"
    finding, vintage = recounted(home)
    assert {r["vintage_id"] for r in finding.rows} == {vintage}
    assert {r["area_code"] for r in finding.rows} == {"US-MO", "*"}
    assert {r["measure"] for r in finding.rows} == {"infant_deaths"}


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, False),
        ({",505": ",520"}, False),  # 3 percent, late registrations
        ({",505": ",590"}, False),  # 2.6 standard errors: chance
        ({",505": ",700"}, True),  # 5.6 standard errors
        ({"76759": "79900"}, False),  # 3.9 percent of births: a revision
        ({"76759": "82000"}, True),  # 6.4 percent of births
        ({",505": ",0"}, True),
        ({"US-MO,2010,76759,505": "US-KS,2010,76759,505"}, True),  # another area's births
        ({"US-MO,2010,76759,505": "29069,2010,76759,505"}, False),  # no official figure
    ],
)
def test_chance_and_revision_are_allowed_for(
    home: Home, changes: dict[str, str], held: bool
) -> None:
    content = OFFICIAL
    for old, new in changes.items():
        content = content.replace(old, new)
    assert (offer(home, content).status == QUARANTINED) is held
