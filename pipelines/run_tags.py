"""Tags of runs: what started the run, its extracts, its part of the nightly run."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
from dagster._core.storage.tags import SCHEDULE_NAME_TAG, SENSOR_NAME_TAG

TRIGGER, PROFILE, PART = "trigger", "profile", "part"
COMMAND_LINE, SCHEDULE, SENSOR, WEB_UI = "command line", "schedule", "sensor", "web UI"
TAKES_IN = "take in what is new"
MAKES = "make what is stale"
CONFIRMS = "confirm the release"
# Tags that Dagster sets on the runs that it starts.
_MARKS = {SCHEDULE_NAME_TAG: SCHEDULE, SENSOR_NAME_TAG: SENSOR, "dagster/from_ui": WEB_UI}
_MAY_BE_RELAUNCHED = "dagster/max_retries"
_LONGEST = 200


def by_hand(profile: str, *, part: str = "", selection: str = "") -> dict[str, str]:
    """Return the tags of a run of ``imr run``.

    Args:
        profile: Which extracts it takes in.
        part: Part of the nightly run, or empty.
        selection: Assets that were asked for, in Dagster's selection language, or empty.
    """
    # A killed run that a person started is reported, and the daemon does not start it again.
    always = {TRIGGER: COMMAND_LINE, PROFILE: profile, _MAY_BE_RELAUNCHED: "0"}
    said = {PART: part, "selection": selection[:_LONGEST]}
    return always | {name: value for name, value in said.items() if value}


def add_missing(instance: dg.DagsterInstance, run: dg.DagsterRun, profile: str) -> None:
    """Add the tags of trigger and profile to a run that Dagster's own programs started.

    Args:
        instance: Dagster's instance.
        run: Run that begins.
        profile: Which extracts it takes in.
    """
    if TRIGGER not in run.tags or PROFILE not in run.tags:
        instance.add_run_tags(run.run_id, {TRIGGER: _trigger(run.tags), PROFILE: profile})


def _trigger(tags: Mapping[str, str]) -> str:
    if TRIGGER in tags:
        return tags[TRIGGER]
    return next((word for mark, word in _MARKS.items() if mark in tags), COMMAND_LINE)
