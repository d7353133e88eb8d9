"""Which vintage a failure comes from, found by trying: it fails with it and holds without it.

Plain bookkeeping on failures and names; what is built and judged is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

TRIALS = 24
"""Rebuilds at most; a night in which everything is wrong must end too."""
_PER_ROUND = 8


@dataclass(frozen=True)
class Complaint:
    """One required rule that fails, or one step that cannot be done.

    Attributes:
        table: Table that the rule is about.
        rule: Rule, or kind of error.
        seen: What must hold and what was seen.
        remedy: What to do.
        rows: Rows that break the rule.
        suspects: Vintages that the failing rows stand on, those that state them first.
        by_news: Only what is new can have caused it: taking out what it was compared with would
            end the comparison instead of mending anything.
        by_declaration: What is declared is wrong. Nothing that arrived can have caused it, and
            where it fails, other rules may fail for it alone.
    """

    table: str
    rule: str
    seen: str
    remedy: str
    rows: int = 1
    suspects: tuple[str, ...] = ()
    by_news: bool = False
    by_declaration: bool = False


@dataclass(frozen=True)
class Settled:
    """What was found.

    Attributes:
        out: Vintages to take out of use, each with what it caused.
        left: Failures that no vintage explains.
    """

    out: Mapping[str, Complaint]
    left: tuple[Complaint, ...] = ()


Attempt = Callable[[frozenset[str]], Sequence[Complaint]]
"""Builds and judges everything without some vintages."""


def settle(
    complaints: Sequence[Complaint],
    attempt: Attempt,
    newest: Sequence[str],
    served: frozenset[str],
    *,
    trials: int = TRIALS,
) -> Settled:
    """Take vintages out, one after another, until nothing fails that a vintage explains.

    What no release stands on yet is tried before what one does, what states the failing rows
    before what they are compared with, the newest before the oldest. A vintage goes only where
    something fails less without it and nothing fails more.

    Args:
        complaints: What fails with every vintage.
        attempt: Builds and judges without some vintages.
        newest: All vintages in use, the newest arrival first.
        served: Vintages that a release stands on.
        trials: Attempts at most.

    Returns:
        What to take out. The last attempt is the one without exactly these vintages, unless
        nothing was attempted.
    """
    out: dict[str, Complaint] = {}
    if any(complaint.by_declaration for complaint in complaints):
        return Settled(out, tuple(complaints))
    now = list(complaints)
    tried: frozenset[str] = frozenset()
    while now and trials > 0:
        for suspect in _ranked(now, newest, served, out)[:_PER_ROUND]:
            if trials <= 0:
                break
            trials -= 1
            tried = frozenset({*out, suspect})
            then = list(attempt(tried))
            if _is_better(then, now):
                out[suspect] = _caused(now, then)
                now = then
                break
        else:
            break
    if tried != frozenset(out):
        now = list(attempt(frozenset(out)))
    return Settled(out, tuple(now))


def _ranked(
    complaints: Sequence[Complaint],
    newest: Sequence[str],
    served: frozenset[str],
    out: Mapping[str, Complaint],
) -> list[str]:
    """Return the vintages to try, the likeliest first."""
    age = {vintage: position for position, vintage in enumerate(newest)}
    places: dict[str, int] = {}
    for complaint in complaints:
        named = complaint.suspects or tuple(v for v in newest if v not in served)
        for place, vintage in enumerate(named):
            if complaint.by_news and vintage in served:
                continue
            places[vintage] = min(place, places.get(vintage, place))
    able = [v for v in places if v in age and v not in out]
    return sorted(able, key=lambda v: (v in served, places[v] > 0, age[v]))


def _is_better(then: Sequence[Complaint], now: Sequence[Complaint]) -> bool:
    before, after = _weights(now), _weights(then)
    return all(rows <= before.get(key, 0) for key, rows in after.items()) and sum(
        after.values()
    ) < sum(before.values())


def _caused(now: Sequence[Complaint], then: Sequence[Complaint]) -> Complaint:
    """Return the first failure that is smaller without the vintage."""
    after = _weights(then)
    return next(c for c in now if after.get((c.table, c.rule), 0) < c.rows)


def _weights(complaints: Sequence[Complaint]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for complaint in complaints:
        key = (complaint.table, complaint.rule)
        found[key] = found.get(key, 0) + complaint.rows
    return found
