"""Outcome of a run, used for its closing text, its report and its exit code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assets.archive.unrecognised import Unused
from assets.core.lacking import Lacking
from pipelines.failures import FailedCheck

PUBLISHED_OR_UNCHANGED, CHECKS_FAILED, WRONG_USE, SOURCE_FAILED = 0, 1, 2, 3


@dataclass(frozen=True)
class RunOutcome:
    """Outcome of a run.

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
        alerts: Lines of the alerts that this run sent for the first time.
        store: What was written to the object store; empty if none is set.
        store_trouble: Why the object store is behind the release on disk, or empty.
        as_of: Date or time that was rebuilt, or empty.
        empty: Datasets of which nothing has ever arrived.
        shown: Release that the nightly channel shows after the run, or ``None``.
        unused: Files in the inbox that are not used: not recognised, or still being written.
        made: Assets that were made, in order.
        added: Assets that were made because a step makes them together with selected ones.
        regions_set_aside: Files of declared regions that cannot be used, and why.
        nothing: Why there is nothing to publish yet, and what to take in; no step failed.
        waiting: Refused files that wait for other extracts, one line each.
        lacking: Counts that give no rate because others have not arrived.
        answered: Wants that extracts brought by hand answer, one line each.
        remade: Tables that were stale for a reason of their own, with it; empty if everything
            requested was made.
        quiet: Sentence that says nothing had to be made, if no table was stale; else empty.
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
    as_of: str = ""
    store: str = ""
    store_trouble: str = ""
    empty: tuple[str, ...] = ()
    shown: str | None = None
    unused: tuple[Unused, ...] = ()
    made: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    regions_set_aside: tuple[str, ...] = ()
    nothing: str = ""
    waiting: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    answered: tuple[str, ...] = ()
    remade: tuple[tuple[str, str], ...] = ()
    quiet: str = ""

    @property
    def exit_code(self) -> int:
        """Exit code of ``imr run``."""
        if not self.succeeded:
            return CHECKS_FAILED
        behind = self.stale or self.store_trouble or self.regions_set_aside or self.nothing
        return SOURCE_FAILED if behind else PUBLISHED_OR_UNCHANGED
