"""Proof that an export without footer counts everybody: a part is never taken for the whole.

The footer says to whom the figures of a query were restricted. Without it births of one race look
like births of all. Such an export is taken in only if its figures agree with counts of everybody
that the archive holds: of the same area and year, or of the nation where every state is there.

All rows of an export are of one query. What restricts it restricts every year, so that births of
an area that are whole in one year are whole in the others. Two things are per year: the months
that a mortality query asks for, and how far a provisional year has come.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.producers.nchs.states import NAME_BY_FIPS
from assets.producers.nchs.wonder.held import (
    COUNTS,
    MONTHS,
    NATION,
    Figure,
    Held,
    Key,
    fips_of,
    split_columns,
)
from assets.producers.nchs.wonder.layout import LINKED, MORTALITY

_MOST_WITHHELD = 9
_STATES_AND_DC = 51
_SAME = {"Births": (0.0005, 3), "Deaths": (0.01, 3), "Fetal Deaths": (0.01, 3)}
"""Share and number by which two statements of one kind of database may differ."""
_OTHER = {"Births": (0.005, 3), "Deaths": (0.05, 5)}
"""The same between natality and linked births, and between mortality and linked deaths."""
_LATE_FILED = 0.03
"""Linked births of a state count late-filed records that natality lacks; seen up to 2.8 %."""
_NARROW = 0.01
"""Bounds of a sum wider than this share of the nation's count prove nothing."""
_YEAR_TO_YEAR = (0.8, 1.25)
_MANY = 1000
"""No state's count of this size has moved further within a year since 1995."""
_SHOWN = 3
EVIDENCE = "footer removed, shown to count everybody"
"""Start of the evidence, which is kept with the extract."""


@dataclass(frozen=True)
class Proof:
    """Whether an export was shown to count everybody.

    Attributes:
        holds: It was.
        evidence: What agrees with what.
        problem: What contradicts it, or what is missing to compare it with.
        lacks: What is missing to compare it with; empty where something contradicts it.
        final: No other extract can prove it.
    """

    holds: bool
    evidence: str = ""
    problem: str = ""
    lacks: str = ""
    final: bool = False


@dataclass(frozen=True)
class _Bounds:
    """Least and most that a count can be, given what is withheld in its rows."""

    least: float
    most: float

    @property
    def known(self) -> bool:
        return self.least == self.most


def prove_whole(parsed: ParsedExtract, held: Held) -> Proof:
    """Compare an export without footer with the counts of everybody that are held."""
    frame = parsed.frame
    kind = str(frame["database_kind"].iloc[0])
    data = frame[(frame["row_type"] == "data")]
    data = data.assign(fips=fips_of(data))
    if data["year_code"].isna().any() or data["fips"].isna().any():
        return Proof(False, problem="its rows are not each of one year and one area", final=True)
    if data.loc[data["source_column"].isin(COUNTS[kind]), "month_code"].notna().any():
        months = data.groupby(["fips", "year_code"])["month_code"].nunique()
        if (months != MONTHS).any():
            return Proof(False, problem="it has years of fewer than twelve months", final=True)
    provisional = data["year"].str.contains("provisional", case=False, na=False)
    open_years = {int(year) for year in data["year_code"][provisional]}
    agreed: Counter[tuple[str, str]] = Counter()
    for count in COUNTS[kind]:
        bounds = _bounds(data[data["source_column"] == count], count, kind)
        if problem := _contradiction(bounds, count, kind, held, agreed):
            return Proof(False, problem=problem)
        if (unproven := _unproven(bounds, count, kind, held, open_years)) is not None:
            return unproven
    told = "; ".join(f"{n:,} {what} agree with {who}" for (what, who), n in sorted(agreed.items()))
    return Proof(True, evidence=f"{EVIDENCE}: {told}")


def _bounds(cells: pd.DataFrame, count: str, kind: str) -> dict[Key, _Bounds]:
    """Return the bounds of a count by area and year, counties summed up to their states as well."""
    repeated = [c for c in ("age_of_infant_code", "cause_code", "other_code") if count == "Births"]
    if repeated and cells[repeated].notna().any(axis=None):
        # Deaths are split by these, the births beside them are those of all.
        keys = ["fips", "year_code", *(c for c in split_columns() if c not in repeated)]
        cells = cells.drop_duplicates([*keys, "month_code", "value"])
    unbounded = count == "Births" and kind == LINKED
    found: dict[Key, _Bounds] = {}
    for fips, year, value, text in zip(
        cells["fips"], cells["year_code"], cells["value"], cells["raw_text"], strict=True
    ):
        if pd.notna(value):
            least, most = float(value), float(value)
        elif text == "Suppressed":
            least, most = 0.0, float("inf") if unbounded else float(_MOST_WITHHELD)
        else:
            least, most = 0.0, float("inf")
        areas = (fips, fips[:2]) if len(fips) > len(NATION) else (fips,)
        for area in areas:
            before = found.get((count, area, int(year)), _Bounds(0.0, 0.0))
            found[count, area, int(year)] = _Bounds(before.least + least, before.most + most)
    return found


def _nation(bounds: dict[Key, _Bounds], count: str, year: int) -> _Bounds | None:
    """Return the bounds of the sum over all states, or ``None`` if a state is missing."""
    states = [bounds.get((count, fips, year)) for fips in NAME_BY_FIPS]
    known = [found for found in states if found is not None]
    if len(known) < _STATES_AND_DC:
        return None
    return _Bounds(sum(b.least for b in known), sum(b.most for b in known))


def _national(held: Held, count: str, year: int) -> dict[str, Figure]:
    return held.get((count, NATION, year))


def _contradiction(
    bounds: dict[Key, _Bounds],
    count: str,
    kind: str,
    held: Held,
    agreed: Counter[tuple[str, str]],
) -> str:
    """Return the first figure that contradicts the official one; count those that agree."""
    whole_years: set[int] = set()
    for year in sorted({key[2] for key in bounds}):
        total = _nation(bounds, count, year)
        if total is None:
            continue
        for figure in _national(held, count, year).values():
            if not _agree(total, figure, count, kind, 0.0):
                return _told(f"{count.lower()} of all states", year, total, figure)
            if _is_narrow(total, figure):
                whole_years.add(year)
                agreed[f"sums of the states' {count.lower()}", figure.vintage_id] += 1
    for key, found in bounds.items():
        allowed = _LATE_FILED if key[2] in whole_years else 0.0
        for figure in held.get(key).values():
            if not _agree(found, figure, count, kind, allowed):
                area = NAME_BY_FIPS.get(key[1], "the nation" if key[1] == NATION else key[1])
                return _told(f"{count.lower()} of {area}", key[2], found, figure)
            if found.known:
                agreed[f"counts of {count.lower()}", figure.vintage_id] += 1
    return ""


def _agree(found: _Bounds, figure: Figure, count: str, kind: str, allowed: float) -> bool:
    same = figure.kind == kind
    share, number = (_SAME if same else _OTHER).get(count, (0.0, 0))
    share = share if same else max(share, allowed)
    # Linked births count late-filed records beyond those of natality.
    above = max(share, _LATE_FILED) if not same and count == "Births" else share
    least, most = figure.value * (1 - share) - number, figure.value * (1 + above) + number
    return found.most >= least and found.least <= most


def _is_narrow(found: _Bounds, figure: Figure) -> bool:
    """Return whether the bounds are too narrow for a part of the population to fit."""
    return found.least >= figure.value * (1 - _NARROW)


def _unproven(
    bounds: dict[Key, _Bounds], count: str, kind: str, held: Held, open_years: set[int]
) -> Proof | None:
    """Return the areas that could not be compared, or ``None`` if all were."""
    whole = {key for key in bounds if bounds[key].known and held.get(key)}
    for year in {key[2] for key in bounds}:
        total = _nation(bounds, count, year)
        narrow = [
            f for f in _national(held, count, year).values() if total and _is_narrow(total, f)
        ]
        if narrow:
            whole |= {key for key in bounds if key[2] == year}
    # Counties that sum up to a whole state are whole.
    whole |= {key for key in bounds if (key[0], key[1][:2], key[2]) in whole}
    areas = {key[1] for key in whole}
    absent = sorted({key[1] for key in bounds} - areas)
    years = {key[2] for key in bounds if kind == MORTALITY or key[2] in open_years}
    open_left = sorted(years - {key[2] for key in whole})
    if absent:
        names = [NAME_BY_FIPS.get(fips, fips) for fips in absent]
        more = f" and {len(names) - _SHOWN} more areas" if len(names) > _SHOWN else ""
        return _lacking(count, f"{', '.join(names[:_SHOWN])}{more}")
    if open_left:
        return _lacking(count, ", ".join(map(str, open_left)))
    leap = _jump(bounds, count, whole)
    return Proof(False, problem=leap) if leap else None


def _lacking(count: str, what: str) -> Proof:
    lacks = f"no {count.lower()} of everybody to compare {what} with"
    return Proof(False, problem=lacks, lacks=lacks)


def _jump(bounds: dict[Key, _Bounds], count: str, whole: set[Key]) -> str:
    """Return a jump between a compared year and one that was not compared, if any."""
    least, most = _YEAR_TO_YEAR
    for (_, fips, year), found in bounds.items():
        before = bounds.get((count, fips, year - 1))
        compared = {(count, fips, year), (count, fips, year - 1)} <= whole
        if compared or before is None or not (found.known and before.known):
            continue
        if before.least < _MANY:
            continue
        if not least <= found.least / before.least <= most:
            return (
                f"{count.lower()} of {NAME_BY_FIPS.get(fips, fips)} go from {before.least:,.0f} in "
                f"{year - 1} to {found.least:,.0f} in {year}"
            )
    return ""


def _told(what: str, year: int, found: _Bounds, figure: Figure) -> str:
    seen = f"{found.least:,.0f}"
    if not found.known:
        upper = "any number" if found.most == float("inf") else f"{found.most:,.0f}"
        seen = f"{found.least:,.0f} to {upper}"
    return f"{what} in {year}: {seen}, but {figure.value:,.0f} in {figure.vintage_id}"
