"""The sums that tie the counts of a release together, for the audit.

Every series is cut into the shortest spans that its windows have in common; a window is the sum of
its spans, a parent area the sum of its members, a total the sum of its groups and of its ages at
death. Where a part is not in the data an unknown count, at least zero, stands for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import nan

from assets.core.observations.weeks import FROM, KNOWN, WEEKS, sums_of_weeks
from assets.disclosure.cells import AND, Cell
from assets.disclosure.sums_of_areas import Groups, Place, parts_at_hand
from assets.disclosure.system import CellSystem, build
from assets.schema.strata.partitions import lacks_only_unstated, parts_of, siblings
from assets.schema.strata.vocabulary import (
    ALL,
    JOINED,
    NOT_STATED,
    groups_in,
    groups_of,
    stratum_of,
)
from assets.schema.sums import Sum, count_sums, untiled_parts
from assets.schema.traits import traits

_SAME_COUNT = 1e-6
_DAY = timedelta(days=1)
Edges = Mapping[str, Sequence[date]]
"""For each series the days on which a window begins, and the day after its end."""


def edges_of(cells: Iterable[Cell]) -> Edges:
    """Return the days at which the windows of each series are cut."""
    cuts: dict[str, set[date]] = defaultdict(set)
    for cell in cells:
        cuts[cell.source_family] |= {cell.start, cell.end + _DAY}
    return {family: sorted(days) for family, days in cuts.items()}


def system_of(counts: Mapping[Cell, float], groups: Groups) -> CellSystem:
    """Return the linear system of the counts.

    Args:
        counts: Count of every cell in persons; ``nan`` where unknown.
        groups: Which areas add up.
    """
    return build(*relations_of(counts, groups, edges_of(counts)))


def relations_of(
    counts: Mapping[Cell, float], groups: Groups, edges: Edges
) -> tuple[dict[Cell, float], list[dict[Cell, float]]]:
    """Return the counts with those that nobody prints, and the sums that tie them together.

    A remainder carries its count where total and parts are known, so that a small one can be
    protected although no row states it.

    Args:
        counts: Count of every cell in persons; ``nan`` where unknown.
        groups: Which areas add up.
        edges: Days at which windows are cut.
    """
    values: dict[Cell, float] = dict(counts)
    relations: list[dict[Cell, float]] = []
    spans = _cut_into_spans(values, relations, edges)
    _add_sums_of_quantities(spans, values, relations)
    _add_sums_of_groups(spans, values, relations)
    _add_sums_of_traits(spans, values, relations)
    _add_sums_of_areas(spans, groups, values, relations)
    return values, relations


def _cut_into_spans(
    values: dict[Cell, float], relations: list[dict[Cell, float]], edges: Edges
) -> set[Cell]:
    """Tie every window to the shortest spans; returns the cells of the spans."""
    spans: set[Cell] = set()
    for cell in list(values):
        inside = [d for d in edges[cell.source_family] if cell.start <= d <= cell.end + _DAY]
        parts = [replace(cell, start=a, end=b - _DAY) for a, b in pairwise(inside)]
        spans.update(parts)
        for part in parts:
            values.setdefault(part, nan)
        if parts != [cell]:
            relations.append({cell: 1.0, **dict.fromkeys(parts, -1.0)})
    return spans


def _add_sums_of_quantities(
    spans: set[Cell], values: dict[Cell, float], relations: list[dict[Cell, float]]
) -> None:
    by_place: dict[Cell, dict[str, Cell]] = defaultdict(dict)
    for cell in sorted(spans):
        by_place[replace(cell, quantity="")][cell.quantity] = cell
    for found in by_place.values():
        added = [(q, tuple(q.split(AND))) for q in found if AND in q]
        for total, present, whole in _sums_at_hand(found, [*count_sums(), *added]):
            # Two sums of one count leave different rests.
            rest = f"rest of {total} beside {AND.join(present)}"
            parts = [found[p] for p in present]
            _relate(found[total], parts, whole, rest, values, relations)


def _sums_at_hand(
    found: Mapping[str, Cell], sums: Sequence[Sum]
) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield the sums of which total and parts are there: total, those parts, and if they are all.

    What another sum of the same total says already is left out.
    """
    at_hand: dict[tuple[str, tuple[str, ...]], bool] = {}
    for total, parts in (*sums, *untiled_parts()):
        present = tuple(p for p in parts if p in found)
        if total in found and present:
            whole = present == parts and (total, parts) in sums
            at_hand[total, present] = at_hand.get((total, present), False) or whole
    for (total, present), whole in at_hand.items():
        if not any(t == total and set(present) < set(more) for t, more in at_hand):
            yield total, present, whole


def _add_sums_of_groups(
    spans: set[Cell], values: dict[Cell, float], relations: list[dict[Cell, float]]
) -> None:
    """Tie groups to the total, to the group that they are parts of, and crossed ones to both."""
    by_place: dict[Cell, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for cell in sorted(spans):
        by_place[replace(cell, stratum_type=ALL, stratum=ALL)][cell.stratum_type].add(cell.stratum)
    for total, found in by_place.items():
        for whole, kind, strata, rest in _sums_of_groups(found):
            of = replace(total, stratum_type=whole[0], stratum=whole[1])
            if of in spans:
                parts = [replace(total, stratum_type=kind, stratum=s) for s in strata]
                _relate(of, parts, not rest, rest, values, relations)


def _sums_of_groups(
    found: Mapping[str, set[str]],
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], str]]:
    """Yield what strata are at most: type and stratum of the whole, type and strata of the parts.

    The last value names what the parts lack; it is empty where they are the whole. Groups that
    overlap are parts of different sums.
    """
    for kind, strata in found.items():
        names = kind.split(JOINED)
        if WEEKS in names:
            yield from _sums_of_weeks(kind, strata)
        if FROM in names:
            yield from _weeks_within_weeks(kind, strata)
        if len(names) == 1 and kind != ALL:
            for number, parts in enumerate(siblings(kind, strata)):
                yield (ALL, ALL), kind, parts, _others(kind, parts, number)
            for group in sorted(strata):
                if parts := parts_of(kind, group, strata)[0]:
                    yield (kind, group), kind, parts, f"other {kind} of {group}"
        for split in names if len(names) > 1 else ():
            yield from _sums_of_crossed(kind, strata, split)


def _others(dimension: str, parts: Collection[str], number: int) -> str:
    """Return what a sum of groups lacks; several groupings of one dimension lack different ones."""
    lacking = NOT_STATED if lacks_only_unstated(dimension, parts) else "other"
    return f"{lacking} {dimension}" + (f" of grouping {number + 1}" if number else "")


def _sums_of_weeks(
    kind: str, strata: set[str]
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], str]]:
    """Yield what counts from a week on are sums of: they are made of the counts by weeks."""
    for others, by_weeks in _split_off(WEEKS, kind, strata).items():
        for name, weeks in sums_of_weeks(by_weeks, ()):
            whole = stratum_of({**dict(others), FROM: name})
            yield whole, kind, tuple(by_weeks[w] for w in weeks), ""


def _weeks_within_weeks(
    kind: str, strata: set[str]
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], str]]:
    """Yield that counts from a later week on are part of those from an earlier one on."""
    for by_weeks in _split_off(FROM, kind, strata).values():
        ordered = [g for g in (KNOWN, *groups_of(FROM)) if g in by_weeks]
        for earlier, later in pairwise(dict.fromkeys(ordered)):
            yield (kind, by_weeks[earlier]), kind, (by_weeks[later],), f"{earlier} to {later}"


def _add_sums_of_traits(
    spans: set[Cell], values: dict[Cell, float], relations: list[dict[Cell, float]]
) -> None:
    """Tie counts of those with a trait to the counts by groups that they are made of."""
    by_place: dict[Cell, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    of = {trait.of for trait in traits()}
    for cell in sorted(spans):
        if cell.quantity in of and cell.stratum_type != ALL:
            place = replace(cell, stratum_type=ALL, stratum=ALL)
            by_place[place][cell.stratum_type].add(cell.stratum)
    for place, found in by_place.items():
        for trait in traits():
            for kind, strata in found.items() if trait.of == place.quantity else ():
                if trait.dimension in kind.split(JOINED):
                    for others, by_group in _split_off(trait.dimension, kind, strata).items():
                        rest_type, rest = stratum_of(dict(others))
                        whole = replace(
                            place, quantity=trait.count, stratum_type=rest_type, stratum=rest
                        )
                        groups = trait.parts(by_group, ())
                        if groups and whole in spans:
                            parts = [
                                replace(place, stratum_type=kind, stratum=by_group[g])
                                for g in groups
                            ]
                            _relate(whole, parts, True, "", values, relations)


def _split_off(
    dimension: str, kind: str, strata: set[str]
) -> Mapping[tuple[tuple[str, str], ...], dict[str, str]]:
    """Return, for each group of the other dimension, the strata by group of this one."""
    found: dict[tuple[tuple[str, str], ...], dict[str, str]] = defaultdict(dict)
    for stratum in sorted(strata):
        groups = groups_in(kind, stratum)
        group = groups.pop(dimension)
        found[tuple(groups.items())][group] = stratum
    return found


def _sums_of_crossed(
    kind: str, strata: set[str], split: str
) -> Iterator[tuple[tuple[str, str], str, tuple[str, ...], str]]:
    """Yield the sums of crossed groups over one of their dimensions."""
    for kept, stratum_by_group in _split_off(split, kind, strata).items():
        for number, groups_apart in enumerate(siblings(split, stratum_by_group)):
            parts = tuple(stratum_by_group[g] for g in groups_apart)
            yield (
                stratum_of(dict(kept)),
                kind,
                parts,
                f"{_others(split, groups_apart, number)} of {kind}",
            )


def _add_sums_of_areas(
    spans: set[Cell],
    groups: Groups,
    values: dict[Cell, float],
    relations: list[dict[Cell, float]],
) -> None:
    where: dict[Cell, set[Place]] = defaultdict(set)
    for cell in spans:
        where[replace(cell, area_code="", boundaries="")].add(cell.place)
    known: dict[tuple[Place, frozenset[Place]], dict[frozenset[Place], bool]] = {}
    for of, places in sorted(where.items()):
        present = frozenset(places)
        for place in sorted(present.intersection(groups)):
            if (place, present) not in known:
                known[place, present] = parts_at_hand(place, groups, present)
            total = replace(of, area_code=place[0], boundaries=place[1])
            used: list[frozenset[Place]] = []
            for found, whole in known[place, present].items():
                if any(found < more for more in used):
                    continue
                parts = [replace(of, area_code=a, boundaries=b) for a, b in sorted(found)]
                others = "areas other than " + " ".join(p.area_code for p in parts)
                if _relate(total, parts, whole, others, values, relations):
                    used.append(found)


def _relate(
    total: Cell,
    parts: Sequence[Cell],
    whole: bool,
    rest: str,
    values: dict[Cell, float],
    relations: list[dict[Cell, float]],
) -> bool:
    """Add a sum, with a remainder where the parts are not the whole; ``False`` if it is untrue."""
    relation = {total: 1.0, **dict.fromkeys(parts, -1.0)}
    known = values[total] - sum(values[p] for p in parts)
    if known < -_SAME_COUNT or (whole and known > _SAME_COUNT):
        return False
    if not whole:
        remainder = replace(total, role=rest)
        values[remainder] = known
        relation[remainder] = -1.0
    relations.append(relation)
    return True
