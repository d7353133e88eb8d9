"""The Dagster graph: complete, described, owned, scheduled, loadable from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from assets.schema.model import Layer
from assets.schema.registry import tables_of
from assets.state.home import Home
from pipelines.assembly import build_defs
from pipelines.code_location import LOCATION
from pipelines.settings import Settings, SettingsError


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_defs(Settings(Home(tmp_path_factory.mktemp("home"))))


@pytest.fixture(scope="module")
def graph(defs: dg.Definitions) -> dg.AssetsDefinition:
    dg.Definitions.validate_loadable(defs)
    return defs.resolve_asset_graph()


def test_every_asset_says_what_it_is(graph: dg.AssetsDefinition) -> None:
    incomplete = {
        key.to_user_string(): [
            name
            for name, value in {
                "description": node.description,
                "owners": node.owners,
                "group": node.group_name if node.group_name != "default" else None,
                "kinds": node.kinds,
                "code version": node.code_version,
                "one line": "\n" not in (node.description or "\n"),
                "code that is there": _code_is_there(node.metadata),
            }.items()
            if not value
        ]
        for key in graph.get_all_asset_keys()
        for node in [graph.get(key)]
    }
    assert {k: v for k, v in incomplete.items() if v} == {}


def _code_is_there(metadata: Mapping[str, Any]) -> bool:
    places = metadata["dagster/code_references"].code_references
    return bool(places) and all(Path(place.file_path).is_file() for place in places)


def test_the_code_of_a_table_of_rates_is_its_function_and_its_sql(
    graph: dg.AssetsDefinition, repository: Path
) -> None:
    said = graph.get(dg.AssetKey(["rates", "rates"])).metadata["dagster/code_references"]
    function, sql = said.code_references
    assert (Path(sql.file_path), sql.line_number) == (repository / "assets/rates/rates.sql", None)
    line = (repository / "assets/rates/rates.py").read_text("utf-8").splitlines()
    assert "def build_rates" in line[function.line_number - 1]
    assert function.label == f"assets/rates/rates.py:{function.line_number}"


def test_columns_say_what_they_are_made_of_where_names_differ(graph: dg.AssetsDefinition) -> None:
    schema = graph.get(dg.AssetKey(["rates", "rates"])).metadata["dagster/column_schema"]
    said = {c.name: c.description for c in schema.columns}
    made = ". Made of core.observations.value, core.observations.status, core.series_breaks"
    assert made in said["rate"]
    assert "Made of" not in said["source_family"]


def test_every_check_says_what_it_is(graph: dg.AssetsDefinition) -> None:
    keys = graph.asset_check_keys
    assert keys
    said = {k: graph.get_check_spec(k) for k in keys}
    # What a list shows of a description is its first hundred characters.
    assert [k for k, spec in said.items() if not 0 < len(spec.description or "") <= 100] == []
    shown = {spec.metadata["what they are"] for spec in said.values()}
    assert "imr expectations show core.areas" in shown
    assert {spec.metadata["severity"] for spec in said.values()} == {
        "blocks what stands on the table",
        "advises",
    }


def test_contract_blocks_and_plausibility_advises(graph: dg.AssetsDefinition) -> None:
    blocking = {k.name: graph.get_check_spec(k).blocking for k in graph.asset_check_keys}
    assert blocking == {"contract": True, "plausibility": False}


def test_every_published_table_is_an_asset_with_its_columns(graph: dg.AssetsDefinition) -> None:
    for table in tables_of(Layer.PUBLISHED):
        if not table.identity:
            continue
        node = graph.get(dg.AssetKey(["published", table.name]))
        schema = node.metadata["dagster/column_schema"]
        columns = getattr(schema, "value", schema).columns
        assert [c.name for c in columns] == list(table.column_names)
        assert all(c.description for c in columns)


def test_every_core_and_published_table_is_checked(graph: dg.AssetsDefinition) -> None:
    checked = {k.asset_key.to_user_string() for k in graph.asset_check_keys}
    for layer in (Layer.CORE, Layer.PUBLISHED):
        for table in tables_of(layer):
            if table.identity:
                assert f"{layer}/{table.name}" in checked


def test_jobs_and_the_nightly_schedule(defs: dg.Definitions) -> None:
    repository = defs.get_repository_def()
    assert {"nightly", "refresh_nchs", "refresh_ohid", "refresh_ons", "rebuild"} <= {
        j.name for j in repository.get_all_jobs()
    }
    (schedule,) = repository.schedule_defs
    assert schedule.cron_schedule == "15 2 * * *"
    assert schedule.execution_timezone == "Europe/London"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == "nightly"


def test_a_killed_run_is_looked_for_several_times_a_minute_without_being_asked(
    defs: dg.Definitions,
) -> None:
    sensors = {s.name: s for s in defs.get_repository_def().sensor_defs}
    for name in ("killed_runs", "stale_tables"):
        assert sensors[name].default_status is dg.DefaultSensorStatus.RUNNING
        assert sensors[name].minimum_interval_seconds is not None
        assert sensors[name].minimum_interval_seconds <= 20


def test_dagster_expects_a_release_every_morning_and_leaves_producers_to_their_calendars(
    graph: dg.AssetsDefinition,
) -> None:
    policies = {
        key.to_user_string(): policy
        for key in graph.get_all_asset_keys()
        if (policy := graph.get(key).freshness_policy) is not None
    }
    assert policies == {
        "release/nightly": dg.FreshnessPolicy.cron("0 6 * * *", timedelta(hours=4), "Europe/London")
    }


def test_runs_stay_in_one_process(defs: dg.Definitions) -> None:
    assert defs.resolve_job_def("nightly").executor_def is dg.in_process_executor


def test_a_refresh_leaves_the_other_producer_alone(defs: dg.Definitions) -> None:
    selected = {
        k.path[1]
        for k in defs.resolve_job_def("refresh_nchs").asset_layer.executable_asset_keys
        if k.path[0] == "raw"
    }
    assert selected
    assert all(name.startswith("nchs") for name in selected)


def test_a_rebuild_takes_nothing_in(defs: dg.Definitions) -> None:
    keys = defs.resolve_job_def("rebuild").asset_layer.executable_asset_keys
    assert "raw" not in {k.path[0] for k in keys}
    assert dg.AssetKey(["release", "nightly"]) in keys


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(SettingsError, match="IMR_PROFILE is 'prod'"):
        Settings.from_environment({"IMR_PROFILE": "prod"})


def test_imr_home_moves_all_state(tmp_path: Path) -> None:
    settings = Settings.from_environment({"IMR_HOME": str(tmp_path / "elsewhere")})
    assert settings.home.root == tmp_path / "elsewhere"
    assert all(
        path.is_relative_to(tmp_path)
        for path in (
            settings.home.archive,
            settings.home.warehouse,
            settings.home.releases,
            settings.home.dagster,
            settings.home.reports,
            settings.home.lock,
        )
    )


@pytest.mark.parametrize(
    "command",
    [["dagster", "definitions", "validate", "-w"], ["dg", "check", "defs", "--target-path"]],
)
def test_the_code_location_loads_from_any_folder(
    repository: Path, tmp_path: Path, command: list[str]
) -> None:
    program = Path(sys.executable).with_name(command[0])
    target = repository / "workspace.yaml" if command[-1] == "-w" else repository
    environment = {
        **os.environ,
        "IMR_HOME": str(tmp_path / "home"),
        "DAGSTER_HOME": "",
        "DAGSTER_DISABLE_TELEMETRY": "yes",
    }
    del environment["DAGSTER_HOME"]
    done = subprocess.run(
        [str(program), *command[1:], str(target)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_way_to_start_dagster_names_the_same_code_location(repository: Path) -> None:
    """The history, schedules and sensors of one name are not those of another."""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    (entry,) = yaml.safe_load((repository / "workspace.yaml").read_text("utf-8"))["load_from"]
    named = project["tool"]["dg"]["project"]["code_location_name"]
    assert (named, entry["python_file"]["location_name"]) == (LOCATION, LOCATION)
