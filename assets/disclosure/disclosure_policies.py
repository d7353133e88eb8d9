"""Disclosure policy by series: the declared one, or a stricter one that the home chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from assets.core.geography.area_registry import areas
from assets.disclosure.own_policies import DisclosurePolicyError, OwnPolicies, own_policies
from assets.schema.codes import SOURCE_FAMILIES
from assets.schema.producers import all_series
from assets.state.home import POLICIES, present_root
from assets.text.yaml_file import read_yaml

_FILE = Path(__file__).with_name("disclosure_policies.yaml")
_STOP, _DROP = "stop", "drop"
_NICE = "nice"
_NATIONS = ("country", "country_group")


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
        below_the_nation: Counts of nations are shown, however small.
        side_by_side: Counts that are not to follow from figures of different tables of the
            producer, as a policy that withholds them; ``None`` where any may.
    """

    name: str
    effective_from: date
    lowest: int | None
    highest: int | None
    complementary: bool
    reason: str
    authority: str
    gives_up: bool = False
    below_the_nation: bool = False
    side_by_side: DisclosurePolicy | None = None

    @property
    def withholds(self) -> bool:
        """True where counts that the extract has are withheld here."""
        return self.lowest is not None

    @property
    def in_words(self) -> str:
        """The policy in a sentence."""
        if not self.withholds:
            beside = self.side_by_side
            return (
                "What the producer prints is shown, with its mark of reliability; what it "
                "withholds has no count here."
            ) + (
                f" Where a count from {beside.lowest} to {beside.highest} of an area below the "
                "nation would follow from tables that stand side by side, one more is withheld."
                if beside is not None
                else ""
            )
        where = " of areas below the nation" if self.below_the_nation else ""
        more = ", and further ones that would give one of these away" if self.complementary else ""
        return (
            f"Counts{where} from {self.lowest} to {self.highest} are withheld with their "
            f"rates{more}; "
            "zero is shown."
        )

    def covers(self, count: float | None, area_code: str = "") -> bool:
        """Return whether a count is one that is withheld.

        Args:
            count: Persons; ``None`` where nobody knows.
            area_code: Area that is counted.
        """
        if self.lowest is None or self.highest is None or count is None:
            return False
        if self.below_the_nation and is_nation(area_code):
            return False
        return self.lowest <= count <= self.highest

    def is_as_strict_as(self, other: DisclosurePolicy) -> bool:
        """Return whether everything that another policy withholds is withheld by this one."""
        if other.lowest is None or other.highest is None:
            return True
        if self.lowest is None or self.highest is None:
            return False
        wider = self.lowest <= other.lowest and self.highest >= other.highest
        everywhere = other.below_the_nation or not self.below_the_nation
        return wider and everywhere and (self.complementary or not other.complementary)


@dataclass(frozen=True)
class InForce:
    """The policies of a day.

    Attributes:
        of_series: Policy of every series.
        looser: What is wrong with the choices of the home that are looser than they may be; by
            series. They are not followed.
    """

    of_series: Mapping[str, DisclosurePolicy]
    looser: Mapping[str, str] = field(default_factory=dict)


def disclosure_policies(
    on: date | None = None, file: Path = _FILE, own: Path | None = None
) -> Mapping[str, DisclosurePolicy]:
    """Return the policy of every source family.

    Args:
        on: Day for which to answer; today (UTC) by default.
        file: Policy file.
        own: File with the choices of the home; that of the present home by default.

    Raises:
        DisclosurePolicyError: A source family has no policy, or a file names an unknown one.
    """
    return in_force(on, file, own).of_series


def in_force(on: date | None = None, file: Path = _FILE, own: Path | None = None) -> InForce:
    """Return the policies of a day, with what the home chose wrongly.

    Args:
        on: Day for which to answer; today (UTC) by default.
        file: Policy file.
        own: File with the choices of the home; that of the present home by default.

    Raises:
        DisclosurePolicyError: A source family has no policy, or a file names an unknown one.
    """
    day = on or datetime.now(UTC).date()
    choices = own or present_root() / POLICIES
    try:
        facts = choices.stat()
    except OSError:
        return _in_force(day, file, choices, None)
    return _in_force(day, file, choices, (facts.st_mtime_ns, facts.st_size))


@cache
def _in_force(day: date, file: Path, own: Path, _: object) -> InForce:
    named, declared = _declared(day, file)
    choice = own_policies(own, SOURCE_FAMILIES, named)
    found = {family: _with_threshold(policy, choice) for family, policy in declared.items()}
    looser = {}
    for family, name in choice.of_series.items():
        chosen, needed = _with_threshold(named[name], choice), found[family]
        if chosen.is_as_strict_as(needed):
            found[family] = chosen
        else:
            looser[family] = (
                f"{own} asks for policy {name} for {family}, which is looser than {needed.name}, "
                f"under which its extracts were handed in. {needed.in_words}"
            )
    return InForce(found, looser)


def _with_threshold(policy: DisclosurePolicy, choice: OwnPolicies) -> DisclosurePolicy:
    if policy.name != _NICE or choice.nice_below is None:
        return policy
    return replace(policy, highest=choice.nice_below - 1)


def _declared(
    day: date, file: Path
) -> tuple[dict[str, DisclosurePolicy], dict[str, DisclosurePolicy]]:
    """Return the policies by name, and those of every series."""
    found: dict[str, DisclosurePolicy] = {}
    named: dict[str, DisclosurePolicy] = {}
    entries = read_yaml(file)["policies"]
    stated = [(_policy(entry, file), entry) for entry in entries]
    for policy, entry in sorted(stated, key=lambda pair: pair[0].effective_from):
        if policy.effective_from > day:
            continue
        named[policy.name] = policy
        for family in entry.get("applies_to", _named(policy.name)):
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
            "'disclosure' of the series in producer.yaml, because nothing is published without "
            f"one. There are {', '.join(sorted(named))}"
        )
    return named, found


def is_nation(area_code: str) -> bool:
    """Return whether an area is a nation, or several."""
    return area_code in _nations()


@cache
def _nations() -> frozenset[str]:
    return frozenset(area.code for area in areas().values() if area.kind in _NATIONS)


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
    found = DisclosurePolicy(
        name=str(entry["name"]),
        effective_from=effective,
        lowest=lowest,
        highest=highest,
        complementary=bool(entry.get("complementary")),
        reason=str(entry["reason"]),
        authority=str(entry.get("authority", "")).strip(),
        gives_up=choice == _DROP,
        below_the_nation=bool(entry.get("below_the_nation")),
    )
    beside = entry.get("side_by_side")
    if not isinstance(beside, Mapping):
        return found
    stated = {**entry, "primary": beside, "complementary": True, **beside, "side_by_side": None}
    return replace(found, side_by_side=_policy(stated, file))
