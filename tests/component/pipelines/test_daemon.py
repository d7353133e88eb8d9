"""What Dagster's daemon runs at night: a run that takes in, then one for what that made stale."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime

import dagster as dg
import pytest

from assets.defs.specs import DECLARED
from assets.producers.catalogue import DATASETS
from assets.state.owned_lock import writer_lock
from pipelines.daemon import take_in
from pipelines.schedules import nightly_schedule
from pipelines.sensors import build_sensors

from .conftest import House

RELEASE = dg.AssetKey(["release", "nightly"])


def ended(house: House, request: dg.RunRequest, name: str = "stale_tables") -> object:
    """Return what a sensor asks for after a run that was requested like that."""
    sensor = next(s for s in build_sensors(house.settings) if s.name == name)
    job = house.defs.resolve_job_def("nightly")
    run = dg.DagsterRun(job_name="nightly", tags=dict(request.tags))
    before = house.instance.get_runs(limit=1)[0].run_id
    (entry,) = house.instance.all_logs(before, of_type=dg.DagsterEventType.RUN_SUCCESS)
    event = entry.dagster_event
    assert event is not None
    assert job.name == run.job_name
    with warnings.catch_warnings():
        # Only a test builds what the daemon hands over.
        warnings.simplefilter("ignore", dg.BetaWarning)
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_instance=house.instance,
            dagster_run=run,
            dagster_event=event,
            repository_def=house.defs.get_repository_def(),
        )
    return sensor(context)


def test_the_schedule_takes_in(house: House) -> None:
    with dg.build_schedule_context(scheduled_execution_time=datetime.now(UTC)) as context:
        (request,) = nightly_schedule.evaluate_tick(context).run_requests or []
    asked = set(request.asset_selection or [])
    assert asked == {DECLARED, *(dg.AssetKey(["raw", d.dataset_id]) for d in DATASETS)}
    job = house.defs.resolve_job_def("nightly").get_subset(asset_selection=asked)
    assert not any("check" in step for step in job.graph.node_dict)


def test_where_nothing_is_stale_the_release_is_confirmed(house: House) -> None:
    request = ended(house, take_in())
    assert isinstance(request, dg.RunRequest)
    assert request.asset_selection == [RELEASE]


def test_what_is_stale_is_made_by_the_next_run(house: House) -> None:
    house.sql("UPDATE rates.targets SET area_name = 'another'")
    request = ended(house, take_in())
    assert isinstance(request, dg.RunRequest)
    assert dg.AssetKey(["rates", "targets"]) in (request.asset_selection or [])
    assert dg.AssetKey(["core", "areas"]) not in (request.asset_selection or [])


def test_a_run_of_everything_is_followed_by_none(house: House) -> None:
    assert isinstance(ended(house, dg.RunRequest()), dg.SkipReason)


def test_everything_is_made_where_another_run_has_begun(house: House) -> None:
    with writer_lock(house.home, "another run"):
        request = ended(house, take_in())
    assert isinstance(request, dg.RunRequest)
    assert request.asset_selection is None


@pytest.mark.parametrize(("request_", "silent"), [(take_in(), True), (dg.RunRequest(), False)])
def test_a_run_that_took_in_says_nothing_of_troubles_that_the_next_one_may_have(
    house: House, request_: dg.RunRequest, silent: bool
) -> None:
    said = ended(house, request_, "alert_on_sources")
    assert isinstance(said, dg.SkipReason) is silent
