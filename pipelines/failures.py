"""Failures of a run: the steps that raised and the checks that did not pass."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
import duckdb

from assets.producers.catalogue import DATASETS
from assets.state.evidence import load as load_evidence
from assets.state.home import Home
from assets.state.warehouse import WarehouseBusyError, connect
from expectations.validate import Outcome
from pipelines.alerts import (
    killed_troubles,
    raise_alerts,
    run_troubles,
    source_troubles,
    warehouse_troubles,
)
from pipelines.settings import Settings

_OURS = re.compile(r"(?:assets|expectations|pipelines)\.[\w.]+:")
_MODULE = re.compile(r"^(?:\w+\.)+(?=\w+:)")
_BY_A_CHECK = "DagsterAssetCheckFailedError"
_NOT_WRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)
# Wording of the operating system, DuckDB and SQLite.
_FULL_DISK = re.compile(
    rf"{re.escape(os.strerror(errno.ENOSPC))}|database or disk is full", re.IGNORECASE
)


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


def failed_checks(evaluations: Iterable[dg.AssetCheckEvaluation]) -> tuple[FailedCheck, ...]:
    """Return the checks that did not pass."""
    return tuple(_failed_check(e) for e in evaluations if not e.passed)


def _failed_check(evaluation: dg.AssetCheckEvaluation) -> FailedCheck:
    content = evaluation.metadata.get("content hash")
    return FailedCheck(
        asset=".".join(evaluation.asset_key.path),
        name=evaluation.check_name,
        blocking=evaluation.severity == dg.AssetCheckSeverity.ERROR,
        content_hash=str(content.value) if content is not None else "",
    )


def failed_steps(
    home: Home,
    events: Iterable[dg.DagsterEvent],
    run_failure: dg.DagsterEvent | None,
    checks: Sequence[FailedCheck],
) -> dict[str, str]:
    """Return the message of each step that raised, by name of the step.

    A step that ended only because its own check blocks is left out: the check reports it.

    Args:
        home: Where state lives.
        events: Failures of steps.
        run_failure: Failure of the run itself, for one that ended before its first step.
        checks: Checks that did not pass.
    """
    raised = list(events)
    blocked = any(c.blocking for c in checks)
    found = {
        event.step_key or "run": message_of(home, event)
        for event in raised
        if not (blocked and _is_by_a_check(event))
    }
    if not raised and run_failure is not None:
        found["run"] = message_of(home, run_failure)
    return found


def message_of(home: Home, event: dg.DagsterEvent) -> str:
    """Return the message of an error: this project's own if there is one, else the root cause.

    Args:
        home: Where state lives, for what can be said of its disk.
        event: Failure of a step or of a run.
    """
    messages = _chain(event)
    if not messages:
        # Another process has marked the run as failed.
        return event.message or "unknown error"
    ours = next((m for m in messages if _OURS.match(m)), None)
    said = _MODULE.sub("", ours or messages[-1])
    return _full_disk(home, said) if not ours and _FULL_DISK.search(said) else said


def disk_trouble(home: Home, error: BaseException) -> str | None:
    """Return a message if the disk is full or the home cannot be written, else ``None``.

    Args:
        home: Where state lives.
        error: What ended a run, from the system, DuckDB or Dagster's database.
    """
    if _FULL_DISK.search(str(error)):
        return _full_disk(home, error)
    if isinstance(error, OSError) and error.errno in _NOT_WRITABLE:
        return (
            f"{error.filename or home.root} cannot be written ({error.strerror}). Nothing was "
            f"published. Run as the user who owns {home.root}, with its disk mounted for writing; "
            "imr doctor checks it."
        )
    return None


def _full_disk(home: Home, said: object) -> str:
    free = shutil.disk_usage(home.root).free
    return (
        f"{said}\nThe disk that holds {home.root} ran full ({free / 1e6:,.0f} MB free now). "
        "Nothing was published; what was published before stands. Make room there, or move "
        "IMR_HOME to a larger disk, and run again. imr releases --prune --keep N removes old "
        "releases."
    )


def _chain(event: dg.DagsterEvent) -> list[str]:
    """Return the messages of an error and of its causes, the outermost first."""
    # Dagster keeps no error if another process marks the run as failed.
    error = getattr(event.event_specific_data, "error", None)
    found = []
    while error is not None:
        found.append(error.message.strip())
        error = error.cause
    return found


def _is_by_a_check(event: dg.DagsterEvent) -> bool:
    return any(_BY_A_CHECK in message.partition(":")[0] for message in _chain(event))


def outcomes_of(settings: Settings, checks: Sequence[FailedCheck]) -> list[Outcome]:
    """Return the stored results of all checks of some tables."""
    seen = sorted({(c.asset, c.content_hash) for c in checks})
    if not seen:
        return []
    with connect(settings.home.warehouse_of(settings.as_of)) as con:
        return [Outcome(a, h, tuple(load_evidence(con, a, h))) for a, h in seen]


def tell(
    settings: Settings,
    run_id: str,
    failures: Iterable[tuple[str, str]],
    checks: Sequence[FailedCheck],
    killed: Iterable[tuple[str, str]] = (),
    *,
    nothing: str = "",
) -> list[str]:
    """Send the alerts of a run and return one line for each.

    Args:
        settings: Where state lives, and whether sources can be late.
        run_id: Dagster's identifier of the run.
        failures: Steps that raised, each with its message.
        checks: Checks that did not pass; those that block are told.
        killed: Earlier runs that were found to have been killed, each with what is known of it.
        nothing: Why there is nothing to publish yet, where the run did not fail.
    """
    blocking = [c for c in checks if c.blocking]
    return raise_alerts(
        settings.home,
        run_id,
        [
            *killed_troubles(killed),
            *warehouse_troubles(settings.home),
            *run_troubles(failures, _blocked(settings, blocking), nothing),
            *source_troubles(
                settings.home,
                DATASETS,
                today=datetime.now(UTC).date(),
                live=settings.profile == "live",
            ),
        ],
    )


def _blocked(settings: Settings, checks: Sequence[FailedCheck]) -> list[tuple[str, str]]:
    try:
        said = {o.table_name: _brief(o) for o in outcomes_of(settings, checks)}
    except (WarehouseBusyError, duckdb.Error):
        # The next run may have begun already; the results are in the report of this run anyway.
        said = {}
    return [
        (f"{c.asset} {c.name}", said.get(c.asset) or "its rules are listed in the run's report")
        for c in checks
    ]


def _brief(outcome: Outcome) -> str:
    return "\n".join(
        f"[{r.rule_id}] {r.message} Seen: {r.observed or 'nothing'}. {r.remedy}"
        for r in outcome.blocking
    )
