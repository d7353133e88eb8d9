"""Every run says what started it and which extracts it takes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg
import pytest

from pipelines.code_location import LOCATION, seen_by_the_web_ui
from pipelines.jobs import OF_A_SELECTION, in_words
from pipelines.run_tags import PART, TRIGGER, add_missing, by_hand


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "trigger"),
    [
        ({"dagster/schedule_name": "nightly_0215_london"}, "schedule"),
        ({"dagster/sensor_name": "inbox"}, "sensor"),
        # Seen on a run that the web UI's own button started.
        ({"dagster/from_ui": "true"}, "web UI"),
        ({}, "command line"),
        ({"trigger": "somebody's own program"}, "somebody's own program"),
    ],
)
def test_a_run_that_dagster_starts_is_tagged_by_what_started_it(
    instance: dg.DagsterInstance, given: Mapping[str, str], trigger: str
) -> None:
    @dg.job
    def anything() -> None:
        pass

    run = instance.create_run_for_job(anything, tags=given)
    add_missing(instance, run, "live")
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    assert (found.tags["trigger"], found.tags["profile"]) == (trigger, "live")


def test_a_run_of_the_command_says_its_part_or_what_was_selected() -> None:
    night = by_hand("sample", part="confirm the release")
    assert (night[TRIGGER], night[PART]) == ("command line", "confirm the release")
    assert "selection" not in night
    chosen = by_hand("sample", selection="key:" + "x" * 1000)
    assert len(chosen["selection"]) == 200
    assert PART not in chosen


def test_the_job_of_a_selection_is_named_in_words() -> None:
    assert in_words(OF_A_SELECTION) == "a selection of assets"
    assert in_words("nightly") == "nightly"


def test_a_run_of_this_process_names_its_code_location_and_its_assets(
    instance: dg.DagsterInstance,
) -> None:
    """So the web UI's timeline shows it, and starts it again as it was."""

    @dg.asset
    def one() -> None:
        pass

    @dg.asset
    def other() -> None:
        pass

    whole = dg.Definitions(assets=[one, other]).resolve_implicit_global_asset_job_def()
    part = whole.get_subset(asset_selection={dg.AssetKey("one")})
    with seen_by_the_web_ui(instance, part):
        run_id = part.execute_in_process(instance=instance).run_id
    found = instance.get_run_by_id(run_id)
    assert found is not None
    assert found.asset_selection == {dg.AssetKey("one")}
    origin = found.remote_job_origin
    assert origin is not None
    assert (origin.location_name, origin.job_name) == (LOCATION, OF_A_SELECTION)
    again = whole.execute_in_process(instance=instance).run_id
    later = instance.get_run_by_id(again)
    assert later is not None
    assert later.remote_job_origin is None
