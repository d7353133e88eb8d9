"""Row usage of a CDC WONDER export, and which other export a rate still needs."""

from __future__ import annotations

from functools import cache

import pandas as pd

from assets.archive.dataset import ParsedExtract, Use
from assets.producers.nchs.wanted.databases import databases
from assets.producers.nchs.wonder.ages import LATER_AGES, is_later
from assets.producers.nchs.wonder.footer import split_list
from assets.producers.nchs.wonder.layout import FETAL, LINKED, MORTALITY, NATALITY
from assets.producers.nchs.wonder.outnumbered import OUTNUMBERED, outnumbered
from assets.producers.nchs.wonder.strata import OF_THE_INFANT, meaning_of, rows_without_stratum
from assets.producers.nchs.wonder.vocabulary import (
    AREAS,
    OTHER,
    characteristics,
    dimension_of,
)
from assets.schema.strata.vocabulary import DEATH, dimensions

_MONTHS = 12
_AREAS = {
    "census_region": "Census Region",
    "census_division": "Census Division",
    "hhs_region": "HHS Region",
    "state": "State",
    "county": "County",
}
"""Grouping by which an export of births or of linked deaths has these areas."""


@cache
def _linked_databases() -> tuple[tuple[int, int, str], ...]:
    """Return first year, last year and title of the linked databases; expanded ones left out."""
    found: list[tuple[int, int, str]] = []
    for each in databases():
        if each.kind == LINKED and (not found or each.last_year > found[-1][1]):
            found.append((each.first_year, each.last_year, each.title))
    return tuple(found)


def linked_databases(first: int, last: int) -> tuple[str, ...]:
    """Return the titles of the linked databases that have years of a span."""
    spans = _linked_databases()
    return tuple(title for begin, end, title in spans if begin <= last and first <= end)


def what_is_made_of(parsed: ParsedExtract) -> Use:
    """Return how many rows are used, why others are not, and what is still needed.

    A row whose counts are withheld is used: it says that there is a count and that it is withheld.
    """
    rows = parsed.frame.drop_duplicates("source_row")
    data = rows[rows["row_type"] == "data"]
    left: list[tuple[str, int]] = []
    totals = len(rows) - len(data)
    if totals:
        left.append(("that are Totals of the others", totals))
    remaining = data
    reasons = _reasons(data)
    too_many = parsed.frame.loc[outnumbered(parsed.frame, printed_so=True), "source_row"]
    reasons[OUTNUMBERED] = data["source_row"].isin(too_many)
    for reason, unused in reasons.items():
        concerned = unused.reindex(remaining.index)
        if concerned.any():
            left.append((reason, int(concerned.sum())))
            remaining = remaining[~concerned]
    needed = _still_needed(parsed, remaining)
    if OF_THE_INFANT in reasons:
        needed = (*needed, *_by_the_mother(data[reasons[OF_THE_INFANT]]))
    return Use(len(remaining), tuple(left), needed)


def _reasons(data: pd.DataFrame) -> dict[str, pd.Series[bool]]:
    split = [f"{name}_code" for name in characteristics() if name != "age_of_infant"]
    by_month = data["month_code"].notna() & data["year_code"].notna()
    keys = [
        c for c in (*(f"{a}_code" for a in AREAS), *split, "year_code") if data[c].notna().any()
    ]
    if by_month.any() and keys:
        months = data.groupby(keys, dropna=False)["month_code"].transform("nunique")
    else:
        months = pd.Series(_MONTHS, index=data.index)
    return {
        LATER_AGES: data["age_of_infant"].map(is_later, na_action="ignore").eq(True),
        **rows_without_stratum(data),
        "of years that have no twelve months": by_month & (months < _MONTHS),
    }


def _still_needed(parsed: ParsedExtract, used: pd.DataFrame) -> tuple[str, ...]:
    """Return what else must arrive before a rate comes out of births or deaths alone."""
    kind = str(parsed.frame["database_kind"].iloc[0])
    if used.empty or kind not in (NATALITY, MORTALITY, FETAL):
        return ()
    first, last = used["first_year"].min(), used["last_year"].max()
    if pd.isna(first) or pd.isna(last):
        return ()
    years = f"{first}" if first == last else f"{first} to {last}"
    where = [header for name, header in _AREAS.items() if used[f"{name}_code"].notna().any()]
    split = _headers_of_births(parsed)
    if kind == NATALITY:
        names = "; ".join(linked_databases(int(first), int(last)))
        by = "; ".join((*where, *split, "Year of Death"))
        needed = [
            f"Births of {years} without deaths give no rate. Deaths with their births: {names}, "
            f"group by {by}, for --dataset nchs_wonder_linked."
        ]
        if not names:
            needed = []
        if not where and {dimension_of(header) for header in split} <= {"sex"}:
            needed.append(
                f"Or infant deaths of {years}: Multiple Cause of Death or Provisional Mortality "
                f"Statistics, age group '< 1 year', group by {'; '.join((*split, 'Year'))}, for "
                "--dataset nchs_wonder_mortality."
            )
        newest = _linked_databases()[-1][1]
        if needed and last > newest:
            needed.append(f"No linked database has years after {newest} yet.")
        return tuple(needed)
    counted = "Infant deaths" if kind == MORTALITY else "Fetal deaths"
    residence = [f"{area} of Residence" if area == "State" else area for area in where]
    by = "; ".join((*residence, *split, "Year"))
    return (
        f"{counted} of {years} need the births of the same areas and years: Natality, group by "
        f"{by}, for --dataset nchs_wonder_natality.",
    )


def _by_the_mother(unused: pd.DataFrame) -> tuple[str, ...]:
    """Return the export that counts deaths by race, origin or education of the mother."""
    first, last = unused["first_year"].min(), unused["last_year"].max()
    if pd.isna(first) or pd.isna(last):
        return ()
    names = "; ".join(linked_databases(int(first), int(last)))
    years = f"{first}" if first == last else f"{first} to {last}"
    return (
        (
            f"Deaths of {years} by race, origin or education of the mother, with their births: "
            f"{names}, group by these and Year of Death, for --dataset nchs_wonder_linked.",
        )
        if names
        else ()
    )


def _headers_of_births(parsed: ParsedExtract) -> list[str]:
    """Return the characteristics of an export that births have, too; causes and ages are not."""
    database = str(parsed.frame["database_label"].iloc[0])
    found = []
    for header in split_list(parsed.metadata.get("Group By", "")):
        name = dimension_of(header) or OTHER
        meaning = meaning_of(name, header, database) if name in characteristics() else None
        if meaning is not None and dimensions()[meaning[0]].about != DEATH:
            found.append(header)
    return found
