"""One run of a job in this process, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from assets.archive.samples import refuse_samples
from assets.archive.sources import last_attempt, stale_datasets
from assets.catalogue import DATASETS
from assets.evidence import load as load_evidence
from assets.warehouse import connect
from expectations.report import render
from expectations.validate import Outcome
from pipelines.alerts import raise_alerts, run_troubles, source_troubles
from pipelines.build import build_defs
from pipelines.instance import prepare_instance
from pipelines.lock import writer_lock
from pipelines.progress import RunProgress
from pipelines.settings import Settings

PUBLISHED_OR_UNCHANGED, CHECKS_FAILED, WRONG_USE, SOURCE_FAILED = 0, 1, 2, 3
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class SelectionError(ValueError):
    """The selection of assets cannot be read or selects nothing."""


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass.

    Attributes:
        asset: Asset that was checked.
        name: ``contract`` or ``plausibility``.
        blocking: It stops everything downstream.
        content_hash: Content that was looked at.
    """

    asset: str
    name: str
    blocking: bool
    content_hash: str


@dataclass(frozen=True)
class RunOutcome:
    """What a run did.

    Attributes:
        run_id: Dagster's identifier of the run.
        succeeded: No step failed and no blocking check failed.
        version: Release that the channel points to now, or ``None`` before the first.
        published: A new release was made.
        path: Folder of that release.
        failures: Steps that raised, with the message.
        failed_checks: Checks that did not pass.
        stale: Datasets whose newest extract was refused or could not be fetched, with the reason.
        check_report: Rules, rows and remedies of the checks that did not pass.
        alerts: What was newly told to whoever answers for the run.
    """

    run_id: str
    succeeded: bool
    version: str | None
    published: bool
    path: Path | None
    failures: tuple[tuple[str, str], ...] = ()
    failed_checks: tuple[FailedCheck, ...] = ()
    stale: tuple[tuple[str, str], ...] = ()
    check_report: str = ""
    alerts: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Exit code of ``imr run``."""
        if not self.succeeded:
            return CHECKS_FAILED
        return SOURCE_FAILED if self.stale else PUBLISHED_OR_UNCHANGED


def execute(
    settings: Settings, *, job_name: str = "nightly", only: str | None = None
) -> RunOutcome:
    """Run a job, or the assets of a selection, and return what came of it.

    Args:
        settings: Where state lives and which extracts are taken in.
        job_name: Job of :mod:`pipelines.jobs`.
        only: Dagster asset selection to run instead of the job, e.g. ``key:"rates/*"+``.

    Raises:
        SelectionError: ``only`` selects nothing.
        BusyError: Another process is writing to the same home.
        ProfileError: The home holds bundled samples and the profile is live.
    """
    if settings.profile == "live":
        refuse_samples(settings.home, DATASETS)
    with writer_lock(settings.home, f"imr run ({job_name if only is None else only})"):
        prepare_instance(settings.home)
        job = _job(settings, job_name, only)
        with dg.DagsterInstance.get() as instance, RunProgress(_steps(job)) as progress:
            result = job.with_hooks(_hooks(progress)).execute_in_process(
                instance=instance, raise_on_error=False, run_config=_QUIET
            )
        outcome = _outcome(settings, result)
        _write_report(settings, outcome)
        return replace(outcome, alerts=tuple(_alerts(settings, outcome)))


def _alerts(settings: Settings, outcome: RunOutcome) -> Sequence[str]:
    blocking = [
        (f"{c.asset} {c.name}", outcome.check_report) for c in outcome.failed_checks if c.blocking
    ]
    return raise_alerts(
        settings.home,
        outcome.run_id,
        [
            *run_troubles(outcome.failures, blocking),
            *source_troubles(
                settings.home,
                DATASETS,
                today=datetime.now(UTC).date(),
                live=settings.profile == "live",
            ),
        ],
    )


def _job(settings: Settings, job_name: str, only: str | None) -> dg.JobDefinition:
    defs = build_defs(settings)
    if only is None:
        return defs.resolve_job_def(job_name)
    hint = "Examples: 'group:rates', 'key:\"core/areas\"+'"
    try:
        chosen = dg.define_asset_job("selection", selection=only)
        job = dg.Definitions.merge(defs, dg.Definitions(jobs=[chosen])).resolve_job_def("selection")
    except (dg.DagsterInvalidDefinitionError, dg.DagsterInvalidSubsetError, ValueError) as error:
        raise SelectionError(f"cannot select {only!r}: {error}. {hint}") from error
    if _steps(job) == 0:
        raise SelectionError(f"{only!r} selects no asset. {hint}")
    return job


def _steps(job: dg.JobDefinition) -> int:
    return len(job.graph.node_dict)


def _hooks(progress: RunProgress) -> set[dg.HookDefinition]:
    @dg.success_hook(name="progress_success")
    def _done(context: dg.HookContext) -> None:
        progress.step(_readable(context.op.name))

    @dg.failure_hook(name="progress_failure")
    def _failed(context: dg.HookContext) -> None:
        progress.step(_readable(context.op.name), failed=True)

    return {_done, _failed}


def _readable(op_name: str) -> str:
    return op_name.replace("__", "/")


def _outcome(settings: Settings, result: dg.ExecuteInProcessResult) -> RunOutcome:
    failures = tuple(
        (event.node_name, _message(event)) for event in result.get_step_failure_events()
    )
    checks = tuple(_failed_check(e) for e in result.get_asset_check_evaluations() if not e.passed)
    released = _release_metadata(result)
    stale = tuple(
        (name, _reason(settings, name)) for name in stale_datasets(settings.home, DATASETS)
    )
    blocked = any(c.blocking for c in checks)
    return RunOutcome(
        run_id=result.run_id,
        succeeded=result.success and not blocked,
        version=released.get("version"),
        published=bool(released.get("published", False)),
        path=Path(released["dagster/uri"]) if "dagster/uri" in released else None,
        failures=failures,
        failed_checks=checks,
        stale=stale,
        check_report=_check_report(settings, checks),
    )


def _release_metadata(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    for event in result.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey(["release", "nightly"]):
            found = event.materialization.metadata
            return {k: v.value for k, v in found.items()}
    return {}


def _failed_check(evaluation: dg.AssetCheckEvaluation) -> FailedCheck:
    content = evaluation.metadata.get("content hash")
    return FailedCheck(
        asset=".".join(evaluation.asset_key.path),
        name=evaluation.check_name,
        blocking=evaluation.severity == dg.AssetCheckSeverity.ERROR,
        content_hash=str(content.value) if content is not None else "",
    )


def _check_report(settings: Settings, checks: Sequence[FailedCheck]) -> str:
    seen = sorted({(c.asset, c.content_hash) for c in checks})
    if not seen:
        return ""
    with connect(settings.home.warehouse) as con:
        outcomes = [Outcome(a, h, tuple(load_evidence(con, a, h))) for a, h in seen]
    return render(outcomes)


def _message(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "unknown error"


def _reason(settings: Settings, dataset_id: str) -> str:
    entry = next(d for d in DATASETS if d.dataset_id == dataset_id)
    attempt = last_attempt(settings.home, entry)
    return attempt.message if attempt is not None else ""


def _write_report(settings: Settings, outcome: RunOutcome) -> None:
    facts = {
        "run_id": outcome.run_id,
        "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "exit_code": outcome.exit_code,
        "version": outcome.version,
        "published": outcome.published,
        "failures": [list(f) for f in outcome.failures],
        "failed_checks": [c.__dict__ for c in outcome.failed_checks],
        "stale": [list(s) for s in outcome.stale],
    }
    target = settings.home.reports / f"run-{outcome.run_id}.json"
    target.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def summarise(outcome: RunOutcome) -> Sequence[str]:
    """Return the lines that tell a person how the run ended."""
    lines: list[str] = []
    for name, message in outcome.failures:
        lines.append(f"FAILED {_readable(name)}: {message}")
    if outcome.check_report:
        lines.append(outcome.check_report)
    for dataset_id, reason in outcome.stale:
        lines.append(
            f"STALE {dataset_id}: the newest extract is not in use; the last good one is. {reason}"
        )
    lines += outcome.alerts
    if not outcome.succeeded:
        lines.append("Nothing was published; the previous release keeps serving.")
    return lines
