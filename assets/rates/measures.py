"""The declared methods as tables: measures, their counts, producers' policies, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from assets.rates.definitions import (
    MethodError,
    count_definitions,
    require_definitions,
)
from assets.schema.codes import (
    COUNT_MEASURES,
    DEATH_AGES,
    FAMILY_COUNTRIES,
    RATE_MEASURES,
    SOURCE_FAMILIES,
)
from assets.schema.producers import FILE, all_series, declared
from assets.schema.strata.vocabulary import ranked_causes, whatever_the_cause
from assets.schema.traits import unknown_count
from assets.state.warehouse import declare
from assets.text.yaml_file import read_yaml

_FOLDER = Path(__file__).parent
_MEASURES = _FOLDER / "measures.yaml"
_INTERVALS = ("nchs", "nchs_fixed", "ohid")
SHARE = "wilson"
"""Interval of a share."""
_AGES = re.compile(r"days ([0-9]+) to ([0-9]+)")


@dataclass(frozen=True)
class Measure:
    """A rate and the counts that it is made of.

    Attributes:
        name: Measure.
        numerators: Counts that are added up on top.
        denominators: Counts that are added up below.
        rate_per: Denominator units that the rate refers to.
        offered_by: Count that shows that a source gives the measure.
        offered_where: ``area_type`` or ``series``.
        denominator_fixed: NCHS limits take the denominator as exact.
        decimals: Printed decimals; ``None`` for the producer's usual ones.
        banded: The rate is put in bands.
        compared: The rate is compared with the nation's: a lower one is better.
        interval: Limits that the measure has in every series; empty for the producer's rule.
    """

    name: str
    numerators: tuple[str, ...]
    denominators: tuple[str, ...]
    rate_per: int
    offered_by: str
    offered_where: str
    denominator_fixed: bool
    decimals: int | None
    banded: bool
    compared: bool
    interval: str = ""

    @property
    def numerator(self) -> str:
        """What is counted on top, as text."""
        return " + ".join(self.numerators)

    @property
    def is_share(self) -> bool:
        """Whether it is a share of those of whom a characteristic is known."""
        return self.interval == SHARE

    def divided_by(self, stratum_type: str, stratum: str) -> tuple[str, str]:
        """Return the stratum whose births the rate of a stratum is divided by.

        A cause divides stillbirths, too; the rate of those is on the births and stillbirths
        whatever the cause.
        """
        if "stillbirths" in self.denominators:
            return whatever_the_cause(stratum_type, stratum)
        return stratum_type, stratum

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of count and place, numerator first."""
        return (
            *((count, "numerator") for count in self.numerators),
            *((count, "denominator") for count in self.denominators),
        )


@dataclass(frozen=True)
class RatePolicy:
    """A producer's rule for rates, with the days on which it is in force.

    It is about the areas of its countries in its series: a health department's counts of an English
    area follow the rule of the ONS, those of a county of Missouri that of NCHS.
    """

    name: str
    source_families: tuple[str, ...]
    countries: tuple[str, ...]
    effective_from: str
    effective_to: str
    interval: str
    decimals: int
    unreliable_below: int
    reason: str
    not_calculated_below: int
    not_calculated_reason: str

    @property
    def series(self) -> Iterator[tuple[str, str]]:
        """Pairs of series and country that the rule is about."""
        for family in self.source_families:
            for country in self.countries:
                if country in FAMILY_COUNTRIES[family]:
                    yield family, country


@cache
def measures(path: Path = _MEASURES) -> tuple[Measure, ...]:
    """Return the measures declared in ``measures.yaml``.

    Raises:
        MethodError: A measure or count is not in the code lists, a rate has no unit, the ages of a
            rate of deaths are not those of its numerator, or two measures are the same fraction;
            a measure of the shipped list has no definition.
    """
    found = tuple(_measure(entry, path) for entry in read_yaml(path))
    names: dict[object, str] = {}
    for m in found:
        for same in (m.name, m.parts):
            if same in names:
                raise MethodError(
                    f"{path.name}: {m.name!r} and {names[same]!r} are the same rate, "
                    f"{m.numerator} over {' + '.join(m.denominators)}. Expected another count in "
                    "one of them; a count of other deaths needs its own name in COUNT_MEASURES."
                )
            names[same] = m.name
    if path == _MEASURES:
        require_definitions([m.name for m in found])
    return found


@cache
def rate_policies(path: Path | None = None) -> tuple[RatePolicy, ...]:
    """Return the policies that the producers declare.

    Args:
        path: File with a list of policies instead.

    Raises:
        MethodError: A series has no policy in a country, or two at a time, or one with unknown
            limits.
    """
    if path is None:
        each = [(f"{p.name}/{FILE}", entry) for p in declared().values() for entry in p.policies]
    else:
        each = [(path.name, entry) for entry in read_yaml(path)]
    found = tuple(_policy(entry, place) for place, entry in each)
    _one_policy_at_a_time(found, path.name if path else "policies of all producers")
    return found


def register(
    con: duckdb.DuckDBPyConnection,
    declared: Sequence[Measure] | None = None,
    in_force: Sequence[RatePolicy] | None = None,
) -> None:
    """Create the temporary tables ``method_*`` that the SQL of this package reads."""
    chosen = measures() if declared is None else tuple(declared)
    rules = rate_policies() if in_force is None else tuple(in_force)
    declare(con, _frames(chosen, rules))


@cache
def _frames(chosen: tuple[Measure, ...], rules: tuple[RatePolicy, ...]) -> Mapping[str, pa.Table]:
    ordered = [(series.name, series.preference) for series in all_series().values()]
    frames = {
        "method_measures": pd.DataFrame(list(_measure_rows(chosen))),
        "method_parts": pd.DataFrame(list(_part_rows(chosen))),
        "method_unknown": _unknown(chosen),
        "method_ranked_causes": pd.DataFrame(
            ranked_causes(), columns=["stratum_type", "stratum"], dtype="str"
        ),
        "method_gaps": pd.DataFrame(list(_gap_rows(chosen))),
        "method_policies": pd.DataFrame(list(_policy_rows(rules, chosen))),
        "method_notes": pd.DataFrame(list(_note_rows(chosen))),
        "method_series": pd.DataFrame(ordered, columns=["source_family", "preference"]),
    }
    return {name: pa.Table.from_pandas(f, preserve_index=False) for name, f in frames.items()}


def _measure(entry: dict[str, Any], path: Path) -> Measure:
    name = entry.get("measure", "")
    on_top = entry.get("numerator")
    numerators = tuple(on_top) if isinstance(on_top, list) else (on_top,)
    counts = [*numerators, *entry.get("denominator", ())]
    unknown = [c for c in (*counts, entry.get("offered_by", counts[0])) if c not in COUNT_MEASURES]
    interval = entry.get("interval", "")
    if (
        name not in RATE_MEASURES
        or unknown
        or int(entry.get("rate_per", 0)) < 1
        or interval not in ("", SHARE)
    ):
        raise MethodError(
            f"{path.name}: entry {name!r} is not usable (unknown: {unknown}). Expected a measure "
            f"of {RATE_MEASURES}, counts of {COUNT_MEASURES}, rate_per of at least 1, "
            f"and no interval but {SHARE!r}."
        )
    if len(numerators) == 1:
        _agree_on_ages(name, entry, path)
    return Measure(
        name=name,
        numerators=numerators,
        denominators=tuple(entry["denominator"]),
        rate_per=int(entry["rate_per"]),
        offered_by=entry.get("offered_by", numerators[0]),
        offered_where=entry.get("offered_where", "area_type"),
        denominator_fixed=bool(entry.get("denominator_fixed", False)),
        decimals=entry.get("decimals"),
        banded=bool(entry.get("bands", False)),
        compared=bool(entry.get("compared", True)),
        interval=interval,
    )


def _agree_on_ages(name: str, entry: dict[str, Any], path: Path) -> None:
    """Check that a rate of deaths by age stands on the count of exactly these ages."""
    counted = DEATH_AGES.get(entry["numerator"])
    text = str(entry.get("ages", ""))
    stated = _AGES.fullmatch(text)
    ages = (24 * int(stated[1]), 24 * int(stated[2]) + 24) if stated else None
    if ages != counted or bool(text) != bool(counted):
        expected = (
            f"ages: days {counted[0] // 24} to {counted[1] // 24 - 1}" if counted else "no ages"
        )
        raise MethodError(
            f"{path.name}: {name!r} has ages {text!r}, but its numerator {entry['numerator']} is "
            f"declared with {expected} (DEATH_AGES). Correct the ages, or take the count of the "
            "ages that the rate is about."
        )


def _policy(entry: Mapping[str, Any], place: str) -> RatePolicy:
    reason = entry["reason"]
    if entry["interval"] not in _INTERVALS:
        raise MethodError(
            f"{place}: policy {entry['policy']!r} has interval {entry['interval']!r}. "
            f"Expected one of {_INTERVALS}; docs/methods.md says what they are."
        )
    return RatePolicy(
        name=entry["policy"],
        source_families=tuple(entry["source_families"]),
        countries=tuple(entry["countries"]),
        effective_from=str(entry["effective_from"]),
        effective_to=str(entry["effective_to"] or "9999-12-31"),
        interval=entry["interval"],
        decimals=int(entry["decimals"]),
        unreliable_below=int(entry["unreliable_below"]),
        reason=reason,
        not_calculated_below=int(entry.get("not_calculated_below", 0)),
        not_calculated_reason=entry.get("not_calculated_reason", reason),
    )


def _one_policy_at_a_time(found: Sequence[RatePolicy], where: str) -> None:
    for series in ((f, country) for f in SOURCE_FAMILIES for country in FAMILY_COUNTRIES[f]):
        named = " in ".join(series)
        spans = sorted(
            (p.effective_from, p.effective_to, p.name) for p in found if series in p.series
        )
        if not spans:
            raise MethodError(
                f"{where}: {named} has no policy; every series needs one for each country."
            )
        for before, after in zip(spans, spans[1:], strict=False):
            if after[0] <= before[1]:
                raise MethodError(
                    f"{where}: {before[2]} (to {before[1]}) and {after[2]} (from {after[0]}) "
                    f"are in force for {named} at the same time; end one before the other."
                )


def _measure_rows(chosen: Sequence[Measure]) -> Iterator[dict[str, object]]:
    for m in chosen:
        yield {
            "measure": m.name,
            "rate_per": m.rate_per,
            "offered_by": m.offered_by,
            "offered_where": m.offered_where,
            "banded": m.banded,
            "compared": m.compared,
            "is_share": m.is_share,
            "all_parts": (1 << len(m.parts)) - 1,
        }


def _part_rows(chosen: Sequence[Measure]) -> Iterator[dict[str, object]]:
    for m in chosen:
        for position, (count, part) in enumerate(m.parts):
            yield {"measure": m.name, "count_measure": count, "part": part, "bit": 1 << position}


def _unknown(chosen: Sequence[Measure]) -> pd.DataFrame:
    """Return, for measures that stand on a trait, the count of those of whom nothing is known."""
    found = [
        (m.name, unknown)
        for m in chosen
        if m.is_share or len(m.numerators) == 1
        if (unknown := unknown_count(m.numerators[0]))
    ]
    return pd.DataFrame(found, columns=["measure", "count_measure"], dtype="str")


def _gap_rows(chosen: Sequence[Measure]) -> Iterator[dict[str, object]]:
    # Every combination of present counts, so that the reason is a join and not string work per row.
    for m in chosen:
        counts = [count for count, _ in m.parts]
        for bits in product((0, 1), repeat=len(counts)):
            present = sum(bit << position for position, bit in enumerate(bits))
            absent = [c for c, bit in zip(counts, bits, strict=True) if not bit]
            named = ", ".join(c.replace("_", " ") for c in dict.fromkeys(absent))
            yield {"measure": m.name, "present": present, "reason": f"no figure for {named}"}


def _policy_rows(
    rules: Sequence[RatePolicy], chosen: Sequence[Measure]
) -> Iterator[dict[str, object]]:
    for rule, m in product(rules, chosen):
        decimals = rule.decimals if m.decimals is None else m.decimals
        fixed = rule.interval == "nchs" and m.denominator_fixed
        for family, country in rule.series:
            yield {
                "source_family": family,
                "country": country,
                "measure": m.name,
                "effective_from": rule.effective_from,
                "effective_to": rule.effective_to,
                "interval": m.interval or ("nchs_fixed" if fixed else rule.interval),
                "decimals": decimals,
                "scale": 10**decimals,
                "unreliable_below": rule.unreliable_below,
                "reason": rule.reason,
                "not_calculated_below": rule.not_calculated_below,
                "not_calculated_reason": rule.not_calculated_reason,
            }


def _note_rows(chosen: Sequence[Measure]) -> Iterator[dict[str, object]]:
    defined = count_definitions()
    for family, m in product(SOURCE_FAMILIES, chosen):
        for country in FAMILY_COUNTRIES[family]:
            yield {
                "source_family": family,
                "country": country,
                "measure": m.name,
                "definition_id": defined[family, country, m.name].definition_id,
            }
