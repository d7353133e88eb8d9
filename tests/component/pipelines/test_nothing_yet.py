"""A home with births alone: nothing fails, and what is missing is said wherever people look."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from assets.archive import vintage_folders
from assets.archive.intake import take_in
from assets.archive.vintage import Origin
from assets.producers.catalogue import dataset
from assets.state.home import Home
from pipelines.instance import open_instance
from pipelines.outcome import RunOutcome
from pipelines.run import execute
from pipelines.settings import Settings

BIRTHS = (
    Path(__file__).parents[3]
    / "assets/producers/nchs/samples/files/wonder_natality_us_1995-2002.txt"
)
NATALITY = dataset("nchs_wonder_natality")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("births") / "home").create()
    take_in(made, NATALITY, BIRTHS, Origin("file:x", "2026-01-01T00:00:00+00:00", "terms"))
    return made


@pytest.fixture(scope="module")
def outcome(home: Home) -> RunOutcome:
    return execute(Settings(home), job_name="rebuild")


def test_it_ends_with_three_and_names_what_is_missing(outcome: RunOutcome) -> None:
    assert outcome.exit_code == 3
    assert (outcome.failures, outcome.failed_checks, outcome.stale) == ((), (), ())
    assert "births (nchs_wonder_natality 1995 to 2002) and no deaths" in outcome.nothing
    assert "Linked Birth / Infant Death Records, 1995-1998" in outcome.nothing
    assert [line for line in outcome.alerts if "nothing to publish yet" in line] != []


def test_nothing_is_red_and_nothing_is_lost(home: Home, outcome: RunOutcome) -> None:
    with open_instance() as instance:
        run = instance.get_run_by_id(outcome.run_id)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert len(vintage_folders.vintages(home, NATALITY)) == 1
    assert "core/observations" not in outcome.made
    report = json.loads((home.reports / f"run-{outcome.run_id}.json").read_text(encoding="utf-8"))
    assert report["nothing_to_publish"] == outcome.nothing
