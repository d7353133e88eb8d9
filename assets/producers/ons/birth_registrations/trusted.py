"""Tables of births by characteristics that contradict themselves or Table 2 are set aside alone."""

from __future__ import annotations

import math

import pandas as pd

from assets.archive.dataset import ParsedExtract
from assets.producers.ons.birth_registrations.layouts import LIVE_BIRTHS, STILLBIRTHS
from assets.producers.ons.workbooks.tables_not_read import without

_CHARACTERISTICS = {
    "6": ["registration_type", "age_of_mother"],
    "7": ["plurality", "age_of_mother", "previous_children", "sex"],
}
_COMPLETE = {"7": ["plurality", "age_of_mother", "previous_children"]}
"""Tables that print every group of each characteristic beside every other one."""
_ALL = ("All registration types", "All ages", "All maternities", "Any number")
"""Beginnings of the labels of totals."""


def without_contradictions(parsed: ParsedExtract) -> ParsedExtract:
    """Return an extract without the tables of groups that contradict themselves or Table 2."""
    frame = parsed.frame
    doubts = {number: _doubt(frame, number) for number in _CHARACTERISTICS}
    aside = {number: doubt for number, doubt in doubts.items() if doubt}
    if not aside:
        return parsed
    told = [f"{number}: {doubt}" for number, doubt in aside.items()]
    return without(parsed, frame["table_number"].isin(aside), told)


def _doubt(frame: pd.DataFrame, number: str) -> str:
    """Return in words, with sheet and row, why a table of groups cannot be trusted."""
    names = _CHARACTERISTICS[number]
    table = frame[frame["table_number"] == number].copy()
    if table.empty:
        return ""
    sheet = f"of sheet {table['source_sheet'].iloc[0]}"
    table["measure"] = table["source_column"].str.split(", ").str[0]
    wrong = table[table["value"].isna() | (table["value"] < 0) | (table["value"] % 1 != 0)]
    if len(wrong):
        return f"a count that is no number of births in row {wrong['source_row'].iloc[0]} {sheet}"
    twice = table[table.duplicated(["year", "area_code", *names, "measure"], keep=False)]
    if len(twice):
        return f"a group that stands twice, first in row {twice['source_row'].iloc[0]} {sheet}"
    groups = _COMPLETE.get(number, [])
    printed = table[groups].drop_duplicates()
    expected = math.prod(printed[group].nunique() for group in groups)
    if groups and len(printed) != expected:
        return f"{len(printed)} of {expected} combinations of groups {sheet}"
    return _beyond(table, names, sheet) or _beside(frame, table, sheet)


def _beyond(table: pd.DataFrame, names: list[str], sheet: str) -> str:
    """Return which groups count more births than what they are groups of."""
    for name in (n for n in names if n != "sex"):
        total = table[name].str.startswith(_ALL)
        others = ["year", "area_code", "measure", *(n for n in names if n != name)]
        added = table[~total].groupby(others, as_index=False)["value"].sum()
        both = table[total].merge(added, on=others, suffixes=("", "_of_groups"))
        wrong = both[both["value_of_groups"] > both["value"]]
        if len(wrong):
            first = wrong.iloc[0]
            return (
                f"groups by {name.replace('_', ' ')} with {first['value_of_groups']:,.0f} of the "
                f"{first['value']:,.0f} births in row {first['source_row']} {sheet}"
            )
    return ""


def _beside(frame: pd.DataFrame, table: pd.DataFrame, sheet: str) -> str:
    """Return which total is another one than in Table 2."""
    names = ["registration_type", "age_of_mother", "plurality", "previous_children"]
    totals = table[
        pd.concat([table[n].isna() | table[n].str.startswith(_ALL) for n in names], axis=1).all(
            axis=1
        )
    ]
    rows = totals.groupby(["year", "area_code", "measure"])["source_row"].first()
    here = totals.groupby(["year", "area_code", "measure"])["value"].sum()
    second = frame[(frame["table_number"] == "2") & frame["age_of_mother"].eq("All ages")]
    second = second[second["source_column"].isin([LIVE_BIRTHS, STILLBIRTHS])]
    there = second.set_index(["year", "area_code", "source_column"])["value"]
    there.index = there.index.set_names(here.index.names)
    both = pd.DataFrame({"here": here, "there": there, "row": rows}).dropna()
    wrong = both[both["here"] != both["there"]]
    if wrong.empty:
        return ""
    first = wrong.iloc[0]
    return (
        f"{first['here']:,.0f} births, {first['there']:,.0f} in Table 2, in row "
        f"{first['row']:.0f} {sheet}"
    )
