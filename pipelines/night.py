"""The nightly run: take in new extracts, then make stale tables only.

Dagster chooses the steps of a run before it starts, so this takes two runs of Dagster: which tables
are stale is known only after the first. For users they are one run, with one report and one exit
code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from pipelines.progress import RunProgress
from pipelines.reports import write_report
from pipelines.run_tags import CONFIRMS, MAKES, TAKES_IN
from pipelines.settings import Settings
from pipelines.stale import Remake, is_release_alone, taking_in, to_remake

NIGHTLY = "nightly"
_REFUSED = "quarantined"
_GOES_ON = "What was new has been taken in. The report of the next run says what came of it."


@dataclass(frozen=True)
class Night:
    """What a nightly run did.

    Attributes:
        result: The last run of Dagster.
        taken_in: The run before, which took in new extracts; ``None`` if there was one run only.
        remake: What had to be made; ``None`` if everything was made or taking in failed.
    """

    result: dg.ExecuteInProcessResult
    taken_in: dg.ExecuteInProcessResult | None = None
    remake: Remake | None = None

    @property
    def events(self) -> list[dg.DagsterEvent]:
        """Materialisations of both runs."""
        before = self.taken_in.get_asset_materialization_events() if self.taken_in else []
        return [*before, *self.result.get_asset_materialization_events()]

    @property
    def quiet(self) -> str:
        """Headline of a night that made no table; empty otherwise."""
        if self.remake is None or self.remake.why:
            return ""
        looked = self.taken_in.get_asset_materialization_events() if self.taken_in else []
        refused = any(
            status is not None and status.value == _REFUSED
            for status in (e.materialization.metadata.get("status") for e in looked)
        )
        return "Nothing new came into use" if refused else "Nothing arrived"


def run_night(
    settings: Settings,
    instance: dg.DagsterInstance,
    job: dg.JobDefinition,
    run: Callable[..., dg.ExecuteInProcessResult],
    progress: RunProgress,
) -> Night:
    """Run the nightly job in two parts: take in, then make what has become stale.

    Args:
        settings: Where state lives.
        instance: Dagster's instance.
        job: The whole job.
        run: Runs a job in this process, tagged with its ``part`` of the night.
        progress: What shows the steps.
    """
    graph = job.asset_layer.asset_graph
    first = job.get_subset(asset_selection=taking_in(graph))
    taken_in = run(first, part=TAKES_IN)
    if not taken_in.success:
        return Night(taken_in)
    # A run with a report has reported its troubles itself.
    write_report(settings.home, taken_in.run_id, {"exit_code": 0, "goes_on": _GOES_ON})
    remake = to_remake(settings, instance, graph)
    rest = job.get_subset(asset_selection=remake.keys)
    done = len(first.graph.node_dict)
    progress.expect(done + len(rest.graph.node_dict), done=done)
    progress.note(_said(remake))
    part = CONFIRMS if is_release_alone(remake.keys) else MAKES
    return Night(run(rest, part=part), taken_in, remake)


def _said(remake: Remake) -> str:
    """Return in one line which assets will be made, and why."""
    if not remake.why:
        return "no table is stale: the release is proved and confirmed"
    name, why = next(iter(remake.why.items()))
    tables = len(remake.keys)
    more = f"; {len(remake.why) - 1} more" if len(remake.why) > 1 else ""
    return f"making {tables} assets: {name}: {why}{more}"
