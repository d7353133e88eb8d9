"""What went wrong in a run is told once, in this project's words where it has some."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets.release.channels.releases_on_disk import DamagedReleaseError
from assets.state.evidence import RuleResult, record
from assets.state.home import Home
from assets.state.warehouse import connect
from pipelines.failures import disk_trouble, failed_checks, failed_steps, tell
from pipelines.sensors import build_sensors
from pipelines.settings import Settings

TABLES = {"core.areas": "AREAS-KEY", "core.revisions": "REVISIONS-KEY"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(Home(tmp_path / "home").create())


def check_step() -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name="core_checks",
        specs=[
            dg.AssetCheckSpec("contract", asset=dg.AssetKey(t.split(".")), blocking=True)
            for t in TABLES
        ],
    )
    def _checks() -> Iterator[dg.AssetCheckResult]:
        for table in TABLES:
            yield dg.AssetCheckResult(
                asset_key=dg.AssetKey(table.split(".")),
                check_name="contract",
                passed=False,
                metadata={"content hash": "0" * 64},
            )

    return _checks


def give_evidence(home: Home) -> None:
    with connect(home.warehouse) as con:
        for table, rule in TABLES.items():
            failed = RuleResult(
                rule_id=rule,
                check_name="contract",
                category="schema",
                severity="critical",
                outcome="failed",
                message="Keys are unique.",
                observed="2 rows",
                remedy="Look at them.",
            )
            record(con, table, "0" * 64, [failed])


def run_of(settings: Settings, *parts: dg.AssetChecksDefinition | dg.AssetsDefinition) -> object:
    checks = [p for p in parts if isinstance(p, dg.AssetChecksDefinition)]
    defs = dg.Definitions(
        assets=[p for p in parts if p not in checks],
        asset_checks=checks,
        jobs=[dg.define_asset_job("nightly", selection=dg.AssetSelection.all()
                                  | dg.AssetSelection.checks(*checks))],
    )  # fmt: skip
    return defs.resolve_job_def("nightly")


EXPECTED = [
    f"ALERT check failed: {table} contract: [{rule}] Keys are unique. Seen: 2 rows. Look at them."
    for table, rule in TABLES.items()
]


def test_a_failed_check_is_one_alert_with_its_own_report(settings: Settings) -> None:
    give_evidence(settings.home)
    job = run_of(settings, check_step())
    result = job.execute_in_process(raise_on_error=False)  # type: ignore[attr-defined]
    checks = failed_checks(result.get_asset_check_evaluations())
    steps = failed_steps(
        settings.home, result.get_step_failure_events(), result.get_run_failure_event(), checks
    )
    assert len(result.get_step_failure_events()) == 1
    assert steps == {}
    assert tell(settings, result.run_id, steps.items(), checks) == EXPECTED


def test_a_run_of_the_daemon_is_told_in_the_same_words(settings: Settings) -> None:
    give_evidence(settings.home)
    sensor = next(s for s in build_sensors(settings) if s.name == "alert_on_failure")
    job = run_of(settings, check_step())
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(  # type: ignore[attr-defined]
            instance=instance, raise_on_error=False
        )
        sensor(
            dg.build_run_status_sensor_context(
                sensor_name=sensor.name,
                dagster_instance=instance,
                dagster_run=result.dagster_run,
                dagster_event=result.get_run_failure_event(),
            ).for_run_failure()
        )
    report = settings.home.reports / f"run-{result.run_id}.json"
    assert json.loads(report.read_text(encoding="utf-8"))["alerts"] == EXPECTED


def test_steps_that_fail_alike_are_one_alert(settings: Settings) -> None:
    lines = tell(settings, "r1", [("a", "boom"), ("b", "boom"), ("c", "bang")], [])
    assert lines == ["ALERT run failed: a, b: boom", "ALERT run failed: c: bang"]


def message_of(home: Home, fail: Callable[[], None]) -> str:
    @dg.asset
    def broken() -> None:
        fail()

    result = run_of(Settings(home), broken).execute_in_process(  # type: ignore[attr-defined]
        raise_on_error=False
    )
    return failed_steps(home, result.get_step_failure_events(), None, ())["broken"]


def test_our_own_words_come_before_what_they_stand_for(settings: Settings) -> None:
    def ours() -> None:
        try:
            json.loads("{")
        except ValueError as error:
            raise DamagedReleaseError("nightly.json is damaged; remove it") from error

    said = message_of(settings.home, ours)
    assert said == "DamagedReleaseError: nightly.json is damaged; remove it"


def test_elsewhere_the_first_cause_is_told(settings: Settings) -> None:
    def theirs() -> None:
        try:
            json.loads("{")
        except ValueError as error:
            raise RuntimeError("something") from error

    assert message_of(settings.home, theirs).startswith("JSONDecodeError: Expecting property name")


def test_a_full_disk_is_named_with_what_to_do(settings: Settings) -> None:
    def full() -> None:
        raise duckdb.TransactionException(
            "TransactionContext Error: Failed to commit: Could not write file: "
            "No space left on device"
        )

    said = message_of(settings.home, full)
    assert "Failed to commit" in said
    assert f"The disk that holds {settings.home.root} ran full (" in said
    assert "Make room there, or move IMR_HOME" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "ran full"),
        (
            OSError(30, "Read-only file system", "/x/writer.lock"),
            "/x/writer.lock cannot be written",
        ),
        (FileNotFoundError(2, "No such file"), None),
        (ValueError("x"), None),
    ],
)
def test_what_ends_a_run_outside_its_steps(
    settings: Settings, error: Exception, said: str | None
) -> None:
    found = disk_trouble(settings.home, error)
    assert (found is None) if said is None else (said in str(found))
