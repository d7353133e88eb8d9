"""Disclosure policy by series, read from ``disclosure_policies.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from assets.schema.codes import SOURCE_FAMILIES
from assets.schema.producers import all_series
from assets.text.yaml_file import read_yaml

_FILE = Path(__file__).with_name("disclosure_policies.yaml")
_STOP, _DROP = "stop", "drop"


class DisclosurePolicyError(ValueError):
    """The policy file does not say for every series what may be shown."""


@dataclass(frozen=True)
class DisclosurePolicy:
    """What may be shown of one series.

    Attributes:
        name: Name that the ``suppression`` table prints.
        effective_from: First day on which the policy applies.
        lowest: Smallest count that is withheld, in persons; ``None`` where no count is.
        highest: Largest count that is withheld, in persons.
        complementary: Withhold further cells so that no withheld count can be computed.
        reason: Text for ``status_reason``; the same for every withheld cell, because a reader
            who could tell small counts from their companions would learn a bound.
        authority: Whose rule it is, and what it says.
        gives_up: Publish the rest where earlier releases give a count away whatever is withheld
            now; otherwise nothing is published until somebody chooses.
    """

    name: str
    effective_from: date
    lowest: int | None
    highest: int | None
    complementary: bool
    reason: str
    authority: str
    gives_up: bool = False

    @property
    def withholds(self) -> bool:
        """True where counts that the extract has are withheld here."""
        return self.lowest is not None

    @property
    def in_words(self) -> str:
        """The policy in a sentence."""
        if not self.withholds:
            return (
                "What the producer prints is shown, with its mark of reliability; what it "
                "withholds has no count here."
            )
        more = ", and further ones that would give one of these away" if self.complementary else ""
        return (
            f"Counts from {self.lowest} to {self.highest} are withheld with their rates{more}; "
            "zero is shown."
        )

    def covers(self, count: float | None) -> bool:
        """Return whether a count is one that is withheld."""
        if self.lowest is None or self.highest is None or count is None:
            return False
        return self.lowest <= count <= self.highest


@cache
def disclosure_policies(
    on: date | None = None, file: Path = _FILE
) -> Mapping[str, DisclosurePolicy]:
    """Return the policy of every source family.

    Args:
        on: Day for which to answer; today (UTC) by default.
        file: Policy file.

    Raises:
        DisclosurePolicyError: A source family has no policy, or the file names an unknown one.
    """
    day = on or datetime.now(UTC).date()
    found: dict[str, DisclosurePolicy] = {}
    entries = read_yaml(file)["policies"]
    stated = [(_policy(entry, file), entry) for entry in entries]
    for policy, entry in sorted(stated, key=lambda pair: pair[0].effective_from):
        if policy.effective_from > day:
            continue
        families = entry.get("applies_to", _named(policy.name))
        if not families:
            raise DisclosurePolicyError(
                f"{file.name}: policy {policy.name!r} is of no series; name it as 'disclosure' "
                "of a series in producer.yaml, or list series under 'applies_to'"
            )
        for family in families:
            if family not in SOURCE_FAMILIES:
                raise DisclosurePolicyError(
                    f"{file.name}: policy {policy.name!r} names the unknown series {family!r}; "
                    f"expected one of {', '.join(SOURCE_FAMILIES)}"
                )
            found[family] = policy
    without = [f for f in SOURCE_FAMILIES if f not in found]
    if without:
        raise DisclosurePolicyError(
            f"{file.name}: no policy is in force on {day} for {', '.join(without)}; name one as "
            "'disclosure' of the series in producer.yaml, because nothing is published without one"
        )
    return found


def _named(policy: str) -> list[str]:
    """Return the series whose producers name a policy."""
    return [s.name for s in all_series().values() if s.disclosure == policy]


def _policy(entry: Mapping[str, object], file: Path) -> DisclosurePolicy:
    primary = entry.get("primary")
    lowest = highest = None
    if isinstance(primary, Mapping):
        lowest, highest = int(primary["lowest"]), int(primary["highest"])
        if not 0 <= lowest <= highest:
            raise DisclosurePolicyError(
                f"{file.name}: policy {entry['name']!r} withholds from {lowest} to {highest}; "
                "expected 0 ≤ lowest ≤ highest"
            )
    choice = entry.get("on_infeasible", _STOP)
    if choice not in (_STOP, _DROP):
        raise DisclosurePolicyError(
            f"{file.name}: on_infeasible of policy {entry['name']!r} is {choice!r}; expected "
            f"{_STOP!r} (nothing is published until somebody chooses) or {_DROP!r} (the rest is)"
        )
    effective = entry.get("effective_from")
    if not isinstance(effective, date):
        raise DisclosurePolicyError(
            f"{file.name}: effective_from of policy {entry['name']!r} is {effective!r}, which is "
            "not a date; write it as 2026-01-01"
        )
    return DisclosurePolicy(
        name=str(entry["name"]),
        effective_from=effective,
        lowest=lowest,
        highest=highest,
        complementary=bool(entry.get("complementary")),
        reason=str(entry["reason"]),
        authority=str(entry.get("authority", "")).strip(),
        gives_up=choice == _DROP,
    )
