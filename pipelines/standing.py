"""Find tables of the warehouse that are missing, altered, not checked, or of other inputs.

Dagster records what a run made, but does not notice if the warehouse is removed, restored or
changed. This module therefore looks at the warehouse itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.archive.withdrawal import due_again, judged_beside
from assets.core.lacking import has_looked
from assets.core.settled import COUNTED
from assets.producers.catalogue import DATASETS
from assets.state.evidence import PASSING, RuleResult, load_each
from assets.state.made import Made, fingerprints, made_tables, remember_hash
from assets.state.released import DamagedReleaseError, read_json
from assets.state.warehouse import WarehouseDamagedError, connect
from expectations.suites import suite_for
from pipelines.declared import made_from
from pipelines.failures import FailedCheck
from pipelines.settings import Settings

_DAMAGED = "the warehouse was damaged"


@dataclass(frozen=True)
class Standing:
    """State of the tables in the warehouse.

    Attributes:
        unfit: Tables that must be made again, each with the reason.
        advice: Advisory checks that did not pass, of the tables that are kept.
    """

    unfit: Mapping[str, str]
    advice: tuple[FailedCheck, ...] = ()


def standing(settings: Settings, known: Mapping[str, str]) -> Standing:
    """Return the tables that must be made again according to the warehouse.

    Args:
        settings: Where state lives.
        known: Recorded content hash of each table, by full name.
    """
    again = dict.fromkeys(_due(settings), "an extract that was set aside is tried again")
    if not has_looked(settings.home):
        again |= dict.fromkeys(COUNTED, "what counts lack is not known any more")
    try:
        with connect(settings.home.warehouse) as con:
            made, now = made_tables(con), fingerprints(con, known)
            bases = made_from(settings.home, settings.basis, known, (), _shown(settings))
            evidence = load_each(con, known)
            unfit, advice = {}, []
            for name, content in known.items():
                why = _unlike(
                    content, made.get(name), now.get(name), [basis[name] for basis in bases]
                )
                results = evidence[name]
                why = why or again.get(name, "") or _unjudged(name, results)
                if why:
                    unfit[name] = why
                else:
                    # The gate of this run asks for it.
                    remember_hash(name, suite_for(name).table, now[name], content)
                    advice += _advice(name, content, results)
    except WarehouseDamagedError:
        # The damaged warehouse has been set aside.
        return Standing(dict.fromkeys(known, _DAMAGED))
    return Standing(unfit, tuple(advice))


def _due(settings: Settings) -> set[str]:
    judged = judged_beside(settings.home, DATASETS)
    due = {w.vintage_id.partition("@")[0] for w in due_again(settings.home, DATASETS, judged)}
    return {d.staging.full_name for d in DATASETS if d.dataset_id in due}


def _unlike(content: str, made: Made | None, now: str | None, bases: Collection[str]) -> str:
    """Return how a table differs from what the last run made; empty if it does not.

    Args:
        content: Content hash in Dagster's history.
        made: Record of the table in the warehouse.
        now: Fingerprint of its present rows.
        bases: What the table may have been made from.
    """
    if now is None:
        return "the warehouse does not have it"
    if made is None:
        return "the warehouse does not know that it was finished"
    if made.content_hash != content:
        return "the warehouse has another one than the last run made"
    if made.fingerprint != now:
        return "it was altered after the last run"
    return "" if made.basis in bases else "what it was made from has changed"


def _shown(settings: Settings) -> list[Path]:
    """Return the release that the nightly channel shows; it was made after the tables in it."""
    releases = settings.home.releases
    try:
        pointer = read_json(releases / "channels" / "nightly.json")
        return [releases / f"release={pointer['version']}"]
    except (OSError, KeyError, DamagedReleaseError):
        return []


def _unjudged(name: str, results: Iterable[RuleResult]) -> str:
    """Return why the stored evidence of a table is not sufficient; empty if it is."""
    found = {r.rule_id: r for r in results}
    blocking = sorted(r.rule_id for r in found.values() if r.blocks)
    if blocking:
        return f"{blocking[0]} did not hold for it"
    lacking = suite_for(name).rule_ids - set(found)
    return f"{len(lacking)} of its rules have not been evaluated" if lacking else ""


def _advice(name: str, content: str, results: Iterable[RuleResult]) -> list[FailedCheck]:
    """Return the advisory checks that did not pass, worded as in the run that made the table."""
    failing = {
        r.check_name
        for r in results
        if r.check_name != "contract" and r.severity != "info" and r.outcome not in PASSING
    }
    return [FailedCheck(name, check, False, content) for check in sorted(failing)]
