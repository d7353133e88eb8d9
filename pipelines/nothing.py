"""Explain why a run that did not fail published nothing: what is there and what is missing."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
import duckdb

from assets.core.enough import why_nothing
from assets.core.lacking import remembered
from assets.state.warehouse import WarehouseBusyError, connect
from pipelines.settings import Settings

_RELEASE = "release__nightly"
_SHOWN = 3


def is_left_out(events: Iterable[dg.DagsterEvent]) -> bool:
    """Return whether the run skipped the release although its job includes it."""
    return any(e.is_step_skipped and e.step_key == _RELEASE for e in events)


def why_none(settings: Settings) -> str:
    """Return why nothing could be published and what to take in; empty if it could be."""
    file = settings.home.warehouse_of(settings.as_of)
    if not file.is_file():
        return ""
    try:
        with connect(file, read_only=True) as con:
            why = why_nothing(con)
    except (WarehouseBusyError, duckdb.Error):
        # The process that holds the lock reports the outcome of its own run.
        return ""
    if not why:
        return ""
    needed = [entry.line for entry in remembered(settings.home)]
    more = f" {len(needed) - _SHOWN} more: imr sources." if len(needed) > _SHOWN else ""
    return " ".join(_sentence(part) for part in (why, *needed[:_SHOWN])) + more


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
