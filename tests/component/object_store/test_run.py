"""The object store as a step of every run, of ``imr run`` and of Dagster's daemon alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import dagster as dg
import obstore
import pytest
from click.testing import CliRunner, Result
from obstore.store import S3Store

from assets.object_store.location import STORE_VARIABLE, Location
from assets.state.home import Home
from pipelines.assembly import build_defs
from pipelines.commands.run import run
from pipelines.settings import Settings
from tests.component.object_store.releases import shown

Publish = Callable[..., Path]
STEP = dg.AssetKey(["release", "object_store"])
DOWN = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


@pytest.fixture
def imr_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))

    def call(**environment: str) -> Result:
        values = {"IMR_HOME": str(home.root), **environment}
        return CliRunner().invoke(run, ["--only", 'key:"release/object_store"'], env=values)

    return call


def test_a_run_uploads_and_says_so(
    imr_run: Callable[..., Result], publish: Publish, store: S3Store, location: Location
) -> None:
    publish("2026.06.01")
    result = imr_run()
    assert result.exit_code == 0, result.output
    assert f"STORE {location.url} got release 2026.06.01 (7 objects, " in result.stderr
    assert "release 2026.06.01: uploading 7 files" in result.stderr
    assert shown(store) == "2026.06.01"
    assert "is up to date: nightly shows release 2026.06.01" in imr_run().stderr


def test_a_store_that_is_down_leaves_the_release_and_is_told_once(
    imr_run: Callable[..., Result], publish: Publish, home: Home, store: S3Store
) -> None:
    publish("2026.06.01")
    first = imr_run(**DOWN)
    assert first.exit_code == 3
    (line,) = [n for n in first.stderr.splitlines() if n.startswith("STORE BEHIND")]
    assert line.startswith("STORE BEHIND The release stands on this machine, but the object store")
    assert "Nothing was published" not in first.stderr
    assert first.stderr.count("ALERT run failed: release__object_store") == 1
    (report,) = home.reports.glob("run-*.json")
    facts = json.loads(report.read_text())
    assert (facts["exit_code"], facts["failures"]) == (3, [])
    assert "could not be reached" in facts["store"]
    publish("2026.06.02")
    again = imr_run(**DOWN)
    assert (again.exit_code, "ALERT" in again.stderr) == (3, False)
    well = imr_run()
    assert well.exit_code == 0
    assert "got release 2026.06.01, 2026.06.02" in well.stderr
    assert shown(store) == "2026.06.02"
    assert "ALERT run failed: release__object_store" in imr_run(**DOWN).stderr


def test_a_release_that_cannot_be_uploaded_is_no_failure_of_the_release(
    imr_run: Callable[..., Result], publish: Publish, store: S3Store
) -> None:
    publish("2026.06.01")
    obstore.put(store, "release=2026.06.01/manifest.json", b"{}")
    result = imr_run()
    assert result.exit_code == 3
    assert "has another release 2026.06.01 already" in result.stderr


def test_a_wrong_address_stops_before_the_work(imr_run: Callable[..., Result]) -> None:
    result = imr_run(**{STORE_VARIABLE: "bucket/p"})
    assert result.exit_code == 2
    assert "IMR_STORE_URL must be s3://bucket/prefix" in result.output


@pytest.mark.parametrize("job", ["nightly", "refresh_nchs", "refresh_ons", "rebuild"])
def test_every_job_ends_in_the_store_where_one_is_set(home: Home, job: str) -> None:
    settings = Settings(home, store_url="s3://imr/p")

    def keys(chosen: Settings) -> set[dg.AssetKey]:
        return set(build_defs(chosen).resolve_job_def(job).asset_layer.executable_asset_keys)

    assert STEP in keys(settings)
    assert STEP not in keys(replace(settings, store_url=""))
    # A rebuild of the past publishes nothing, here or there.
    assert STEP not in keys(replace(settings, as_of="2026-06-01"))
    graph = build_defs(settings).resolve_asset_graph()
    assert graph.get(STEP).parent_keys == {dg.AssetKey(["release", "nightly"])}


def test_a_run_of_the_daemon_fails_at_that_step_with_the_same_words(
    home: Home, location: Location, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("2026.06.01")
    monkeypatch.setenv("AWS_ENDPOINT_URL", DOWN["AWS_ENDPOINT_URL"])
    defs = build_defs(Settings(home, store_url=location.url))
    chosen = dg.define_asset_job("chosen", selection=dg.AssetSelection.assets(STEP))
    job = dg.Definitions.merge(defs, dg.Definitions(jobs=[chosen])).resolve_job_def("chosen")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    (event,) = result.get_step_failure_events()
    cause = event.step_failure_data.error.cause
    assert "the object store is behind" in cause.message
    assert cause.cause is None
