"""Build tables from extracts, and set aside an extract that would block everything.

Where a required rule fails, or a table cannot be built, the vintage that it comes from is looked
for and set aside, on record and with a reason; what its dataset had before is in use again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from assets.archive import withdrawal
from assets.archive.dataset import Dataset
from assets.archive.faults import OF_THE_MACHINE
from assets.archive.producer import Proof
from assets.archive.settling import Complaint, Settled, settle
from assets.archive.sources import build_vintages
from assets.archive.staging import Unreadable, build_staging_table
from assets.archive.withdrawal import PROOF, READING, RULE, Withdrawal
from assets.core.corrections import CorrectionError
from assets.core.declarations import build_areas
from assets.core.enough import NothingToCountError, refuse_nothing
from assets.core.observations.counts import build_counts
from assets.producers.catalogue import STAGED
from assets.state.code_version import code_version
from assets.state.home import Home
from assets.state.released import DamagedReleaseError

COUNTED = ("core.observations", "core.printed_rates", "core.revisions", "core.vintages")
Complaints = Callable[[duckdb.DuckDBPyConnection, Sequence[str]], list[Complaint]]
"""Returns what fails on the present content of some tables."""
Recheck = Callable[[duckdb.DuckDBPyConnection, Sequence[str]], None]
"""Makes evidence for tables that were built again after their checks."""
TakenAgain = Callable[[Sequence[Dataset]], Mapping[str, str]]
"""Retries the refused extracts of some datasets; returns what is in use now, a line each."""
Build = Callable[[duckdb.DuckDBPyConnection], object]
_WHOLE = 1 << 20
"""Weight of a table that cannot be built, against rows that break a rule."""
_NO_EXTRACT = (*OF_THE_MACHINE, DamagedReleaseError)
"""What the machine, or a release, is to blame for: no extract is looked for."""


@dataclass(frozen=True)
class BuildInputs:
    """What tables are built from.

    Attributes:
        home: Where state lives.
        datasets: Catalogue.
        complaints: Returns the failed required rules of tables.
        recheck: Makes evidence for tables that were built again after their checks.
        as_of: Date or time whose knowledge counts, or ``None`` for the present.
        today: Day to judge corrections by, or ``None`` for the present day.
        taken_again: Retries refused extracts once what they were compared with is set aside.
    """

    home: Home
    datasets: Sequence[Dataset]
    complaints: Complaints
    recheck: Recheck
    as_of: str | None = None
    today: date | None = None
    taken_again: TakenAgain = lambda _: {}


@dataclass(frozen=True)
class Stage:
    """Tables that are built and judged together.

    Attributes:
        builders: Functions that build them, in order.
        names: Their full names.
    """

    builders: Sequence[Build]
    names: Sequence[str]


def settle_staging(
    con: duckdb.DuckDBPyConnection, inputs: BuildInputs, datasets: Sequence[Dataset]
) -> list[str]:
    """Build the staging table that some datasets are read into; returns what was set aside.

    Vintages whose reason may have gone are tried again first.

    Args:
        con: Open connection to the warehouse.
        inputs: What it is built from.
        datasets: Datasets of one staging table.
    """
    lines = _tried_again(inputs, datasets)
    table = datasets[0].staging
    lines += _proved(inputs, datasets).values()
    unreadable: list[Unreadable] = []

    def attempt(without: frozenset[str]) -> list[Complaint]:
        build_staging_table(
            con,
            inputs.home,
            table,
            datasets,
            as_of=inputs.as_of,
            without=without,
            unreadable=unreadable,
        )
        return inputs.complaints(con, (table.full_name,))

    found = attempt(frozenset())
    lines += _set_unreadable_aside(inputs, {u.vintage.vintage_id: u for u in unreadable}.values())
    if found:
        lines += _settled(inputs, found, attempt)
    while lines and (followed := _following(inputs, datasets)):
        lines += [*followed.values(), *_settled(inputs, attempt(frozenset()), attempt)]
    return lines


def settle_counts(
    con: duckdb.DuckDBPyConnection, inputs: BuildInputs, *stages: Stage, chosen: Stage | None = None
) -> list[str]:
    """Build the counts, or tables that stand on them; returns what was set aside.

    Args:
        con: Open connection to the warehouse.
        inputs: What they are built from.
        *stages: Tables on the counts, in the order in which they build on each other. The last of
            them are built; the others stand, and are built again only where a vintage goes. None
            for the counts themselves.
        chosen: Those tables of the last stage that are wanted; all by default.

    Raises:
        NothingToCountError: No births stand beside deaths, so that there is nothing to publish.
        CorrectionError: A declared correction has expired, or fits no extract.
    """
    problem: list[Exception] = []
    below = [name for stage in stages[:-1] for name in stage.names]
    last = (chosen or stages[-1]) if stages else Stage(_counting(inputs, frozenset()), COUNTED)
    judged = (*COUNTED, "core.areas", *below, *last.names) if stages else (*COUNTED, "core.areas")
    staged: list[frozenset[str]] = [frozenset()]

    def attempt(without: frozenset[str]) -> list[Complaint]:
        builders = [build for stage in stages for build in stage.builders]
        steps = (*_below(inputs, without, without ^ staged.pop()), *builders)
        staged.append(without)
        return _built(con, inputs, steps, judged, problem)

    first = _built(con, inputs, last.builders, last.names, problem)
    lines: list[str] = []
    if first and inputs.as_of is None and not _is_nothing(problem):
        lines = _settled(inputs, first, attempt)
        while lines and (followed := _following(inputs, inputs.datasets)):
            staged.append(staged.pop() ^ frozenset(followed))
            lines += [*followed.values(), *_settled(inputs, attempt(frozenset()), attempt)]
        if lines:
            counted = COUNTED if stages else ()
            inputs.recheck(con, ("core.areas", *counted, *below))
    if problem:
        raise problem[0]
    return lines


def _is_nothing(problem: Sequence[Exception]) -> bool:
    return any(isinstance(p, NothingToCountError) for p in problem)


def _built(
    con: duckdb.DuckDBPyConnection,
    inputs: BuildInputs,
    steps: Iterable[Build],
    judged: Sequence[str],
    problem: list[Exception],
) -> list[Complaint]:
    """Build and judge; an error while building counts as a failure."""
    problem.clear()
    try:
        for step in steps:
            step(con)
    except _NO_EXTRACT:
        raise
    except Exception as error:
        # Whatever it is that a builder cannot do with some rows must stop no other extract.
        if isinstance(error, CorrectionError) and not error.vintages:
            raise
        problem.append(error)
        said = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
        suspects: tuple[str, ...] = getattr(error, "vintages", ())
        seen = f"A table cannot be built: {said}."
        return [
            Complaint(
                "",
                type(error).__name__,
                seen,
                "",
                _WHOLE * max(1, len(suspects)),
                suspects,
                states="Every table can be built.",
                nothing=isinstance(error, NothingToCountError),
            )
        ]
    return inputs.complaints(con, judged)


def _counting(inputs: BuildInputs, without: Collection[str]) -> list[Build]:
    return [
        lambda con: build_vintages(
            con, inputs.home, inputs.datasets, as_of=inputs.as_of, without=without
        ),
        lambda con: build_counts(con, inputs.today),
        refuse_nothing,
    ]


def _below(inputs: BuildInputs, without: Collection[str], touched: Collection[str]) -> list[Build]:
    """Return the steps that build everything up to the counts without some vintages.

    Args:
        inputs: What it is built from.
        without: Vintages to leave out.
        touched: Vintages that come or go; tables that they are not read into stay as they are.
    """
    names = {vintage_id.partition("@")[0] for vintage_id in touched}
    tables = {d.staging.full_name: d.staging for d in inputs.datasets if d.dataset_id in names}

    def staging(con: duckdb.DuckDBPyConnection) -> None:
        for table in tables.values():
            build_staging_table(
                con,
                inputs.home,
                table,
                inputs.datasets,
                as_of=inputs.as_of,
                without=without,
                unreadable=[],
            )

    return [
        staging,
        lambda con: build_areas(con, inputs.home.regions),
        *_counting(inputs, without),
    ]


def _settled(
    inputs: BuildInputs,
    complaints: Sequence[Complaint],
    attempt: Callable[[frozenset[str]], list[Complaint]],
) -> list[str]:
    found: Settled = settle(
        complaints, attempt, _newest_first(inputs), withdrawal.served(inputs.home)
    )
    return [
        _recorded(
            inputs,
            vintage_id,
            by=RULE,
            rule=c.rule,
            because=c.seen,
            remedy=c.remedy,
            rows=c.rows if c.rows < _WHOLE else 0,
            states=c.states,
        )
        for vintage_id, c in found.out.items()
    ]


def _newest_first(inputs: BuildInputs) -> list[str]:
    known = [
        (v.known_at, v.vintage_id)
        for dataset in inputs.datasets
        for v in withdrawal.in_use(inputs.home, dataset)
    ]
    return [vintage_id for _, vintage_id in sorted(known, reverse=True)]


def _set_unreadable_aside(inputs: BuildInputs, found: Iterable[Unreadable]) -> list[str]:
    return [
        _recorded(
            inputs,
            u.vintage.vintage_id,
            by=READING,
            rule=u.error.rule,
            because=f"It cannot be read any more: saw {u.error.seen}; expected {u.error.expected}.",
            remedy=u.error.remedy,
            states="An archived extract can be read.",
        )
        for u in found
    ]


def _following(inputs: BuildInputs, datasets: Sequence[Dataset]) -> dict[str, str]:
    """Take out what leaned on an extract that is out now, and in what it had kept out.

    So the result of a night does not depend on which of two extracts arrived first.

    Returns:
        Vintages that went or came, a line each.
    """
    if inputs.as_of is not None:
        return {}
    return {**_proved(inputs, datasets), **inputs.taken_again(datasets)}


def _proved(inputs: BuildInputs, datasets: Sequence[Dataset]) -> dict[str, str]:
    """Withdraw extracts that are no longer proved to count everybody; restore proved ones.

    Returns:
        Vintages that went or came, a line each.
    """
    lines: dict[str, str] = {}
    if inputs.as_of is not None:
        return lines
    for name, staged in STAGED.items():
        group = [d for d in datasets if d.staging.name == name]
        if group and staged.proof is not None:
            lines |= _by_proof(inputs, group, staged.proof)
    return lines


def _by_proof(inputs: BuildInputs, datasets: Sequence[Dataset], proof: Proof) -> dict[str, str]:
    out = {
        w.vintage_id: d
        for d in datasets
        for w in withdrawal.withdrawn(inputs.home, d).values()
        if w.by == PROOF
    }
    lacking = proof.unproven(inputs.home, out)
    lines = {
        vintage_id: _recorded(
            inputs,
            vintage_id,
            by=PROOF,
            rule=proof.rule,
            because=f"{proof.because}{lacks}.",
            remedy=proof.remedy,
            states=proof.states,
        )
        for vintage_id, lacks in lacking.items()
        if vintage_id not in out
    }
    for vintage_id, dataset in out.items():
        if vintage_id not in lacking:
            withdrawal.restore(inputs.home, dataset, vintage_id, "proved again")
            lines[vintage_id] = f"{vintage_id} is in use again: other extracts prove it"
    return lines


def _recorded(inputs: BuildInputs, vintage_id: str, **facts: Any) -> str:
    entry = Withdrawal(
        vintage_id,
        withdrawal.now_text(),
        code=code_version("assets", "expectations"),
        judged=withdrawal.judged_beside(inputs.home, inputs.datasets),
        served=vintage_id in withdrawal.served(inputs.home),
        **facts,
    )
    dataset = next(d for d in inputs.datasets if d.dataset_id == vintage_id.partition("@")[0])
    if inputs.as_of is None:
        withdrawal.withdraw(inputs.home, dataset, entry)
    return entry.line


def _tried_again(inputs: BuildInputs, datasets: Sequence[Dataset]) -> list[str]:
    if inputs.as_of is not None:
        return []
    judged = withdrawal.judged_beside(inputs.home, inputs.datasets)
    lines = []
    by_id = {d.dataset_id: d for d in datasets}
    for entry in withdrawal.due_again(inputs.home, datasets, judged):
        dataset = by_id[entry.vintage_id.partition("@")[0]]
        withdrawal.restore(inputs.home, dataset, entry.vintage_id, "tried again")
        lines.append(f"{entry.vintage_id} is tried again: what it was judged by has changed")
    return lines
