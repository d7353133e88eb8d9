"""The report that a run leaves: ``reports/run-<id>.json`` under ``IMR_HOME``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from assets.state.home import Home
from assets.text.secret import redacted


def report_of(home: Home, run_id: str) -> Path:
    """Return the path of the report of a run."""
    return home.reports / f"run-{run_id}.json"


def write_report(home: Home, run_id: str, facts: Mapping[str, object]) -> None:
    """Write the report of a run atomically.

    Args:
        home: Where state lives.
        run_id: Dagster's identifier of the run.
        facts: Content in addition to the identifier and the time.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    target = report_of(home, run_id)
    aside = target.with_suffix(".new")
    text = json.dumps({"run_id": run_id, "ended_at": now, **facts}, indent=2)
    aside.write_text(redacted(text) + "\n", encoding="utf-8")
    aside.replace(target)


def has_told(home: Home, run_id: str) -> bool:
    """Return whether the end of a run is in its report, written by the run or by a later one."""
    return report_of(home, run_id).exists()
