"""Areas with validity: loading, boundary sets, and which set a list of codes belongs to.

Rules and merges: ONS Code History Database. Names never join; codes do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assets.schema.producers import AREAS, FOLDER, declared

_FOLDER = Path(__file__).parent
STABLE_TYPES = ("country", "country_group", "region", "outside_area", "london_subregion")
DECLARED_VINTAGE = "EW-2023-04"
"""Boundary set that counts of merged local authorities are summed forward to."""


@dataclass(frozen=True)
class Area:
    """One code of the registry.

    Attributes:
        code: GSS code, list of GSS codes, or ``US-XX``.
        name: Name for display.
        kind: Area type of the code list.
        country: ``US``, ``EW`` or ``UK``.
        parent: Code of the next higher level, or empty.
        region: Code of the region, or empty.
        valid_from: First day in force (ISO), or empty.
        valid_to: Last day in force (ISO), or empty.
        predecessors: Codes merged or recoded into this one.
        source: Where the row comes from.
        fips: State FIPS code for US areas.
        boundary_set: Boundary set that a producer declares the area in; empty for the areas of the
            United States and of England and Wales, whose sets follow from days.
    """

    code: str
    name: str
    kind: str
    country: str
    parent: str
    region: str
    valid_from: str
    valid_to: str
    predecessors: tuple[str, ...]
    source: str
    fips: str = ""
    boundary_set: str = ""

    def in_force(self, day: str) -> bool:
        """Return whether the code was in force on a day (ISO date)."""
        return self.valid_from <= day and (not self.valid_to or day <= self.valid_to)


@dataclass(frozen=True)
class BoundarySet:
    """A declared boundary set.

    Attributes:
        name: Value of ``geography_vintage``.
        country: ``US`` or ``EW``.
        in_force_on: Day whose codes form the set; empty for codes that do not change.
        note: What the set is.
    """

    name: str
    country: str
    in_force_on: str
    note: str


@cache
def areas() -> dict[str, Area]:
    """Return every area of the registry by code."""
    found: dict[str, Area] = {}
    for row in _rows("ew_areas.csv"):
        code = row["area_code"]
        country = "UK" if code[:3] in ("K02", "S92", "N92") else "EW"
        found[code] = Area(
            code,
            row["area_name"],
            row["area_type"],
            country,
            row["parent_code"],
            row["region_code"],
            row["valid_from"],
            row["valid_to"],
            tuple(filter(None, row["predecessors"].split(";"))),
            row["source"],
        )
    for row in _rows("us_areas.csv"):
        found[row["area_code"]] = Area(
            row["area_code"],
            row["area_name"],
            row["area_type"],
            "US",
            row["parent_code"],
            row["region_code"],
            "",
            "",
            (),
            row["source"],
            row["fips"],
        )
    for producer, row in _declared_areas():
        if row["area_code"] in found:
            raise ValueError(f"{producer}/{AREAS}: {row['area_code']} is an area of others already")
        found[row["area_code"]] = Area(
            row["area_code"],
            row["area_name"],
            row["area_type"],
            row["country"],
            row["parent_code"],
            row["region_code"],
            "",
            "",
            (),
            row["source"],
            boundary_set=row["geography_vintage"],
        )
    return found


@cache
def boundary_sets() -> tuple[BoundarySet, ...]:
    """Return the declared boundary sets, oldest first, those of single producers last."""
    shared = [
        BoundarySet(r["geography_vintage"], r["country"], r["as_of"], r["note"])
        for r in _rows("vintages.csv")
    ]
    own = [
        BoundarySet(name, name, "", note)
        for producer in declared().values()
        for name, note in producer.boundary_sets.items()
    ]
    return (*shared, *own)


def members(boundary_set: BoundarySet) -> list[Area]:
    """Return the areas that belong to a boundary set."""
    own = [a for a in areas().values() if _geography(a) == boundary_set.country]
    if not boundary_set.in_force_on:
        is_ew = boundary_set.country == "EW"
        return [a for a in own if not is_ew or a.kind in STABLE_TYPES]
    return [a for a in own if a.kind not in STABLE_TYPES and a.in_force(boundary_set.in_force_on)]


def _geography(area: Area) -> str:
    """Return whose boundary sets an area is in: ``US``, ``EW``, or the set of one producer."""
    return area.boundary_set or ("US" if area.country == "US" else "EW")


def _changeable(codes: Iterable[str]) -> set[str]:
    """Return the codes of England and Wales that are not in every boundary set."""
    known = [areas()[c] for c in codes if c in areas()]
    return {a.code for a in known if a.kind not in STABLE_TYPES and not a.boundary_set}


@cache
def _codes_of(boundary_set: BoundarySet) -> frozenset[str]:
    return frozenset(a.code for a in members(boundary_set))


def infer_boundary_set(codes: Iterable[str]) -> str:
    """Return the boundary set that a list of English and Welsh codes belongs to.

    Workbooks state wrong boundary dates, so the codes decide: the oldest set in which every
    changeable code was in force.

    Raises:
        ValueError: No declared set holds all codes; the message names those that no set has in
            common with the rest.
    """
    changeable = _changeable(codes)
    if not changeable:
        return "EW"
    misfits: dict[str, set[str]] = {}
    for boundary_set in boundary_sets():
        if boundary_set.country == "EW" and boundary_set.in_force_on:
            outside = changeable - _codes_of(boundary_set)
            if not outside:
                return boundary_set.name
            misfits[boundary_set.name] = outside
    nearest = min(misfits, key=lambda name: len(misfits[name]))
    raise ValueError(
        f"codes of no single boundary set; nearest is {nearest}, which lacks "
        f"{sorted(misfits[nearest])}"
    )


@cache
def successors(target: str = DECLARED_VINTAGE) -> dict[str, str]:
    """Return, for every older local-authority code, the code that it became in a boundary set.

    Only whole-area merges and recodes are followed, so counts may be summed forward exactly.
    """
    by_name = {b.name: b for b in boundary_sets()}
    alive = {a.code for a in members(by_name[target])}
    found: dict[str, str] = {}
    for code in areas():
        reached = next((c for c in (code, *_later(code)) if c in alive), code)
        if reached != code:
            found[code] = reached
    return found


def split_back(target: str = DECLARED_VINTAGE) -> dict[str, tuple[str, ...]]:
    """Return, for every code newer than a boundary set, the areas of the set that it came from.

    Their counts cannot be told from its own: there is no way back from a merger or a recode.
    """
    by_name = {b.name: b for b in boundary_sets()}
    alive = {a.code for a in members(by_name[target])}
    found: dict[str, list[str]] = {}
    for old in sorted(alive):
        for newer in _later(old):
            found.setdefault(newer, []).append(old)
    return {newer: tuple(old) for newer, old in found.items()}


def boundary_set_by_code(codes: Iterable[str]) -> dict[str, str]:
    """Return the boundary set of every code of an extract that may hold areas of two sets.

    Nomis answers with predecessors beside successors. A code whose successor is there as well is
    left out of the answer: its counts are in those of the successor. Codes that the set of most
    codes lacks stand on the newest set that has them all.

    Raises:
        ValueError: Two boundary sets do not hold all codes.
    """
    given = set(codes)
    kept = given - superseded(given)
    changeable = _changeable(kept)
    stable = {
        c: (areas()[c].boundary_set if c in areas() else "") or "EW" for c in kept - changeable
    }
    try:
        return stable | dict.fromkeys(changeable, infer_boundary_set(changeable))
    except ValueError as error:
        dated = [b for b in reversed(boundary_sets()) if b.country == "EW" and b.in_force_on]
        main = min(dated, key=lambda b: len(changeable - _codes_of(b)))
        rest = changeable - _codes_of(main)
        second = next((b for b in dated if rest <= _codes_of(b)), None)
        if second is None:
            raise ValueError(
                f"codes of more than two boundary sets: {main.name} lacks {sorted(rest)}"
            ) from error
        return stable | {c: (second if c in rest else main).name for c in changeable}


def superseded(codes: Iterable[str]) -> set[str]:
    """Return the codes of which a successor is among the codes, too."""
    given = set(codes)
    return {code for code in given if not given.isdisjoint(_later(code))}


def _later(code: str) -> Iterator[str]:
    """Yield the codes that an area became, one after the other."""
    onward = _onward()
    while code in onward:
        code = onward[code]
        yield code


@cache
def _onward() -> dict[str, str]:
    return {old: a.code for a in areas().values() for old in a.predecessors}


def _declared_areas() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the areas that producers declare, each with the producer's name."""
    for producer in declared():
        file = FOLDER / producer / AREAS
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as handle:
                yield from ((producer, row) for row in csv.DictReader(handle))


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
