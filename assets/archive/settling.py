"""Find the vintage that causes a failure, by building with and without it.

Plain bookkeeping on failures and names; what is built and judged is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
        states: What must hold, without any figure that was seen.
        nothing: Nothing is left to publish, which is no failure of what is left.
    """

    table: str
    rule: str
    seen: str
    remedy: str
    rows: int = 1
    suspects: tuple[str, ...] = ()
    by_news: bool = False
    by_declaration: bool = False
    states: str = ""
    nothing: bool = False


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
    """Remove vintages one after another until no failure is left that one of them causes.

    What no release stands on yet is tried before what one does, what states the failing rows
    before what they are compared with, the newest before the oldest. Where nothing says which
    vintage it is, those that no release stands on yet are halved until the fewest are left
    without which it holds. A vintage goes only where something fails less without it and nothing
    fails more, or where nothing fails but that nothing is left.

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
    if any(complaint.by_declaration for complaint in complaints):
        return Settled({}, tuple(complaints))
    search = _Search(complaints, attempt, trials)
    while search.now and search.trials > 0:
        named = _ranked(search.now, newest, served, search.out)[:_PER_ROUND]
        if any(search.takes_out((suspect,)) for suspect in named):
            continue
        unserved = [v for v in newest if v not in served and v not in search.out]
        if not _halved(search, unserved, whole=bool(served)):
            _leave_nothing(search, named)
            break
    if search.tried != frozenset(search.out):
        search.now = list(attempt(frozenset(search.out)))
    return Settled(search.out, tuple(search.now))


class _Search:
    """What has been taken out so far, and what fails without it.

    Attributes:
        now: What fails without everything that is out.
        out: Vintages that are out, each with what it caused.
        trials: Attempts that are left.
        tried: Vintages that the last attempt went without.
    """

    def __init__(self, complaints: Sequence[Complaint], attempt: Attempt, trials: int) -> None:
        self.now = list(complaints)
        self.out: dict[str, Complaint] = {}
        self.trials = trials
        self.tried: frozenset[str] = frozenset()
        self._attempt = attempt
        self._known: dict[frozenset[str], list[Complaint]] = {}

    def without(self, group: Sequence[str]) -> list[Complaint] | None:
        """Return what fails without some more vintages; ``None`` where no attempt is left."""
        left_out = frozenset({*self.out, *group})
        if left_out not in self._known:
            if self.trials <= 0:
                return None
            self.trials -= 1
            self.tried = left_out
            self._known[left_out] = list(self._attempt(left_out))
        return self._known[left_out]

    def is_better_without(self, group: Sequence[str]) -> bool:
        """Return whether removing these vintages cures failures and causes none."""
        then = self.without(group)
        return then is not None and _is_better(then, self.now)

    def takes_out(self, group: Sequence[str]) -> bool:
        """Remove these vintages if that is better; return whether it was."""
        then = self.without(group)
        if then is None or not _is_better(then, self.now):
            return False
        caused = _caused(self.now, then)
        for vintage in group:
            others = [v for v in group if v != vintage]
            seen = f"{caused.seen} Together with {', '.join(others)}." if others else caused.seen
            self.out[vintage] = replace(caused, seen=seen)
        self.now = then
        return True


def _leave_nothing(search: _Search, named: Sequence[str]) -> None:
    """Remove the likeliest vintage whose removal leaves no failure except that no data are left."""
    for suspect in named:
        then = search.without((suspect,))
        if then and all(complaint.nothing for complaint in then):
            search.out[suspect] = search.now[0]
            search.now = then
            return


def _halved(search: _Search, group: list[str], *, whole: bool) -> bool:
    """Bisect a group for the fewest vintages whose removal is better; return whether any was.

    Args:
        search: What has been found so far.
        group: Vintages that may have caused what fails, the newest first.
        whole: Something is left to build without the whole group, so that this tells at once
            whether it is one of them.
    """
    if whole and not (group and search.is_better_without(group)):
        return False
    found = whole
    size = len(group) // 2
    while size > 0 and search.trials > 0:
        parts = [group[i : i + size] for i in range(0, len(group), size)]
        rests = [[v for v in group if v not in part] for part in parts if len(parts) > 2]
        better = next((some for some in (*parts, *rests) if search.is_better_without(some)), None)
        if better is None:
            size //= 2
        else:
            group, found = better, True
            size = min(size, len(better) // 2)
    return (found or len(group) == 1) and search.takes_out(group)


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
        for place, vintage in enumerate(complaint.suspects):
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
