"""Figures that are wanted of producers: what is missing, why, and how a person gets it.

A producer derives its wants from what it offers and from what the archive holds. Nothing is
remembered: a want is gone as soon as an extract in use answers its question, under whatever name
the file arrived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LATE, ALONE, GAP, CLAIM, BREAKDOWN = "late", "alone", "gap", "claim", "breakdown"
URGENCIES = {
    LATE: "late by the producer's calendar",
    ALONE: "births without deaths, or deaths without births",
    GAP: "the producer has it, and the series lacks it",
    CLAIM: "a statement that is checked needs it",
    BREAKDOWN: "a breakdown, comparison or target needs it",
}
"""Why something is wanted, the most urgent first."""
_DIGITS = 6


@dataclass(frozen=True)
class Step:
    """One thing to do at the producer's.

    Attributes:
        what: What to look for: a list, a menu, a button, in the producer's words.
        boxes: What to choose there, in order.
    """

    what: str
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Years that are missing of some areas.

    Attributes:
        years: The years; empty where a new edition is missing.
        area: The areas, for people; empty for the nation.
    """

    years: tuple[int, ...]
    area: str = ""

    @property
    def line(self) -> str:
        """Years and areas."""
        return " ".join(filter(None, (spans(self.years), f"({self.area})" if self.area else "")))


@dataclass(frozen=True)
class Want:
    """One extract that is wanted.

    Attributes:
        want_id: Identity of the question, the same on every machine and day.
        dataset_id: Dataset that the answer belongs to.
        title: What is wanted, for people.
        gaps: What of it is missing.
        urgency: One of :data:`URGENCIES`.
        because: Why it is wanted.
        measures: Rates that it fills; empty for all.
        country: Nation that it is about.
        page: Web page of the producer.
        source: Name of the producer's database or edition, in its own words.
        steps: What to do there, in order.
        command: Command that brings it without a person, or empty.
        request: Parameters of a request that a program can send, by name; empty where the producer
            takes none for this question.
        address: Where such a request is sent.
        caution: What is not certain about such a request, or empty.
        last_had: Day of the newest answer that is in use, or ``None``.
        missing: The cells that are missing: area and year.
        counted: How many of these cells the question has in all.
    """

    want_id: str
    dataset_id: str
    title: str
    gaps: tuple[Gap, ...]
    urgency: str
    because: str
    country: str
    page: str
    source: str
    measures: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    command: str = ""
    request: dict[str, tuple[str, ...]] = field(default_factory=dict)
    address: str = ""
    caution: str = ""
    last_had: str | None = None
    missing: frozenset[tuple[str, int]] = frozenset()
    counted: int = 0

    @property
    def years(self) -> tuple[int, ...]:
        """Years that are missing, of any area."""
        return tuple(sorted({year for gap in self.gaps for year in gap.years}))

    @property
    def lacks(self) -> str:
        """Years and areas that are missing."""
        return ", ".join(filter(None, (gap.line for gap in self.gaps)))

    @property
    def line(self) -> str:
        """What is wanted, of when and where."""
        return ": ".join(filter(None, (self.title, self.lacks)))


@dataclass(frozen=True)
class Answer:
    """What one extract answers of a want.

    Attributes:
        want: The want as it was without the extract.
        file: Names of the extracts.
        left: What is still wanted of it, or ``None`` where nothing is.
    """

    want: Want
    file: str
    left: Want | None

    @property
    def line(self) -> str:
        """Which want is answered, and what of it is still wanted."""
        if self.left is None:
            return f"{self.want.want_id} in full: {self.want.line}."
        return (
            f"{self.want.want_id} in part: {self.want.line}. Still wanted of it: {self.left.lacks}."
        )


def want_id(*question: object) -> str:
    """Return the identity of a question: the same question has the same everywhere."""
    text = "|".join(map(str, question))
    return f"W-{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def answers(
    before: Sequence[Want], after: Sequence[Want], files: Mapping[str, str]
) -> list[Answer]:
    """Return what changed between the wants without some extracts and the wants with them.

    Args:
        before: Wants without the extracts.
        after: Wants with them.
        files: Names of the extracts by dataset.
    """
    now = {want.want_id: want for want in after}
    found = []
    for want in before:
        left = now.get(want.want_id)
        changed = left is None or left.missing != want.missing
        if changed and want.dataset_id in files:
            found.append(Answer(want, files[want.dataset_id], left))
    return found


def urgent_first(wants: Sequence[Want]) -> list[Want]:
    """Return wants by urgency; those of one urgency stay in the producer's order."""
    order = list(URGENCIES)
    return sorted(wants, key=lambda want: order.index(want.urgency))


def spans(years: Sequence[int]) -> str:
    """Return years as people write them: ``2007–2016, 2019``."""
    found: list[list[int]] = []
    for year in sorted(set(years)):
        if found and year == found[-1][-1] + 1:
            found[-1].append(year)
        else:
            found.append([year])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in found)
