"""Run a job in this process and collect its outcome."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from signal import SIGINT
from typing import Any
from uuid import uuid4

import dagster as dg

from assets.archive.samples import refuse_samples
from assets.archive.sources import reason_of, stale_datasets
from assets.archive.unrecognised import unused_files
from assets.archive.vintage_folders import vintages
from assets.archive.waiting import waiting
from assets.core.lacking import remembered
from assets.core.regions.loader import declared_regions
from assets.object_store.push import STORE_LOGGER
from assets.producers.catalogue import DATASETS
from assets.state.owned_lock import writer_lock
from assets.state.warehouse import WarehouseDamagedError, interrupt_queries
from assets.text.doing import DOING_LOGGER
from expectations.failures_text import render
from pipelines.alive import hold
from pipelines.answered import answered_since, archived
from pipelines.assembly import build_defs
from pipelines.code_location import seen_by_the_web_ui
from pipelines.failures import failed_checks, failed_steps, outcomes_of, tell
from pipelines.imports import import_fast
from pipelines.instance import open_instance, prepare_instance
from pipelines.interrupts import InterruptedRunError, at_signal, go_on, received
from pipelines.killed import close_killed
from pipelines.night import NIGHTLY, Night, run_night
from pipelines.nothing import is_left_out, why_none
from pipelines.outcome import RunOutcome
from pipelines.past import clear_rebuild, refuse_unknown_past
from pipelines.progress import RunProgress
from pipelines.reports import write_report
from pipelines.run_history import prune_history
from pipelines.run_tags import by_hand
from pipelines.selection import SelectionError as SelectionError
from pipelines.settings import Settings
from pipelines.together import widened

_STORE_STEP = "release__object_store"
# It logs that steps after a left-out check continue, which is not true: they are left out too.
_SAYS_WHAT_IS_NOT_SO = "dagster._core.execution.plan.active"
# Imported only if there are checks to run: the import takes as long as a whole quiet night.
_JUDGES_WITH = "great_expectations"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def execute(
    settings: Settings,
    *,
    job_name: str = "nightly",
    only: str | None = None,
    everything: bool = False,
    progress: RunProgress | None = None,
) -> RunOutcome:
    """Run a job, or the assets of a selection, and return the outcome.

    The nightly job takes in new extracts first, then makes the tables that are stale.

    Args:
        settings: Where state lives and which extracts are taken in.
        job_name: Job of :mod:`pipelines.jobs`.
        only: Dagster asset selection to run instead of the job, e.g. ``key:"rates/*"+``.
        everything: Make everything, stale or not.
        progress: Display of the steps; a new one by default.

    Raises:
        SelectionError: ``only`` selects nothing.
        BusyError: Another process is writing to the same home.
        UnknownPastError: The rebuild is of a date before the first extract.
        ProfileError: The home holds bundled samples and the profile is live.
        InterruptedRunError: A signal asked for the end.
    """
    at_signal(interrupt_queries)
    if settings.profile == "live":
        refuse_samples(settings.home, DATASETS)
    with writer_lock(settings.home, f"imr run ({job_name if only is None else only})"):
        if settings.as_of:
            refuse_unknown_past(settings)
        prepare_instance(settings.home)
        before = archived(settings.home)
        job, added = _job(settings, job_name, only)
        # Otherwise Dagster would take the tables of the past for the newest, and the next night
        # would make all of them again. The past is no news, nor is what it lacked.
        forgotten = dg.DagsterInstance.ephemeral
        with (forgotten if settings.as_of else open_instance)() as instance:
            killed = () if settings.as_of else close_killed(settings.home, instance)
            with progress or RunProgress() as shown, _doings_shown(shown):
                shown.expect(_steps(job))
                run = partial(_executed, settings, instance, shown, only or "")
                in_parts = job_name == NIGHTLY and only is None and not everything
                night = (
                    run_night(settings, instance, job, run, shown) if in_parts else Night(run(job))
                )
                if only is None and _met_damage(night.result):
                    # The damaged warehouse has been set aside; the whole job makes it again.
                    shown.expect(_steps(job))
                    night = Night(run(job))
        news = () if settings.as_of else answered_since(settings.home, before)
        outcome = replace(_outcome(settings, night), added=added, answered=news)
        _write_report(settings, outcome)
        if settings.as_of:
            clear_rebuild(settings)
            return outcome
        return replace(outcome, alerts=tuple(_told(settings, outcome, killed)))


def _executed(
    settings: Settings,
    instance: dg.DagsterInstance,
    progress: RunProgress,
    selection: str,
    job: dg.JobDefinition,
    part: str = "",
) -> dg.ExecuteInProcessResult:
    if job.asset_layer.asset_graph.asset_check_keys:
        import_fast(_JUDGES_WITH)
        go_on()
    job = job.with_hooks(_hooks(progress))
    run_id = str(uuid4())
    hold(settings.home.dagster, run_id)
    shown = _shown(settings)
    result = None
    logging.getLogger(_SAYS_WHAT_IS_NOT_SO).setLevel(logging.ERROR)
    tags = by_hand(settings.profile, part=part, selection=selection)
    try:
        with seen_by_the_web_ui(instance, job):
            result = job.execute_in_process(
                instance=instance, raise_on_error=False, run_config=_QUIET, run_id=run_id, tags=tags
            )
        prune_history(instance, settings.home, settings.history_days)
    except BaseException:
        # Python runs its own signal handler at the next call, after the interrupted query.
        try:
            stopped = received()
        except KeyboardInterrupt:
            stopped = received()
        if stopped is None:
            raise
    if result is not None and (result.success or received() is None):
        return result
    raise _stopped(settings, instance, run_id, shown)


def _met_damage(result: dg.ExecuteInProcessResult) -> bool:
    return any(
        WarehouseDamagedError.__name__ in (event.step_failure_data.error_display_string or "")
        for event in result.get_step_failure_events()
    )


def _stopped(
    settings: Settings, instance: dg.DagsterInstance, run_id: str, shown: str | None
) -> InterruptedRunError:
    """Mark a run that a signal ended as canceled, and return the error to raise."""
    signal = received() or SIGINT
    run = instance.get_run_by_id(run_id)
    if run is not None:
        instance.report_run_canceled(run, f"Stopped by {signal.name}.")
    write_report(settings.home, run_id, {"exit_code": 128 + signal, "stopped_by": signal.name})
    now = _shown(settings)
    done = "Nothing was published" if now == shown else f"Release {now} had been published"
    return InterruptedRunError(signal, f"{done}; run it again to go on.")


def _shown(settings: Settings) -> str | None:
    """Return the version in the nightly pointer, or ``None`` if it cannot be read."""
    try:
        pointer = (settings.home.releases / "channels" / "nightly.json").read_text("utf-8")
        return str(json.loads(pointer)["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _told(
    settings: Settings, outcome: RunOutcome, killed: Sequence[tuple[str, str]]
) -> Sequence[str]:
    store = [(_STORE_STEP, outcome.store_trouble)] if outcome.store_trouble else []
    failures = [*outcome.failures, *store]
    return tell(
        settings, outcome.run_id, failures, outcome.failed_checks, killed, nothing=outcome.nothing
    )


def _job(
    settings: Settings, job_name: str, only: str | None
) -> tuple[dg.JobDefinition, tuple[str, ...]]:
    """Return the job, and the assets that were added to a selection."""
    defs = build_defs(settings)
    if only is None:
        return defs.resolve_job_def(job_name), ()
    chosen, added = widened(defs, only)
    return defs.resolve_implicit_global_asset_job_def().get_subset(asset_selection=chosen), added


def _steps(job: dg.JobDefinition) -> int:
    return len(job.graph.node_dict)


def _hooks(progress: RunProgress) -> set[dg.HookDefinition]:
    @dg.success_hook(name="progress_success")
    def _done(context: dg.HookContext) -> None:
        progress.step(_readable(context.op.name))
        go_on()

    @dg.failure_hook(name="progress_failure")
    def _failed(context: dg.HookContext) -> None:
        # A step that a signal ended is not reported as failed.
        go_on()
        progress.step(_readable(context.op.name), failed=True)

    return {_done, _failed}


@contextmanager
def _doings_shown(progress: RunProgress) -> Iterator[None]:
    """Show progress messages of steps and of uploads."""

    class Shown(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            progress.note(record.getMessage())

    handler = Shown()
    loggers = [logging.getLogger(name) for name in (STORE_LOGGER, DOING_LOGGER)]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate


def _readable(op_name: str) -> str:
    return op_name.replace("__", "/")


def _outcome(settings: Settings, night: Night) -> RunOutcome:
    result, remake = night.result, night.remake
    checks = failed_checks(result.get_asset_check_evaluations())
    checks += remake.advice if remake is not None else ()
    failed = failed_steps(
        settings.home,
        result.get_step_failure_events(),
        None if result.success else result.get_run_failure_event(),
        checks,
    )
    # The release is on disk whether or not its upload worked.
    store_trouble = failed.pop(_STORE_STEP, "")
    failures = tuple(failed.items())
    released = _metadata(result, "nightly")
    stale = tuple(
        (name, _reason(settings, name))
        for name in stale_datasets(settings.home, DATASETS, as_of=settings.as_of or None)
    )
    blocked = any(c.blocking for c in checks)
    return RunOutcome(
        run_id=result.run_id,
        succeeded=(result.success or bool(store_trouble)) and not failures and not blocked,
        version=released.get("version"),
        published=bool(released.get("published", False)),
        path=Path(released["dagster/uri"]) if "dagster/uri" in released else None,
        failures=failures,
        failed_checks=checks,
        stale=stale,
        check_report=render(outcomes_of(settings, checks)) if checks else "",
        as_of=settings.as_of,
        store=str(_metadata(result, "object_store").get("summary", "")),
        store_trouble=store_trouble,
        empty=tuple(
            d.dataset_id
            for d in DATASETS
            if not vintages(settings.home, d, as_of=settings.as_of or None)
        ),
        shown=_shown(settings),
        unused=() if settings.as_of else tuple(unused_files(settings.home, DATASETS)),
        lacking=() if settings.as_of else tuple(remembered(settings.home)),
        regions_set_aside=declared_regions(settings.home.regions).set_aside,
        waiting=tuple(w.line for w in waiting(settings.home, DATASETS)) * (not settings.as_of),
        nothing=why_none(settings) if is_left_out(result.all_events) and not failures else "",
        made=tuple(
            event.asset_key.to_user_string()
            for event in night.events
            if event.asset_key is not None
        ),
        remade=tuple(remake.why.items()) if remake is not None else (),
        quiet=night.quiet,
    )


def _metadata(result: dg.ExecuteInProcessResult, name: str) -> dict[str, Any]:
    for event in result.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey(["release", name]):
            found = event.materialization.metadata
            return {k: v.value for k, v in found.items()}
    return {}


def _reason(settings: Settings, dataset_id: str) -> str:
    if settings.as_of:
        return f"So it was as of {settings.as_of}."
    entry = next(d for d in DATASETS if d.dataset_id == dataset_id)
    return reason_of(settings.home, entry)


def _write_report(settings: Settings, outcome: RunOutcome) -> None:
    facts = {
        "exit_code": outcome.exit_code,
        "version": outcome.version,
        "published": outcome.published,
        "as_of": outcome.as_of or None,
        "failures": [list(f) for f in outcome.failures],
        "store": outcome.store_trouble or outcome.store or None,
        "failed_checks": [c.__dict__ for c in outcome.failed_checks],
        "stale": [list(s) for s in outcome.stale],
        "nothing_to_publish": outcome.nothing or None,
        "unused_files": [u.line for u in outcome.unused],
        "waiting": list(outcome.waiting),
        "regions_set_aside": list(outcome.regions_set_aside),
        "lacking": [entry.line for entry in outcome.lacking],
        "answered": list(outcome.answered),
        "restricted": [
            vintage.vintage_id
            for entry in DATASETS
            for vintage in vintages(settings.home, entry)
            if vintage.origin.restricted
        ],
        "made_again_because": dict(outcome.remade),
        "quiet": bool(outcome.quiet),
    }
    write_report(settings.home, outcome.run_id, facts)
